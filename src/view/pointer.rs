//! What clicks and keys in the view do: select, fly to, deselect, show the whole farm.

use std::time::{Duration, Instant};

use bevy::input::ButtonState;
use bevy::prelude::*;
use bevy::window::{RequestRedraw, WindowEvent};
use bevy_egui::{EguiContext, PrimaryEguiContext, egui};

use super::camera::{FarmCamera, PointerInView, is_free};
use super::labels::PlacedLabels;
use super::pick::PickGrid;
use super::project::Projector;
use super::rows::Rows;
use super::windows::SideEvents;
use super::{Selection, ViewArea, ViewCovered};
use crate::action::Action;
use crate::fleet::TurbineRow;
use crate::panels::PanelState;

/// A press that moved farther than this, in points, was a drag.
const CLICK_SLACK: f32 = 5.0;
/// Two clicks within this are one double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);
/// A turbine is met within this many pixels of its tower.
const SLACK_PX: f32 = 5.0;

/// The click that may become a double click, and the press under way.
#[derive(Debug, Default)]
pub(super) struct Clicks {
    cursor: Option<egui::Pos2>,
    pressed_at: Option<egui::Pos2>,
    last: Option<(Instant, TurbineRow)>,
}

impl Clicks {
    /// Where a press of the left button ended as a click that began in the view.
    fn follow(
        &mut self,
        event: &WindowEvent,
        zoom: f32,
        is_free: impl Fn(egui::Pos2) -> bool,
    ) -> Option<egui::Pos2> {
        match event {
            WindowEvent::CursorMoved(moved) => {
                self.cursor = Some(egui::pos2(moved.position.x, moved.position.y) / zoom);
                None
            }
            WindowEvent::MouseButtonInput(b) if b.button == MouseButton::Left => match b.state {
                ButtonState::Pressed => {
                    self.pressed_at = self.cursor.filter(|&at| is_free(at));
                    None
                }
                ButtonState::Released => {
                    let (at, pressed_at) = self.cursor.zip(self.pressed_at.take())?;
                    (at.distance(pressed_at) <= CLICK_SLACK).then_some(at)
                }
            },
            _ => None,
        }
    }

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
}

impl Targets<'_, '_> {
    fn at(&self, at: egui::Pos2) -> Option<TurbineRow> {
        self.labels.at(at).or_else(|| {
            let (ray, pixel_rad) = self.projector.ray(at)?;
            let yaw = |t| self.rows.get(t).map_or(0.0, |r| r.yaw_rad);
            self.grid.pick(ray, pixel_rad * SLACK_PX, yaw)
        })
    }
}

/// Follows the pointer event by event: a slow frame holds several clicks, each at its own place.
pub(super) fn point_and_click(
    mut events: MessageReader<WindowEvent>,
    (area, covered): (Res<ViewArea>, Res<ViewCovered>),
    mut egui: Query<&mut EguiContext, With<PrimaryEguiContext>>,
    (pointer, buttons): (Res<PointerInView>, Res<ButtonInput<MouseButton>>),
    (targets, elsewhere): (Targets, SideEvents),
    camera: Query<&Transform, With<FarmCamera>>,
    mut selection: ResMut<Selection>,
    mut actions: MessageWriter<Action>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut clicks: Local<Clicks>,
    mut looked: Local<Option<(egui::Pos2, Transform)>>,
) {
    let (Ok(mut context), Ok(&from)) = (egui.single_mut(), camera.single()) else {
        return;
    };
    let context = context.bypass_change_detection().get_mut();
    let zoom = context.zoom_factor();
    for event in events.read().filter(|event| !elsewhere.has(event)) {
        let is_free = |at| is_free(context, *area, *covered, at);
        if let Some(at) = clicks.follow(event, zoom, is_free) {
            actions.write(clicks.clicked(targets.at(at), Instant::now()));
            // Carried out in the next frame, which a calm window would be slow to draw.
            redraw.write(RequestRedraw);
        }
    }
    let look = pointer.at.map(|at| (at, from));
    if *looked != look {
        *looked = look;
        let dragging = buttons.pressed(MouseButton::Left);
        let hovered = pointer
            .at
            .filter(|_| !dragging)
            .and_then(|at| targets.at(at));
        if selection.hovered != hovered {
            selection.hovered = hovered;
            redraw.write(RequestRedraw);
        }
    }
}

pub(super) fn keys(
    pointer: Res<PointerInView>,
    keys: Res<ButtonInput<KeyCode>>,
    selection: Res<Selection>,
    panels: Option<Res<PanelState>>,
    mut actions: MessageWriter<Action>,
) {
    if !pointer.keys {
        return;
    }
    // The panels have these two among their shortcuts.
    let is_mine = |key| panels.is_none() && keys.just_pressed(key);
    if is_mine(KeyCode::Escape) && selection.turbine.is_some() {
        actions.write(Action::Select(None));
    }
    if is_mine(KeyCode::KeyF) || keys.just_pressed(KeyCode::Home) {
        actions.write(Action::FitAll);
    }
    if keys.just_pressed(KeyCode::Enter)
        && let Some(turbine) = selection.turbine
    {
        actions.write(Action::FlyTo(turbine));
    }
}

#[cfg(test)]
mod tests {
    use bevy::input::mouse::MouseButtonInput;
    use bevy::window::CursorMoved;

    use super::*;

    fn to(x: f32, y: f32) -> WindowEvent {
        WindowEvent::CursorMoved(CursorMoved {
            window: Entity::PLACEHOLDER,
            position: Vec2::new(x, y),
            delta: None,
        })
    }

    fn left(state: ButtonState) -> WindowEvent {
        WindowEvent::MouseButtonInput(MouseButtonInput {
            button: MouseButton::Left,
            state,
            window: Entity::PLACEHOLDER,
        })
    }

    /// The places clicked by these events of one frame, in a view that begins at x = 100.
    fn clicked(events: &[WindowEvent]) -> Vec<egui::Pos2> {
        let mut clicks = Clicks::default();
        let mut follow = |event| clicks.follow(event, 1.0, |at| at.x >= 100.0);
        events.iter().filter_map(&mut follow).collect()
    }

    #[test]
    fn every_click_of_a_slow_frame_counts_where_it_was_made() {
        let (down, up) = (left(ButtonState::Pressed), left(ButtonState::Released));
        let events = [
            to(200.0, 50.0),
            down.clone(),
            up.clone(),
            to(300.0, 60.0),
            down,
            up,
        ];
        let places = [egui::pos2(200.0, 50.0), egui::pos2(300.0, 60.0)];
        assert_eq!(clicked(&events), places);
    }

    #[test]
    fn a_drag_and_a_press_that_began_on_a_panel_are_no_clicks() {
        let (down, up) = (left(ButtonState::Pressed), left(ButtonState::Released));
        let drag = [to(200.0, 50.0), down.clone(), to(260.0, 50.0), up.clone()];
        assert_eq!(clicked(&drag), []);
        assert_eq!(clicked(&[to(99.0, 50.0), down, to(101.0, 50.0), up]), []);
    }

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
