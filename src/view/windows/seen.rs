//! Whether further windows are on the screen, and whether anything moves in them.

use std::collections::HashSet;

use bevy::ecs::system::NonSendMarker;
use bevy::prelude::*;
use bevy::window::{RequestRedraw, WindowOccluded};

use super::{SideCamera, SideView};
use crate::view::pace::is_minimized;

/// What further windows ask of the pace.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct SidePace {
    /// One of them is on the screen.
    pub seen: bool,
    /// A camera in one of them moves.
    pub moving: bool,
}

/// Looks after each window: one that is hidden is not drawn.
pub(in crate::view) fn watch_windows(
    mut sides: Query<(Entity, &mut SideView, &Window)>,
    cameras: Query<(&Camera, Ref<Transform>), With<SideCamera>>,
    mut occlusions: MessageReader<WindowOccluded>,
    mut occluded: Local<HashSet<Entity>>,
    mut pace: ResMut<SidePace>,
    mut redraw: MessageWriter<RequestRedraw>,
    // Windows are asked on the main thread only.
    _main_thread: NonSendMarker,
) {
    for event in occlusions.read() {
        if event.occluded {
            occluded.insert(event.window);
        } else {
            occluded.remove(&event.window);
        }
    }
    occluded.retain(|window| sides.contains(*window));
    let mut seen = false;
    for (window, mut side, shape) in &mut sides {
        let is_nothing = shape.physical_width() == 0 || shape.physical_height() == 0;
        let hidden =
            is_nothing || !shape.visible || occluded.contains(&window) || is_minimized(window);
        seen |= !hidden;
        if side.hidden != hidden {
            side.hidden = hidden;
            // What is on the screen again is drawn at once, not at the next calm frame.
            redraw.write(RequestRedraw);
        }
    }
    let moving = cameras
        .iter()
        .any(|(camera, at)| camera.is_active && at.is_changed());
    pace.set_if_neq(SidePace { seen, moving });
}
