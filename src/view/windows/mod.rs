//! Further windows for further monitors: each shows the farm through a camera of its own, or a panel.
//!
//! The selection, the alarms and the operator's actions are the same in all of them.

use bevy::camera::CameraUpdateSystems;
use bevy::ecs::system::SystemParam;
use bevy::input::InputSystems;
use bevy::prelude::*;
use bevy::window::WindowEvent;
use bevy_egui::{EguiPostUpdateSet, egui};

use super::camera::{Leg, Pose};
use super::labels::Remembered;
use super::project::Frozen;
use crate::RoomSet;
use crate::fleet::TurbineRow;
use crate::panels::ShownProblems;
use crate::panels::alarm_list::AlarmListState;
use crate::panels::alarm_panes::AlarmPanes;

mod cameras;
mod content;
mod draw;
mod farm_pane;
mod flights;
mod header;
mod keys;
mod open;
mod place;
mod remember;
mod seen;
mod shows;
mod steer;
mod turbine_choice;

pub(super) use cameras::SideTarget;
pub use remember::{RememberedWindows, WindowMemory, WindowPlace};
pub(super) use seen::{SidePace, watch_windows};
pub use shows::{Shows, Vantage};

/// Windows beside the first, at most: two for each of six monitors.
pub const MOST_WINDOWS: usize = 11;

/// One more window on the farm, or off screen one more picture: on the window's entity.
#[derive(Component, Debug, Default)]
pub struct SideView {
    /// What it shows.
    pub shows: Shows,
    /// Its camera flies to whatever is selected.
    pub follows: bool,
    /// Where its camera stands; `None` until the farm is there.
    pub pose: Option<Pose>,
    flight: Option<Leg>,
    /// The view's shape and the pose that was made for it, as long as nobody has moved the camera.
    placed: Option<steer::Placed>,
    /// The part of the window that the camera fills, points.
    area: Option<egui::Rect>,
    /// Whether its cameras are to draw from the next frame on: the farm's, and egui's.
    active: [bool; 2],
    /// Minimised or behind others: nothing is drawn.
    hidden: bool,
    /// Where labels were in the last frame.
    labels: Remembered,
    /// The pointer was over the farm in the last frame.
    hovers: bool,
    /// What was selected in the last frame.
    selected: Option<TurbineRow>,
    /// What the panel in it remembers.
    panel: PanelMemory,
}

/// What a panel in a window of its own remembers between frames.
#[derive(Debug, Default)]
struct PanelMemory {
    list: AlarmListState,
    panes: AlarmPanes,
    choice: String,
    is_typing: bool,
}

/// The two cameras of a [`SideView`]: one for the farm, one that lays egui over the window.
#[derive(Component, Debug, Clone, Copy)]
pub struct SideCameras {
    /// Sees the farm.
    pub farm: Entity,
    /// Has the egui context.
    pub ui: Entity,
}

/// A camera that sees the farm in a further window.
#[derive(Component, Debug)]
pub struct SideCamera;

/// Any camera of a further window.
#[derive(Component, Debug)]
pub(super) struct OfSide;

/// What further windows see of the farm.
#[derive(SystemParam)]
pub(super) struct SideEyes<'w, 's> {
    sides: Query<'w, 's, &'static SideView>,
}

impl SideEyes<'_, '_> {
    /// Their cameras, frozen: those that are on the screen.
    pub fn frozen(&self) -> impl Iterator<Item = Frozen> {
        self.sides.iter().filter_map(SideView::frozen)
    }
}

impl SideView {
    /// Shows something else from now on; the farm at once from where is asked for.
    pub fn show(&mut self, shows: Shows) {
        self.shows = shows;
        (self.pose, self.flight) = (None, None);
    }

    /// Its camera as it is now; `None` where it shows a panel, or is hidden.
    fn frozen(&self) -> Option<Frozen> {
        let is_seen = !self.hidden && matches!(self.shows, Shows::Farm(_));
        let (pose, area) = self.pose.zip(self.area).filter(|_| is_seen)?;
        Some(Frozen::of(&pose, area))
    }
}

/// Tells which events are of a further window, so that the first does not act on them.
#[derive(SystemParam)]
pub(super) struct SideEvents<'w, 's> {
    sides: Query<'w, 's, (), With<SideView>>,
}

impl SideEvents<'_, '_> {
    /// Whether the pointer did this in a further window.
    pub fn has(&self, event: &WindowEvent) -> bool {
        let window = match event {
            WindowEvent::CursorMoved(e) => e.window,
            WindowEvent::CursorLeft(e) => e.window,
            WindowEvent::MouseButtonInput(e) => e.window,
            WindowEvent::MouseWheel(e) => e.window,
            WindowEvent::KeyboardInput(e) => e.window,
            _ => return false,
        };
        self.sides.contains(window)
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<RememberedWindows>()
        .init_resource::<ShownProblems>()
        .init_resource::<SidePace>()
        .init_resource::<draw::Asked>()
        .add_observer(cameras::despawn_cameras)
        .add_observer(open::forget_monitor)
        .add_systems(First, cameras::activate)
        .add_systems(PreUpdate, keys::keep_from_others.after(InputSystems))
        .add_systems(
            Update,
            (
                keys::follow_keys,
                open::follow_lost,
                open::restore,
                open::open_windows,
                cameras::spawn_cameras,
                cameras::cull_for_each,
            )
                .chain()
                .in_set(RoomSet::View),
        )
        .add_systems(
            PostUpdate,
            (draw::draw_windows, draw::follow_asked)
                .chain()
                .in_set(EguiPostUpdateSet::EndPass)
                .before(TransformSystems::Propagate)
                .before(CameraUpdateSystems),
        )
        .add_systems(Last, remember::remember);
}
