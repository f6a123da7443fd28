//! Qualities as sources write them.

use crate::fleet::Quality;

/// The quality of a text that begins as OPC UA's names do: `Good`, `UncertainLastUsableValue`,
/// `BadSensorFailure`; the case does not matter.
pub(super) fn from_text(text: &str) -> Option<Quality> {
    let begins = |word: &str| {
        let start = text.as_bytes().get(..word.len());
        start.is_some_and(|s| s.eq_ignore_ascii_case(word.as_bytes()))
    };
    if begins("good") {
        Some(Quality::Good)
    } else if begins("uncertain") {
        Some(Quality::Uncertain)
    } else if begins("bad") {
        Some(Quality::Bad)
    } else {
        None
    }
}

/// The quality of an OPC UA status code, signed or not: its two topmost bits (OPC UA Part 4, 7.39).
pub(super) fn from_number(code: f64) -> Option<Quality> {
    let in_range = (f64::from(i32::MIN)..=f64::from(u32::MAX)).contains(&code);
    if !in_range || code.fract() != 0.0 {
        return None;
    }
    Some(match (code as i64 as u32) >> 30 {
        0 => Quality::Good,
        1 => Quality::Uncertain,
        _ => Quality::Bad,
    })
}

/// The quality of a flag "this can be trusted".
pub(super) fn from_bool(trusted: bool) -> Quality {
    if trusted { Quality::Good } else { Quality::Bad }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_status_codes_of_opc_ua_are_understood() {
        assert_eq!(from_text("GOOD"), Some(Quality::Good));
        assert_eq!(
            from_text("UncertainLastUsableValue"),
            Some(Quality::Uncertain)
        );
        assert_eq!(from_text("bad"), Some(Quality::Bad));
        assert_eq!(from_text("gründlich"), None);
        assert_eq!(from_text(""), None);
        assert_eq!(from_number(0.0), Some(Quality::Good));
        assert_eq!(
            from_number(f64::from(0x4090_0000_u32)),
            Some(Quality::Uncertain)
        );
        assert_eq!(from_number(f64::from(0x8034_0000_u32)), Some(Quality::Bad));
        assert_eq!(
            from_number(f64::from(0x8034_0000_u32 as i32)),
            Some(Quality::Bad)
        );
        assert_eq!(from_number(0.5), None);
        assert_eq!(from_number(f64::NAN), None);
        assert_eq!(from_number(1e20), None);
    }
}
