//! Problems of a scene: what is wrong, where exactly, and what to do about it.

use std::ops::Range;
use std::path::PathBuf;

use serde::Serialize;

use super::source::Place;

/// More problems than this are counted, not kept: nobody reads them, and they must not slow
/// anything down.
const MOST_KEPT: usize = 1_000;

/// Whether a problem keeps the scene from being opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The scene cannot be opened.
    Error,
    /// The scene can be opened, but probably is not what was meant.
    Warning,
}

/// One problem of a scene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Whether it keeps the scene from being opened.
    pub severity: Severity,
    /// The kind of problem, stable between versions: `unknown-key`.
    pub code: &'static str,
    /// What is wrong, in words.
    pub message: String,
    /// The file, as reached from the scene file that was named.
    pub file: PathBuf,
    /// Bytes of the file (without its byte-order mark); 0..0 for the file as a whole.
    pub span: Range<usize>,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// Further places that it has to do with.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// The line, to show; `None` where there is no text to show.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

/// A further place that a problem has to do with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// What is there.
    pub message: String,
    /// The file.
    pub file: PathBuf,
    /// Bytes of the file (without its byte-order mark).
    pub span: Range<usize>,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// The line, to show.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

/// A line of a file, or the part of a long line that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The text, without line end and control characters.
    pub text: String,
    /// The column of the text's first character, counted from 1.
    pub first_column: usize,
    /// The bytes of the text that the problem is about.
    pub mark: Range<usize>,
}

impl Problem {
    pub(crate) fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, place, message.into())
    }

    pub(super) fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, place, message.into())
    }

    fn new(severity: Severity, code: &'static str, place: Place, message: String) -> Self {
        Self {
            severity,
            code,
            message,
            file: place.file,
            span: place.span,
            line: place.line,
            column: place.column,
            labels: Vec::new(),
            help: None,
            excerpt: place.excerpt,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    pub(super) fn label(mut self, place: Place, message: impl Into<String>) -> Self {
        self.labels.push(Label {
            message: message.into(),
            file: place.file,
            span: place.span,
            line: place.line,
            column: place.column,
            excerpt: place.excerpt,
        });
        self
    }
}

/// The problems of a scene, in the order of its files and lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    kept: Vec<Problem>,
    errors: usize,
    warnings: usize,
}

impl Problems {
    /// The problems, at most 1,000 of them.
    pub fn list(&self) -> &[Problem] {
        &self.kept
    }

    /// How many errors there are, those that were not kept included.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// How many warnings there are, those that were not kept included.
    pub fn warnings(&self) -> usize {
        self.warnings
    }

    /// How many problems were counted and not kept.
    pub fn omitted(&self) -> usize {
        self.errors + self.warnings - self.kept.len()
    }

    /// There is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.errors + self.warnings == 0
    }

    /// Further problems are only counted: what it takes to explain them can be saved.
    pub(super) fn is_full(&self) -> bool {
        self.kept.len() >= MOST_KEPT
    }

    pub(crate) fn push(&mut self, problem: Problem) {
        match problem.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
        }
        if self.kept.len() < MOST_KEPT {
            self.kept.push(problem);
        } else if problem.severity == Severity::Error
            && let Some(last) = self.kept.last_mut()
            && last.severity == Severity::Warning
        {
            *last = problem;
        }
    }

    /// Takes out those that are not to be told.
    pub(super) fn retain(&mut self, keep: impl Fn(&Problem) -> bool) {
        self.kept.retain(|problem| {
            let is_kept = keep(problem);
            if !is_kept {
                match problem.severity {
                    Severity::Error => self.errors -= 1,
                    Severity::Warning => self.warnings -= 1,
                }
            }
            is_kept
        });
    }

    /// Puts the problems into the order of `files`, then of place.
    pub(crate) fn sort(&mut self, files: &[PathBuf]) {
        let order = |file: &PathBuf| files.iter().position(|f| f == file).unwrap_or(files.len());
        self.kept
            .sort_by_cached_key(|p| (order(&p.file), p.span.start, p.span.end, p.severity));
    }

    /// `2 errors, 1 warning`, or `no problems`.
    pub fn summary(&self) -> String {
        let count = |n: usize, word: &str| match n {
            0 => None,
            1 => Some(format!("1 {word}")),
            n => Some(format!("{n} {word}s")),
        };
        let parts: Vec<String> = [count(self.errors, "error"), count(self.warnings, "warning")]
            .into_iter()
            .flatten()
            .collect();
        if parts.is_empty() {
            "no problems".to_owned()
        } else {
            parts.join(", ")
        }
    }
}

impl std::fmt::Display for Problems {
    /// Every problem on a line: `farm.toml:3:12: error: unknown key …`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for problem in &self.kept {
            let severity = match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let file = problem.file.display();
            let (line, column) = (problem.line, problem.column);
            writeln!(f, "{file}:{line}:{column}: {severity}: {}", problem.message)?;
        }
        if self.omitted() > 0 {
            writeln!(f, "… and {} more", self.omitted())?;
        }
        f.write_str(&self.summary())
    }
}

impl std::error::Error for Problems {}

/// A name from a file, quoted, cut and made safe to show.
pub(crate) fn quoted(text: &str) -> String {
    const MOST_CHARS: usize = 80;
    let mut shown: String = text.chars().take(MOST_CHARS).map(printable).collect();
    if shown.len() < text.len() && text.chars().nth(MOST_CHARS).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// Control characters could drive the terminal that shows them.
pub(super) fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

/// The known name that is nearest to a wrong one, if one is near.
pub(crate) fn nearest<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if wrong.len() > 200 {
        return None;
    }
    let wrong_lower = wrong.to_lowercase();
    known
        .into_iter()
        .take(10_000)
        .map(|name| {
            (
                strsim::jaro_winkler(&wrong_lower, &name.to_lowercase()),
                name,
            )
        })
        .filter(|&(likeness, _)| likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// `did you mean …?`, or the list of what there is.
pub(crate) fn suggestion<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
    what: &str,
) -> Option<String> {
    const MOST_LISTED: usize = 12;
    if let Some(name) = nearest(wrong, known.clone()) {
        return Some(format!("did you mean {}?", quoted(name)));
    }
    let mut names: Vec<String> = known
        .into_iter()
        .take(MOST_LISTED + 1)
        .map(quoted)
        .collect();
    if names.is_empty() {
        return None;
    }
    if names.len() > MOST_LISTED {
        names.pop();
        names.push("…".to_owned());
    }
    Some(format!("{what}: {}", names.join(", ")))
}
