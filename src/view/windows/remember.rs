//! Which windows are open, where and what they show: remembered from one run to the next.

use std::collections::HashMap;

use bevy::ecs::system::NonSendMarker;
use bevy::prelude::*;
use bevy::window::{Monitor, PrimaryWindow, WindowMode};
use serde::{Deserialize, Serialize};

use super::open::{place_of, screens};
use super::place::{Screen, screen_of};
use super::steer::LOWEST;
use super::{Shows, SideView};
use crate::view::camera::{HIGHEST, NEAREST_M, Pose};

/// The windows beside the first: as they are, and before they are opened, as they were.
#[derive(Resource, Debug, Default, PartialEq)]
pub struct RememberedWindows {
    /// Where the first window is.
    pub first: Option<WindowPlace>,
    /// Of each window, in the order in which they were opened.
    pub windows: Vec<WindowMemory>,
    /// They are open: from now on, what is open is what is remembered.
    pub(super) restored: bool,
}

/// What is remembered of a window.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowMemory {
    /// What it shows.
    pub shows: Shows,
    /// Its camera flies to whatever is selected.
    pub follows: bool,
    /// Where its camera stands: focus x, y, z in metres, bearing and height in radians, distance in metres.
    pub pose: Option<[f32; 6]>,
    /// Where it is.
    #[serde(flatten)]
    pub place: WindowPlace,
}

/// Where a window is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowPlace {
    /// Its upper left corner, pixels; not every display server tells.
    pub at: Option<[i32; 2]>,
    /// Logical pixels.
    pub size: [u32; 2],
    /// The name of its monitor.
    pub monitor: Option<String>,
    /// It fills its monitor.
    pub fullscreen: bool,
}

/// Of a window that nobody has made larger or smaller, logical pixels.
pub(super) const USUAL_SIZE: UVec2 = UVec2::new(1280, 800);

impl Default for WindowPlace {
    fn default() -> Self {
        Self {
            at: None,
            size: USUAL_SIZE.to_array(),
            monitor: None,
            fullscreen: false,
        }
    }
}

impl WindowPlace {
    /// Where a window is now; what is not known now is as before.
    fn now(self, entity: Entity, window: &Window, screens: &[Screen]) -> Self {
        let place = place_of(entity, window);
        let screen = place.and_then(|(at, size)| screen_of(screens, at, size));
        let fullscreen = window.mode != WindowMode::Windowed;
        let now = Self {
            monitor: screen.and_then(|s| s.name.clone()).or(self.monitor),
            fullscreen,
            ..self
        };
        // A window that fills its monitor keeps the place that it goes back to.
        if fullscreen || window.physical_size().min_element() == 0 {
            return now;
        }
        Self {
            at: place.map(|(at, _)| at.to_array()),
            size: window.resolution.size().round().as_uvec2().to_array(),
            ..now
        }
    }
}

impl WindowMemory {
    /// The view that this was.
    pub(super) fn view(&self) -> SideView {
        SideView {
            shows: self.shows.clone(),
            follows: self.follows,
            pose: self.pose.and_then(pose),
            ..SideView::default()
        }
    }
}

/// A pose from a file: only one that a camera can have.
fn pose([x, y, z, yaw_rad, pitch_rad, radius_m]: [f32; 6]) -> Option<Pose> {
    let all = [x, y, z, yaw_rad, pitch_rad, radius_m];
    let is_sound = all.iter().all(|v| v.is_finite() && v.abs() < 1e7);
    is_sound.then(|| Pose {
        focus: Vec3::new(x, y, z),
        yaw_rad,
        pitch_rad: pitch_rad.clamp(LOWEST, HIGHEST),
        radius_m: radius_m.max(NEAREST_M),
        flatness: 0.0,
        lens: 1.0,
    })
}

/// Takes note of what is open.
pub(super) fn remember(
    sides: Query<(Entity, &SideView, &Window)>,
    first: Query<(Entity, &Window), With<PrimaryWindow>>,
    monitors: Query<&Monitor>,
    mut remembered: ResMut<RememberedWindows>,
    mut known: Local<HashMap<Entity, WindowPlace>>,
    // Windows are asked on the main thread only.
    _main_thread: NonSendMarker,
) {
    if !remembered.restored {
        return;
    }
    let screens = screens(monitors.iter());
    known.retain(|window, _| sides.contains(*window) || first.contains(*window));
    let mut place = |entity: Entity, window: &Window| {
        let place = known.entry(entity).or_default();
        *place = place.clone().now(entity, window, &screens);
        place.clone()
    };
    let mut open: Vec<_> = sides.iter().collect();
    open.sort_by_key(|(entity, ..)| *entity);
    let windows: Vec<WindowMemory> = open
        .into_iter()
        .map(|(entity, side, window)| WindowMemory {
            shows: side.shows.clone(),
            follows: side.follows,
            pose: side.pose.map(|p| {
                let Vec3 { x, y, z } = p.focus;
                [x, y, z, p.yaw_rad, p.pitch_rad, p.radius_m]
            }),
            place: place(entity, window),
        })
        .collect();
    // The first window that is gone ends the program: it comes back where it was.
    let first = first
        .single()
        .map_or_else(|_| remembered.first.clone(), |(id, w)| Some(place(id, w)));
    if (&remembered.first, &remembered.windows) != (&first, &windows) {
        remembered.first = first;
        remembered.windows = windows;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::layout::Pane;

    #[test]
    fn what_a_window_shows_comes_back_as_it_was() {
        let memory = WindowMemory {
            shows: Shows::Panel(Pane::Alarms),
            follows: true,
            pose: Some([1.0, 2.0, 3.0, 0.5, 0.25, 900.0]),
            place: WindowPlace {
                at: Some([1920, -40]),
                monitor: Some("DP-2".to_owned()),
                ..WindowPlace::default()
            },
        };
        let json = serde_json::to_string(&memory).unwrap();
        let back: WindowMemory = serde_json::from_str(&json).unwrap();
        assert_eq!(back, memory);
        assert_eq!(back.view().pose.unwrap().focus, Vec3::new(1.0, 2.0, 3.0));
    }

    #[test]
    fn a_camera_is_not_put_where_none_can_stand() {
        assert_eq!(pose([0.0, 0.0, 0.0, 0.0, f32::NAN, 100.0]), None);
        assert_eq!(pose([1e30, 0.0, 0.0, 0.0, 0.1, 100.0]), None);
        let buried = pose([0.0, 40.0, 0.0, 0.0, -1.0, -5.0]).unwrap();
        assert!(buried.eye().y > 0.0);
    }
}
