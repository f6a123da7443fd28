//! The colour map of signals: viridis, cut so that it is told from every alarm colour.

use std::sync::LazyLock;

use bevy_egui::egui::Color32;

use crate::theme::{ScaleColors, rule_scale};

/// The order in which distinct values take places on the map, far apart first.
const DISTINCT: [u8; 8] = [0, 7, 4, 2, 6, 1, 5, 3];

static MAP: LazyLock<Option<&'static ScaleColors>> = LazyLock::new(|| rule_scale("viridis"));

/// The colour at a share of the range, 0 to 1; shares outside take the colour of the nearer end.
pub fn map_color(share: f64) -> Color32 {
    MAP.map_or(Color32::PLACEHOLDER, |colors| colors.at(share))
}

/// The colour of the n-th distinct value of a boolean or a text. The ninth looks as the first.
pub fn distinct_color(nth: usize) -> Color32 {
    let place = DISTINCT.get(nth % DISTINCT.len()).copied().unwrap_or(0);
    map_color(f64::from(place) / 7.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::color::{ColorToComponents as _, ColorToPacked as _, LinearRgba, Srgba};

    use crate::theme::{Hour, RULE_SCALES, Sight, Theme, Variant, difference, lightness};

    /// Every kind of eye.
    fn sights() -> impl Iterator<Item = Sight> {
        [Sight::Full].into_iter().chain(Sight::DEFICIENT)
    }

    fn rgb(color: Color32) -> [u8; 3] {
        [color.r(), color.g(), color.b()]
    }

    fn distance(a: Color32, b: Color32, sight: Sight) -> f64 {
        difference(rgb(a), rgb(b), sight)
    }

    fn colors() -> Vec<Color32> {
        (0..=40).map(|i| map_color(f64::from(i) / 40.0)).collect()
    }

    #[test]
    fn more_is_lighter_and_every_step_is_about_as_wide() {
        let all = colors();
        let lightness: Vec<f64> = all.iter().map(|c| lightness(rgb(*c))).collect();
        assert!(lightness.windows(2).all(|w| w[1] > w[0]), "{lightness:?}");
        let steps: Vec<f64> = all
            .windows(2)
            .map(|w| distance(w[0], w[1], Sight::Full))
            .collect();
        let widest = steps.iter().copied().fold(0.0, f64::max);
        let narrowest = steps.iter().copied().fold(1.0, f64::min);
        assert!(widest < 3.0 * narrowest, "{narrowest} to {widest}");
    }

    #[test]
    fn the_ends_are_told_apart_by_everybody() {
        for sight in sights() {
            let apart = distance(map_color(0.0), map_color(1.0), sight);
            assert!(apart > 0.35, "{apart}");
        }
    }

    #[test]
    fn no_colour_of_the_map_is_taken_for_an_alarm() {
        for variant in [Variant::Light, Variant::Dark] {
            for alarm in Theme::new(variant).priorities {
                for (i, color) in colors().into_iter().enumerate() {
                    for sight in sights() {
                        let apart = distance(color, alarm, sight);
                        assert!(
                            apart > 0.042,
                            "{variant:?} {alarm:?} and step {i}: {apart:.3}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn no_colour_of_any_scale_is_taken_for_an_alarm_or_for_a_turbine_that_is_well() {
        for (scale, i) in RULE_SCALES
            .iter()
            .flat_map(|s| (0..=40).map(move |i| (s, i)))
        {
            let color = rule_scale(scale.name).unwrap().at(f64::from(i) / 40.0);
            for theme in [Variant::Light, Variant::Dark].map(Theme::new) {
                for alarm in theme.priorities {
                    for sight in sights() {
                        let apart = distance(color, alarm, sight);
                        assert!(apart > 0.042, "{} {i} {alarm:?}: {apart:.3}", scale.name);
                    }
                }
                let apart = distance(color, theme.turbine, Sight::Full);
                assert!(apart > 0.055, "{} {i}: {apart:.3} from well", scale.name);
            }
        }
    }

    #[test]
    fn the_ends_of_every_scale_are_told_apart_by_everybody() {
        for scale in RULE_SCALES {
            let colors = rule_scale(scale.name).unwrap();
            for sight in sights() {
                let apart = distance(colors.at(0.0), colors.at(1.0), sight);
                assert!(apart > 0.17, "{}: {apart}", scale.name);
            }
        }
    }

    #[test]
    fn no_colour_of_the_map_vanishes_on_sea_land_or_sky() {
        for variant in [Variant::Light, Variant::Dark] {
            for sun_deg in [-20.0, 0.0, 7.0, 40.0] {
                let hour = Hour::at(variant, sun_deg);
                for ground in [hour.sea, hour.land, hour.zenith, hour.horizon] {
                    let [r, g, b, _] = Srgba::from(LinearRgba::from_vec3(ground)).to_u8_array();
                    let ground = Color32::from_rgb(r, g, b);
                    for color in colors() {
                        let apart = distance(color, ground, Sight::Full);
                        assert!(
                            apart > 0.05,
                            "{variant:?} {sun_deg} {ground:?} {color:?}: {apart:.3}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn shares_outside_the_range_take_the_nearer_end() {
        assert_eq!(map_color(-3.0), map_color(0.0));
        assert_eq!(map_color(7.0), map_color(1.0));
        assert_eq!(distinct_color(8), distinct_color(0));
    }
}
