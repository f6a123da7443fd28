//! What clicks and keys in the view do: select, fly to, deselect, show the whole farm.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::{EguiContext, PrimaryEguiContext, egui};

use super::camera::{FarmCamera, Gesture, Hand, Manner, PointerInView, Viewpoint};
use super::composition::{ChosenNode, MeshPick, PlacedTags};
use super::farm::Farm;
use super::labels::PlacedLabels;
use super::pick::PickGrid;
use super::project::Projector;
use super::rows::Rows;
use super::select::{on_map, select, toggle, within};
use super::{NamedViews, Overlays, Selection};
use crate::action::Action;
use crate::fleet::TurbineRow;
use crate::panels::PanelState;
use crate::panels::frame::ViewState;
use crate::panels::shortcuts::{Shortcut, take_pressed, view_action};
use crate::scene::ActiveScene;

/// Two clicks within this are one double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);
/// A turbine is met within this many points of its tower, and on the map of its middle.
const SLACK: f32 = 5.0;
const SYMBOL_SLACK: f32 = 9.0;

/// The click that may become a double click.
#[derive(Debug, Default)]
pub(super) struct Clicks {
    last: Option<(Instant, TurbineRow)>,
}

impl Clicks {
    /// What a click on a turbine, or on none, asks for.
    fn clicked(&mut self, hit: Option<TurbineRow>, now: Instant) -> Action {
        let again = self
            .last
            .take()
            .is_some_and(|(then, t)| now.duration_since(then) < DOUBLE_CLICK && Some(t) == hit);
        match hit {
            Some(turbine) if again => Action::FlyTo(turbine),
            hit => {
                self.last = hit.map(|t| (now, t));
                Action::Select(hit)
            }
        }
    }
}

/// What can be pointed at: labels, and the turbines themselves.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Targets<'w, 's> {
    grid: Res<'w, PickGrid>,
    rows: Res<'w, Rows>,
    labels: Res<'w, PlacedLabels>,
    projector: Projector<'w, 's>,
    farm: Res<'w, Farm>,
    active: Option<Res<'w, ActiveScene>>,
    tags: Res<'w, PlacedTags>,
    meshes: MeshPick<'w, 's>,
}

impl Targets<'_, '_> {
    /// The node of a composition that is here, and how far away.
    fn node_at(&self, at: egui::Pos2) -> Option<usize> {
        if !self.meshes.is_any() {
            return None;
        }
        if let Some(tag) = self.tags.at(at) {
            return Some(tag.node);
        }
        let ray = self.projector.freeze_on_target()?.ray(at)?;
        self.meshes.pick(ray).map(|(node, _)| node)
    }

    fn at(&self, at: egui::Pos2) -> Option<TurbineRow> {
        let of_farm = self.turbine_at(at);
        of_farm.or_else(|| self.meshes.row(self.node_at(at)?))
    }

    fn turbine_at(&self, at: egui::Pos2) -> Option<TurbineRow> {
        self.labels.at(at).or_else(|| {
            let view = self.projector.freeze_on_target()?;
            if view.is_map() {
                let scene = &self.active.as_ref()?.scene;
                return on_map(at, &view, &self.farm, scene, SYMBOL_SLACK);
            }
            let point_rad = 1.0 / view.points_a_metre(1.0);
            let yaw = |t| self.rows.get(t).map_or(0.0, |r| r.yaw_rad);
            self.grid.pick(view.ray(at)?, point_rad * SLACK, yaw)
        })
    }

    fn within(&self, rect: Option<egui::Rect>) -> Vec<TurbineRow> {
        let (Some(view), Some(active)) = (self.projector.freeze_on_target(), &self.active) else {
            return Vec::new();
        };
        let rect = rect.unwrap_or(view.area).intersect(view.area);
        within(rect, &view, &self.farm, &active.scene)
    }

    /// Where a click goes: on foot, to what is straight ahead.
    fn aim(&self, at: egui::Pos2) -> egui::Pos2 {
        let is_person = |v: &Viewpoint| v.manner == Manner::Person;
        let view = self.projector.freeze_on_target();
        match (self.projector.viewpoint(), view) {
            (Some(viewpoint), Some(view)) if is_person(viewpoint) => view.area.center(),
            _ => at,
        }
    }
}

