//! The colours of sky, sea and land by the height of the sun: day, golden hour, civil twilight, night.
//!
//! Low in saturation at every hour, so that no sky is taken for an alarm; and at every hour the plant
//! is lighter than what it stands on.

use bevy::color::{ColorToComponents as _, Mix as _, Srgba};
use bevy::math::Vec3;

use super::tokens::Variant;

/// The place at one height of the sun. Colours are linear.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hour {
    /// Sky overhead.
    pub zenith: Vec3,
    /// Sky at the horizon, and haze.
    pub horizon: Vec3,
    /// Sky at the horizon where the sun is.
    pub glow: Vec3,
    /// The sea's own colour, without what it mirrors.
    pub sea: Vec3,
    /// Land.
    pub land: Vec3,
    /// What light the sun (at night the moon) gives, tinted.
    pub sun: Vec3,
    /// Light from above and from below, as fractions of a colour that is shown.
    pub ambient: [f32; 2],
    /// 0 by day to 1 at night.
    pub night: f32,
}

/// One hour as tokens.
struct Tokens {
    /// Height of the sun, degrees.
    sun_height_deg: f32,
    zenith: u32,
    horizon: u32,
    glow: u32,
    sea: u32,
    land: u32,
    sun_tint: u32,
    sun_strength: f32,
    ambient: [f32; 2],
    night: f32,
}

/// From night to day. The sun's own light is gone at the horizon; the moon's comes after twilight.
const LIGHT: [Tokens; 5] = [
    Tokens {
        sun_height_deg: -10.0,
        zenith: 0x0016_1E29,
        horizon: 0x0033_4250,
        glow: 0x003A_4A59,
        sea: 0x001C_2933,
        land: 0x002C_3233,
        sun_tint: 0x00E4_EEFF,
        sun_strength: 0.20,
        ambient: [0.34, 0.22],
        night: 1.0,
    },
    Tokens {
        sun_height_deg: -4.0,
        zenith: 0x0047_5668,
        horizon: 0x0090_98A4,
        glow: 0x00C9_B0A2,
        sea: 0x0044_525D,
        land: 0x0058_5B58,
        sun_tint: 0x00FF_F0E4,
        sun_strength: 0.0,
        ambient: [0.62, 0.46],
        night: 0.35,
    },
    Tokens {
        sun_height_deg: 0.5,
        zenith: 0x0086_98AB,
        horizon: 0x00CF_CCCB,
        glow: 0x00F0_CFB0,
        sea: 0x0067_7781,
        land: 0x008A_877C,
        sun_tint: 0x00FF_DDBD,
        sun_strength: 0.30,
        ambient: [0.66, 0.48],
        night: 0.0,
    },
    Tokens {
        sun_height_deg: 7.0,
        zenith: 0x00A2_B6C7,
        horizon: 0x00E3_E3E2,
        glow: 0x00F4_E3CF,
        sea: 0x0073_8792,
        land: 0x0098_9A8C,
        sun_tint: 0x00FF_EBD6,
        sun_strength: 0.48,
        ambient: [0.62, 0.44],
        night: 0.0,
    },
    Tokens {
        sun_height_deg: 18.0,
        zenith: 0x00AB_C1D1,
        horizon: 0x00E9_EEF1,
        glow: 0x00F5_F4F0,
        sea: 0x007A_909D,
        land: 0x00A3_A798,
        sun_tint: 0x00FF_FFFF,
        sun_strength: 0.50,
        ambient: [0.62, 0.42],
        night: 0.0,
    },
];

/// The same for a dim room: darker than its plant at noon too.
const DARK: [Tokens; 5] = [
    Tokens {
        sun_height_deg: -10.0,
        zenith: 0x0008_0B10,
        horizon: 0x001C_2730,
        glow: 0x0020_2C36,
        sea: 0x0011_1A21,
        land: 0x0016_1A1B,
        sun_tint: 0x00E4_EEFF,
        sun_strength: 0.28,
        ambient: [0.56, 0.36],
        night: 1.0,
    },
    Tokens {
        sun_height_deg: -4.0,
        zenith: 0x0012_1922,
        horizon: 0x002C_333D,
        glow: 0x0045_3E3B,
        sea: 0x0018_222A,
        land: 0x0020_2423,
        sun_tint: 0x00FF_F0E4,
        sun_strength: 0.0,
        ambient: [0.74, 0.52],
        night: 0.5,
    },
    Tokens {
        sun_height_deg: 0.5,
        zenith: 0x001A_222C,
        horizon: 0x003A_3F45,
        glow: 0x0059_4C43,
        sea: 0x0020_2B34,
        land: 0x0028_2B28,
        sun_tint: 0x00FF_DDBD,
        sun_strength: 0.36,
        ambient: [0.70, 0.50],
        night: 0.0,
    },
    Tokens {
        sun_height_deg: 7.0,
        zenith: 0x001C_262F,
        horizon: 0x003E_4850,
        glow: 0x0052_5049,
        sea: 0x0022_2F38,
        land: 0x002F_332E,
        sun_tint: 0x00FF_EBD6,
        sun_strength: 0.60,
        ambient: [0.62, 0.42],
        night: 0.0,
    },
    Tokens {
        sun_height_deg: 18.0,
        zenith: 0x001D_2831,
        horizon: 0x0040_4D57,
        glow: 0x0048_545D,
        sea: 0x0024_323C,
        land: 0x0033_3833,
        sun_tint: 0x00FF_FFFF,
        sun_strength: 0.62,
        ambient: [0.62, 0.42],
        night: 0.0,
    },
];

