//! What is too large or too tedious to write by hand of the scenes that ship: land and layouts.
//!
//! Everything follows from a seed, so that the same command gives the same files everywhere.

use std::io;
use std::path::{Path, PathBuf};

mod country;
mod crest;
mod relief;
mod ridge;

pub use country::{COUNTRY_TURBINES, write_country};
pub use relief::Relief;
pub use ridge::write_ridge;

/// The seed of the files that ship.
pub const SHIPPED_SEED: u64 = 1;

/// A file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {source}", path.display())]
pub struct GenerateError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// Writes a file whole or not at all: somebody may be reading the one before.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), GenerateError> {
    let failed = |source| GenerateError {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    crate::files::replace(path, bytes).map_err(failed)
}
