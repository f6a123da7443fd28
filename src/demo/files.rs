//! The demo's scene: beside the program, or from the program itself where nothing lies beside it.

use std::io;
use std::path::{Path, PathBuf};

/// The scene's own file within its folder.
const SCENE: &str = "horns-rev-1.toml";
/// The folder, beside the program or in the working directory.
const FOLDER: &str = "scenes/horns-rev-1";

/// Every file of the scene, as it was when the program was built.
const FILES: &[(&str, &str)] = &[
    (
        SCENE,
        include_str!("../../scenes/horns-rev-1/horns-rev-1.toml"),
    ),
    (
        "layout.csv",
        include_str!("../../scenes/horns-rev-1/layout.csv"),
    ),
    (
        "rules/v80.toml",
        include_str!("../../scenes/horns-rev-1/rules/v80.toml"),
    ),
];

/// The demo's scene can be written nowhere.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the demo's scene to {}", folder.display())]
pub struct SceneFileError {
    /// Where it was tried last.
    pub folder: PathBuf,
    /// Why it failed.
    #[source]
    pub source: io::Error,
}

/// The demo's scene file: in the working directory, beside the program or above it, else written to
/// the user's data folder or, where that cannot be written, to the folder for temporary files.
///
/// # Errors
/// When no folder can be written.
pub fn scene_path() -> Result<PathBuf, SceneFileError> {
    let working = std::env::current_dir().ok();
    let program = std::env::current_exe().ok();
    let beside = program
        .iter()
        .flat_map(|path| path.ancestors().skip(1).take(4));
    let found = working
        .iter()
        .map(PathBuf::as_path)
        .chain(beside)
        .map(|folder| folder.join(FOLDER).join(SCENE))
        .find(|path| path.is_file());
    if let Some(path) = found {
        return Ok(path);
    }
    let version = concat!("horns-rev-1-", env!("CARGO_PKG_VERSION"));
    let user = directories::ProjectDirs::from("", "", "windvane")
        .map(|dirs| dirs.data_local_dir().join("scenes").join(version));
    if let Some(Ok(path)) = user.map(|folder| write_scene(&folder)) {
        return Ok(path);
    }
    // Not a fixed name: in a folder that is everyone's, somebody else may have put files there.
    let folder = format!("windvane-{version}-{}", std::process::id());
    write_scene(&std::env::temp_dir().join(folder))
}

/// Writes the scene's files to a folder; files that are there stay as they are, for somebody may have
/// tried a rule in them. Gives the scene file.
///
/// # Errors
/// When a file cannot be written.
pub fn write_scene(folder: &Path) -> Result<PathBuf, SceneFileError> {
    let failed = |source| SceneFileError {
        folder: folder.to_owned(),
        source,
    };
    for (name, text) in FILES {
        let path = folder.join(name);
        if path.is_file() {
            continue;
        }
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        // Whole or not at all: a second program may be starting at the same time.
        let part = path.with_extension(format!("part-{}", std::process::id()));
        std::fs::write(&part, text)
            .and_then(|()| std::fs::rename(&part, &path))
            .map_err(failed)?;
    }
    Ok(folder.join(SCENE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scene_is_written_whole_and_edits_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let scene = write_scene(folder.path()).unwrap();
        assert!(scene.is_file());
        assert!(folder.path().join("rules/v80.toml").is_file());
        std::fs::write(&scene, "title = \"mine\"").unwrap();
        write_scene(folder.path()).unwrap();
        assert_eq!(std::fs::read_to_string(&scene).unwrap(), "title = \"mine\"");
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = write_scene(&file.join("scene")).unwrap_err();
        assert!(error.to_string().contains("file"));
    }
}
