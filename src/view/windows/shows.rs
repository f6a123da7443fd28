//! What a further window shows, and from where.

use serde::{Deserialize, Serialize};

use crate::panels::layout::Pane;
use crate::scene::Scene;
use crate::view::{NamedViews, StartView};

/// What a further window shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shows {
    /// The farm, from where its camera was last sent.
    Farm(Vantage),
    /// A turbine in figures: the selected one, or always the one of this name.
    Turbine(Option<String>),
    /// A panel.
    Panel(Pane),
}

impl Default for Shows {
    /// An overview: the map for the wall.
    fn default() -> Self {
        Self::Farm(Vantage("above".to_owned()))
    }
}

impl Shows {
    /// In a word, as the window's title and its header say it.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Farm(_) => "Farm",
            Self::Turbine(_) => Pane::Turbine.title(),
            Self::Panel(pane) => pane.title(),
        }
    }

    /// What can be chosen.
    pub fn choices() -> impl Iterator<Item = Self> {
        let panels = Pane::ALL.into_iter().filter_map(|pane| match pane {
            Pane::View | Pane::Rules => None,
            Pane::Turbine => Some(Self::Turbine(None)),
            pane => Some(Self::Panel(pane)),
        });
        std::iter::once(Self::default()).chain(panels)
    }

    /// Whether both are of one kind: two turbines, or the farm from two sides.
    pub fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Panel(a), Self::Panel(b)) => a == b,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// A place to look at the farm from, by name: a direction, or a turbine's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vantage(pub String);

impl Vantage {
    /// The directions, and how they are called.
    pub const DIRECTIONS: [(&'static str, &'static str); 6] = [
        ("above", "From above"),
        ("farm", "From the south-west"),
        ("south", "From the south"),
        ("east", "From the east"),
        ("north", "From the north"),
        ("west", "From the west"),
    ];

    /// In words.
    pub fn words(&self) -> &str {
        Self::DIRECTIONS
            .iter()
            .find(|(name, _)| *name == self.0)
            .map_or(&self.0, |(_, words)| words)
    }

    /// The same for the camera.
    pub(super) fn start_view(&self) -> StartView {
        StartView::Named(self.0.clone())
    }

    /// Whether a scene has it.
    pub(super) fn is_of(&self, scene: &Scene, named: &NamedViews) -> bool {
        self.start_view().is_known(scene, named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pane_but_the_view_and_the_rules_can_be_had_in_a_window_and_the_farm_too() {
        let choices: Vec<_> = Shows::choices().collect();
        assert_eq!(choices.len(), Pane::ALL.len() - 1);
        for (i, a) in choices.iter().enumerate() {
            assert!(choices.iter().skip(i + 1).all(|b| !a.is_alike(b)), "{a:?}");
        }
    }

    #[test]
    fn two_turbines_are_alike_and_two_panels_are_not() {
        let turbine = |name: &str| Shows::Turbine(Some(name.to_owned()));
        assert!(turbine("T01").is_alike(&turbine("T02")));
        assert!(!Shows::Panel(Pane::Alarms).is_alike(&Shows::Panel(Pane::Connection)));
    }
}
