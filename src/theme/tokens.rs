//! Design tokens: every colour of the program, light and dark.
//!
//! After ISA-101: grey is well, colour is trouble. Alarm colours are used for alarms only, and never
//! without a shape and a number.

use bevy::prelude::Resource;
use bevy_egui::egui::Color32;

use crate::scene::Priority;

/// Light or dark control room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Variant {
    /// For bright rooms.
    #[default]
    Light,
    /// For dim rooms.
    Dark,
}

impl Variant {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Light => Self::Dark,
            Self::Dark => Self::Light,
        }
    }
}

/// The variant that was asked for on the command line, which goes before the remembered one.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AskedTheme(pub Option<Variant>);

/// The tokens of one variant.
#[derive(Resource, Debug, Clone, PartialEq)]
pub struct Theme {
    /// Which.
    pub variant: Variant,
    /// Window ground.
    pub ground: Color32,
    /// Panels and cards.
    pub panel: Color32,
    /// Separators and grid.
    pub line: Color32,
    /// Text; 7:1 at least on ground and panel.
    pub text: Color32,
    /// Units and labels; 4.5:1 at least.
    pub quiet: Color32,
    /// Selection, focus and links; never a state.
    pub accent: Color32,
    /// By `Priority as usize`; alarms only.
    pub priorities: [Color32; 4],
    /// The rim and numeral of every mark, so that yellow stands out on light grounds too.
    pub mark_ink: Color32,
    /// Stale, bad quality, no data; drawn hatched, with a question mark.
    pub unknown: Color32,
    /// The plant when all is well.
    pub turbine: Color32,
    /// Sea.
    pub sea: Color32,
    /// Land.
    pub land: Color32,
    /// Sky overhead.
    pub sky_zenith: Color32,
    /// Sky at the horizon, and haze.
    pub sky_horizon: Color32,
}

impl Theme {
    /// The tokens of a variant.
    pub fn new(variant: Variant) -> Self {
        let rgb = |hex: u32| {
            let [_, r, g, b] = hex.to_be_bytes();
            Color32::from_rgb(r, g, b)
        };
        match variant {
            Variant::Light => Self {
                variant,
                ground: rgb(0x00E4_E6E8),
                panel: rgb(0x00F3_F4F5),
                line: rgb(0x00C9_CED3),
                text: rgb(0x001D_2329),
                quiet: rgb(0x0057_616B),
                accent: rgb(0x001A_63A1),
                priorities: [0x00C4_122F, 0x00E0_700C, 0x00D9_A800, 0x007B_4FB5].map(rgb),
                mark_ink: rgb(0x001D_2329),
                unknown: rgb(0x006E_8796),
                turbine: rgb(0x00F1_F2F2),
                // Darker than the art direction's #A9B8C1: white turbines a few pixels high stand out on it.
                sea: rgb(0x008E_A1AD),
                land: rgb(0x00B9_BCAE),
                sky_zenith: rgb(0x00C5_D2DC),
                sky_horizon: rgb(0x00EE_F2F4),
            },
            Variant::Dark => Self {
                variant,
                ground: rgb(0x001B_1F24),
                panel: rgb(0x0024_2A30),
                line: rgb(0x0039_424B),
                text: rgb(0x00E8_EBEE),
                quiet: rgb(0x009D_A8B2),
                accent: rgb(0x005A_A9E6),
                priorities: [0x00FF_4D5E, 0x00FF_9838, 0x00FF_D23F, 0x00B5_92F0].map(rgb),
                mark_ink: rgb(0x001D_2329),
                unknown: rgb(0x007F_9AAB),
                turbine: rgb(0x0068_727B),
                sea: rgb(0x0027_343E),
                land: rgb(0x002E_332F),
                sky_zenith: rgb(0x000F_151B),
                sky_horizon: rgb(0x0026_323C),
            },
        }
    }

    /// The numeral on the mark of a priority: a dark one cannot be read on the deep red and violet of
    /// the light theme.
    pub fn numeral(&self, priority: Priority) -> Color32 {
        match (self.variant, priority) {
            (Variant::Light, Priority::Critical | Priority::Low) => Color32::WHITE,
            _ => self.mark_ink,
        }
    }

    /// The paler fill of a mark in the other half of its flash.
    pub fn pale(&self, priority: Priority) -> Color32 {
        self.panel.lerp_to_gamma(self.priority(priority), 0.36)
    }

    /// The colour of an alarm priority.
    pub fn priority(&self, priority: Priority) -> Color32 {
        let [critical, high, medium, low] = self.priorities;
        match priority {
            Priority::Critical => critical,
            Priority::High => high,
            Priority::Medium => medium,
            Priority::Low => low,
        }
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::new(Variant::default())
    }
}
