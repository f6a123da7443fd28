//! `windvane import`.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use super::PROBLEM;
use crate::scene::{LoadOptions, import_twinmaker, write_problems};

/// Make a scene file of another program's
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    from: From,
}

#[derive(clap::Subcommand, Debug)]
enum From {
    Twinmaker(TwinMaker),
}

/// Make a scene file to edit of an AWS IoT TwinMaker scene
///
/// Rules become rules of Windvane's own language where that means the same, and stay in TwinMaker's
/// where not. What is not carried over is told and noted in the file.
#[derive(clap::Args, Debug)]
struct TwinMaker {
    /// The TwinMaker scene: scene.json
    scene: PathBuf,
    /// Write to this file instead of to standard output; it must not be there yet
    #[arg(short, long, value_name = "FILE.toml")]
    output: Option<PathBuf>,
    #[command(flatten)]
    twinmaker: TwinMakerArgs,
}

/// What is given beside a TwinMaker scene.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct TwinMakerArgs {
    /// TwinMaker scenes: look for models in this folder
    #[arg(long, value_name = "DIR")]
    pub models: Option<PathBuf>,
    /// TwinMaker scenes: topics of their values, in place of NAME.bindings.toml beside the scene
    #[arg(long, value_name = "FILE.toml")]
    pub bindings: Option<PathBuf>,
}

impl TwinMakerArgs {
    /// As a scene is loaded with it.
    pub fn options(&self, broker: Option<&str>) -> LoadOptions {
        LoadOptions {
            broker: broker.map(str::to_owned),
            models: self.models.clone(),
            bindings: self.bindings.clone(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// The scene file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let From::Twinmaker(args) = &args.from;
    let options = args.twinmaker.options(None);
    let imported = import_twinmaker(&args.scene, &options, args.output.as_deref());
    let stderr = io::stderr();
    let color = super::is_colored(&stderr);
    let print = |problems| {
        write_problems(&mut stderr.lock(), problems, color)
            .context("cannot write the scene's problems")
    };
    let (text, warnings) = match imported {
        Ok(imported) => imported,
        Err(problems) => {
            print(&problems)?;
            return Ok(ExitCode::from(PROBLEM));
        }
    };
    print(&warnings)?;
    match &args.output {
        Some(path) => {
            let mut file = std::fs::File::create_new(path)
                .with_context(|| format!("cannot write {}", path.display()))?;
            file.write_all(text.as_bytes())
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        None => match io::stdout().write_all(text.as_bytes()) {
            // Whoever read it has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            written => written.context("cannot write the scene")?,
        },
    }
    Ok(ExitCode::SUCCESS)
}
