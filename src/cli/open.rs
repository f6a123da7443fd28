//! Opening the scene that a command line names.

use std::path::Path;
use std::process::ExitCode;

use bevy::prelude::*;

use crate::action::Action;

/// Opens a scene in an app that is about to run.
///
/// # Errors
/// It cannot be opened.
pub fn scene(
    app: &mut App,
    path: &Path,
    _broker: Option<&str>,
) -> anyhow::Result<Option<ExitCode>> {
    app.world_mut()
        .write_message(Action::OpenScene(path.to_owned()));
    Ok(None)
}
