//! `windvane check`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;

use super::PROBLEM;
use crate::scene::{Composition, Problems, Scene, Turbine, load, write_problems};

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
    #[command(flatten)]
    twinmaker: super::import::TwinMakerArgs,
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
        let (scene, problems) = match load(path, &args.twinmaker.options(None)) {
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
    let is_entity =
        |turbine: &&Turbine| scene.models.get(turbine.model).is_some_and(|m| m.is_entity);
    let entities = scene.turbines.iter().filter(is_entity).count();
    let models = scene.models.iter().filter(|m| !m.is_entity).count();
    let mut parts = Vec::new();
    if scene.composition.is_none() || scene.turbines.len() > entities {
        parts.push(count(scene.turbines.len() - entities, "turbine"));
        parts.push(count(models, "model"));
    }
    if let Some(composition) = &scene.composition {
        parts.push(count(composition.nodes.len(), "node"));
        let word = if entities == 1 { "entity" } else { "entities" };
        parts.push(format!("{entities} {word}"));
    }
    parts.push(count(scene.rules.len(), "rule"));
    writeln!(out, "{file}: {}, {found}", parts.join(", "))
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
        "composition": scene.and_then(|s| s.composition.as_deref()).map(composition),
        "problems": problems.list(),
    });
    writeln!(out, "{report}")
}

/// What is in a composition.
fn composition(composition: &Composition) -> serde_json::Value {
    let maps = composition.rule_maps.iter();
    let maps = maps.map(|m| (m.id.to_string(), m.statements.len().into()));
    json!({
        "nodes": composition.nodes.len(),
        "roots": composition.roots.len(),
        "depth": composition.depth(),
        "components": composition.counts(),
        "rules": maps.collect::<serde_json::Map<_, _>>(),
    })
}
