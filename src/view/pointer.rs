//! What clicks and keys in the view do: select, fly to, deselect, show the whole farm.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy_egui::egui;

use super::Selection;
use super::camera::{FarmCamera, PointerInView};
use super::pick::PickGrid;
use super::project::Projector;
use super::rows::Rows;
use crate::action::Action;
use crate::fleet::TurbineRow;

/// A press that moved farther than this, in points, was a drag.
const CLICK_SLACK: f32 = 5.0;
/// Two clicks within this are one double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);
/// A turbine is met within this many pixels of its tower.
const SLACK_PX: f32 = 5.0;

/// The click that may become a double click, and the press under way.
#[derive(Debug, Default)]
pub(super) struct Clicks {
    pressed_at: Option<egui::Pos2>,
    last: Option<(Instant, TurbineRow)>,
}

pub(super) fn point_and_click(
    pointer: Res<PointerInView>,
    buttons: Res<ButtonInput<MouseButton>>,
    grid: Res<PickGrid>,
    rows: Res<Rows>,
    projector: Projector,
    camera: Query<&Transform, With<FarmCamera>>,
    mut selection: ResMut<Selection>,
    mut actions: MessageWriter<Action>,
    mut clicks: Local<Clicks>,
    mut looked: Local<Option<(egui::Pos2, Transform)>>,
) {
    let released = buttons.just_released(MouseButton::Left);
    if buttons.just_pressed(MouseButton::Left) {
        clicks.pressed_at = pointer.at;
    }
    let Ok(&from) = camera.single() else { return };
    let look = pointer.at.map(|at| (at, from));
    if *looked != look {
        *looked = look;
        let dragging = buttons.pressed(MouseButton::Left) && !released;
        let hovered = pointer.at.filter(|_| !dragging).and_then(|at| {
            let (ray, pixel_rad) = projector.ray(at)?;
            let yaw = |t| rows.get(t).map_or(0.0, |r| r.yaw_rad);
            grid.pick(ray, pixel_rad * SLACK_PX, yaw)
        });
        if selection.hovered != hovered {
            selection.hovered = hovered;
        }
    }
    if !released {
        return;
    }
    let pressed_at = clicks.pressed_at.take();
    let (Some(at), Some(pressed_at)) = (pointer.at, pressed_at) else {
        return;
    };
    if at.distance(pressed_at) > CLICK_SLACK {
        return;
    }
    let yaw = |t| rows.get(t).map_or(0.0, |r| r.yaw_rad);
    let hit = projector
        .ray(at)
        .and_then(|(ray, pixel_rad)| grid.pick(ray, pixel_rad * SLACK_PX, yaw));
    let now = Instant::now();
    let again = clicks
        .last
        .is_some_and(|(then, t)| now.duration_since(then) < DOUBLE_CLICK && Some(t) == hit);
    clicks.last = hit.map(|t| (now, t));
    match hit {
        Some(turbine) if again => {
            clicks.last = None;
            actions.write(Action::FlyTo(turbine));
        }
        hit => {
            actions.write(Action::Select(hit));
        }
    }
}

pub(super) fn keys(
    pointer: Res<PointerInView>,
    keys: Res<ButtonInput<KeyCode>>,
    selection: Res<Selection>,
    mut actions: MessageWriter<Action>,
) {
    if !pointer.keys {
        return;
    }
    if keys.just_pressed(KeyCode::Escape) && selection.turbine.is_some() {
        actions.write(Action::Select(None));
    }
    if keys.any_just_pressed([KeyCode::KeyF, KeyCode::Home]) {
        actions.write(Action::FitAll);
    }
    if keys.just_pressed(KeyCode::Enter)
        && let Some(turbine) = selection.turbine
    {
        actions.write(Action::FlyTo(turbine));
    }
}
