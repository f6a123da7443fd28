//! FontAwesome's names of icons, as scene composers use them, and the glyphs that stand for them.

use egui_phosphor::regular as icon;

/// Names that are common in scenes of plants; sorted.
const ICONS: [(&str, &str); 78] = [
    ("arrow-down", icon::ARROW_DOWN),
    ("arrow-left", icon::ARROW_LEFT),
    ("arrow-right", icon::ARROW_RIGHT),
    ("arrow-up", icon::ARROW_UP),
    ("arrows-rotate", icon::ARROWS_CLOCKWISE),
    ("ban", icon::PROHIBIT),
    ("battery-full", icon::BATTERY_FULL),
    ("battery-half", icon::BATTERY_MEDIUM),
    ("bell", icon::BELL),
    ("bolt", icon::LIGHTNING),
    ("box", icon::PACKAGE),
    ("bug", icon::BUG),
    ("building", icon::BUILDING),
    ("calendar", icon::CALENDAR),
    ("camera", icon::CAMERA),
    ("car", icon::CAR),
    ("chart-line", icon::CHART_LINE),
    ("check", icon::CHECK),
    ("circle", icon::CIRCLE),
    ("circle-check", icon::CHECK_CIRCLE),
    ("circle-exclamation", icon::WARNING_CIRCLE),
    ("circle-info", icon::INFO),
    ("circle-question", icon::QUESTION),
    ("circle-xmark", icon::X_CIRCLE),
    ("clock", icon::CLOCK),
    ("cloud", icon::CLOUD),
    ("cog", icon::GEAR),
    ("comment", icon::CHAT),
    ("cookie", icon::COOKIE),
    ("cube", icon::CUBE),
    ("database", icon::DATABASE),
    ("door-open", icon::DOOR_OPEN),
    ("droplet", icon::DROP),
    ("envelope", icon::ENVELOPE),
    ("eye", icon::EYE),
    ("fan", icon::FAN),
    ("file", icon::FILE),
    ("fire", icon::FIRE),
    ("fire-extinguisher", icon::FIRE_EXTINGUISHER),
    ("flag", icon::FLAG),
    ("flask", icon::FLASK),
    ("gauge", icon::GAUGE),
    ("gauge-high", icon::GAUGE),
    ("gear", icon::GEAR),
    ("gears", icon::GEAR_SIX),
    ("heart", icon::HEART),
    ("house", icon::HOUSE),
    ("industry", icon::FACTORY),
    ("info", icon::INFO),
    ("info-circle", icon::INFO),
    ("key", icon::KEY),
    ("leaf", icon::LEAF),
    ("lightbulb", icon::LIGHTBULB),
    ("link", icon::LINK),
    ("location-dot", icon::MAP_PIN),
    ("lock", icon::LOCK_SIMPLE),
    ("microchip", icon::CPU),
    ("oil-can", icon::DROP_HALF),
    ("phone", icon::PHONE),
    ("plug", icon::PLUG),
    ("power-off", icon::POWER),
    ("recycle", icon::RECYCLE),
    ("robot", icon::ROBOT),
    ("screwdriver-wrench", icon::WRENCH),
    ("signal", icon::CELL_SIGNAL_FULL),
    ("snowflake", icon::SNOWFLAKE),
    ("solar-panel", icon::SOLAR_PANEL),
    ("star", icon::STAR),
    ("sun", icon::SUN),
    ("temperature-high", icon::THERMOMETER_HOT),
    ("temperature-low", icon::THERMOMETER_COLD),
    ("thermometer", icon::THERMOMETER),
    ("triangle-exclamation", icon::WARNING),
    ("truck", icon::TRUCK),
    ("user", icon::USER),
    ("video", icon::VIDEO_CAMERA),
    ("wind", icon::WIND),
    ("wrench", icon::WRENCH),
];

/// The glyph for an icon, with or without its library's prefix; a plain pin for one that is not known.
pub fn glyph(name: &str) -> &'static str {
    let name = name.trim().to_ascii_lowercase();
    let name = name.strip_prefix("fa-").unwrap_or(&name);
    let found = ICONS.binary_search_by_key(&name, |(known, _)| known).ok();
    let found = found.and_then(|at| ICONS.get(at));
    found.map_or(icon::MAP_PIN, |(_, glyph)| glyph)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_others_have_a_pin() {
        for (name, expected) in ICONS {
            assert_eq!(glyph(name), expected, "{name}");
        }
        assert_eq!(glyph("fa-fan"), icon::FAN);
        assert_eq!(glyph("no-such-icon"), icon::MAP_PIN);
    }
}