impl Hour {
    /// The place of a variant while the sun stands at this height, degrees above the horizon.
    pub fn at(variant: Variant, sun_height_deg: f32) -> Self {
        let hours = match variant {
            Variant::Light => &LIGHT,
            Variant::Dark => &DARK,
        };
        let [first, .., last] = hours;
        if sun_height_deg <= first.sun_height_deg {
            return Self::between(first, first, 0.0);
        }
        let pair = hours.windows(2).find_map(|pair| match pair {
            [from, to] if sun_height_deg < to.sun_height_deg => Some((from, to)),
            _ => None,
        });
        let Some((from, to)) = pair else {
            return Self::between(last, last, 0.0);
        };
        let t = (sun_height_deg - from.sun_height_deg) / (to.sun_height_deg - from.sun_height_deg);
        Self::between(from, to, t)
    }

    fn between(from: &Tokens, to: &Tokens, t: f32) -> Self {
        // Mixed as they are shown, so that dusk falls evenly to the eye.
        let colour = |pick: fn(&Tokens) -> u32| {
            let mixed = srgb(pick(from)).mix(&srgb(pick(to)), t);
            bevy::color::LinearRgba::from(mixed).to_vec3()
        };
        let number = |from: f32, to: f32| from + (to - from) * t;
        let [from_above, from_below] = from.ambient;
        let [to_above, to_below] = to.ambient;
        Self {
            zenith: colour(|h| h.zenith),
            horizon: colour(|h| h.horizon),
            glow: colour(|h| h.glow),
            sea: colour(|h| h.sea),
            land: colour(|h| h.land),
            sun: colour(|h| h.sun_tint) * number(from.sun_strength, to.sun_strength),
            ambient: [number(from_above, to_above), number(from_below, to_below)],
            night: number(from.night, to.night),
        }
    }
}

fn srgb(hex: u32) -> Srgba {
    let [_, r, g, b] = hex.to_be_bytes();
    Srgba::rgb_u8(r, g, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of a linear colour.
    fn luminance(c: Vec3) -> f32 {
        c.dot(Vec3::new(0.2126, 0.7152, 0.0722))
    }

    #[test]
    fn it_only_grows_darker_as_the_sun_goes_down() {
        for variant in [Variant::Light, Variant::Dark] {
            let heights: Vec<f32> = (-30..=60).map(|deg| deg as f32).collect();
            for pair in heights.windows(2) {
                let [lower, higher] = [pair[0], pair[1]].map(|deg| Hour::at(variant, deg));
                for pick in [|h: &Hour| h.sea, |h: &Hour| h.land, |h: &Hour| h.horizon] {
                    let (low, high) = (luminance(pick(&lower)), luminance(pick(&higher)));
                    assert!(low <= high + 1e-4, "{variant:?} at {}°", pair[0]);
                }
            }
        }
    }

    #[test]
    fn no_hour_is_as_saturated_as_an_alarm() {
        for variant in [Variant::Light, Variant::Dark] {
            let theme = crate::theme::Theme::new(variant);
            let chroma = |r: f32, g: f32, b: f32| r.max(g).max(b) - r.min(g).min(b);
            let least = theme
                .priorities
                .map(|c| chroma(f32::from(c.r()), f32::from(c.g()), f32::from(c.b())))
                .into_iter()
                .fold(f32::MAX, f32::min);
            for deg in -20..=40 {
                let hour = Hour::at(variant, deg as f32);
                for colour in [hour.zenith, hour.horizon, hour.glow, hour.sea, hour.land] {
                    let c = Srgba::from(bevy::color::LinearRgba::from_vec3(colour)) * 255.0;
                    assert!(chroma(c.red, c.green, c.blue) < 0.75 * least, "{deg}°");
                }
            }
        }
    }

    #[test]
    fn the_plant_is_lighter_than_what_it_stands_on_at_every_hour() {
        for variant in [Variant::Light, Variant::Dark] {
            let theme = crate::theme::Theme::new(variant);
            let c = theme.turbine;
            let plant = bevy::color::LinearRgba::from(Srgba::rgb_u8(c.r(), c.g(), c.b())).to_vec3();
            for deg in -20..=40 {
                let hour = Hour::at(variant, deg as f32);
                let shade = 0.5 * (hour.ambient[0] + hour.ambient[1]);
                let plant = luminance(plant * shade);
                for under in [hour.sea, hour.land] {
                    let ratio = (plant + 0.05) / (luminance(under) + 0.05);
                    assert!(ratio > 1.0, "{variant:?} at {deg}°: {ratio:.2}");
                }
            }
        }
    }
}
