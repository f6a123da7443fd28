//! The one way by which an operator's changes of rules reach the disk.

use std::path::PathBuf;

use super::rule_file::{RuleFile, Wanted};
use super::{Draft, EditError};
use crate::access::EditPermit;
use crate::scene::load::{LoadOptions, problems_with};
use crate::scene::problem::{Problem, Severity};

/// What is to be saved.
#[derive(Debug, Clone)]
pub struct SaveRules {
    /// The scene that the files belong to.
    pub scene: PathBuf,
    /// Each file as it was read, and the rules that it is to have.
    pub files: Vec<(RuleFile, Vec<Wanted>)>,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// A file could not be read or written, or was changed in the meantime.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The scene would no longer open: its problems, worst first.
    #[error("the scene would not open any more: {}", .0.first().map_or("", |p| &p.message))]
    Problems(Vec<Problem>),
}

/// Writes rules into their files, if the scene still opens with them and nobody else has changed the
/// files in the meantime. Gives the files as they are then. Every change of a rule by an operator
/// comes through here; whoever may edit has the permit. Takes as long as the disk and the checks of
/// the scene.
///
/// # Errors
/// Nothing was written, or not all: the error names the file.
pub fn save_rules(request: &SaveRules, permit: &EditPermit) -> Result<Vec<RuleFile>, SaveError> {
    let mut drafts: Vec<Draft> = Vec::new();
    for (file, wanted) in &request.files {
        if !file.has(wanted) {
            drafts.push(file.with(wanted));
        }
    }
    // Before any is written, so that not half of them are.
    for draft in &drafts {
        draft.check_unchanged()?;
    }
    check(request, &drafts)?;
    for draft in &mut drafts {
        draft.save(permit)?;
    }
    let files = request.files.iter();
    let read = files.map(|(file, _)| RuleFile::open(&file.path));
    Ok(read.collect::<Result<_, _>>()?)
}

/// Loads the scene with the drafts in place of their files. Errors that it has without them too are
/// not held against them.
fn check(request: &SaveRules, drafts: &[Draft]) -> Result<(), SaveError> {
    if drafts.is_empty() {
        return Ok(());
    }
    let texts = drafts
        .iter()
        .map(|draft| (draft.path().to_owned(), draft.text().into_bytes()))
        .collect();
    let options = LoadOptions::default();
    let with = problems_with(&request.scene, &options, texts);
    if with.errors() == 0 {
        return Ok(());
    }
    let without = problems_with(&request.scene, &options, Vec::new());
    let is_known = |problem: &Problem| {
        let mut known = without.list().iter();
        known.any(|p| p.message == problem.message && p.file == problem.file)
    };
    let new: Vec<Problem> = (with.list().iter())
        .filter(|p| p.severity == Severity::Error && !is_known(p))
        .cloned()
        .collect();
    if new.is_empty() {
        Ok(())
    } else {
        Err(SaveError::Problems(new))
    }
}
