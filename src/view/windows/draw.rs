//! Draws the further windows: runs their egui contexts, and lets their cameras follow.

use std::time::Duration;

use bevy::prelude::*;
use bevy::window::{RequestRedraw, WindowMode};
use bevy_egui::{EguiContext, EguiFullOutput, EguiInput};

use super::content::{window_title, window_ui};
use super::{OfSide, Shows, SideCamera, SideCameras, SideView, keys};
use crate::action::Action;
use crate::fleet::TurbineRow;
use crate::panels::frame::Look;
use crate::panels::{Sources, Zone, frame, zone_of};
use crate::view::camera::look_from;
use crate::view::labels::Told;
use crate::view::pick::PickGrid;
use crate::view::rows::Rows;
use crate::view::{NamedViews, Selection};

/// What is under the pointer in one of the windows, if that has changed.
#[derive(Resource, Debug, Default)]
pub(super) struct Asked {
    hovered: Option<Option<TurbineRow>>,
}

/// What all windows draw from.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Drawn<'w, 's> {
    pub told: Told<'w>,
    sources: Sources<'w, 's>,
    pub grid: Res<'w, PickGrid>,
    pub rows: Res<'w, Rows>,
    pub named: Res<'w, NamedViews>,
    time: Res<'w, Time<Real>>,
}

/// The same for one frame.
pub(super) struct Scenery<'a, 'w, 's> {
    pub look: Look<'a>,
    pub panels: frame::Farm<'a>,
    pub drawn: &'a Drawn<'w, 's>,
    pub passed: Duration,
}

/// What came of the windows in a frame.
#[derive(Default)]
pub(super) struct Outcome {
    pub actions: Vec<Action>,
    pub hovered: Option<Option<TurbineRow>>,
    pub fullscreen: bool,
    pub close: bool,
}

pub(super) fn draw_windows(
    mut commands: Commands,
    mut sides: Query<(Entity, &mut SideView, &SideCameras, Option<&mut Window>)>,
    mut contexts: Query<
        (
            &mut EguiContext,
            &mut EguiInput,
            &mut EguiFullOutput,
            &Camera,
        ),
        (With<OfSide>, Without<SideCamera>),
    >,
    mut cameras: Query<(&mut Camera, &mut Transform, &mut Projection), With<SideCamera>>,
    drawn: Drawn,
    mut zone: Local<Zone>,
    mut alarms_revision: Local<u64>,
    mut actions: MessageWriter<Action>,
    mut asked: ResMut<Asked>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let sources = &drawn.sources;
    *alarms_revision += u64::from(sources.alarms_changed());
    if sides.is_empty() {
        return;
    }
    let scenery = Scenery {
        look: Look {
            theme: &drawn.told.theme,
            zone: zone_of(&mut zone, sources),
            now_ms: sources.now_ms(),
        },
        panels: sources.farm(*alarms_revision),
        drawn: &drawn,
        passed: drawn.time.delta(),
    };
    for (entity, mut side, of, mut window) in &mut sides {
        let (Ok(mut ui_of), Ok((mut camera, mut at, mut seen_with))) =
            (contexts.get_mut(of.ui), cameras.get_mut(of.farm))
        else {
            continue;
        };
        let side = &mut *side;
        let (context, input, output) = (&mut ui_of.0, &mut ui_of.1, &mut ui_of.2);
        let context = context.get_mut().clone();
        let is_full = window
            .as_ref()
            .is_some_and(|w| w.mode != WindowMode::Windowed);
        let mut outcome = Outcome::default();
        let input = input.take();
        output.0 = Some(context.run_ui(input, |ui| {
            window_ui(ui, side, &scenery, is_full, &mut outcome);
        }));
        actions.write_batch(outcome.actions);
        asked.hovered = outcome.hovered.or(asked.hovered);
        let shows_farm = matches!(side.shows, Shows::Farm(_)) && side.pose.is_some();
        side.active = [!side.hidden && shows_farm, !side.hidden];
        let is_news = camera.is_active != side.active[0] || ui_of.3.is_active != side.active[1];
        if is_news {
            redraw.write(RequestRedraw);
        }
        if let Some(pose) = side.pose {
            look_from(&pose, &mut at, &mut seen_with);
        }
        super::cameras::fill(&mut camera, side.area, context.pixels_per_point());
        if outcome.close {
            commands.entity(entity).despawn();
            continue;
        }
        if let Some(window) = &mut window {
            if outcome.fullscreen {
                window.mode = keys::toggled(window.mode);
            }
            let scene = scenery.panels.scene.map(|s| s.title.as_str());
            let title = window_title(&side.shows, scene);
            if window.title != title {
                window.title = title;
            }
        }
    }
}

/// Carries out what must wait until every window is drawn.
pub(super) fn follow_asked(
    mut asked: ResMut<Asked>,
    mut selection: ResMut<Selection>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    if let Some(hovered) = asked.bypass_change_detection().hovered.take()
        && selection.hovered != hovered
    {
        selection.hovered = hovered;
        redraw.write(RequestRedraw);
    }
}
