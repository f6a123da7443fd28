//! `windvane schema`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;

/// Print the JSON Schema of scene files, or of the alarms that are published
///
/// Editors complete and check scene files with it: name it in the first line of a scene, as
/// #:schema scene.schema.json
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Of what stations publish of alarms over MQTT
    #[arg(long)]
    alarms: bool,
}

/// Runs the command.
///
/// # Errors
/// Standard output cannot be written to.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let text = match args.alarms {
        true => crate::alarms::share::schema_text(),
        false => crate::scene::schema_text(),
    };
    let written = io::stdout().lock().write_all(text.as_bytes());
    match written {
        // Whoever read it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written.context("cannot write the schema")?,
    }
    Ok(ExitCode::SUCCESS)
}
