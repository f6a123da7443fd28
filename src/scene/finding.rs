//! Every kind of problem that a scene can have, by its code: read from the page that explains them.

use std::sync::LazyLock;

use super::problem::{Severity, nearest};

/// The page: a section for each code, which says first whether it is an error or a warning.
const PAGE: &str = include_str!("../../docs/findings.md");

/// A kind of problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable between versions: `covered-rule`.
    pub code: &'static str,
    /// What it is as a rule; a few are errors in one place and warnings in another.
    pub severity: Severity,
    /// What it says, in a sentence.
    pub summary: &'static str,
    /// Its whole section, in Markdown, without its heading.
    pub text: &'static str,
}

static FINDINGS: LazyLock<Vec<Finding>> = LazyLock::new(|| {
    let sections = PAGE.split("\n## `").skip(1);
    let mut findings: Vec<Finding> = sections.filter_map(read).collect();
    findings.sort_by_key(|finding| finding.code);
    findings
});

/// `CODE`, then a paragraph that begins with `*Error.*` or `*Warning.*`.
fn read(section: &'static str) -> Option<Finding> {
    let (code, text) = section.split_once("`\n")?;
    // What follows the last section of a kind is a heading of its own.
    let text = text.split("\n# ").next().unwrap_or(text).trim();
    let (severity, rest) = match text.strip_prefix("*Error.* ") {
        Some(rest) => (Severity::Error, rest),
        None => (Severity::Warning, text.strip_prefix("*Warning.* ")?),
    };
    Some(Finding {
        code,
        severity,
        summary: rest.lines().next().unwrap_or_default(),
        text,
    })
}

/// Every kind of problem, by code.
pub fn findings() -> &'static [Finding] {
    &FINDINGS
}

/// The kind of problem of this code.
pub fn finding(code: &str) -> Option<&'static Finding> {
    let at = FINDINGS.binary_search_by_key(&code, |f| f.code).ok()?;
    FINDINGS.get(at)
}

/// Whether there is such a code.
pub(super) fn is_known(code: &str) -> bool {
    finding(code).is_some()
}

/// Every code.
pub(super) fn known_codes() -> impl Iterator<Item = &'static str> + Clone {
    FINDINGS.iter().map(|finding| finding.code)
}

/// The code that is nearest to a wrong one, if one is near.
pub fn nearest_code(wrong: &str) -> Option<&'static str> {
    nearest(wrong, known_codes())
}
