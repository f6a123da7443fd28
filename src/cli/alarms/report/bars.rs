//! Bars of text.

/// Eighths of a cell, from nothing to full.
const EIGHTHS: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// A bar of so many cells for a share from 0 to 1.
pub(super) fn bar(share: f64, cells: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * cells as f64 * 8.0).round() as usize;
    // What is there is seen, however little.
    let eighths = eighths.max(usize::from(share > 0.0));
    let mut text = "█".repeat(eighths / 8);
    let rest = EIGHTHS
        .get(eighths % 8)
        .filter(|_| !eighths.is_multiple_of(8));
    text.extend(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_and_a_little_is_seen() {
        assert_eq!(bar(0.0, 10), "");
        assert_eq!(bar(1.0, 4), "████");
        assert_eq!(bar(0.5, 5), "██▌");
        assert_eq!(bar(0.0001, 10), "▏");
        assert_eq!(bar(7.0, 3), "███");
    }
}
