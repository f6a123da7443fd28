//! What is wrong with a journal, in words that say what to do.

use std::path::Path;

use rusqlite::ErrorCode;

/// Why a journal is not written now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// What kind it is.
    pub kind: FaultKind,
    /// What is wrong, and what to do about it.
    pub what: String,
}

/// How to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// The file is damaged: it is kept aside and a new one begun.
    Damaged,
    /// The file is not to be touched.
    Unfit,
    /// It may pass: it is tried again.
    Passing,
}

impl Fault {
    /// One that may pass.
    pub fn passing(what: impl Into<String>) -> Self {
        Self {
            kind: FaultKind::Passing,
            what: what.into(),
        }
    }

    /// One of a file that is not to be touched.
    pub fn unfit(what: impl Into<String>) -> Self {
        Self {
            kind: FaultKind::Unfit,
            what: what.into(),
        }
    }

    /// From what the database says.
    pub fn of(error: &rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            // What is read is not what the program writes.
            return Self {
                kind: FaultKind::Damaged,
                what: format!("it is damaged: {error}"),
            };
        };
        let (kind, what) = match code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                (FaultKind::Damaged, format!("it is damaged ({error})"))
            }
            ErrorCode::DiskFull => (
                FaultKind::Passing,
                "the disk is full; free space on it".to_owned(),
            ),
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => (
                FaultKind::Passing,
                "it cannot be written; see to the rights of the file and of its folder".to_owned(),
            ),
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => (
                FaultKind::Passing,
                "another program holds it; close that program".to_owned(),
            ),
            ErrorCode::SystemIoFailure => (
                FaultKind::Passing,
                format!("the disk gives errors ({error}); have it looked at"),
            ),
            _ => (FaultKind::Passing, error.to_string()),
        };
        Self { kind, what }
    }

    /// From what the file system says.
    pub fn of_io(error: &std::io::Error) -> Self {
        Self::passing(match error.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                "it cannot be written; see to the rights of the file and of its folder".to_owned()
            }
            std::io::ErrorKind::StorageFull => "the disk is full; free space on it".to_owned(),
            _ => error.to_string(),
        })
    }

    /// With the file's name.
    pub fn at(&self, file: &Path) -> String {
        format!("{}: {}", file.display(), self.what)
    }
}
