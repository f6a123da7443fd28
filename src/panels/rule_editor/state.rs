//! The rule editor between frames: what it has read, what waits, and what it asks.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::check::{Checked, check};
use super::draft::{DraftRule, RuleDraft};
use super::expression::Completion;
use super::try_it::TryIt;
use super::worker::{Done, Job, Worker};
use crate::access::{Denied, EditPermit};
use crate::panels::frame::Farm;
use crate::scene::Scene;
use crate::scene::edit::{EditError, Edited, RuleFile, RuleText, SaveError};
use crate::wake::Wake;

/// What the editor has to say of its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Note {
    /// All is in the files.
    Saved,
    /// It could not be read or saved.
    Failed(String),
}

/// What is known of a draft of a rule against a scene.
type Known = (Arc<RuleText>, u64, usize, Arc<Checked>);

/// The rule editor.
#[derive(Debug, Default)]
pub struct EditorState {
    /// The rules.
    pub draft: RuleDraft,
    /// The pane is to be shown, at this rule of the scene if one is named.
    pub(super) asked: Option<Option<u16>>,
    /// The pane is to be put away.
    pub(super) wants_to_leave: bool,
    /// It is asked what is to become of unsaved changes.
    pub(super) is_asking: bool,
    pub(super) completion: Completion,
    pub(super) try_it: TryIt,
    pub(super) note: Option<Note>,
    /// The files as somebody else has made them, while there are unsaved changes.
    pub(super) theirs: Option<Vec<RuleFile>>,
    /// Turbines for which the rule that is shown holds now.
    pub matching: Vec<crate::fleet::TurbineRow>,
    pub(super) drag: Option<u64>,
    pub(super) focus_name: bool,
    /// The scene file that the rules are of, and its title.
    scene: Option<(PathBuf, String)>,
    /// The scene that was looked at last, by address.
    seen: Option<usize>,
    to_read: bool,
    leave_when_saved: bool,
    pub(super) then_quit: bool,
    /// A rule was gone to before.
    was_chosen: bool,
    /// The pane was drawn since it was asked for.
    pub(super) was_shown: bool,
    /// The pane was asked for or drawn, and not put away since.
    pub(super) is_open: bool,
    saving: Vec<Vec<u64>>,
    /// What whoever edits may write with; not known before the first frame.
    permit: Option<Result<EditPermit, Denied>>,
    /// What was written and not yet told.
    edits: Vec<Edited>,
    wake: Wake,
    worker: Option<Worker>,
    known: HashMap<u64, Known>,
    revision: u64,
}

impl EditorState {
    /// Wakes the app by this when files were read or written.
    pub fn wake_by(&mut self, wake: &Wake) {
        self.wake = wake.clone();
    }

    /// Shows the pane, at this rule of the scene if one is named.
    pub fn ask(&mut self, rule: Option<u16>) {
        self.asked = Some(rule);
        self.was_shown = false;
        self.is_open = true;
    }

    /// Whether the pane was asked for and is not there yet.
    pub fn is_asked(&self) -> bool {
        self.is_open && !self.was_shown
    }

    /// Whether the pane is to be put away; told once.
    pub fn leaves(&mut self) -> bool {
        let leaves = std::mem::take(&mut self.wants_to_leave);
        self.is_open &= !leaves;
        leaves
    }

    /// Puts the pane away, or asks what is to become of unsaved changes.
    pub fn leave(&mut self) {
        if self.is_dirty() {
            self.is_asking = true;
        } else {
            self.wants_to_leave = true;
        }
    }

    /// Asks what is to become of unsaved changes, and ends the program then.
    pub fn ask_before_the_end(&mut self) {
        self.is_asking = true;
        self.then_quit = true;
    }

    /// Whether there are changes that are not in the files.
    pub fn is_dirty(&self) -> bool {
        self.draft.is_dirty()
    }

    /// A file is being read or written.
    pub(super) fn is_busy(&self) -> bool {
        self.to_read || self.worker.as_ref().is_some_and(Worker::is_busy)
    }

    /// Rules were read.
    pub(super) fn has_files(&self) -> bool {
        self.scene.is_some() && self.draft.files().next().is_some()
    }

