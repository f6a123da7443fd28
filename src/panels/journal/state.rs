//! The lines that were read: asked for in pages, and again when there are new ones.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::filter::JournalFilter;
use super::jobs::Jobs;
use crate::alarms::journal::{Query, Record};
use crate::alarms::{AlarmId, AlarmKey};
use crate::panels::records::{Asking, Records};
use crate::scene::Scene;

/// Lines that are asked for at a time.
const PAGE: usize = 200;
/// Lines that are held at most; a filter leads to older ones.
pub(super) const MOST: usize = 50_000;
/// So long must nothing be typed before the journal is asked, milliseconds.
pub(super) const TYPING_MS: i64 = 250;
/// After a failure the journal is asked again so often, milliseconds.
const AGAIN_MS: i64 = 500;
/// A failure that is over sooner is not worth words: a journal that is being opened.
const PASSING_MS: i64 = 1_000;

/// What the pane remembers between frames.
#[derive(Debug, Default)]
pub struct JournalState {
    /// What is shown.
    pub filter: JournalFilter,
    /// The filter as it was typed last, and when.
    typed: Option<(JournalFilter, i64)>,
    /// The filter that the lines are of.
    of: Option<JournalFilter>,
    /// What was asked for them.
    query: Query,
    /// The newest first.
    pub(super) lines: Vec<Record>,
    /// There are no older ones.
    pub(super) is_whole: bool,
    asking: Asking,
    asked_for: Page,
    generation: u64,
    /// New lines of which the older ones are still to come.
    gathered: Vec<Record>,
    /// Why the last question was not answered, and when that was.
    failed: Option<(String, i64)>,
    /// Since when no question was answered, milliseconds since 1970 UTC.
    failed_since_ms: Option<i64>,
    /// Whose journal was read.
    scene: Option<PathBuf>,
    /// What of the filter cannot be read.
    pub(super) wrong: Option<String>,
    /// How far the table was scrolled in the last frame, points.
    pub(super) offset: f32,
    /// Lines that came in above what is being read.
    pub(super) above: usize,
    /// Lines to scroll down by in this frame, so that what is read stays where it is.
    pub(super) shift: usize,
    /// The newest lines are to be scrolled to.
    pub(super) to_top: bool,
    pub(super) jobs: Jobs,
    /// The line that was clicked.
    pub(super) selected: Option<u64>,
    /// An alarm that is to be shown in full.
    pub(super) shows: Option<(AlarmId, Option<AlarmKey>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Page {
    #[default]
    First,
    Older,
    Newer,
}

impl JournalState {
    /// The alarm that was clicked, and its occurrence; asked once.
    pub fn take_shown(&mut self) -> Option<(AlarmId, Option<AlarmKey>)> {
        self.shows.take()
    }

    /// Forgets what was read of another farm's journal.
    pub(super) fn follow_scene(&mut self, scene: Option<&Scene>) {
        let path = scene.map(|s| &s.path);
        if self.scene.as_ref() != path {
            let filter = std::mem::take(&mut self.filter);
            *self = Self {
                filter,
                scene: path.cloned(),
                ..Self::default()
            };
        }
    }

    /// Why the journal cannot be read, once that is more than passing.
    pub(super) fn failure(&self, now_ms: i64) -> Option<&str> {
        let (why, _) = self.failed.as_ref()?;
        let since = self.failed_since_ms?;
        (now_ms - since >= PASSING_MS).then_some(why.as_str())
    }

    /// Whether an answer is awaited.
    pub(super) fn is_pending(&self) -> bool {
        self.asking.is_pending()
    }

    /// The filter was changed and is not followed yet.
    pub(super) fn is_typing(&self) -> bool {
        self.wrong.is_none() && self.of.as_ref() != Some(&self.filter)
    }

    /// Nothing was read yet.
    pub(super) fn is_first(&self) -> bool {
        self.of.is_none()
            || self.failed.is_some()
            || (self.asking.is_pending() && self.asked_for == Page::First)
    }

    /// Takes what was answered, and asks for what is missing. `is_near_end`: the reader comes to the
    /// last of the lines.
    pub(super) fn follow(
        &mut self,
        journal: &dyn Records,
        now_ms: i64,
        zone: &TimeZone,
        is_near_end: bool,
    ) {
        if let Some(answer) = self.asking.take() {
            match answer {
                Ok(lines) => {
                    (self.failed, self.failed_since_ms) = (None, None);
                    self.take(lines);
                }
                Err(error) => {
                    self.failed = Some((error.to_string(), now_ms));
                    self.failed_since_ms.get_or_insert(now_ms);
                    // What was to be read is not known yet.
                    self.generation = self.generation.wrapping_sub(1);
                }
            }
        }
        if self.begin_anew(journal, now_ms, zone) || self.asking.is_pending() {
            return;
        }
        if let Some((_, at_ms)) = self.failed {
            if (0..AGAIN_MS).contains(&(now_ms - at_ms)) {
                return;
            }
            if self.asked_for == Page::First {
                (self.of, self.typed) = (None, None);
                return;
            }
        }
        let generation = journal.generation();
        if let Some(last) = self.gathered.last() {
            let query = self.page(Some(last.seq));
            self.ask(journal, Page::Newer, query);
        } else if self.of.is_some() && generation != self.generation {
            self.generation = generation;
            let query = self.page(None);
            self.ask(journal, Page::Newer, query);
        } else if is_near_end && !self.is_whole {
            let query = self.page(self.lines.last().map(|l| l.seq));
            self.ask(journal, Page::Older, query);
        }
    }

    /// Asks for the first page of another filter, once nothing more is typed.
    fn begin_anew(&mut self, journal: &dyn Records, now_ms: i64, zone: &TimeZone) -> bool {
        if self.of.as_ref() == Some(&self.filter) {
            return false;
        }
        let is_typed = self.typed.as_ref().is_none_or(|(f, _)| *f != self.filter);
        if is_typed {
            self.typed = Some((self.filter.clone(), now_ms));
        }
        let since = self.typed.as_ref().map_or(0, |(_, at)| now_ms - at);
        if self.of.is_some() && (0..TYPING_MS).contains(&since) {
            return true;
        }
        match self.filter.query(now_ms, zone) {
            Ok(query) => {
                self.wrong = None;
                self.query = query;
            }
            // What was read before stays until it can be told what is meant.
            Err(wrong) => {
                self.wrong = Some(wrong);
                return true;
            }
        }
        self.of = Some(self.filter.clone());
        self.lines.clear();
        self.gathered.clear();
        (self.is_whole, self.above, self.to_top) = (false, 0, true);
        self.generation = journal.generation();
        let query = self.page(None);
        self.ask(journal, Page::First, query);
        true
    }

    /// The question that the lines are an answer to, without its pages.
    pub(super) fn whole_query(&self) -> Query {
        self.query.clone()
    }

    fn page(&self, before_seq: Option<u64>) -> Query {
        Query {
            before_seq,
            limit: Some(PAGE),
            ..self.query.clone()
        }
    }

    fn ask(&mut self, journal: &dyn Records, page: Page, query: Query) {
        self.asked_for = page;
        self.asking.ask(journal, query);
    }

    fn take(&mut self, lines: Vec<Record>) {
        let is_full = lines.len() >= PAGE;
        match self.asked_for {
            Page::First => {
                self.lines = lines;
                self.is_whole = !is_full;
            }
            Page::Older => {
                self.lines.extend(lines);
                self.is_whole = !is_full || self.lines.len() >= MOST;
            }
            Page::Newer => {
                let newest = self.lines.first().map_or(0, |l| l.seq);
                let count = lines.len();
                let fresh = lines.into_iter().filter(|l| l.seq > newest);
                let before = self.gathered.len();
                self.gathered.extend(fresh);
                let is_joined = !is_full || self.gathered.len() - before < count;
                if is_joined {
                    self.join();
                } else if self.gathered.len() >= MOST {
                    // A storm: what came before it is read again when someone scrolls there.
                    self.lines.clear();
                    self.is_whole = false;
                    self.join();
                }
            }
        }
    }

    fn join(&mut self) {
        let fresh = std::mem::take(&mut self.gathered);
        let count = fresh.len();
        self.lines.splice(0..0, fresh);
        if self.lines.len() > MOST {
            self.lines.truncate(MOST);
            self.is_whole = false;
        }
        if self.offset > 0.0 {
            self.above += count;
            self.shift += count;
        }
    }
}
