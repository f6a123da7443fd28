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
    use crate::theme::{Theme, Variant};

    #[test]
    fn black_on_white_is_21_to_1() {
        let ratio = contrast_ratio(Color32::BLACK, Color32::WHITE);
        assert!((ratio - 21.0).abs() < 1e-9, "{ratio}");
    }

    #[test]
    fn text_is_legible_on_every_ground_in_both_variants() {
        for variant in [Variant::Light, Variant::Dark] {
            let theme = Theme::new(variant);
            for ground in [theme.ground, theme.panel] {
                let text = contrast_ratio(theme.text, ground);
                let quiet = contrast_ratio(theme.quiet, ground);
                assert!(text >= 7.0, "{variant:?} text {text:.2}");
                assert!(quiet >= 4.5, "{variant:?} quiet {quiet:.2}");
            }
        }
    }

    #[test]
    fn focus_and_selection_stand_out_from_what_they_surround() {
        for variant in [Variant::Light, Variant::Dark] {
            let theme = Theme::new(variant);
            for ground in [theme.ground, theme.panel] {
                let ratio = contrast_ratio(theme.accent, ground);
                assert!(ratio >= 3.0, "{variant:?} accent {ratio:.2}");
            }
        }
    }

    #[test]
    fn the_rim_of_a_mark_stands_out_from_its_fill_or_its_ground() {
        for variant in [Variant::Light, Variant::Dark] {
            let theme = Theme::new(variant);
            for fill in theme.priorities {
                for ground in [theme.ground, theme.panel] {
                    let by_fill = contrast_ratio(fill, ground);
                    let by_rim = contrast_ratio(theme.mark_ink, ground);
                    assert!(
                        by_fill.max(by_rim) >= 3.0,
                        "{variant:?} {fill:?} on {ground:?}"
                    );
                }
            }
        }
    }
}
