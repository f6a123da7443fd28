//! Design tokens: every colour of the program, light and dark; those of the place are in `hours`.
//!
//! After ISA-101: grey is well, colour is trouble. Alarm colours are used for alarms only, and never
//! without a shape and a number.

use bevy::prelude::Resource;
use bevy_egui::egui::Color32;

use crate::scene::{Foundation, Priority, Surface};

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
    /// Transition pieces: the yellow of the standards (RAL 1023), toned down so far that it is told
    /// from an alarm's at a glance.
    pub foundation: Color32,
    /// Numbers in expressions.
    pub number: Color32,
    /// Quoted texts in expressions.
    pub literal: Color32,
    /// Concrete.
    pub concrete: Color32,
    /// Machines within a turbine, the lightest of them.
    pub steel_light: Color32,
    /// Machines within a turbine, the darkest of them.
    pub steel_dark: Color32,
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
                foundation: rgb(0x00CF_C38F),
                number: rgb(0x001F_6464),
                literal: rgb(0x004A_6030),
                concrete: rgb(0x00B7_B8B4),
                steel_light: rgb(0x00D3_D8DC),
                steel_dark: rgb(0x006B_7883),
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
                turbine: rgb(0x0078_828B),
                foundation: rgb(0x0062_5D45),
                number: rgb(0x0086_C9C2),
                literal: rgb(0x00AE_C596),
                concrete: rgb(0x004C_5050),
                steel_light: rgb(0x008D_98A1),
                steel_dark: rgb(0x003F_4951),
            },
        }
    }

    /// A surface of a turbine when all is well. Within, each part is its own grey, so that one is told
    /// from the next.
    pub fn surface(&self, surface: Surface, foundation: Foundation) -> Color32 {
        let steel = |light: f32| self.steel_dark.lerp_to_gamma(self.steel_light, light);
        match surface {
            Surface::Foundation => match foundation {
                Foundation::Monopile | Foundation::Jacket => self.foundation,
                Foundation::Gravity | Foundation::Land => self.concrete,
            },
            Surface::Tower | Surface::Nacelle | Surface::Hub | Surface::Blades => self.turbine,
            Surface::Pitch => steel(0.55),
            Surface::MainBearing => steel(0.30),
            Surface::Shaft => steel(1.0),
            Surface::Gearbox => steel(0.62),
            Surface::Brake => steel(0.0),
            Surface::Generator => steel(0.20),
            Surface::Converter => steel(0.85),
            Surface::Transformer => steel(0.38),
            Surface::Yaw => steel(0.48),
            Surface::TowerBase => steel(0.70),
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
