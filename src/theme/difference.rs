//! How far two colours are apart to the eye, also to eyes that lack a kind of cones.

/// By which eye two colours are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// All three kinds of cones.
    Full,
    /// Without long-wave cones: red and green are alike.
    Protanopia,
    /// Without middle-wave cones: red and green are alike.
    Deuteranopia,
    /// Without short-wave cones: blue and green are alike.
    Tritanopia,
}

impl Sight {
    /// Those that lack something.
    pub const DEFICIENT: [Self; 3] = [Self::Protanopia, Self::Deuteranopia, Self::Tritanopia];

    /// Machado, Oliveira and Fernandes (2009), at full severity.
    fn matrix(self) -> [[f64; 3]; 3] {
        match self {
            Self::Full => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Self::Protanopia => [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
            Self::Deuteranopia => [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
            Self::Tritanopia => [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        }
    }
}

/// The distance of two sRGB colours in `OKLab` (Ottosson, 2020): 0.02 is just seen side by side, black and
/// white are 1 apart.
pub fn difference(a: [u8; 3], b: [u8; 3], sight: Sight) -> f64 {
    let seen = |color: [u8; 3]| oklab(times(&sight.matrix(), color.map(linear)));
    let squares = seen(a).into_iter().zip(seen(b));
    squares.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// The lightness of an sRGB colour in `OKLab`: 0 for black, 1 for white.
#[cfg(test)]
pub(crate) fn lightness(color: [u8; 3]) -> f64 {
    let [lightness, ..] = oklab(color.map(linear));
    lightness
}

fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.04045 {
        c / 12.92
    } else {
        ((c + 0.055) / 1.055).powf(2.4)
    }
}

fn times(m: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    m.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum())
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_and_white_are_one_apart_and_red_and_green_near_without_long_cones() {
        let apart = difference([0; 3], [255; 3], Sight::Full);
        assert!((apart - 1.0).abs() < 1e-6, "{apart}");
        let (red, green) = ([0xFF, 0, 0], [0, 0x80, 0]);
        assert!(difference(red, green, Sight::Full) > 0.3);
        assert!(difference(red, green, Sight::Protanopia) < 0.08);
    }
}