    /// The title of the scene whose rules are edited, where another one is open by now.
    pub(super) fn other_scene(&self, farm: &Farm) -> Option<&str> {
        let (path, title) = self.scene.as_ref()?;
        let is_open = farm.scene.is_some_and(|scene| scene.path == *path);
        (!is_open).then_some(title)
    }

    /// Whether the user may edit the rules.
    ///
    /// # Errors
    /// The reason why not.
    pub(super) fn may(&self) -> Result<(), Denied> {
        match &self.permit {
            Some(Err(denied)) => Err(*denied),
            _ => Ok(()),
        }
    }

    /// What was written since this was last asked.
    pub fn take_edits(&mut self) -> Vec<Edited> {
        std::mem::take(&mut self.edits)
    }

    /// Follows the scene and the thread; once a frame.
    pub fn follow(&mut self, farm: &Farm) {
        self.permit = Some(farm.desk.edit_permit());
        if !self.is_open && !self.is_busy() {
            return;
        }
        if let Some(done) = self.worker.as_mut().and_then(Worker::done) {
            self.follow_done(done);
        }
        let now = farm.scene.map(|scene| std::ptr::from_ref(scene) as usize);
        if now != self.seen {
            self.seen = now;
            self.revision += 1;
            let is_same = self.other_scene(farm).is_none() && self.scene.is_some();
            if is_same || !self.draft.is_dirty() {
                self.scene = farm.scene.map(|s| (s.path.clone(), s.title.clone()));
                self.to_read = farm.scene.is_some();
                if !is_same {
                    self.draft = RuleDraft::default();
                    self.note = None;
                }
            }
        }
        if self.to_read
            && let Some(scene) = farm.scene
            && self.ask_worker(Job::Read(rule_files(scene)))
        {
            self.to_read = false;
        }
        self.follow_asked(farm);
    }

    /// Goes to the rule that was asked for, once the rules are there.
    fn follow_asked(&mut self, farm: &Farm) {
        if !self.has_files() || self.is_busy() {
            return;
        }
        let Some(asked) = self.asked.take() else {
            return;
        };
        // Who asks for no rule at a turbine means the one that it shows.
        let shows = || {
            let surfaces = farm.rules?.appearance(farm.selected?).surfaces;
            surfaces.iter().find_map(|s| s.rule)
        };
        let rule = asked.or_else(|| shows().filter(|_| !self.was_chosen));
        self.was_chosen |= rule.is_some();
        if let Some(rule) = rule {
            let rule = farm.scene.and_then(|s| s.rules.get(usize::from(rule)));
            if let Some(rule) = rule {
                self.draft.select_named(&rule.name);
            }
        }
    }

    fn ask_worker(&mut self, job: Job) -> bool {
        if self.worker.is_none() {
            match Worker::start(self.wake.clone()) {
                Ok(worker) => self.worker = Some(worker),
                Err(error) => {
                    self.note = Some(Note::Failed(error.to_string()));
                    self.to_read = false;
                    return false;
                }
            }
        }
        self.worker.as_mut().is_some_and(|worker| worker.ask(job))
    }

    fn follow_done(&mut self, done: Done) {
        match done {
            Done::Read(Ok(files)) => self.take(files),
            Done::Read(Err(error)) => self.note = Some(Note::Failed(error.to_string())),
            Done::Saved(request, permit, Ok(files)) => {
                self.edits.extend(request.edits(permit.by()));
                self.draft.saved(files, std::mem::take(&mut self.saving));
                self.note = Some(Note::Saved);
                self.theirs = None;
                self.wants_to_leave |= self.leave_when_saved;
                self.leave_when_saved = false;
            }
            Done::Saved(request, _, Err(error)) => {
                self.leave_when_saved = false;
                self.then_quit = false;
                if matches!(error, SaveError::Edit(EditError::Changed(_))) {
                    let files = request.files.iter();
                    let paths = files.map(|(file, _)| file.path.to_path_buf()).collect();
                    // They are told apart from mine when they are there.
                    self.ask_worker(Job::Read(paths));
                } else {
                    self.note = Some(Note::Failed(words_of(&error)));
                }
            }
        }
        self.revision += 1;
    }

