//! The colour scales that signals and rules can be shown in, by their names in scene files.

use std::sync::LazyLock;

use bevy_egui::egui::Color32;
use colorgrad::{Gradient, preset};

/// Colours of a scale that are told apart.
const STEPS: usize = 256;

/// A scale of colorgrad, and the part of it that is used: what nobody takes for an alarm or for a
/// turbine that is well.
#[derive(Debug, Clone, Copy)]
pub struct RuleScaleName {
    /// Its name in scene files, which is colorgrad's.
    pub name: &'static str,
    cut: [f32; 2],
}

/// Every scale; docs/scene-files.md lists them. Those that run through the colours of alarms from end
/// to end (turbo, rainbow, the diverging ones) leave no part that is wide enough to read.
pub const RULE_SCALES: [RuleScaleName; 12] = [
    // Above, viridis turns green and yellow, which people who see red and green alike take for a medium
    // alarm; below, dark violet sinks into the sea of the dark theme.
    scale("viridis", [0.10, 0.675]),
    scale("cividis", [0.0, 0.365]),
    scale("magma", [0.14, 0.45]),
    scale("inferno", [0.14, 0.43]),
    scale("bu_gn", [0.255, 0.73]),
    scale("bu_pu", [0.18, 0.655]),
    scale("gn_bu", [0.195, 0.795]),
    scale("pu_bu", [0.185, 0.69]),
    scale("pu_bu_gn", [0.50, 0.92]),
    scale("yl_gn", [0.06, 0.525]),
    scale("yl_gn_bu", [0.025, 0.665]),
    scale("pu_rd", [0.14, 0.495]),
];

const fn scale(name: &'static str, cut: [f32; 2]) -> RuleScaleName {
    RuleScaleName { name, cut }
}

/// The colours of a scale.
#[derive(Debug)]
pub struct ScaleColors([Color32; STEPS]);

impl ScaleColors {
    /// The colour at a share of the range, 0 to 1; shares outside take the colour of the nearer end.
    pub fn at(&self, share: f64) -> Color32 {
        let step = (share.clamp(0.0, 1.0) * (STEPS - 1) as f64).round() as usize;
        self.0.get(step).copied().unwrap_or_default()
    }
}

static COLORS: LazyLock<Vec<ScaleColors>> = LazyLock::new(|| {
    let colors = |of: &RuleScaleName| {
        let ([low, high], gradient) = (of.cut, gradient(of.name));
        ScaleColors(std::array::from_fn(|step| {
            let share = step as f32 / (STEPS - 1) as f32;
            let [r, g, b, _] = gradient.at(low + (high - low) * share).to_rgba8();
            Color32::from_rgb(r, g, b)
        }))
    };
    RULE_SCALES.iter().map(colors).collect()
});

/// The colours of the scale of this name.
pub fn rule_scale(name: &str) -> Option<&'static ScaleColors> {
    let at = RULE_SCALES.iter().position(|scale| scale.name == name)?;
    COLORS.get(at)
}

fn gradient(name: &str) -> Box<dyn Gradient> {
    match name {
        "cividis" => Box::new(preset::cividis()),
        "magma" => Box::new(preset::magma()),
        "inferno" => Box::new(preset::inferno()),
        "bu_gn" => Box::new(preset::bu_gn()),
        "bu_pu" => Box::new(preset::bu_pu()),
        "gn_bu" => Box::new(preset::gn_bu()),
        "pu_bu" => Box::new(preset::pu_bu()),
        "pu_bu_gn" => Box::new(preset::pu_bu_gn()),
        "yl_gn" => Box::new(preset::yl_gn()),
        "yl_gn_bu" => Box::new(preset::yl_gn_bu()),
        "pu_rd" => Box::new(preset::pu_rd()),
        _ => Box::new(preset::viridis()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scale_has_colours_of_its_own_from_end_to_end() {
        let ends = |name| {
            let colors = rule_scale(name).unwrap();
            (colors.at(-1.0), colors.at(0.5), colors.at(2.0))
        };
        for (i, scale) in RULE_SCALES.iter().enumerate() {
            let (low, middle, high) = ends(scale.name);
            assert!(low != middle && middle != high, "{}", scale.name);
            for other in RULE_SCALES.iter().skip(i + 1) {
                assert_ne!(ends(scale.name), ends(other.name), "{}", other.name);
            }
        }
        assert!(rule_scale("turbo").is_none());
    }

    #[test]
    fn the_documentation_lists_every_scale() {
        let page = include_str!("../../docs/scene-files.md");
        for scale in RULE_SCALES {
            assert!(
                page.contains(&format!("`{}`", scale.name)),
                "{}",
                scale.name
            );
        }
    }
}
