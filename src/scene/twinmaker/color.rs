//! Colours as three.js reads them, which is what TwinMaker shows them with.

use csscolorparser::NAMED_COLORS;

const WHITE: [u8; 3] = [255; 3];

/// A colour, and how much of it there is: sRGB and alpha.
pub(super) fn with_alpha(style: &str) -> [u8; 4] {
    let ([r, g, b], alpha) = parse(style).unwrap_or((WHITE, 1.0));
    // Clamped: nothing is lost.
    let alpha = (alpha.clamp(0.0, 1.0) * 255.0).round() as u8;
    [r, g, b, alpha]
}

/// A colour; white for what is none.
pub(super) fn rgb(style: &str) -> [u8; 3] {
    parse(style).map_or(WHITE, |(rgb, _)| rgb)
}

/// A colour that is given as a whole number: `0xff0000`.
pub(super) fn of_number(number: f64) -> [u8; 3] {
    // Out of range saturates; three.js keeps the low 24 bits.
    let [_, r, g, b] = ((number as i64) as u32).to_be_bytes();
    [r, g, b]
}

/// A colour of `#rgb` or `#rrggbb`; nothing for all else.
pub(super) fn hex(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#')?;
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    match digits.len() {
        3 => {
            let nibble = |shift: u32| ((value >> shift) & 0xF) as u8 * 0x11;
            Some([nibble(8), nibble(4), nibble(0)])
        }
        6 => {
            let [_, r, g, b] = value.to_be_bytes();
            Some([r, g, b])
        }
        _ => None,
    }
}

/// The colour and its alpha, 1 where none is given.
fn parse(style: &str) -> Option<([u8; 3], f32)> {
    if style.starts_with('#') {
        return Some((hex(style)?, 1.0));
    }
    if let Some((function, rest)) = style.split_once('(') {
        let (arguments, _) = rest.split_once(')')?;
        let mut parts = arguments.split(',').map(str::trim);
        let three = [parts.next()?, parts.next()?, parts.next()?];
        let alpha = match parts.next() {
            Some(alpha) => decimal(alpha)? as f32,
            None => 1.0,
        };
        if parts.next().is_some() {
            return None;
        }
        return match function {
            "rgb" | "rgba" => Some((of_rgb(three)?, alpha)),
            "hsl" | "hsla" => Some((of_hsl(three)?, alpha)),
            _ => None,
        };
    }
    let is_word = !style.is_empty() && style.bytes().all(|b| b.is_ascii_alphabetic());
    if !is_word {
        return None;
    }
    let named = NAMED_COLORS.entries().find(|(name, _)| ***name == *style)?;
    Some((*named.1, 1.0))
}

/// Whole numbers to 255, or percentages.
fn of_rgb(parts: [&str; 3]) -> Option<[u8; 3]> {
    let [r, g, b] = parts;
    let byte = |text: &str| whole(text).map(|n| n.min(255) as u8);
    let percent = |text: &str| {
        let percent = whole(text.strip_suffix('%')?)?.min(100);
        Some((percent as f32 * 2.55).round() as u8)
    };
    if let (Some(r), Some(g), Some(b)) = (byte(r), byte(g), byte(b)) {
        return Some([r, g, b]);
    }
    Some([percent(r)?, percent(g)?, percent(b)?])
}

fn of_hsl(parts: [&str; 3]) -> Option<[u8; 3]> {
    let [h, s, l] = parts;
    let h = (decimal(h)? / 360.0).rem_euclid(1.0);
    let share = |text: &str| Some((decimal(text.strip_suffix('%')?)? / 100.0).clamp(0.0, 1.0));
    let (s, l) = (share(s)?, share(l)?);
    let high = if l <= 0.5 {
        l * (1.0 + s)
    } else {
        l + s - l * s
    };
    let low = 2.0 * l - high;
    let channel = |turn: f64| {
        let t = turn.rem_euclid(1.0);
        let value = if t < 1.0 / 6.0 {
            low + (high - low) * 6.0 * t
        } else if t < 0.5 {
            high
        } else if t < 2.0 / 3.0 {
            low + (high - low) * 6.0 * (2.0 / 3.0 - t)
        } else {
            low
        };
        (value * 255.0).round() as u8
    };
    Some([channel(h + 1.0 / 3.0), channel(h), channel(h - 1.0 / 3.0)])
}

fn whole(text: &str) -> Option<u32> {
    let is_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_digits.then(|| text.parse().unwrap_or(u32::MAX))
}

/// `12`, `0.5` or `.5`.
fn decimal(text: &str) -> Option<f64> {
    let is_plain = text.ends_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    is_plain.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_threejs() {
        for (style, color) in [
            ("#ff0000", [255, 0, 0, 255]),
            ("#F80", [255, 136, 0, 255]),
            ("red", [255, 0, 0, 255]),
            ("YELLOW", [255, 255, 0, 255]),
            ("rebeccapurple", [102, 51, 153, 255]),
            ("rgba(255,0,0,0.5)", [255, 0, 0, 128]),
            ("rgb(300, 0, 7)", [255, 0, 7, 255]),
            ("rgb(100%,0%,50%)", [255, 0, 128, 255]),
            ("hsla(120, 100%, 50%, .25)", [0, 255, 0, 64]),
            ("hsl(240,100%,50%)", [0, 0, 255, 255]),
        ] {
            assert_eq!(with_alpha(style), color, "{style}");
        }
    }

    #[test]
    fn what_is_no_colour_is_white() {
        for style in [
            "",
            "#ff0000aa",
            "#12",
            "#GGGGGG",
            "fff",
            "transparent",
            "junk",
            "rgb(1,2)",
            "rgb(a,b,c)",
            "cmyk(1,2,3)",
            "#é00000",
            "rgb(",
            "-1",
            "rgba(1,2,3,4,5)",
        ] {
            assert_eq!(with_alpha(style), [255; 4], "{style}");
        }
        assert_eq!(of_number(16_711_680.0), [255, 0, 0]);
        assert_eq!(of_number(f64::NAN), [0, 0, 0]);
    }
}