/// Follows the pointer event by event: a slow frame holds several clicks, each at its own place.
pub(super) fn point_and_click(
    (hand, pointer): (Res<Hand>, Res<PointerInView>),
    targets: Targets,
    camera: Query<&Transform, With<FarmCamera>>,
    mut selection: ResMut<Selection>,
    mut chosen: ResMut<ChosenNode>,
    mut actions: MessageWriter<Action>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut clicks: Local<Clicks>,
    mut looked: Local<Option<(egui::Pos2, Transform)>>,
) {
    let Ok(&from) = camera.single() else {
        return;
    };
    for gesture in &hand.gestures {
        let action = match *gesture {
            Gesture::Click { at, adds: true } => targets
                .at(targets.aim(at))
                .map(|turbine| toggle(turbine, &selection)),
            Gesture::Click { at, adds: false } => {
                let at = targets.aim(at);
                let node = targets
                    .turbine_at(at)
                    .map_or_else(|| targets.node_at(at), |_| None);
                chosen.set_if_neq(ChosenNode(node));
                Some(match targets.labels.cluster_at(at) {
                    Some(turbine) => Action::FlyTo(turbine),
                    None => clicks.clicked(targets.at(at), Instant::now()),
                })
            }
            Gesture::Frame { rect, adds } => {
                Some(select(targets.within(Some(rect)), adds, &selection))
            }
            _ => None,
        };
        if let Some(action) = action {
            actions.write(action);
            // Carried out in the next frame, which a calm window would be slow to draw.
            redraw.write(RequestRedraw);
        }
    }
    let look = pointer.at.map(|at| (at, from));
    if *looked != look {
        *looked = look;
        let hovered = pointer
            .at
            .filter(|_| !hand.is_dragging())
            .and_then(|at| targets.at(targets.aim(at)));
        if selection.hovered != hovered {
            selection.hovered = hovered;
            redraw.write(RequestRedraw);
        }
    }
}

/// The keys that ask for something of the view alone; all of the view's where there are no panels,
/// which have them among theirs.
pub(super) fn keys(
    pointer: Res<PointerInView>,
    mut egui: Query<&mut EguiContext, With<PrimaryEguiContext>>,
    (selection, overlays, named): (Res<Selection>, Res<Overlays>, Res<NamedViews>),
    panels: Option<Res<PanelState>>,
    targets: Targets,
    mut actions: MessageWriter<Action>,
) {
    let Ok(mut context) = egui.single_mut() else {
        return;
    };
    if !pointer.keys {
        return;
    }
    let context = context.bypass_change_detection().get_mut();
    let manner = targets
        .projector
        .viewpoint()
        .map_or(Manner::Orbit, |viewpoint| viewpoint.manner);
    let view = ViewState {
        also: &selection.also,
        views: Some(&named),
        overlays: Some(&overlays),
        manner,
        ..ViewState::default()
    };
    let is_mine = |shortcut| panels.is_none() || shortcut == Shortcut::SelectInView;
    for shortcut in take_pressed(context, manner, is_mine) {
        if shortcut == Shortcut::SelectInView {
            actions.write(Action::SelectSeveral(targets.within(None)));
        } else if let Some(action) = view_action(shortcut, selection.turbine, &view) {
            actions.write(action);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_clicks_on_one_turbine_fly_to_it_and_a_third_begins_anew() {
        let mut clicks = Clicks::default();
        let (now, t) = (Instant::now(), TurbineRow(3));
        assert_eq!(clicks.clicked(Some(t), now), Action::Select(Some(t)));
        assert_eq!(clicks.clicked(Some(t), now), Action::FlyTo(t));
        assert_eq!(clicks.clicked(Some(t), now), Action::Select(Some(t)));
        let later = now + DOUBLE_CLICK;
        assert_eq!(clicks.clicked(Some(t), later), Action::Select(Some(t)));
        assert_eq!(clicks.clicked(None, later), Action::Select(None));
    }
}
