//! What the telemetry thread writes up for the app to read: the connection's state and its counts.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::wake::Wake;

use super::decode::Reject;
use super::status::{MOST_RECENT_REJECTS, RejectReason, Rejected};
use super::{Link, time};

/// A detail quotes from the topic, which may be 64 KiB long.
const DETAIL_BYTES: usize = 400;
/// Bytes of a rejected payload that are kept.
const EXCERPT_BYTES: usize = 200;
/// Bytes of a rejected payload's topic that are kept; MQTT allows 65,535.
const TOPIC_BYTES: usize = 256;

/// What is written up.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes {
    pub broker: String,
    pub link: Link,
    pub since_ms: i64,
    pub notices: Vec<String>,
    pub counts: Counts,
    pub recent_rejects: VecDeque<Rejected>,
    /// Counts up when anything but the counts changes.
    pub revision: u64,
}

/// Counts since the thread started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub messages: u64,
    pub values: u64,
    pub coalesced: u64,
    pub rejected: u64,
    /// By `RejectReason as usize`.
    pub by_reason: [u64; RejectReason::ALL.len()],
}

/// The board, shared by the two threads.
#[derive(Clone, Default)]
pub(super) struct Board {
    notes: Arc<Mutex<Notes>>,
    wake: Arc<Mutex<Wake>>,
}

impl Board {
    /// Reads or writes the notes; keep it short, the other thread may wait.
    pub fn notes(&self) -> MutexGuard<'_, Notes> {
        // Nothing that holds this lock can leave it half done: plain assignments only.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom to wake when there is something new.
    pub fn set_wake(&self, wake: Wake) {
        *self.wake.lock().unwrap_or_else(PoisonError::into_inner) = wake;
    }

    /// Tells the app that there is something new.
    pub fn wake(&self) {
        let wake = self.wake.lock().unwrap_or_else(PoisonError::into_inner);
        wake.wake();
    }

    /// Writes up the connection's state, and wakes the app.
    pub fn set_link(&self, link: Link) {
        let mut notes = self.notes();
        if std::mem::discriminant(&notes.link) != std::mem::discriminant(&link) {
            notes.since_ms = time::now_ms();
        }
        // Another try that fails for the same reason is no news for a window at rest.
        let is_news = match (&notes.link, &link) {
            (Link::Disconnected { reason: was, .. }, Link::Disconnected { reason, .. }) => {
                was != reason
            }
            (was, link) => was != link,
        };
        notes.link = link;
        notes.revision += 1;
        drop(notes);
        if is_news {
            self.wake();
        }
    }

    /// Forgets what was counted: another farm is heard from now on.
    pub fn begin_anew(&self) {
        let mut notes = self.notes();
        notes.counts = Counts::default();
        notes.recent_rejects.clear();
        notes.notices.clear();
        notes.revision += 1;
    }

    /// Writes up which broker it is, without credentials.
    pub fn set_broker(&self, broker: String) {
        let mut notes = self.notes();
        notes.broker = broker;
        notes.notices.clear();
        notes.revision += 1;
    }

    /// Writes up what is wrong although there is a connection.
    pub fn set_notices(&self, notices: Vec<String>) {
        let mut notes = self.notes();
        if notes.notices != notices {
            notes.notices = notices;
            notes.revision += 1;
        }
    }
}

/// The thread's own counts, written up once a batch.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub counts: Counts,
    written: Counts,
    rejects: VecDeque<Rejected>,
}

impl Tally {
    /// Counts a payload that could not be used, and keeps what is needed to look at it.
    pub fn reject(&mut self, topic: &str, payload: &[u8], arrival_ms: i64, reject: Reject) {
        self.counts.rejected += 1;
        if let Some(count) = self.counts.by_reason.get_mut(reject.reason as usize) {
            *count += 1;
        }
        if self.rejects.len() >= MOST_RECENT_REJECTS {
            self.rejects.pop_front();
        }
        self.rejects.push_back(Rejected {
            arrival_ms,
            topic: excerpt(topic.as_bytes(), TOPIC_BYTES),
            excerpt: excerpt(payload, EXCERPT_BYTES),
            reason: reject.reason,
            detail: excerpt(reject.detail.as_bytes(), DETAIL_BYTES),
        });
    }

    /// Writes the counts up.
    pub fn write(&mut self, board: &Board) {
        if self.counts == self.written {
            return;
        }
        self.written = self.counts;
        let mut notes = board.notes();
        notes.counts = self.counts;
        if !self.rejects.is_empty() {
            notes.recent_rejects.extend(self.rejects.drain(..));
            let surplus = notes
                .recent_rejects
                .len()
                .saturating_sub(MOST_RECENT_REJECTS);
            notes.recent_rejects.drain(..surplus);
            notes.revision += 1;
        }
    }
}

/// The first `most` bytes as text, with an ellipsis if there are more; what is not text, or would
/// not be seen, is escaped.
pub(crate) fn excerpt(bytes: &[u8], most: usize) -> String {
    let (mut start, more) = bytes.split_at_checked(most).unwrap_or((bytes, &[]));
    // A character that the cut divides is dropped, so that it is not taken for a wrong byte.
    if !more.is_empty() && more.first().is_some_and(|b| b & 0xC0 == 0x80) {
        let head = start.iter().rposition(|b| b & 0xC0 != 0x80);
        if let Some(head) = head.filter(|head| most - head < 4) {
            start = start.get(..head).unwrap_or(start);
        }
    }
    let mut text = String::with_capacity(start.len() + 3);
    for chunk in start.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\'' | '\\' => text.push(c),
                c => text.extend(c.escape_debug()),
            }
        }
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    if !more.is_empty() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_show_text_and_escape_what_would_not_be_seen() {
        assert_eq!(excerpt(b"{\"a\": \"\\n\"}", 200), "{\"a\": \"\\n\"}");
        assert_eq!(
            excerpt("Ø 风\n\0\u{202e}".as_bytes(), 200),
            "Ø 风\\n\\0\\u{202e}"
        );
        assert_eq!(excerpt(b"a\xff\xfeb", 200), "a\\xff\\xfeb");
    }

    #[test]
    fn excerpts_are_cut_between_characters() {
        assert_eq!(excerpt(&[b'x'; 300], 200).chars().count(), 201);
        assert_eq!(excerpt("abc风风".as_bytes(), 4), "abc…");
        assert_eq!(excerpt("abc风风".as_bytes(), 6), "abc风…");
        let nothing_but_continuations = excerpt(&[0x80; 9], 4);
        assert_eq!(nothing_but_continuations, "\\x80\\x80\\x80\\x80…");
    }

    #[test]
    fn the_last_200_rejects_are_kept_and_all_are_counted() {
        let (board, mut tally) = (Board::default(), Tally::default());
        for n in 0..1_000_i64 {
            let reject = Reject {
                reason: RejectReason::MalformedJson,
                detail: String::new(),
            };
            tally.reject("t", b"{", n, reject);
            if n % 7 == 0 {
                tally.write(&board);
            }
        }
        tally.write(&board);
        let notes = board.notes();
        assert_eq!(notes.counts.rejected, 1_000);
        let arrivals: Vec<_> = notes.recent_rejects.iter().map(|r| r.arrival_ms).collect();
        assert_eq!(arrivals, (800..1_000).collect::<Vec<_>>());
    }
}
