//! The rules as they are being edited, over the files as they were read.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::history::{EditKey, History, Snapshot};
use crate::scene::edit::{RuleFile, RuleText, SaveRules, Wanted};

/// A rule that is being edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRule {
    /// The same as long as the editor knows the rule.
    pub id: u64,
    /// Its file, by index.
    pub file: usize,
    /// As it is now.
    pub rule: Arc<RuleText>,
}

/// A file as it was read, and the ids of its rules.
#[derive(Debug)]
struct Base {
    file: RuleFile,
    ids: Vec<u64>,
}

/// All rules of a scene while they are edited.
#[derive(Debug, Default)]
pub struct RuleDraft {
    files: Vec<Base>,
    rules: Vec<DraftRule>,
    selected: Option<u64>,
    history: History,
    next_id: u64,
}

impl RuleDraft {
    /// The rules in their order.
    pub fn rules(&self) -> &[DraftRule] {
        &self.rules
    }

    /// The files that rules can be in.
    pub fn files(&self) -> impl Iterator<Item = &RuleFile> {
        self.files.iter().map(|base| &base.file)
    }

    /// The rule that is shown.
    pub fn selected(&self) -> Option<&DraftRule> {
        let id = self.selected?;
        self.rules.iter().find(|r| r.id == id)
    }

    /// Shows a rule.
    pub fn select(&mut self, id: u64) {
        if self.selected != Some(id) {
            self.selected = Some(id);
            self.history.close();
        }
    }

    /// Shows the rule of this name, if there is one.
    pub fn select_named(&mut self, name: &str) {
        let found = self.rules.iter().find(|r| r.rule.name == name);
        if let Some(id) = found.map(|r| r.id) {
            self.select(id);
        }
    }

    /// Replaces the text of a rule; `key` says what of it was edited.
    pub fn edit(&mut self, id: u64, rule: RuleText, key: &'static str, time_s: f64) {
        let mut rules = self.rules.clone();
        let Some(place) = rules.iter_mut().find(|r| r.id == id) else {
            return;
        };
        if *place.rule == rule {
            return;
        }
        place.rule = Arc::new(rule);
        self.commit(rules, Some(id), (key, id), time_s);
    }

    /// Adds a rule after the one that is shown, or after all of the last file that has rules.
    pub fn add(&mut self, time_s: f64) {
        let rule = RuleText {
            name: self.free_name("New rule"),
            ..RuleText::default()
        };
        self.insert_new(rule, false, time_s);
    }

    /// Adds a copy of the rule that is shown after it.
    pub fn duplicate(&mut self, time_s: f64) {
        let Some(shown) = self.selected() else { return };
        let mut rule = (*shown.rule).clone();
        rule.name = self.free_name(&rule.name);
        self.insert_new(rule, true, time_s);
    }

    fn insert_new(&mut self, rule: RuleText, is_beside: bool, time_s: f64) {
        let with_rules = self.files.iter().rposition(|f| !f.ids.is_empty());
        let last_file = with_rules.unwrap_or(0);
        if self.files.get(last_file).is_none() {
            return;
        }
        let shown = self
            .selected()
            .filter(|_| is_beside)
            .map(|r| (r.id, r.file));
        let (at, file) = match shown {
            Some((id, file)) => {
                let at = self.rules.iter().position(|r| r.id == id);
                (at.map_or(self.rules.len(), |at| at + 1), file)
            }
            None => (
                self.rules.partition_point(|r| r.file <= last_file),
                last_file,
            ),
        };
        let id = self.new_id();
        let mut rules = self.rules.clone();
        let rule = Arc::new(rule);
        rules.insert(at.min(rules.len()), DraftRule { id, file, rule });
        self.commit(rules, Some(id), ("add", id), time_s);
    }

    /// Takes the rule that is shown away; the next one is shown.
    pub fn delete(&mut self, time_s: f64) {
        let Some(at) = self.selected_at() else { return };
        let mut rules = self.rules.clone();
        let gone = rules.remove(at);
        let next = rules.get(at).or_else(|| rules.last()).map(|r| r.id);
        self.commit(rules, next, ("delete", gone.id), time_s);
    }

    /// Whether the rule that is shown can be moved up or down: within its file.
    pub fn can_move(&self, by: isize) -> bool {
        self.neighbour(by).is_some()
    }

