//! Toasts: the few things that are worth a word although nobody asked.
//!
//! At most three, each subject once, newest last. What went well goes after five seconds; what did
//! not stays until somebody has seen it, or until it is mended.

use bevy::prelude::Message;

use crate::fleet::TurbineRow;

/// More at once would hide the farm.
const MOST: usize = 3;
/// How long one that needs no answer stays.
pub(super) const STAYS_MS: i64 = 5_000;

/// How bad it is; told by an icon and the words, never by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    /// Something is done.
    Info,
    /// Something has changed for the worse; the program goes on.
    Warning,
    /// Something did not work. Stays until dismissed.
    Error,
}

/// What a toast is about: a newer one takes the place of the older.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The scene's files.
    Scene,
    /// The connection.
    Broker,
    /// The user's settings.
    Settings,
    /// Files that the program writes: views, pictures.
    Saved,
    /// Files that are given to it.
    Given,
    /// What the user's role permits.
    Role,
    /// The sound of alarms.
    Sound,
}

/// Where a click leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToastTarget {
    /// The panel of the scene's problems.
    Problems,
    /// These turbines, which are selected.
    Turbines(Vec<TurbineRow>),
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// How bad it is.
    pub kind: ToastKind,
    /// What it is about.
    pub subject: Subject,
    /// The words.
    pub words: String,
    /// Where a click leads.
    pub target: Option<ToastTarget>,
}

impl Toast {
    /// Something is done.
    pub fn info(subject: Subject, words: impl Into<String>) -> Self {
        Self::new(ToastKind::Info, subject, words)
    }

    /// Something has changed for the worse.
    pub fn warning(subject: Subject, words: impl Into<String>) -> Self {
        Self::new(ToastKind::Warning, subject, words)
    }

    /// Something did not work.
    pub fn error(subject: Subject, words: impl Into<String>) -> Self {
        Self::new(ToastKind::Error, subject, words)
    }

    /// The same, and a click leads there.
    #[must_use]
    pub fn leading_to(mut self, target: ToastTarget) -> Self {
        self.target = Some(target);
        self
    }

    fn new(kind: ToastKind, subject: Subject, words: impl Into<String>) -> Self {
        Self {
            kind,
            subject,
            words: words.into(),
            target: None,
        }
    }
}

/// Shows a toast; for every room that has something to tell.
#[derive(Message, Debug, Clone, PartialEq, Eq)]
pub struct Tell(pub Toast);

/// The toasts that are shown.
#[derive(Debug, Default)]
pub struct Toasts(Vec<(Toast, i64)>);

impl Toasts {
    /// Shows a toast from now on.
    pub fn add(&mut self, toast: Toast, now_ms: i64) {
        self.dismiss(toast.subject);
        self.0.push((toast, now_ms));
        while self.0.len() > MOST {
            let good = self.0.iter().position(|(t, _)| t.kind != ToastKind::Error);
            self.0.remove(good.unwrap_or_default());
        }
    }

    /// Takes the toast of a subject away: it no longer holds, or was seen.
    pub fn dismiss(&mut self, subject: Subject) {
        self.0.retain(|(toast, _)| toast.subject != subject);
    }

    /// Drops what has been there for long enough.
    pub fn pass(&mut self, now_ms: i64) {
        self.0.retain(|(toast, since)| {
            // A clock that is set back keeps nothing for ever.
            toast.kind == ToastKind::Error || (0..STAYS_MS).contains(&(now_ms - since))
        });
    }

    /// The toasts, newest last.
    pub fn shown(&self) -> impl DoubleEndedIterator<Item = &Toast> {
        self.0.iter().map(|(toast, _)| toast)
    }

    /// When the next one goes by itself, milliseconds from now.
    pub fn next_ends_ms(&self, now_ms: i64) -> Option<i64> {
        let passing = self.0.iter().filter(|(t, _)| t.kind != ToastKind::Error);
        passing.map(|(_, since)| since + STAYS_MS - now_ms).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(toasts: &Toasts) -> Vec<&str> {
        toasts.shown().map(|t| t.words.as_str()).collect()
    }

    #[test]
    fn good_news_goes_after_five_seconds_and_an_error_stays() {
        let mut toasts = Toasts::default();
        toasts.add(Toast::info(Subject::Saved, "Picture saved"), 1_000);
        toasts.add(Toast::error(Subject::Scene, "2 errors"), 1_000);
        toasts.pass(5_999);
        assert_eq!(words(&toasts), ["Picture saved", "2 errors"]);
        assert_eq!(toasts.next_ends_ms(5_999), Some(1));
        toasts.pass(6_000);
        assert_eq!(words(&toasts), ["2 errors"]);
        assert_eq!(toasts.next_ends_ms(6_000), None, "nothing to wake for");
        toasts.dismiss(Subject::Scene);
        assert!(words(&toasts).is_empty());
    }

    #[test]
    fn at_most_three_stand_and_errors_are_the_last_to_go() {
        let mut toasts = Toasts::default();
        toasts.add(Toast::error(Subject::Scene, "errors"), 0);
        toasts.add(Toast::info(Subject::Broker, "back"), 0);
        toasts.add(Toast::info(Subject::Saved, "view saved"), 0);
        toasts.add(Toast::warning(Subject::Settings, "not saved"), 0);
        assert_eq!(words(&toasts), ["errors", "view saved", "not saved"]);
    }

    #[test]
    fn a_newer_word_on_the_same_subject_takes_the_place_of_the_older() {
        let mut toasts = Toasts::default();
        toasts.add(Toast::warning(Subject::Broker, "lost"), 0);
        toasts.add(Toast::info(Subject::Broker, "back"), 10);
        assert_eq!(words(&toasts), ["back"]);
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_no_toast_for_ever() {
        let mut toasts = Toasts::default();
        toasts.add(Toast::info(Subject::Saved, "saved"), 100_000);
        toasts.pass(1_000);
        assert!(words(&toasts).is_empty());
    }
}
