//! Where the records come from.

use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::alarms::journal::Record;
use crate::alarms::performance::Records;

/// Longer lines are no records.
const LONGEST_LINE_BYTES: usize = 1 << 20;

/// Opens a journal for reading; without a file, that of the scene.
pub(super) fn open(file: Option<&Path>, _scene: &Path) -> anyhow::Result<Box<dyn Records>> {
    let Some(file) = file else {
        bail!("no journal is named: --journal FILE");
    };
    lines(file)
}

/// Records as lines of JSON.
fn lines(path: &Path) -> anyhow::Result<Box<dyn Records>> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    let mut records = Vec::new();
    for (line, number) in BufReader::new(file).lines().zip(1..) {
        let at = || format!("{}:{number}", path.display());
        let line = line.with_context(at)?;
        if line.len() > LONGEST_LINE_BYTES {
            bail!("{}: the line is too long for a record", at());
        }
        if !line.trim().is_empty() {
            records.push(serde_json::from_str::<Record>(&line).with_context(at)?);
        }
    }
    records.sort_by_key(|r| r.seq);
    Ok(Box::new(records))
}
