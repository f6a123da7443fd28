//! What the view shows beside the plant, each on request.

use bevy::prelude::*;

use crate::RoomSet;
use crate::action::Action;

/// Something that can be shown or hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlay {
    /// Labels of turbines; alarms keep their marks without them.
    Labels,
    /// The value that the colours tell, as a number at each turbine.
    Numbers,
    /// Lines on the ground, with their coordinates.
    Grid,
    /// The wind's direction and strength.
    Wind,
    /// Wakes behind turning rotors.
    Wakes,
}

impl Overlay {
    /// Every overlay with its name for people and what it shows.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Labels, "Labels", "Names of turbines near the camera"),
        (
            Self::Numbers,
            "Numbers",
            "The value that colours tell, at each turbine",
        ),
        (
            Self::Grid,
            "Grid",
            "Lines on the ground with their coordinates",
        ),
        (
            Self::Wind,
            "Wind",
            "Direction and speed, as the turbines report them",
        ),
        (Self::Wakes, "Wakes", "Slow air behind turning rotors"),
    ];
}

/// Which overlays are shown.
#[derive(Resource, Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Overlays {
    shown: Vec<Overlay>,
}

impl Default for Overlays {
    fn default() -> Self {
        Self {
            shown: vec![Overlay::Labels, Overlay::Wind],
        }
    }
}

impl Overlays {
    /// Whether it is shown.
    pub fn is_shown(&self, overlay: Overlay) -> bool {
        self.shown.contains(&overlay)
    }

    /// Shows or hides it.
    pub fn show(&mut self, overlay: Overlay, shown: bool) {
        self.shown.retain(|o| *o != overlay);
        if shown {
            self.shown.push(overlay);
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, follow_actions.in_set(RoomSet::View));
}

fn follow_actions(mut actions: MessageReader<Action>, mut overlays: ResMut<Overlays>) {
    for action in actions.read() {
        if let Action::Show(overlay, shown) = action
            && overlays.is_shown(*overlay) != *shown
        {
            overlays.show(*overlay, *shown);
        }
    }
}
