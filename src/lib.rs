//! Windvane: a desktop 3D digital twin of wind farms.
//!
//! The rooms stand in the order in which the data flows through them. Each adds its systems to the
//! [`RoomSet`] of its name, and the sets run in that order within a frame:
//!
//! ```text
//! scene ─► telemetry ─► fleet ─► rules ─► history ─► alarms ─► view, panels
//! ```
//!
//! The one way back is an operator's [`action::Action`].

use bevy::prelude::*;

pub mod access;
pub mod action;
pub mod alarms;
pub mod cli;
pub mod clock;
pub mod demo;
pub mod files;
pub mod fleet;
pub mod history;
pub mod panels;
pub mod rules;
pub mod scene;
pub mod sound;
pub mod telemetry;
pub mod theme;
pub mod units;
pub mod view;
pub mod wake;
pub mod wording;

/// The rooms as system sets of [`Update`], in the order in which data flows within a frame.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoomSet {
    /// A changed scene file replaces the scene.
    Scene,
    /// What has arrived since the last frame is taken from the telemetry thread.
    Telemetry,
    /// Samples are written into the columns; silent signals become stale.
    Fleet,
    /// Rules run over the rows that changed.
    Rules,
    /// What the rules of alarms have read is kept for an hour.
    History,
    /// Alarm states follow the rules; the operator's actions are carried out.
    Alarms,
    /// The 3D window follows.
    View,
}

/// The rooms that need no window: what `windvane watch` runs, and the viewer beneath its window.
pub fn headless_plugin(app: &mut App) {
    use RoomSet::{Alarms, Fleet, History, Rules, Scene, Telemetry, View};
    app.configure_sets(
        Update,
        (Scene, Telemetry, Fleet, Rules, History, Alarms, View).chain(),
    )
    .add_message::<action::Action>()
    .add_plugins((
        access::plugin,
        clock::plugin,
        scene::plugin,
        telemetry::plugin,
        fleet::plugin,
        rules::plugin,
        alarms::plugin,
        sound::plugin,
    ));
}
