//! `windvane check`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;

use super::PROBLEM;
use crate::scene::{LoadOptions, Problems, Scene, load, write_problems};

/// Report every problem of scene files, with file, line and column
///
/// Exit status 1 if any of them has an error; warnings do not count.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Scene files.
    #[arg(required = true, value_name = "SCENE")]
    scenes: Vec<PathBuf>,
    /// How to write what was found.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(clap::ValueEnum, Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Format {
    /// For people: each problem with the line that it is on.
    #[default]
    Human,
    /// For programs: one JSON object a scene, each on a line.
    Json,
}

/// Runs the command.
///
/// # Errors
/// Standard output cannot be written to.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let stdout = io::stdout();
    let color = super::is_colored(&stdout);
    let mut out = stdout.lock();
    let mut has_errors = false;
    for path in &args.scenes {
        let (scene, problems) = match load(path, &LoadOptions::default()) {
            Ok(loaded) => (Some(loaded.scene), loaded.warnings),
            Err(problems) => (None, problems),
        };
        has_errors |= problems.errors() > 0;
        let written = match args.format {
            Format::Human => write_human(&mut out, path, scene.as_deref(), &problems, color),
            Format::Json => write_json(&mut out, path, scene.as_deref(), &problems),
        };
        match written {
            // Whoever read it has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            written => written.context("cannot write the report")?,
        }
    }
    Ok(if has_errors {
        ExitCode::from(PROBLEM)
    } else {
        ExitCode::SUCCESS
    })
}

fn write_human(
    out: &mut dyn Write,
    path: &Path,
    scene: Option<&Scene>,
    problems: &Problems,
    color: bool,
) -> io::Result<()> {
    write_problems(out, problems, color)?;
    let (file, found) = (path.display(), problems.summary());
    let Some(scene) = scene else {
        return writeln!(out, "{found} in {file}");
    };
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    writeln!(
        out,
        "{file}: {}, {}, {}, {found}",
        count(scene.turbines.len(), "turbine"),
        count(scene.models.len(), "model"),
        count(scene.rules.len(), "rule"),
    )
}

fn write_json(
    out: &mut dyn Write,
    path: &Path,
    scene: Option<&Scene>,
    problems: &Problems,
) -> io::Result<()> {
    let report = json!({
        "file": path.to_string_lossy(),
        "errors": problems.errors(),
        "warnings": problems.warnings(),
        "omitted": problems.omitted(),
        "turbines": scene.map(|s| s.turbines.len()),
        "models": scene.map(|s| s.models.len()),
        "rules": scene.map(|s| s.rules.len()),
        "problems": problems.list(),
    });
    writeln!(out, "{report}")
}
