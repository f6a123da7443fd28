//! Where access files are looked for.

use std::path::PathBuf;

const FILE: &str = "access.toml";
/// The environment variable that names a file, as the option `--access` does.
const VARIABLE: &str = "WINDVANE_ACCESS";

/// Where access files are looked for, and which of them counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The system's: only whoever administers the machine can write there. Where there is one, it
    /// decides. In the order in which they are looked for.
    pub system: Vec<PathBuf>,
    /// The one that the option or the environment names. Beside one of the system's it can only lower
    /// a role.
    pub named: Option<PathBuf>,
    /// The user's own, where there is neither of the others.
    pub user: Option<PathBuf>,
}

impl Places {
    /// Those of this machine and user, with the file that an option names, if one does.
    pub fn of_machine(option: Option<PathBuf>) -> Self {
        let of_environment = || {
            let named = std::env::var_os(VARIABLE)?;
            (!named.is_empty()).then(|| PathBuf::from(named))
        };
        Self {
            system: system().into_iter().map(|at| at.join(FILE)).collect(),
            named: option.or_else(of_environment),
            user: directories::ProjectDirs::from("", "", "windvane")
                .map(|dirs| dirs.config_dir().join(FILE)),
        }
    }

    /// This file alone, as the system's.
    pub fn of_system(file: PathBuf) -> Self {
        Self {
            system: vec![file],
            ..Self::default()
        }
    }

    /// Every place, whether there is a file or not.
    pub(super) fn all(&self) -> impl Iterator<Item = &PathBuf> {
        self.system.iter().chain(&self.named).chain(&self.user)
    }
}

#[cfg(target_os = "macos")]
fn system() -> Vec<PathBuf> {
    vec![PathBuf::from("/Library/Application Support/Windvane")]
}

/// The usual place first: the environment, which names any other, is the user's to set.
#[cfg(windows)]
fn system() -> Vec<PathBuf> {
    let usual = PathBuf::from(r"C:\ProgramData\Windvane");
    let named = std::env::var_os("ProgramData").map(|at| PathBuf::from(at).join("Windvane"));
    let other = named.filter(|named| *named != usual);
    std::iter::once(usual).chain(other).collect()
}

#[cfg(not(any(windows, target_os = "macos")))]
fn system() -> Vec<PathBuf> {
    vec![PathBuf::from("/etc/windvane")]
}
