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

    use crate::theme::{Hour, RULE_SCALES, Theme, Variant};

    /// Linear light of an sRGB colour.
    fn linear(color: Color32) -> [f64; 3] {
        [color.r(), color.g(), color.b()].map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        })
    }

    fn times(m: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
        m.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum())
    }

    /// As seen without the long, middle or short cones (Machado, Oliveira and Fernandes, 2009).
    const DEFICIENCIES: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ];

    /// `OKLab` (Ottosson, 2020): a difference of 0.02 is just seen.
    fn oklab(light: [f64; 3]) -> [f64; 3] {
        let lms = times(
            &[
                [0.412_221_47, 0.536_332_54, 0.051_445_99],
                [0.211_903_5, 0.680_699_55, 0.107_396_96],
                [0.088_302_46, 0.281_718_84, 0.629_978_7],
            ],
            light.map(|c| c.clamp(0.0, 1.0)),
        );
        times(
            &[
                [0.210_454_26, 0.793_617_79, -0.004_072_05],
                [1.977_998_5, -2.428_592_2, 0.450_593_71],
                [0.025_904_04, 0.782_771_77, -0.808_675_77],
            ],
            lms.map(f64::cbrt),
        )
    }

    fn distance(a: Color32, b: Color32, deficiency: &[[f64; 3]; 3]) -> f64 {
        let seen = |c| oklab(times(deficiency, linear(c)));
        let (a, b) = (seen(a), seen(b));
        let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
        squares.sum::<f64>().sqrt()
    }

    fn colors() -> Vec<Color32> {
        (0..=40).map(|i| map_color(f64::from(i) / 40.0)).collect()
    }

    #[test]
    fn more_is_lighter_and_every_step_is_about_as_wide() {
        let all = colors();
        let lightness: Vec<f64> = all.iter().map(|c| oklab(linear(*c))[0]).collect();
        assert!(lightness.windows(2).all(|w| w[1] > w[0]), "{lightness:?}");
        let [normal, ..] = &DEFICIENCIES;
        let steps: Vec<f64> = all
            .windows(2)
            .map(|w| distance(w[0], w[1], normal))
            .collect();
        let widest = steps.iter().copied().fold(0.0, f64::max);
        let narrowest = steps.iter().copied().fold(1.0, f64::min);
        assert!(widest < 3.0 * narrowest, "{narrowest} to {widest}");
    }

    #[test]
    fn the_ends_are_told_apart_by_everybody() {
        for deficiency in &DEFICIENCIES {
            let apart = distance(map_color(0.0), map_color(1.0), deficiency);
            assert!(apart > 0.35, "{apart}");
        }
    }

    #[test]
    fn no_colour_of_the_map_is_taken_for_an_alarm() {
        for variant in [Variant::Light, Variant::Dark] {
            for alarm in Theme::new(variant).priorities {
                for (i, color) in colors().into_iter().enumerate() {
                    for deficiency in &DEFICIENCIES {
                        let apart = distance(color, alarm, deficiency);
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
        let [normal, ..] = &DEFICIENCIES;
        for (scale, i) in RULE_SCALES
            .iter()
            .flat_map(|s| (0..=40).map(move |i| (s, i)))
        {
            let color = rule_scale(scale.name).unwrap().at(f64::from(i) / 40.0);
            for theme in [Variant::Light, Variant::Dark].map(Theme::new) {
                for alarm in theme.priorities {
                    for deficiency in &DEFICIENCIES {
                        let apart = distance(color, alarm, deficiency);
                        assert!(apart > 0.042, "{} {i} {alarm:?}: {apart:.3}", scale.name);
                    }
                }
                let apart = distance(color, theme.turbine, normal);
                assert!(apart > 0.055, "{} {i}: {apart:.3} from well", scale.name);
            }
        }
    }

    #[test]
    fn the_ends_of_every_scale_are_told_apart_by_everybody() {
        for scale in RULE_SCALES {
            let colors = rule_scale(scale.name).unwrap();
            for deficiency in &DEFICIENCIES {
                let apart = distance(colors.at(0.0), colors.at(1.0), deficiency);
                assert!(apart > 0.17, "{}: {apart}", scale.name);
            }
        }
    }

    #[test]
    fn no_colour_of_the_map_vanishes_on_sea_land_or_sky() {
        let [normal, ..] = &DEFICIENCIES;
        for variant in [Variant::Light, Variant::Dark] {
            for sun_deg in [-20.0, 0.0, 7.0, 40.0] {
                let hour = Hour::at(variant, sun_deg);
                for ground in [hour.sea, hour.land, hour.zenith, hour.horizon] {
                    let [r, g, b, _] = Srgba::from(LinearRgba::from_vec3(ground)).to_u8_array();
                    let ground = Color32::from_rgb(r, g, b);
                    for color in colors() {
                        let apart = distance(color, ground, normal);
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
