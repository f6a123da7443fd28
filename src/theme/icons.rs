//! The icons that rules can put on labels, by their names in scene files.

use egui_phosphor::regular as icon;

/// Every name with its glyph; docs/scene-files.md lists them.
pub const RULE_ICONS: [(&str, &str); 26] = [
    ("battery", icon::BATTERY_CHARGING),
    ("bird", icon::BIRD),
    ("broadcast", icon::BROADCAST),
    ("clock", icon::CLOCK),
    ("compass", icon::COMPASS),
    ("drop", icon::DROP),
    ("eye", icon::EYE),
    ("fan", icon::FAN),
    ("fire", icon::FIRE),
    ("gear", icon::GEAR),
    ("grid", icon::PLUG),
    ("hand", icon::HAND_PALM),
    ("ice", icon::SNOWFLAKE),
    ("lock", icon::LOCK_SIMPLE),
    ("no_signal", icon::WIFI_SLASH),
    ("pause", icon::PAUSE),
    ("power", icon::LIGHTNING),
    ("rotate", icon::ARROWS_CLOCKWISE),
    ("siren", icon::SIREN),
    ("speed", icon::GAUGE),
    ("stop", icon::STOP_CIRCLE),
    ("temperature", icon::THERMOMETER),
    ("vibration", icon::VIBRATE),
    ("warning", icon::WARNING),
    ("wind", icon::WIND),
    ("wrench", icon::WRENCH),
];

/// The glyph of the icon of this name.
pub fn rule_icon(name: &str) -> Option<&'static str> {
    let mut icons = RULE_ICONS.iter();
    icons.find(|(n, _)| *n == name).map(|(_, glyph)| *glyph)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_lists_every_icon() {
        let page = include_str!("../../docs/scene-files.md");
        for (name, _) in RULE_ICONS {
            assert!(page.contains(&format!("`{name}`")), "{name}");
        }
    }
}