    /// Moves the rule that is shown by one place.
    pub fn move_selected(&mut self, by: isize, time_s: f64) {
        if let (Some(at), Some(to)) = (self.selected_at(), self.neighbour(by)) {
            self.move_to(at, to, time_s);
        }
    }

    /// Moves a rule to another place, both as indexes, within its file.
    pub fn move_to(&mut self, from: usize, to: usize, time_s: f64) {
        let file = |at: usize| self.rules.get(at).map(|r| r.file);
        if from == to || file(from).is_none() || file(from) != file(to) {
            return;
        }
        let mut rules = self.rules.clone();
        let moved = rules.remove(from);
        let id = moved.id;
        rules.insert(to, moved);
        self.commit(rules, Some(id), ("move", id), time_s);
        self.history.close();
    }

    fn selected_at(&self) -> Option<usize> {
        let id = self.selected?;
        self.rules.iter().position(|r| r.id == id)
    }

    fn neighbour(&self, by: isize) -> Option<usize> {
        let at = self.selected_at()?;
        let to = at.checked_add_signed(by)?;
        let file = |at: usize| self.rules.get(at).map(|r| r.file);
        (file(to).is_some() && file(to) == file(at)).then_some(to)
    }

    fn free_name(&self, name: &str) -> String {
        let is_taken = |name: &str| self.rules.iter().any(|r| r.rule.name == name);
        if !is_taken(name) {
            return name.to_owned();
        }
        let numbered = (2..=self.rules.len() + 2).map(|n| format!("{name} {n}"));
        let mut free = numbered.filter(|name| !is_taken(name));
        free.next().unwrap_or_default()
    }

    fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            rules: self.rules.clone(),
            selected: self.selected,
        }
    }

    fn commit(&mut self, rules: Vec<DraftRule>, selected: Option<u64>, key: EditKey, time_s: f64) {
        self.history.note(self.snapshot(), key, time_s);
        self.rules = rules;
        self.selected = selected;
    }

    /// Goes back before the last edit.
    pub fn undo(&mut self) {
        if let Some(before) = self.history.undo(self.snapshot()) {
            self.restore(before);
        }
    }

    /// Undoes [`Self::undo`].
    pub fn redo(&mut self) {
        if let Some(after) = self.history.redo(self.snapshot()) {
            self.restore(after);
        }
    }

    fn restore(&mut self, snapshot: Snapshot) {
        self.rules = snapshot.rules;
        self.selected = snapshot.selected;
    }

    /// Whether there is an edit to undo.
    pub fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// Whether there is an edit to do again.
    pub fn can_redo(&self) -> bool {
        self.history.can_redo()
    }

    /// A rule as it is in its file; `None` for a new one.
    fn base(&self, id: u64) -> Option<&Arc<RuleText>> {
        self.files.iter().find_map(|base| {
            let at = base.ids.iter().position(|of| *of == id)?;
            base.file.rules().get(at)
        })
    }

    /// The file of a rule and the lines that it takes there.
    pub fn lines(&self, id: u64) -> Option<(&Path, Range<usize>)> {
        self.files.iter().find_map(|base| {
            let at = base.ids.iter().position(|of| *of == id)?;
            Some((&*base.file.path, base.file.lines(at)?))
        })
    }

    /// Whether a rule is not as it is in its file.
    pub fn is_changed(&self, rule: &DraftRule) -> bool {
        self.base(rule.id).is_none_or(|base| *base != rule.rule)
    }

    /// Whether anything is not as it is in the files.
    pub fn is_dirty(&self) -> bool {
        (0..)
            .zip(&self.files)
            .any(|(at, base)| !base.file.has(&self.wanted(at)))
    }

    /// How many rules differ: changed, new, taken away; one where only the order does.
    pub fn changes(&self) -> usize {
        let changed = self.rules.iter().filter(|r| self.is_changed(r)).count();
        let known = self.files.iter().flat_map(|base| &base.ids);
        let gone = known
            .filter(|id| self.rules.iter().all(|r| r.id != **id))
            .count();
        (changed + gone).max(usize::from(self.is_dirty()))
    }

    fn wanted(&self, file: usize) -> Vec<Wanted> {
        let ids = self.files.get(file).map_or(&[][..], |base| &base.ids);
        let rules = self.rules.iter().filter(|r| r.file == file);
        rules
            .map(|r| Wanted {
                from: ids.iter().position(|id| *id == r.id),
                rule: Arc::clone(&r.rule),
            })
            .collect()
    }

    /// What is to be saved, and the ids of the rules of each file.
    pub fn to_save(&self, scene: PathBuf) -> (SaveRules, Vec<Vec<u64>>) {
        let files = self.files.iter().enumerate();
        let files = files.map(|(at, base)| (base.file.clone(), self.wanted(at)));
        let request = SaveRules {
            scene,
            files: files.collect(),
        };
        let ids = |file: usize| {
            let rules = self.rules.iter().filter(|r| r.file == file);
            rules.map(|r| r.id).collect()
        };
        (request, (0..self.files.len()).map(ids).collect())
    }

    /// The rules that differ, as TOML, to be pasted elsewhere.
    pub fn changed_text(&self) -> String {
        let files = self.files.iter().enumerate();
        let changed = files.filter(|(at, base)| !base.file.has(&self.wanted(*at)));
        changed
            .map(|(at, base)| base.file.with(&self.wanted(at)).text())
            .collect()
    }

    /// Whether it was made from the same texts.
    pub fn is_of_same_text(&self, files: &[RuleFile]) -> bool {
        self.files.len() == files.len()
            && (self.files.iter().zip(files))
                .all(|(a, b)| a.file.path == b.path && a.file.is_of_same_text(b))
    }

    /// Takes the files over as they are: what was edited is given up. Rules of a name that is known
    /// stay the same.
    pub fn adopt(&mut self, files: Vec<RuleFile>) {
        let shown = self.selected().map(|r| r.rule.name.clone());
        self.take_files(files);
        self.rules = self.of_files();
        self.history.clear();
        self.selected = None;
        if let Some(name) = shown {
            self.select_named(&name);
        }
        if self.selected.is_none() {
            self.selected = self.rules.first().map(|r| r.id);
        }
    }

    /// Takes the files over as they were just saved, with the ids of their rules; edits can still be
    /// undone.
    pub fn saved(&mut self, files: Vec<RuleFile>, ids: Vec<Vec<u64>>) {
        let bases = files.into_iter().zip(ids);
        self.files = bases.map(|(file, ids)| Base { file, ids }).collect();
        self.history.close();
    }

    /// Takes over files that somebody else has changed, and makes the edits again on top of them.
    pub fn reapply(&mut self, files: Vec<RuleFile>) {
        let mine = std::mem::take(&mut self.rules);
        let old = std::mem::take(&mut self.files);
        let old_text = |id: u64| {
            old.iter().find_map(|base| {
                let at = base.ids.iter().position(|of| *of == id)?;
                base.file.rules().get(at).cloned()
            })
        };
        let was_moved = |file: usize| {
            let kept: Vec<u64> = mine
                .iter()
                .filter(|r| r.file == file)
                .map(|r| r.id)
                .collect();
            let base = old.get(file).map_or(&[][..], |b| &b.ids);
            let before: Vec<u64> = base
                .iter()
                .copied()
                .filter(|id| kept.contains(id))
                .collect();
            let now: Vec<u64> = kept.into_iter().filter(|id| base.contains(id)).collect();
            before != now
        };
        // By name, so that rules keep their ids.
        self.rules = (old.iter().enumerate())
            .flat_map(|(file, base)| {
                let rules = base.file.rules().iter().zip(&base.ids);
                rules.map(move |(rule, id)| DraftRule {
                    id: *id,
                    file,
                    rule: Arc::clone(rule),
                })
            })
            .collect();
        self.take_files(files);
        let mut rules = Vec::new();
        for theirs in self.of_files() {
            let Some(before) = old_text(theirs.id) else {
                rules.push(theirs);
                continue;
            };
            // One that is no longer among mine was taken away by me.
            if let Some(own) = mine.iter().find(|r| r.id == theirs.id) {
                let rule = Arc::new(merged(&before, &own.rule, &theirs.rule));
                rules.push(DraftRule { rule, ..theirs });
            }
        }
        for (at, own) in mine.iter().enumerate() {
            if old_text(own.id).is_some() || own.file >= self.files.len() {
                continue;
            }
            let before = at.checked_sub(1).and_then(|at| mine.get(at));
            let after = before.and_then(|b| rules.iter().position(|r| r.id == b.id));
            let end = rules.partition_point(|r| r.file <= own.file);
            let to = after.map_or(end, |at| at + 1);
            rules.insert(to.min(rules.len()), own.clone());
        }
        for file in (0..self.files.len()).filter(|file| was_moved(*file)) {
            let rank = |r: &DraftRule| mine.iter().position(|m| m.id == r.id);
            let places: Vec<usize> = (rules.iter().enumerate())
                .filter(|(_, r)| r.file == file && rank(r).is_some())
                .map(|(at, _)| at)
                .collect();
            let mut moved: Vec<DraftRule> = places
                .iter()
                .filter_map(|at| rules.get(*at).cloned())
                .collect();
            moved.sort_by_key(rank);
            for (at, rule) in places.into_iter().zip(moved) {
                if let Some(place) = rules.get_mut(at) {
                    *place = rule;
                }
            }
        }
        self.rules = rules;
        self.history.clear();
        if self.selected().is_none() {
            self.selected = self.rules.first().map(|r| r.id);
        }
    }

    /// Takes files over; a rule whose name is known in the file keeps its id.
    fn take_files(&mut self, files: Vec<RuleFile>) {
        let mut bases = Vec::new();
        for (at, file) in files.into_iter().enumerate() {
            let mut left: Vec<(u64, String)> = (self.rules.iter())
                .filter(|r| r.file == at)
                .map(|r| (r.id, r.rule.name.clone()))
                .collect();
            let names: Vec<String> = file.rules().iter().map(|r| r.name.clone()).collect();
            let ids = names.iter().map(|name| {
                let found = left.iter().position(|(_, of)| of == name);
                match found {
                    Some(found) => left.remove(found).0,
                    None => self.new_id(),
                }
            });
            let ids = ids.collect();
            bases.push(Base { file, ids });
        }
        self.files = bases;
    }

    /// The rules as they are in the files.
    fn of_files(&self) -> Vec<DraftRule> {
        let mut rules = Vec::new();
        for (file, base) in self.files.iter().enumerate() {
            for (id, rule) in base.ids.iter().zip(base.file.rules()) {
                let rule = Arc::clone(rule);
                rules.push(DraftRule {
                    id: *id,
                    file,
                    rule,
                });
            }
        }
        rules
    }

    /// Gives the edits up.
    pub fn discard(&mut self, time_s: f64) {
        let rules = self.of_files();
        let still = self.selected.filter(|id| rules.iter().any(|r| r.id == *id));
        let shown = still.or_else(|| rules.first().map(|r| r.id));
        self.commit(rules, shown, ("discard", 0), time_s);
        self.history.close();
    }
}

