//! `windvane check`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;

use super::PROBLEM;
use crate::scene::finding::{Finding, finding, nearest_code};
use crate::scene::{
    Composition, Problem, Problems, Scene, Severity, Turbine, load, write_problems,
};

mod explain;
mod sarif;

/// Report every problem of scene files, with file, line and column
///
/// Errors keep a scene from being opened; warnings tell of what probably is not meant. Exit status 1 if
/// there is an error, or a warning that is denied; 2 for wrong usage.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    windvane check farm.toml\n  \
    windvane check --deny warnings scenes/*/*.toml     # in CI\n  \
    windvane check --format sarif farm.toml > windvane.sarif\n  \
    windvane check --explain covered-rule")]
pub struct Args {
    /// Scene files.
    #[arg(required_unless_present = "explain", value_name = "SCENE")]
    scenes: Vec<PathBuf>,
    /// How to write what was found.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Fail also for warnings: all of them, or those of one code. Can be given several times.
    #[arg(long, value_name = "warnings|CODE", value_parser = Deny::parse)]
    deny: Vec<Deny>,
    /// Print what a code is about, with examples, and check nothing.
    #[arg(long, value_name = "CODE", value_parser = code, conflicts_with = "scenes")]
    explain: Option<&'static Finding>,
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
    /// For editors and code scanning: one SARIF 2.1.0 log.
    Sarif,
}

/// Which warnings fail a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deny {
    Warnings,
    Code(&'static str),
}

impl Deny {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "warnings" => Ok(Self::Warnings),
            other => code(other).map(|finding| Self::Code(finding.code)),
        }
    }

    fn is_for(self, problem: &Problem) -> bool {
        match self {
            Self::Warnings => true,
            Self::Code(code) => code == problem.code,
        }
    }
}

fn code(text: &str) -> Result<&'static Finding, String> {
    finding(text).ok_or_else(|| match nearest_code(text) {
        Some(near) => format!("there is no such code; did you mean {near}?"),
        None => "there is no such code; docs/findings.md lists them".to_owned(),
    })
}

/// A scene file, and what is wrong with it.
struct Checked<'a> {
    path: &'a Path,
    scene: Option<std::sync::Arc<Scene>>,
    problems: Problems,
}

impl Args {
    fn is_denied(&self, problem: &Problem) -> bool {
        problem.severity == Severity::Warning && self.deny.iter().any(|d| d.is_for(problem))
    }
}

/// Runs the command.
///
/// # Errors
/// Standard output cannot be written to.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let stdout = io::stdout();
    let color = super::is_colored(&stdout);
    let mut out = stdout.lock();
    let outcome = match args.explain {
        Some(finding) => explain::write(&mut out, finding).map(|()| false),
        None => check(args, &mut out, color),
    };
    match outcome {
        Ok(false) => Ok(ExitCode::SUCCESS),
        Ok(true) => Ok(ExitCode::from(PROBLEM)),
        // Whoever read it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::from(PROBLEM)),
        Err(error) => Err(error).context("cannot write the report"),
    }
}

/// Checks every scene; whether that fails.
fn check(args: &Args, out: &mut dyn Write, color: bool) -> io::Result<bool> {
    let mut has_failed = false;
    let mut log = sarif::Log::default();
    for path in &args.scenes {
        let (scene, problems) = match load(path, &args.twinmaker.options(None)) {
            Ok(loaded) => (Some(loaded.scene), loaded.warnings),
            Err(problems) => (None, problems),
        };
        let denied = problems.list().iter().filter(|p| args.is_denied(p)).count();
        has_failed |= problems.errors() > 0 || denied > 0;
        let checked = Checked {
            path,
            scene,
            problems,
        };
        match args.format {
            Format::Human => write_human(out, &checked, denied, color)?,
            Format::Json => write_json(out, &checked)?,
            Format::Sarif => log.add(&checked.problems, |problem| args.is_denied(problem)),
        }
    }
    if args.format == Format::Sarif {
        writeln!(out, "{:#}", log.into_json())?;
    }
    Ok(has_failed)
}

fn write_human(
    out: &mut dyn Write,
    checked: &Checked<'_>,
    denied: usize,
    color: bool,
) -> io::Result<()> {
    let problems = &checked.problems;
    write_problems(out, problems, color)?;
    let (file, found) = (checked.path.display(), problems.summary());
    let Some(scene) = &checked.scene else {
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
    if denied > 0 {
        return writeln!(
            out,
            "{file}: {}, {found}, {denied} denied",
            parts.join(", ")
        );
    }
    writeln!(out, "{file}: {}, {found}", parts.join(", "))
}

fn write_json(out: &mut dyn Write, checked: &Checked<'_>) -> io::Result<()> {
    let (scene, problems) = (checked.scene.as_deref(), &checked.problems);
    let report = json!({
        "file": checked.path.to_string_lossy(),
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
