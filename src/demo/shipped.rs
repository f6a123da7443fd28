//! The scenes that ship: beside the program, or from the program itself where nothing lies beside it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::generate::{GenerateError, SHIPPED_SEED, write_country};
use super::wind::Climate;

/// A scene that ships with the program.
#[derive(Debug)]
pub struct Shipped {
    /// Its name on the command line, and its folder beneath `scenes`.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// How often a simulated turbine of it publishes.
    pub interval: Duration,
    /// The weather of its simulation.
    pub climate: Climate,
    /// The scene file within its folder.
    file: &'static str,
    /// Every file that ships of it, as it was when the program was built.
    files: &'static [(&'static str, &'static [u8])],
    /// What is generated instead of being shipped: the file, and what writes it.
    generated: Option<(&'static str, fn(&Path, u64) -> Result<(), GenerateError>)>,
}

macro_rules! files {
    ($folder:literal: $($file:literal),+) => {
        &[$((
            $file,
            include_bytes!(concat!("../../scenes/", $folder, "/", $file)) as &[u8],
        )),+]
    };
}

/// What differs from place to place of the weather; the rest is that of Horns Rev.
const fn weather(wind_ms: f64, direction_deg: f64, ambient_c: f64) -> Climate {
    Climate {
        wind_ms,
        wind_swing_ms: 2.2,
        direction_deg,
        direction_swing_deg: 22.0,
        ambient_c,
        ambient_swing_c: 1.5,
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// Every scene that ships; the first is the demo's own.
pub static SHIPPED: [Shipped; 4] = [
    Shipped {
        name: "horns-rev-1",
        title: "Horns Rev 1",
        interval: SECOND,
        climate: Climate::NORTH_SEA,
        file: "horns-rev-1.toml",
        files: files!("horns-rev-1": "horns-rev-1.toml", "layout.csv", "rules/v80.toml", "rules/codes.csv", "rules/neighbours.toml"),
        generated: None,
    },
    Shipped {
        name: "ridge",
        title: "Cairn Ridge",
        interval: SECOND,
        climate: weather(10.2, 236.0, 9.0),
        file: "ridge.toml",
        files: files!(
            "ridge": "ridge.toml", "layout.csv", "height.png", "rules/v90.toml", "rules/e70.toml",
            "rules/all.toml"
        ),
        generated: None,
    },
    Shipped {
        name: "turbine",
        title: "IEA 15 MW",
        interval: SECOND,
        climate: weather(10.8, 250.0, 8.0),
        file: "turbine.toml",
        files: files!("turbine": "turbine.toml", "rules/rules.toml"),
        generated: None,
    },
    Shipped {
        name: "country",
        title: "Country",
        interval: Duration::from_secs(30),
        climate: weather(8.6, 255.0, 11.0),
        file: "country.toml",
        files: files!("country": "country.toml"),
        generated: Some(("layout.csv", write_country)),
    },
];

/// A scene that ships can be written nowhere.
#[derive(Debug, thiserror::Error)]
pub enum ShippedError {
    /// One of its files.
    #[error("cannot write the scene to {}", folder.display())]
    File {
        /// Where it was tried last.
        folder: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// What is generated of it.
    #[error(transparent)]
    Generated(#[from] GenerateError),
}

/// The scene that ships under this name.
pub fn shipped(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|scene| scene.name == name)
}

/// The demo's scene file, see [`Shipped::path`].
///
/// # Errors
/// When no folder can be written.
pub fn scene_path() -> Result<PathBuf, ShippedError> {
    let [demo, ..] = &SHIPPED;
    demo.path()
}

impl Shipped {
    /// The scene file: in the working directory, beside the program or above it, else written to the
    /// user's data folder or, where that cannot be written, to the folder for temporary files.
    ///
    /// # Errors
    /// When no folder can be written.
    pub fn path(&self) -> Result<PathBuf, ShippedError> {
        let working = std::env::current_dir().ok();
        let program = std::env::current_exe().ok();
        let beside = program
            .iter()
            .flat_map(|path| path.ancestors().skip(1).take(4));
        let found = working
            .iter()
            .map(PathBuf::as_path)
            .chain(beside)
            .map(|folder| folder.join("scenes").join(self.name))
            .find(|folder| folder.join(self.file).is_file());
        // A folder that cannot be written to lacks what is generated: then it is of no use.
        if let Some(folder) = found
            && self.generate(&folder).is_ok()
        {
            return Ok(folder.join(self.file));
        }
        let version = self.version();
        let user = directories::ProjectDirs::from("", "", "windvane")
            .map(|dirs| dirs.data_local_dir().join("scenes").join(&version));
        if let Some(Ok(path)) = user.map(|folder| self.write(&folder)) {
            return Ok(path);
        }
        // Not a fixed name: in a folder that is everyone's, somebody else may have put files there.
        let folder = format!("windvane-{version}-{}", std::process::id());
        self.write(&std::env::temp_dir().join(folder))
    }

    /// Its name, and a number that is another one for other files: a newer program is not to show what an
    /// older one has written.
    fn version(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.files.hash(&mut hasher);
        format!("{}-{:016x}", self.name, hasher.finish())
    }

    /// Writes the scene's files to a folder; files that are there stay as they are, for somebody may
    /// have tried a rule in them. Gives the scene file.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<PathBuf, ShippedError> {
        let failed = |source| ShippedError::File {
            folder: folder.to_owned(),
            source,
        };
        for (name, bytes) in self.files {
            let path = folder.join(name);
            if path.is_file() {
                continue;
            }
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent).map_err(failed)?;
            }
            // Whole or not at all: a second program may be starting at the same time.
            crate::files::replace(&path, bytes).map_err(failed)?;
        }
        self.generate(folder)?;
        Ok(folder.join(self.file))
    }

    /// Writes what is generated of the scene, where it is not there yet.
    fn generate(&self, folder: &Path) -> Result<(), GenerateError> {
        match self.generated {
            Some((file, write)) if !folder.join(file).is_file() => write(folder, SHIPPED_SEED),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_is_written_whole_and_edits_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let ridge = shipped("ridge").unwrap();
        let scene = ridge.write(folder.path()).unwrap();
        assert!(scene.is_file());
        assert!(folder.path().join("rules/all.toml").is_file());
        std::fs::write(&scene, "title = \"mine\"").unwrap();
        ridge.write(folder.path()).unwrap();
        assert_eq!(std::fs::read_to_string(&scene).unwrap(), "title = \"mine\"");
    }

    #[test]
    fn a_scene_of_other_files_has_another_folder() {
        let [demo, ..] = &SHIPPED;
        let (first, ..) = demo.files.split_first().unwrap();
        let other = Shipped {
            files: std::slice::from_ref(first),
            ..*demo
        };
        assert_ne!(demo.version(), other.version());
        assert!(demo.version().starts_with("horns-rev-1-"));
    }

    #[test]
    fn what_is_generated_comes_with_the_scene() {
        let folder = tempfile::tempdir().unwrap();
        shipped("country").unwrap().write(folder.path()).unwrap();
        let csv = std::fs::read_to_string(folder.path().join("layout.csv")).unwrap();
        assert_eq!(csv.lines().count(), 75_001);
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let [demo, ..] = &SHIPPED;
        let error = demo.write(&file.join("scene")).unwrap_err();
        assert!(error.to_string().contains("file"));
    }
}
