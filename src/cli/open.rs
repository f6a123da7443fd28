//! Opening the scene that a command line names.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use bevy::prelude::*;

use crate::scene::{LoadOptions, Problems, SceneSource, load, write_problems};

/// Opens a scene in an app that is about to run: it is there in the first frame, and is followed when
/// its files change. The exit status where it has errors, which were then printed.
///
/// # Errors
/// Its problems cannot be printed.
pub fn scene(app: &mut App, path: &Path, options: LoadOptions) -> anyhow::Result<Option<ExitCode>> {
    match load(path, &options) {
        Ok(loaded) => {
            print(&loaded.warnings)?;
            let source = SceneSource {
                path: path.to_owned(),
                options,
                loaded: Some(loaded),
            };
            app.insert_resource(source);
            Ok(None)
        }
        Err(problems) => {
            print(&problems)?;
            Ok(Some(ExitCode::from(super::PROBLEM)))
        }
    }
}

fn print(problems: &Problems) -> anyhow::Result<()> {
    let stderr = io::stderr();
    let color = super::is_colored(&stderr);
    write_problems(&mut stderr.lock(), problems, color).context("cannot write the scene's problems")
}
