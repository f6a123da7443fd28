//! Reasons that were given before: offered again, newest first.

/// As many are kept.
const KEPT: usize = 8;
/// Longer ones are not worth offering, characters.
const LONGEST: usize = 80;

/// Puts a reason in front of the others.
pub(super) fn remember(reasons: &mut Vec<String>, reason: &str) {
    if reason.is_empty() || reason.chars().count() > LONGEST {
        return;
    }
    reasons.retain(|known| known != reason);
    reasons.insert(0, reason.to_owned());
    reasons.truncate(KEPT);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_reason_is_first_and_there_once() {
        let mut reasons = Vec::new();
        for reason in ["a", "b", "a", ""] {
            remember(&mut reasons, reason);
        }
        assert_eq!(reasons, ["a", "b"]);
        for n in 0..20 {
            remember(&mut reasons, &n.to_string());
        }
        assert_eq!(reasons.len(), KEPT);
        assert_eq!(reasons.first().map(String::as_str), Some("19"));
    }
}
