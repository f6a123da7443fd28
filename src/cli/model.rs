//! `windvane model`.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use crate::scene::gltf_summary;

/// Larger files are not turbine models.
const LARGEST_FILE: u64 = 256 << 20;

/// List what a glTF or GLB file contains: nodes with sizes, animations, what is not read
///
/// For the `parts` of a model in a scene file.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The GLB or glTF file.
    file: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// The file cannot be read, or holds what is not supported.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let name = || args.file.display().to_string();
    let bytes = read(&args.file).with_context(name)?;
    let folder = args.file.parent().unwrap_or(Path::new(""));
    let mut beside =
        |uri: &str| read(&folder.join(uri)).map_err(|error| format!("cannot read {uri}: {error}"));
    let summary = gltf_summary(&bytes, &mut beside)
        .map_err(anyhow::Error::msg)
        .with_context(name)?;
    match io::stdout().lock().write_all(summary.as_bytes()) {
        // Whoever read it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written.context("cannot write the list")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let facts = std::fs::metadata(path)?;
    if facts.len() > LARGEST_FILE {
        return Err(io::Error::other("it is larger than 256 MiB"));
    }
    std::fs::read(path)
}
