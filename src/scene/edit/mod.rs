//! Changes of scene files that keep what the engineer wrote: comments, order and form.
//!
//! A [`Draft`] is a file as it was read; it is written back only if the file is still the same.

use std::fs;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item};

use super::source::fingerprint;
use crate::access::EditPermit;
use written::Written;

mod edited;
mod rule_file;
mod rule_text;
mod rules;
mod save;
mod written;

pub use edited::{Edited, short_name};
pub use rule_file::{RuleFile, Wanted};
pub use rule_text::{AlarmText, RuleText};
pub use save::{SaveError, SaveRules, save_rules};

pub mod signals;

/// A scene file that is being changed.
#[derive(Debug, Clone)]
pub struct Draft {
    path: PathBuf,
    /// Of the file as it was read.
    fingerprint: u64,
    /// Its text as it was read.
    written: Written,
    /// Its content, to be changed.
    pub document: DocumentMut,
}

/// Why a file was not read or written. Nothing of it was changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It could not be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        error: std::io::Error,
    },
    /// It is not TOML.
    #[error("{}: {error}", path.display())]
    Syntax {
        /// Which.
        path: PathBuf,
        /// What is wrong, with line and column.
        error: toml_edit::TomlError,
    },
    /// Somebody else has changed it in the meantime.
    #[error("{} has been changed on disk in the meantime; nothing was written", .0.display())]
    Changed(PathBuf),
    /// What was to be changed is not there.
    #[error("{}: there is no `{pointer}`", path.display())]
    Missing {
        /// In which file.
        path: PathBuf,
        /// What was looked for, as a JSON pointer.
        pointer: String,
    },
    /// What was to be added is there already.
    #[error("{}: `{pointer}` is there already", path.display())]
    Exists {
        /// In which file.
        path: PathBuf,
        /// Where, as a JSON pointer.
        pointer: String,
    },
}

impl Draft {
    /// Reads a file. Takes as long as the disk: not for the frame's thread.
    ///
    /// # Errors
    /// The file cannot be read, or is not TOML.
    pub fn open(path: &Path) -> Result<Self, EditError> {
        let bytes = fs::read(path).map_err(|error| file_error(path, error))?;
        let text = std::str::from_utf8(&bytes).map_err(|_error| {
            let error = std::io::Error::new(std::io::ErrorKind::InvalidData, "it is not UTF-8");
            file_error(path, error)
        })?;
        let (written, document) = Written::parse(text).map_err(|error| EditError::Syntax {
            path: path.to_owned(),
            error,
        })?;
        Ok(Self {
            path: path.to_owned(),
            fingerprint: fingerprint(&bytes),
            written,
            document,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's text with what was changed; what was not keeps its bytes.
    pub fn text(&self) -> String {
        self.written.with(&self.document)
    }

    /// Whether it was read from the same text as another.
    pub fn is_of_same_text(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }

    /// Looks whether the file still is as it was read. Takes as long as the disk.
    ///
    /// # Errors
    /// It is not, or it cannot be read.
    pub fn check_unchanged(&self) -> Result<(), EditError> {
        let now = fs::read(&self.path).map_err(|error| file_error(&self.path, error))?;
        if fingerprint(&now) == self.fingerprint {
            Ok(())
        } else {
            Err(EditError::Changed(self.path.clone()))
        }
    }

    /// What a JSON pointer such as `/rules/3/when` leads to.
    ///
    /// # Errors
    /// It leads to nothing.
    pub fn at(&mut self, pointer: &str) -> Result<&mut Item, EditError> {
        let path = self.path.clone();
        let missing = || EditError::Missing {
            path,
            pointer: pointer.to_owned(),
        };
        let mut item = self.document.as_item_mut();
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let next = match step.parse::<usize>() {
                Ok(index) if !item.is_table_like() => item.get_mut(index),
                _ => item.get_mut(&*step),
            };
            let Some(next) = next else {
                return Err(missing());
            };
            item = next;
        }
        Ok(item)
    }

    /// Writes the file as a whole, if it still is as it was read, and goes on from there. Whoever may
    /// edit has the permit. Takes as long as the disk.
    ///
    /// # Errors
    /// It has been changed in the meantime, or cannot be written; it is as it was then.
    pub fn save(&mut self, _permit: &EditPermit) -> Result<(), EditError> {
        let path = fs::canonicalize(&self.path).map_err(|error| file_error(&self.path, error))?;
        let before = fs::read(&path).map_err(|error| file_error(&path, error))?;
        if fingerprint(&before) != self.fingerprint {
            return Err(EditError::Changed(self.path.clone()));
        }
        let text = self.text();
        crate::files::replace(&path, text.as_bytes()).map_err(|error| file_error(&path, error))?;
        self.fingerprint = fingerprint(text.as_bytes());
        // What was just printed is read again without fail; if not, the next edit starts from here.
        if let Ok((written, document)) = Written::parse(&text) {
            self.written = written;
            self.document = document;
        }
        Ok(())
    }
}

fn file_error(path: &Path, error: std::io::Error) -> EditError {
    EditError::File {
        path: path.to_owned(),
        error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_in_the_meantime_is_not_written_over() {
        let permit = crate::access::Session::default().edit_permit().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(
            &path,
            "# why\ntitle = 'A' # here\n\n[[rules]]\nname = \"x\"\n",
        )
        .unwrap();
        let mut draft = Draft::open(&path).unwrap();
        *draft.at("/rules/0/name").unwrap() = toml_edit::value("y");
        draft.save(&permit).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            "# why\ntitle = 'A' # here\n\n[[rules]]\nname = \"y\"\n"
        );
        *draft.at("/rules/0/name").unwrap() = toml_edit::value("z");
        draft.save(&permit).unwrap();
        fs::write(&path, "title = 'B'\n").unwrap();
        *draft.at("/rules/0/name").unwrap() = toml_edit::value("w");
        assert!(matches!(draft.save(&permit), Err(EditError::Changed(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "title = 'B'\n");
        assert!(matches!(
            draft.at("/rules/7"),
            Err(EditError::Missing { .. })
        ));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
