//! A file's rules, and the file as it would be with other ones.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::rule_text::RuleText;
use super::{Draft, EditError, rules};

/// A scene file and the rules that are written in it.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// The file.
    pub path: Arc<Path>,
    draft: Draft,
    rules: Vec<Arc<RuleText>>,
    /// The lines of each, counted from 1; empty where they cannot be told.
    lines: Vec<Range<usize>>,
}

/// A rule that a file is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which of its rules it is, by index; `None` for a new one.
    pub from: Option<usize>,
    /// As it is to be.
    pub rule: Arc<RuleText>,
}

impl RuleFile {
    /// Reads a file's rules. Takes as long as the disk: not for the frame's thread.
    ///
    /// # Errors
    /// The file cannot be read, is not TOML, or its `rules` are no list of tables.
    pub fn open(path: &Path) -> Result<Self, EditError> {
        let draft = Draft::open(path)?;
        let read = rules::read(&draft.document).ok_or_else(|| EditError::Missing {
            path: path.to_owned(),
            pointer: "/rules".to_owned(),
        })?;
        let mut lines = header_lines(&draft.text());
        if lines.len() != read.len() {
            lines.clear();
        }
        Ok(Self {
            path: path.into(),
            lines,
            draft,
            rules: read.into_iter().map(Arc::new).collect(),
        })
    }

    /// Its rules in their order.
    pub fn rules(&self) -> &[Arc<RuleText>] {
        &self.rules
    }

    /// The lines that a rule takes, counted from 1; `None` where they cannot be told.
    pub fn lines(&self, rule: usize) -> Option<Range<usize>> {
        self.lines.get(rule).cloned()
    }

    /// Whether it was read from the same text as another.
    pub fn is_of_same_text(&self, other: &Self) -> bool {
        self.draft.is_of_same_text(&other.draft)
    }

    /// Whether these are the rules that it has already.
    pub fn has(&self, wanted: &[Wanted]) -> bool {
        wanted.len() == self.rules.len()
            && (wanted.iter().zip(&self.rules).enumerate())
                .all(|(i, (wanted, rule))| wanted.from == Some(i) && wanted.rule == *rule)
    }

    /// The file with these rules in this order. What is not changed keeps its text.
    pub fn with(&self, wanted: &[Wanted]) -> Draft {
        let mut draft = self.draft.clone();
        if !self.has(wanted) {
            let before: Vec<RuleText> = self.rules.iter().map(|r| (**r).clone()).collect();
            rules::write(&mut draft.document, &before, wanted);
        }
        draft
    }
}

