//! How large what is shared may be: on the way out it is cut, on the way in it is refused.

use std::sync::Arc;

/// The largest payload that is read, bytes.
pub const LARGEST_PAYLOAD: usize = 64 * 1024;
/// Stations that a document knows at most.
pub const MOST_STATIONS: usize = 64;
/// Comments that a document keeps.
pub const MOST_COMMENTS: usize = 20;
/// The longest name of a user or station, bytes.
pub const LONGEST_NAME: usize = 64;
/// The longest value or name of what suppresses, bytes.
pub const LONGEST_VALUE: usize = 120;
/// The longest comment of an acknowledgement, bytes.
pub const LONGEST_COMMENT: usize = 200;
/// The longest reason or remark, bytes.
pub const LONGEST_TEXT: usize = 500;
/// The largest number that every reader of JSON reads exactly.
pub const LARGEST_COUNT: u64 = (1 << 53) - 1;
/// Counters may be this far ahead of what is known here: a chattering alarm makes a million steps in
/// eleven days of being cut off.
pub const LARGEST_JUMP: u64 = 1_000_000;
/// Counters of which nothing is known here are at most this large: there always remains room to count on.
pub const LARGEST_FIRST: u64 = 1 << 40;

/// A name as it is shared.
pub fn name(text: &Arc<str>) -> Arc<str> {
    cut(text, LONGEST_NAME)
}

/// A text cut to so many bytes, at a character.
pub fn cut(text: &Arc<str>, bytes: usize) -> Arc<str> {
    match text.len() <= bytes {
        true => Arc::clone(text),
        false => text
            .get(..text.floor_char_boundary(bytes))
            .unwrap_or_default()
            .into(),
    }
}
