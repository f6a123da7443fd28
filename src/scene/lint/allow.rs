//! Warnings that a scene file says are meant: `allow = ["unused-signal"]`.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;

use crate::scene::finding::{is_known, known_codes};
use crate::scene::load::Page;
use crate::scene::problem::{Problem, Problems, Severity, quoted, suggestion};

/// What is allowed in some lines of a file.
struct Allowed<'a> {
    file: &'a Path,
    /// `None` for the whole file.
    part: Option<Range<usize>>,
    codes: HashSet<&'a str>,
}

/// Takes out the warnings that are allowed: by the scene file everywhere, by an included file in it, by
/// a rule in the rule. Tells of codes that there are not.
pub(in crate::scene) fn silence(pages: &[Page], problems: &mut Problems) {
    let mut allowed = Vec::new();
    for page in pages {
        let rules = (0..page.count("/rules")).map(|i| format!("/rules/{i}"));
        for table in std::iter::once(String::new()).chain(rules) {
            let pointer = format!("{table}/allow");
            if page.has(&pointer) {
                allowed.extend(read(page, &table, &pointer, problems));
            }
        }
    }
    let Some(root) = pages.first().map(Page::path) else {
        return;
    };
    if allowed.is_empty() {
        return;
    }
    problems.retain(|problem| {
        problem.severity == Severity::Error
            || !allowed.iter().any(|a| {
                let is_there = match &a.part {
                    None => a.file == root || a.file == problem.file,
                    Some(part) => a.file == problem.file && part.contains(&problem.span.start),
                };
                is_there && a.codes.contains(problem.code)
            })
    });
}

fn read<'a>(
    page: &'a Page,
    table: &str,
    pointer: &str,
    problems: &mut Problems,
) -> Option<Allowed<'a>> {
    let list = page.document.value.pointer(pointer)?.as_array()?;
    let mut codes = HashSet::new();
    for (i, code) in list.iter().enumerate() {
        let Some(code) = code.as_str() else { continue };
        if is_known(code) {
            codes.insert(code);
            continue;
        }
        let place = page.document.place(&format!("{pointer}/{i}"));
        let message = format!("there is no finding {}", quoted(code));
        let help = suggestion(code, known_codes(), "some of them are");
        problems.push(Problem::warning("unknown-finding", place, message).maybe_help(help));
    }
    Some(Allowed {
        file: page.path(),
        part: (!table.is_empty()).then(|| page.document.extent(table)),
        codes,
    })
}