/// The lines from each `[[rules]]` to the next.
fn header_lines(text: &str) -> Vec<Range<usize>> {
    let is_header = |line: &str| {
        let plain: String = line
            .chars()
            .take(64)
            .filter(|c| !" \t\"'".contains(*c))
            .collect();
        plain.starts_with("[[rules]]")
    };
    let lines = (1..).zip(text.lines());
    let mut starts: Vec<usize> = lines
        .filter(|(_, l)| is_header(l))
        .map(|(n, _)| n)
        .collect();
    starts.push(usize::MAX);
    let pairs = starts.iter().zip(starts.iter().skip(1));
    pairs.map(|(from, to)| *from..*to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &str = r##"# The farm
title = "A" # here

# Rules, from top to bottom.

# Hot before warm.
[[rules]]
name = "Hot"   # the worst
when = 'oil > 80'
color = "#d13212"

[rules.alarm] # loud
priority = "high"
deadband = 5

[[rules]]
name = "Warm"
when = "oil > 70"
opacity = 0.50
alarm = { priority = "low", response = "Look" }

# Not of the oil

[[rules]]
name = "Still"
when = "power < 1"
enabled = true

[views]
"##;

    const LIST: &str = r##"rules = [
    # Hot before warm.
    { name = "Hot", when = "oil > 80", color = "#d13212" }, # the worst
    { name = "Warm", when = "oil > 70" },
    { name = "Still", when = "power < 1" } # last
]
"##;

    fn file(text: &str) -> RuleFile {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, text).unwrap();
        RuleFile::open(&path).unwrap()
    }

    fn all(file: &RuleFile) -> Vec<Wanted> {
        let rules = file.rules().iter().enumerate();
        rules
            .map(|(i, rule)| Wanted {
                from: Some(i),
                rule: Arc::clone(rule),
            })
            .collect()
    }

    fn change(wanted: &mut Wanted, change: impl FnOnce(&mut RuleText)) {
        change(Arc::make_mut(&mut wanted.rule));
    }

    #[test]
    fn only_the_key_that_changed_is_written() {
        let file = file(TABLES);
        let mut wanted = all(&file);
        assert_eq!(file.with(&wanted).text(), TABLES);
        change(&mut wanted[0], |r| r.when = "oil > 85".to_owned());
        let expected = TABLES.replace("oil > 80", "oil > 85");
        assert_eq!(file.with(&wanted).text(), expected);
        change(&mut wanted[1], |r| {
            r.alarm.as_mut().unwrap().response = "Go".to_owned();
        });
        let expected = expected.replace("\"Look\"", "\"Go\"");
        assert_eq!(file.with(&wanted).text(), expected);
        change(&mut wanted[0], |r| {
            r.alarm.as_mut().unwrap().deadband = "2.5".to_owned();
        });
        change(&mut wanted[2], |r| r.enabled = false);
        let expected = expected.replace("deadband = 5", "deadband = 2.5");
        let expected = expected.replace("enabled = true", "enabled = false");
        assert_eq!(file.with(&wanted).text(), expected);
    }

    #[test]
    fn comments_go_with_their_rule_and_headings_stay() {
        let file = file(TABLES);
        let mut wanted = all(&file);
        wanted.swap(0, 1);
        let moved = file.with(&wanted).text();
        let expected = r##"# The farm
title = "A" # here

# Rules, from top to bottom.

[[rules]]
name = "Warm"
when = "oil > 70"
opacity = 0.50
alarm = { priority = "low", response = "Look" }

# Hot before warm.
[[rules]]
name = "Hot"   # the worst
when = 'oil > 80'
color = "#d13212"

[rules.alarm] # loud
priority = "high"
deadband = 5

# Not of the oil
"##;
        assert!(moved.starts_with(expected), "{moved}");
        wanted.swap(0, 1);
        assert_eq!(file.with(&wanted).text(), TABLES);
        wanted.remove(1);
        let without = file.with(&wanted).text();
        assert!(
            without.contains("# Not of the oil\n\n[[rules]]\nname = \"Still\""),
            "{without}"
        );
        assert!(!without.contains("Warm"));
    }

    #[test]
    fn a_new_rule_stands_where_it_was_put_and_before_other_tables() {
        let file = file(TABLES);
        let mut wanted = all(&file);
        let rule = RuleText {
            name: "New".to_owned(),
            when: "oil > 1".to_owned(),
            alarm: Some(low_alarm()),
            ..RuleText::default()
        };
        let new = Wanted {
            from: None,
            rule: Arc::new(rule),
        };
        wanted.insert(1, new.clone());
        wanted.push(new);
        let text = file.with(&wanted).text();
        let at = |what: &str| text.find(what).unwrap();
        assert!(
            at("\"Hot\"") < at("deadband") && at("deadband") < at("\"New\""),
            "{text}"
        );
        assert!(at("\"New\"") < at("\"Warm\""));
        assert!(text.rfind("\"New\"").unwrap() < at("[views]"), "{text}");
        assert!(
            text.contains("\n\n[rules.alarm]\npriority = \"low\"\n"),
            "{text}"
        );
        let again = self::file(&text);
        let names: Vec<&str> = again.rules().iter().map(|r| &*r.name).collect();
        assert_eq!(names, ["Hot", "New", "Warm", "Still", "New"]);
        assert_eq!(again.rules()[0], file.rules()[0]);
    }

    fn low_alarm() -> super::super::AlarmText {
        super::super::AlarmText {
            priority: "low".to_owned(),
            ..Default::default()
        }
    }

    #[test]
    fn rules_in_braces_stay_in_braces() {
        let file = file(LIST);
        let mut wanted = all(&file);
        change(&mut wanted[1], |r| r.color = "#000000".to_owned());
        change(&mut wanted[2], |r| r.alarm = Some(low_alarm()));
        let text = file.with(&wanted).text();
        let warm = "{ name = \"Warm\", when = \"oil > 70\", color = \"#000000\" },\n";
        let still =
            "{ name = \"Still\", when = \"power < 1\", alarm = { priority = \"low\" } } # last\n]";
        assert!(text.contains(warm) && text.contains(still), "{text}");
        let mut wanted = all(&file);
        wanted.swap(0, 1);
        let text = file.with(&wanted).text();
        let hot = "# Hot before warm.\n    { name = \"Hot\", when = \"oil > 80\", color = \"#d13212\" }, # the worst\n";
        assert!(text.contains(hot), "{text}");
        assert_eq!(self::file(&text).rules()[0].name, "Warm");
        wanted.truncate(1);
        assert_eq!(self::file(&file.with(&wanted).text()).rules().len(), 1);
    }

    #[test]
    fn the_first_rule_of_a_file_comes_after_all_that_is_there() {
        let text = "[a]\nx = 1\n\n[b]\n\n[a.c]\n";
        let file = file(text);
        let rule = RuleText {
            name: "N".into(),
            when: "a > 1".into(),
            ..RuleText::default()
        };
        let wanted = [Wanted {
            from: None,
            rule: Arc::new(rule),
        }];
        let expected = format!("{text}\n[[rules]]\nname = \"N\"\nwhen = \"a > 1\"\n");
        assert_eq!(file.with(&wanted).text(), expected);
        assert_eq!(file.with(&[]).text(), text);
    }
}
