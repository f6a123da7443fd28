//! What an edit changed, in words for the journal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::rule_file::{RuleFile, Wanted};
use super::save::SaveRules;
use crate::alarms::Actor;

/// Of more rules than this only the number is told.
const MOST_NAMED: usize = 8;

/// What somebody changed in a file of a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The file.
    pub file: PathBuf,
    /// What, in a line: `changed: Gearbox oil hot; added: Pitch fault`.
    pub what: String,
    /// Who.
    pub by: Actor,
}

impl Edited {
    /// The file's name, without its folder.
    pub fn file_name(&self) -> String {
        short_name(&self.file)
    }
}

/// A file's name, without its folder.
pub fn short_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

impl SaveRules {
    /// What it changes in each file.
    pub fn edits(&self, by: &Actor) -> Vec<Edited> {
        let changed = self.files.iter().filter(|(file, wanted)| !file.has(wanted));
        changed
            .map(|(file, wanted)| Edited {
                file: file.path.to_path_buf(),
                what: rules_changed(file, wanted),
                by: by.clone(),
            })
            .collect()
    }
}

fn rules_changed(file: &RuleFile, wanted: &[Wanted]) -> String {
    let before = file.rules();
    let kept: BTreeMap<usize, &Wanted> = wanted
        .iter()
        .filter_map(|rule| Some((rule.from?, rule)))
        .collect();
    let mut changed = Vec::new();
    let mut removed = Vec::new();
    for (at, rule) in before.iter().enumerate() {
        match kept.get(&at) {
            None => removed.push(rule.name.clone()),
            Some(now) if now.rule == *rule => {}
            Some(now) if now.rule.name == rule.name => changed.push(rule.name.clone()),
            Some(now) => changed.push(format!("{} (now {})", rule.name, now.rule.name)),
        }
    }
    let added = wanted.iter().filter(|rule| rule.from.is_none());
    let added: Vec<String> = added.map(|rule| rule.rule.name.clone()).collect();
    let order: Vec<usize> = wanted.iter().filter_map(|rule| rule.from).collect();
    let mut parts: Vec<String> = [("changed", changed), ("added", added), ("removed", removed)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(word, names)| format!("{word}: {}", listed(&names)))
        .collect();
    if !order.is_sorted() {
        parts.push("reordered".to_owned());
    }
    parts.join("; ")
}

fn listed(names: &[String]) -> String {
    let named: Vec<&str> = names.iter().take(MOST_NAMED).map(String::as_str).collect();
    match names.len().saturating_sub(MOST_NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::access::Session;

    const TEXT: &str = "[[rules]]\nname = \"A\"\nwhen = \"x > 1\"\n[[rules]]\nname = \"B\"\nwhen = \
                        \"x > 2\"\n[[rules]]\nname = \"C\"\nwhen = \"x > 3\"\n";

    #[test]
    fn an_edit_names_the_rules_that_it_changes_adds_removes_and_moves() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, TEXT).unwrap();
        let file = RuleFile::open(&path).unwrap();
        let wanted = |from: usize| Wanted {
            from: Some(from),
            rule: Arc::clone(&file.rules()[from]),
        };
        let what = |wanted: Vec<Wanted>| {
            let request = SaveRules {
                scene: path.clone(),
                files: vec![(file.clone(), wanted)],
            };
            let by = Session::default().actor();
            let edits = request.edits(&by);
            assert!(edits.iter().all(|e| e.file == path && e.by == by));
            edits.into_iter().map(|e| e.what).collect::<String>()
        };
        assert_eq!(what(vec![wanted(0), wanted(1), wanted(2)]), "");
        assert_eq!(what(vec![wanted(1), wanted(0), wanted(2)]), "reordered");
        let mut changed = wanted(0);
        Arc::make_mut(&mut changed.rule).when = "x > 9".to_owned();
        let mut renamed = wanted(1);
        Arc::make_mut(&mut renamed.rule).name = "B2".to_owned();
        let mut added = changed.clone();
        added.from = None;
        Arc::make_mut(&mut added.rule).name = "D".to_owned();
        assert_eq!(
            what(vec![changed, renamed, added]),
            "changed: A, B (now B2); added: D; removed: C"
        );
    }
}
