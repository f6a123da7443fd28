//! `windvane generate`.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::demo::generate::{SHIPPED_SEED, write_country, write_ridge};

/// Write the generated files of a scene that ships: land and layouts
///
/// The same seed gives the same files. `windvane demo --scene country` does it by itself where its
/// layout is not there yet.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    windvane generate country scenes/country   # layout.csv, 75,000 turbines, 2 MB\n  \
    windvane generate ridge scenes/ridge       # height.png and layout.csv")]
pub struct Args {
    /// Which scene
    what: What,
    /// The folder that the files go to
    folder: PathBuf,
    /// Another seed gives another land
    #[arg(long, value_name = "N", default_value_t = SHIPPED_SEED)]
    seed: u64,
}

/// What can be generated.
#[derive(clap::ValueEnum, Debug, Clone, Copy)]
enum What {
    /// 75,000 turbines in farms over a country
    Country,
    /// An eroded ridge with 40 turbines on its crests
    Ridge,
}

/// Runs the command.
///
/// # Errors
/// A file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match args.what {
        What::Country => write_country(&args.folder, args.seed)?,
        What::Ridge => write_ridge(&args.folder, args.seed)?,
    }
    Ok(ExitCode::SUCCESS)
}
