//! Which windows are open, where and what they show: remembered from one run to the next.

use bevy::prelude::*;
use bevy::window::{Monitor, WindowMode};
use serde::{Deserialize, Serialize};

use super::open::{place_of, screens};
use super::place::screen_of;
use super::{Shows, SideView};
use crate::view::camera::{HIGHEST, LOWEST, NEAREST_M, Pose};

/// The windows beside the first: as they are, and before they are opened, as they were.
#[derive(Resource, Debug, Default, PartialEq)]
pub struct RememberedWindows {
    /// Of each window, in the order in which they were opened.
    pub windows: Vec<WindowMemory>,
    /// They are open: from now on, what is open is what is remembered.
    pub(super) restored: bool,
}

/// What is remembered of a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowMemory {
    /// What it shows.
    pub shows: Shows,
    /// Its camera flies to whatever is selected.
    pub follows: bool,
    /// Where its camera stands: focus x, y, z in metres, bearing and height in radians, distance in metres.
    pub pose: Option<[f32; 6]>,
    /// Its upper left corner, pixels; not every display server tells.
    pub at: Option<[i32; 2]>,
    /// Logical pixels.
    pub size: [u32; 2],
    /// The name of its monitor.
    pub monitor: Option<String>,
    /// It fills its monitor.
    pub fullscreen: bool,
}

impl Default for WindowMemory {
    fn default() -> Self {
        Self {
            shows: Shows::default(),
            follows: false,
            pose: None,
            at: None,
            size: [1280, 800],
            monitor: None,
            fullscreen: false,
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
    })
}

/// Takes note of what is open.
pub(super) fn remember(
    sides: Query<(Entity, &SideView, &Window)>,
    monitors: Query<&Monitor>,
    mut remembered: ResMut<RememberedWindows>,
    mut known: Local<bevy::platform::collections::HashMap<Entity, WindowMemory>>,
) {
    if !remembered.restored {
        return;
    }
    let screens = screens(monitors.iter());
    known.retain(|window, _| sides.contains(*window));
    let mut open: Vec<_> = sides.iter().collect();
    open.sort_by_key(|(entity, ..)| *entity);
    let windows: Vec<WindowMemory> = open
        .into_iter()
        .map(|(entity, side, window)| {
            let before = known.get(&entity).cloned().unwrap_or_default();
            let fullscreen = window.mode != WindowMode::Windowed;
            let pose = side.pose.map(|p| {
                let Vec3 { x, y, z } = p.focus;
                [x, y, z, p.yaw_rad, p.pitch_rad, p.radius_m]
            });
            let place = place_of(window);
            let screen = place.and_then(|(at, size)| screen_of(&screens, at, size));
            let now = WindowMemory {
                shows: side.shows.clone(),
                follows: side.follows,
                pose,
                monitor: screen.and_then(|s| s.name.clone()).or(before.monitor),
                fullscreen,
                ..before
            };
            // A window that fills its monitor keeps the place that it goes back to.
            let now = if fullscreen || side.hidden {
                now
            } else {
                let size = window.resolution.size().round().as_uvec2();
                WindowMemory {
                    at: place.map(|(at, _)| at.to_array()),
                    size: size.to_array(),
                    ..now
                }
            };
            known.insert(entity, now.clone());
            now
        })
        .collect();
    if remembered.windows != windows {
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
            at: Some([1920, -40]),
            monitor: Some("DP-2".to_owned()),
            ..WindowMemory::default()
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
