//! Contrast of two colours, after WCAG 2.2.

use bevy_egui::egui::Color32;

/// The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn contrast_ratio(a: Color32, b: Color32) -> f64 {
    let (a, b) = (relative_luminance(a), relative_luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, 0 for black to 1 for white (WCAG 2.2, "relative luminance").
fn relative_luminance(color: Color32) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Priority;
    use crate::theme::{Theme, Variant};

    #[test]
    fn black_on_white_is_21_to_1() {
        let ratio = contrast_ratio(Color32::BLACK, Color32::WHITE);
        assert!((ratio - 21.0).abs() < 1e-9, "{ratio}");
    }

    /// What is seen on what: its name, the two colours, and the least ratio.
    type Use = (&'static str, Color32, Color32, f64);

    /// WCAG AA: text.
    const TEXT: f64 = 4.5;
    /// The art direction asks for more where people read for hours.
    const READ: f64 = 7.0;
    /// WCAG AA: what is not text but has to be seen, and marks.
    const SEEN: f64 = 3.0;

    /// Every use of every token but those of the 3D view. A token that is added has to be named here.
    fn uses(theme: &Theme) -> Vec<Use> {
        let Theme {
            variant: _,
            ground,
            panel,
            line: _,
            text,
            quiet,
            accent,
            priorities: _,
            mark_ink,
            unknown,
            number,
            literal,
            // The 3D view's: what stands on them is tested with pictures.
            turbine: _,
            foundation: _,
            concrete: _,
            steel_light: _,
            steel_dark: _,
        } = *theme;
        let visuals = crate::theme::style::style(theme, 1.0).visuals;
        let widgets = &visuals.widgets;
        let mut uses = vec![
            ("text on the ground", text, ground, READ),
            ("text on a panel, a toast, a menu", text, panel, READ),
            ("quiet text on the ground", quiet, ground, TEXT),
            ("quiet text on a panel", quiet, panel, TEXT),
            (
                "quiet text on a stripe",
                quiet,
                visuals.faint_bg_color,
                TEXT,
            ),
            (
                "a link on the ground",
                visuals.hyperlink_color,
                ground,
                TEXT,
            ),
            ("a link on a panel", visuals.hyperlink_color, panel, TEXT),
            ("the focus ring on the ground", accent, ground, SEEN),
            ("the focus ring on a panel", accent, panel, SEEN),
            (
                "a hint in a field",
                quiet,
                visuals.text_edit_bg_color(),
                TEXT,
            ),
            ("a typed text", text, visuals.text_edit_bg_color(), TEXT),
            (
                "a number of an expression",
                number,
                visuals.text_edit_bg_color(),
                TEXT,
            ),
            (
                "a quoted text of an expression",
                literal,
                visuals.text_edit_bg_color(),
                TEXT,
            ),
            ("a selected row", text, visuals.selection.bg_fill, TEXT),
            (
                "a selected text",
                visuals.selection.stroke.color,
                visuals.selection.bg_fill,
                TEXT,
            ),
            (
                "quiet text in a selected row",
                quiet,
                visuals.selection.bg_fill,
                SEEN,
            ),
            (
                "the cursor in a field",
                visuals.text_cursor.stroke.color,
                visuals.text_edit_bg_color(),
                SEEN,
            ),
            ("what is not known", unknown, panel, SEEN),
            ("the program's mark", panel, text, SEEN),
        ];
        for (name, widget) in [
            ("a button", &widgets.inactive),
            ("a hovered button", &widgets.hovered),
            ("a pressed button", &widgets.active),
            ("an open menu's button", &widgets.open),
        ] {
            uses.push((name, widget.fg_stroke.color, widget.bg_fill, TEXT));
            uses.push(("the focus ring on it", accent, widget.bg_fill, SEEN));
        }
        // A disabled button is set in the quiet tone on the same fill.
        uses.push(("a disabled button", quiet, widgets.inactive.bg_fill, TEXT));
        for priority in Priority::ALL {
            let (fill, pale) = (theme.priority(priority), theme.pale(priority));
            uses.push(("the numeral on a mark", theme.numeral(priority), fill, TEXT));
            uses.push(("the numeral on a pale mark", text, pale, TEXT));
            uses.push(("the numeral on a hollow mark", text, panel, TEXT));
            for ground in [ground, panel] {
                // Either the fill or its rim stands out.
                let by_fill = contrast_ratio(fill, ground) > contrast_ratio(mark_ink, ground);
                let seen = if by_fill { fill } else { mark_ink };
                uses.push(("a mark on its ground", seen, ground, SEEN));
            }
        }
        uses
    }

    #[test]
    fn every_use_of_every_token_keeps_its_contrast_in_both_variants() {
        let mut faint = Vec::new();
        for variant in [Variant::Light, Variant::Dark] {
            for (name, a, b, least) in uses(&Theme::new(variant)) {
                let ratio = contrast_ratio(a, b);
                if ratio < least {
                    faint.push(format!("{variant:?}: {name}: {ratio:.2} < {least}"));
                }
            }
        }
        assert_eq!(faint, Vec::<String>::new());
    }
}