/// What I changed of a rule on top of what others made of it.
fn merged(before: &RuleText, mine: &RuleText, theirs: &RuleText) -> RuleText {
    fn pick<T: Clone + PartialEq>(before: &T, mine: &T, theirs: &T) -> T {
        if mine == before { theirs } else { mine }.clone()
    }
    RuleText {
        name: pick(&before.name, &mine.name, &theirs.name),
        enabled: pick(&before.enabled, &mine.enabled, &theirs.enabled),
        models: pick(&before.models, &mine.models, &theirs.models),
        part: pick(&before.part, &mine.part, &theirs.part),
        when: pick(&before.when, &mine.when, &theirs.when),
        language: pick(&before.language, &mine.language, &theirs.language),
        color: pick(&before.color, &mine.color, &theirs.color),
        icon: pick(&before.icon, &mine.icon, &theirs.icon),
        opacity: pick(&before.opacity, &mine.opacity, &theirs.opacity),
        label: pick(&before.label, &mine.label, &theirs.label),
        alarm: pick(&before.alarm, &mine.alarm, &theirs.alarm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# a's\n[[rules]]\nname = \"a\" # one\nwhen = 'x > 1'\n\n# b's\n[[rules]]\nname = \"b\"\nwhen = 'x > 2'\n\n[[rules]]\nname = \"c\"\nwhen = 'x > 3'\n";

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Self {
            let folder = Self(tempfile::tempdir().unwrap());
            folder.write(TEXT);
            folder
        }

        fn path(&self) -> PathBuf {
            self.0.path().join("a.toml")
        }

        fn write(&self, text: &str) {
            std::fs::write(self.path(), text).unwrap();
        }

        fn files(&self) -> Vec<RuleFile> {
            vec![RuleFile::open(&self.path()).unwrap()]
        }

        fn draft(&self) -> RuleDraft {
            let mut draft = RuleDraft::default();
            draft.adopt(self.files());
            draft
        }

        fn save(&self, draft: &mut RuleDraft) {
            let permit = crate::access::Session::default().edit_permit().unwrap();
            let (request, ids) = draft.to_save(self.path());
            for (file, wanted) in &request.files {
                file.with(wanted).save(&permit).unwrap();
            }
            draft.saved(self.files(), ids);
        }

        fn text(&self) -> String {
            std::fs::read_to_string(self.path()).unwrap()
        }
    }

    fn set_when(draft: &mut RuleDraft, name: &str, when: &str, time_s: f64) {
        draft.select_named(name);
        let shown = draft.selected().unwrap().clone();
        let rule = RuleText {
            when: when.to_owned(),
            ..(*shown.rule).clone()
        };
        draft.edit(shown.id, rule, "when", time_s);
    }

    fn names(draft: &RuleDraft) -> Vec<&str> {
        draft.rules().iter().map(|r| &*r.rule.name).collect()
    }

    #[test]
    fn undo_goes_back_to_identical_bytes_even_over_a_save() {
        let folder = Folder::new();
        let mut draft = folder.draft();
        set_when(&mut draft, "a", "x > 10", 0.0);
        draft.move_selected(1, 10.0);
        draft.duplicate(20.0);
        draft.select_named("c");
        draft.delete(30.0);
        assert_eq!(names(&draft), ["b", "a", "a 2"]);
        assert_eq!(draft.changes(), 3);
        folder.save(&mut draft);
        assert!(!draft.is_dirty(), "{}", folder.text());
        assert!(
            folder
                .text()
                .contains("# a's\n[[rules]]\nname = \"a\" # one\nwhen = 'x > 10'\n")
        );
        for _ in 0..4 {
            draft.undo();
        }
        assert!(!draft.can_undo());
        assert_eq!(names(&draft), ["a", "b", "c"]);
        folder.save(&mut draft);
        // The rule that was taken away and saved is written anew.
        assert_eq!(folder.text(), TEXT.replace("'x > 3'", "\"x > 3\""));
        for _ in 0..4 {
            draft.redo();
        }
        assert_eq!(names(&draft), ["b", "a", "a 2"]);
        draft.undo();
        draft.undo();
        draft.undo();
        draft.undo();
        assert!(!draft.is_dirty());
    }

    #[test]
    fn typing_in_one_field_is_one_edit() {
        let folder = Folder::new();
        let mut draft = folder.draft();
        for (at, when) in ["x > 1", "x > 12", "x > 123"].into_iter().enumerate() {
            set_when(&mut draft, "a", when, 100.0 + 0.2 * at as f64);
        }
        set_when(&mut draft, "a", "x > 4", 200.0);
        draft.undo();
        assert_eq!(draft.selected().unwrap().rule.when, "x > 123");
        draft.undo();
        assert!(!draft.is_dirty());
    }

    #[test]
    fn my_changes_are_made_again_on_top_of_theirs() {
        let folder = Folder::new();
        let mut draft = folder.draft();
        set_when(&mut draft, "a", "x > 10", 0.0);
        draft.move_selected(1, 10.0);
        draft.select_named("c");
        draft.delete(20.0);
        draft.add(30.0);
        folder.write(
            &TEXT
                .replace("x > 2", "x > 20")
                .replace("name = \"a\"", "opacity = 0.5\nname = \"a\""),
        );
        let theirs = folder.files();
        assert!(!draft.is_of_same_text(&theirs));
        draft.reapply(theirs);
        assert_eq!(names(&draft), ["b", "a", "New rule"]);
        folder.save(&mut draft);
        let text = folder.text();
        let (b, a) = (text.find("\"b\"").unwrap(), text.find("\"a\"").unwrap());
        assert!(
            b < a && text.contains("x > 20") && text.contains("opacity = 0.5"),
            "{text}"
        );
        assert!(text.contains("x > 10") && !text.contains("\"c\""), "{text}");
    }
}
