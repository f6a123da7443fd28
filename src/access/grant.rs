//! What the access files give to a person.

use std::path::PathBuf;
use std::sync::Arc;

use super::file::{AccessFile, Found, Part, in_short, unreadable};
use super::person::Person;
use super::places::Places;
use super::{Role, Session};
use crate::scene::Problems;

/// Why somebody has his role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// There is no access file: whoever runs the program is an engineer.
    NoFile,
    /// A file says so.
    File {
        /// Which.
        file: PathBuf,
        /// By which part of it.
        part: Part,
        /// The line, counted from 1, where it is written in one.
        line: Option<usize>,
    },
    /// A file cannot be used: whoever runs the program is a viewer.
    Broken(PathBuf),
}

/// What the access files give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Who, and as what.
    pub session: Session,
    /// The user's groups.
    pub groups: Vec<Arc<str>>,
    /// Why he has his role.
    pub because: Because,
    /// The files that were read.
    pub files: Vec<PathBuf>,
    /// One of them is the system's.
    pub is_of_system: bool,
    /// What is wrong with them.
    pub problems: Problems,
}

impl Granted {
    /// Where the role comes from, in words.
    pub fn origin(&self) -> String {
        match &self.because {
            Because::NoFile => "There is no access file, so everybody is an engineer.".to_owned(),
            Because::Broken(file) => {
                format!(
                    "{} cannot be used, so everybody is a viewer.",
                    file.display()
                )
            }
            Because::File { file, part, line } => {
                let at = match line {
                    Some(line) => format!("{}, line {line}", file.display()),
                    None => file.display().to_string(),
                };
                match part {
                    Part::User => format!("By your own entry in {at}."),
                    Part::Group(name) => format!("By your group {name} in {at}."),
                    Part::Default => format!(
                        "By the default in {at}: it names neither you nor a group of yours."
                    ),
                }
            }
        }
    }

    /// The worst that is wrong with the files, in a line.
    pub fn problem(&self) -> Option<String> {
        in_short(&self.problems)
    }
}

/// A role that one place gives.
struct Given {
    role: Role,
    because: Because,
    station: Option<Arc<str>>,
    problems: Problems,
    file: PathBuf,
}

/// The role that the files in these places give to a person. Takes as long as the disk.
pub fn grant(person: &Person, places: &Places) -> Granted {
    let look = |path: &PathBuf| given(person, path.clone(), AccessFile::read(path));
    let of_system = places.system.iter().find_map(look);
    let named = places.named.as_ref().map(|path| {
        look(path).unwrap_or_else(|| {
            // Whoever names a file means it.
            let problems = unreadable(path, "there is no such file".to_owned());
            broken(path.clone(), problems, None)
        })
    });
    let of_user = match (&of_system, &named) {
        (None, None) => places.user.as_ref().and_then(look),
        _ => None,
    };
    let is_of_system = of_system.is_some();
    let all: Vec<Given> = of_system.into_iter().chain(named).chain(of_user).collect();
    let mut session = Session {
        user: Arc::clone(&person.user),
        ..Session::default()
    };
    // The system's comes first: its name of the station counts.
    if let Some(station) = all.iter().find_map(|given| given.station.clone()) {
        session.station = station;
    }
    let mut problems = Problems::default();
    for problem in all.iter().flat_map(|given| given.problems.list()) {
        problems.push(problem.clone());
    }
    let files = all.iter().map(|given| given.file.clone()).collect();
    // Of two the lower, and at the same height the system's.
    let least = all.into_iter().min_by_key(|given| given.role);
    let (role, because) = least.map_or((Role::Engineer, Because::NoFile), |given| {
        (given.role, given.because)
    });
    session.role = role;
    Granted {
        session,
        groups: person.groups.clone(),
        because,
        files,
        is_of_system,
        problems,
    }
}

fn given(person: &Person, path: PathBuf, found: Found) -> Option<Given> {
    match found {
        Found::Nothing => None,
        Found::Broken(problems, station) => Some(broken(path, problems, station)),
        Found::Good(file) => {
            let (role, part, line) = file.role_of(person);
            Some(Given {
                role,
                because: Because::File {
                    file: path.clone(),
                    part,
                    line,
                },
                station: file.station,
                problems: Problems::default(),
                file: path,
            })
        }
    }
}

fn broken(path: PathBuf, problems: Problems, station: Option<Arc<str>>) -> Given {
    Given {
        role: Role::Viewer,
        because: Because::Broken(path.clone()),
        station,
        problems,
        file: path,
    }
}