    fn take(&mut self, files: Vec<RuleFile>) {
        if self.draft.is_of_same_text(&files) {
            self.theirs = None;
        } else if self.draft.is_dirty() {
            self.theirs = Some(files);
        } else {
            self.draft.adopt(files);
            self.theirs = None;
            self.note = None;
        }
    }

    /// Has the changes saved; the pane is put away after that if it was asked for.
    pub(super) fn save(&mut self, and_leave: bool) {
        let Some((scene, _)) = self.scene.clone() else {
            return;
        };
        let permit = match &self.permit {
            Some(Ok(permit)) => permit.clone(),
            Some(Err(denied)) => {
                self.note = Some(Note::Failed(denied.to_string()));
                return;
            }
            None => return,
        };
        let (request, ids) = self.draft.to_save(scene);
        if self.ask_worker(Job::Save(request, permit)) {
            self.saving = ids;
            self.leave_when_saved = and_leave;
            self.note = None;
        }
    }

    /// Gives the changes up.
    pub(super) fn discard(&mut self, time_s: f64) {
        match self.theirs.take() {
            Some(files) => self.draft.adopt(files),
            None => self.draft.discard(time_s),
        }
        self.note = None;
        // The rules of a scene that is no longer open are not of interest any more.
        self.seen = None;
    }

    /// Makes the changes again on top of what somebody else has written.
    pub(super) fn reapply(&mut self) {
        if let Some(files) = self.theirs.take() {
            self.draft.reapply(files);
            self.note = None;
        }
    }

    /// What is known of a rule of the draft.
    pub(super) fn checked(&mut self, scene: &Scene, rule: &DraftRule) -> Arc<Checked> {
        let address = std::ptr::from_ref(scene) as usize;
        // Names must differ between rules: with every edit of one the others are looked at anew.
        let names = self.draft.rules().iter().map(|r| &r.rule.name);
        let names = names.fold(self.revision, |hash, name| {
            name.bytes().fold(hash ^ 0x9e37, |hash, b| {
                hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(b)
            })
        });
        if let Some((text, of, at, checked)) = self.known.get(&rule.id)
            && Arc::ptr_eq(text, &rule.rule)
            && (*of, *at) == (names, address)
        {
            return Arc::clone(checked);
        }
        let checked = Arc::new(check(scene, self.draft.rules(), rule));
        if self.known.len() > 4 * self.draft.rules().len() + 64 {
            self.known.clear();
        }
        let known = (Arc::clone(&rule.rule), names, address, Arc::clone(&checked));
        self.known.insert(rule.id, known);
        checked
    }

    /// The first rule that keeps the draft from being saved, and why.
    pub(super) fn first_error(&mut self, scene: &Scene) -> Option<(u64, String)> {
        let changed: Vec<DraftRule> = (self.draft.rules().iter())
            .filter(|r| self.draft.is_changed(r))
            .cloned()
            .collect();
        changed.into_iter().find_map(|rule| {
            let has_errors = self.checked(scene, &rule).has_errors();
            has_errors.then(|| (rule.id, rule.rule.name.clone()))
        })
    }
}

/// The files of a scene that rules can be in, in their order.
fn rule_files(scene: &Scene) -> Vec<PathBuf> {
    let is_toml = |path: &PathBuf| {
        let extension = path.extension();
        extension.is_some_and(|e| e.eq_ignore_ascii_case("toml"))
            || scene.rules.iter().any(|r| *r.origin.file == **path)
            || *path == scene.path
    };
    let is_json = |path: &PathBuf| {
        let extension = path.extension();
        extension.is_some_and(|e| e.eq_ignore_ascii_case("json"))
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for path in scene.files.iter().filter(|p| is_toml(p) && !is_json(p)) {
        if !files.contains(path) {
            files.push(path.clone());
        }
    }
    files
}

/// Why it was not saved.
fn words_of(error: &SaveError) -> String {
    match error {
        SaveError::Problems(problems) => match problems.first() {
            Some(p) => format!(
                "Not saved: the scene would not open any more. {}:{}: {}",
                p.file.display(),
                p.line,
                p.message
            ),
            None => "Not saved: the scene would not open any more.".to_owned(),
        },
        SaveError::Edit(error) => format!("Not saved: {error}"),
    }
}
