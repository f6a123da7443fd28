//! Topics that differ in a level only, taken together.

/// A level of so many hexadecimal digits and dashes is somebody's number.
const LONG_NUMBER: usize = 16;
/// Stands for a run of digits in a key.
const DIGITS: char = '\u{1}';
/// Stands for a whole level in a key.
const LEVEL: char = '\u{2}';

/// Writes the key of a topic to `key`: equal for topics that differ only in turbines' ids and numbers.
pub(super) fn write_key(topic: &str, is_turbine: impl Fn(&str) -> bool, key: &mut String) {
    key.clear();
    for (at, level) in topic.split('/').enumerate() {
        if at > 0 {
            key.push('/');
        }
        if is_turbine(level) || is_long_number(level) {
            key.push(LEVEL);
            continue;
        }
        let mut was_digit = false;
        for c in level.chars() {
            let is_digit = c.is_ascii_digit();
            if !is_digit {
                key.push(c);
            } else if !was_digit {
                key.push(DIGITS);
            }
            was_digit = is_digit;
        }
    }
}

fn is_long_number(level: &str) -> bool {
    level.len() >= LONG_NUMBER && level.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(topic: &str) -> String {
        let mut key = String::from("old");
        write_key(topic, |level| level == "Alpha", &mut key);
        key
    }

    #[test]
    fn topics_that_differ_in_numbers_or_turbines_have_one_key() {
        assert_eq!(key("plant/T01/oil"), key("plant/T37/oil"));
        assert_ne!(key("plant/T01/oil"), key("plant/T01/power"));
        assert_ne!(key("plant/T01"), key("plant/T01/"));
        let of_uuid = |id: &str| key(&format!("a/{id}/b"));
        assert_eq!(
            of_uuid("0b1e2d3c-4f5a-6b7c-8d9e-0f1a2b3c4d5e"),
            of_uuid("ffffffffffffffff")
        );
        assert_eq!(key("x/Alpha"), format!("x/{LEVEL}"));
        assert_eq!(key(""), "");
    }
}
