//! What the access files give to a person.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
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
    /// One of the files is the system's.
    pub is_of_system: bool,
    /// What is wrong with the files.
    pub problems: Problems,
    /// The files that hold, by which others are judged who claim a role from elsewhere.
    pub files: Vec<AccessFile>,
}

impl Granted {
    /// The highest role that a user may have by these files, wherever he is; `None` where there are
    /// none. Which groups he is in elsewhere is not known here: one that is not named himself may be in
    /// any of them.
    pub fn highest_role(files: &[AccessFile], user: &str) -> Option<Role> {
        let person = Person {
            user: user.into(),
            groups: Vec::new(),
        };
        let of = |file: &AccessFile| match file.role_of(&person) {
            (role, Part::User, _) => role,
            (role, ..) => {
                let of_groups = file.groups.iter().map(|(_, entry)| entry.role);
                of_groups.max().map_or(role, |highest| highest.max(role))
            }
        };
        files.iter().map(of).min()
    }

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

/// Gives roles by the files in their places, and remembers what they last said: while the program
/// runs, the last good one goes on.
#[derive(Debug, Clone)]
pub struct Grants {
    places: Places,
    held: HashMap<PathBuf, Held>,
    has_begun: bool,
}

/// What a file last said that counts.
#[derive(Debug, Clone)]
enum Held {
    Good(AccessFile),
    /// It could not be used when the program started, with the station that it names.
    Broken(Option<Arc<str>>),
}

/// A role that one place gives.
struct Given {
    role: Role,
    because: Because,
    station: Option<Arc<str>>,
}

impl Grants {
    /// By the files in these places.
    pub fn new(places: Places) -> Self {
        Self {
            places,
            held: HashMap::new(),
            has_begun: false,
        }
    }

    /// The places.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The role of a person by the files as they are now. Takes as long as the disk.
    ///
    /// A file that cannot be used makes everybody a viewer when the program starts. Later it changes
    /// nothing: what it said before goes on, and a new one has not yet come.
    pub fn grant(&mut self, person: &Person) -> Granted {
        let mut problems = Problems::default();
        let places = self.places.clone();
        let all_of_system = places.system.iter();
        let of_system: Option<Given> = all_of_system
            .filter_map(|path| self.look(path, false, person, &mut problems))
            .next();
        let named = places.named.as_ref();
        let named = named.and_then(|path| self.look(path, true, person, &mut problems));
        let of_user = match (&of_system, &named, &places.named) {
            (None, None, None) => places.user.as_ref(),
            _ => None,
        };
        let of_user = of_user.and_then(|path| self.look(path, false, person, &mut problems));
        self.has_begun = true;
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
            is_of_system,
            problems,
            files: self.good_files(),
        }
    }

    fn good_files(&self) -> Vec<AccessFile> {
        let places = &self.places;
        let of_user = places.user.iter().filter(|_| places.named.is_none());
        let all = places.system.iter().chain(&places.named).chain(of_user);
        let good = all.filter_map(|path| match self.held.get(path)? {
            Held::Good(file) => Some(file.clone()),
            Held::Broken(_) => None,
        });
        good.collect()
    }

    /// What the file at a place gives; nothing where there is none, unless it has to be there.
    fn look(
        &mut self,
        path: &Path,
        must_be: bool,
        person: &Person,
        problems: &mut Problems,
    ) -> Option<Given> {
        let found = AccessFile::read(path);
        let was_there = self.held.contains_key(path);
        match found {
            Found::Good(file) => {
                self.held.insert(path.to_owned(), Held::Good(file));
            }
            Found::Nothing if !was_there && !must_be => return None,
            Found::Nothing => {
                let why = "there is no such file".to_owned();
                self.hold_broken(path, None, &unreadable(path, why), problems);
            }
            Found::Broken(of_file, station) => {
                self.hold_broken(path, station, &of_file, problems);
            }
        }
        Some(match self.held.get(path)? {
            Held::Broken(station) => Given {
                role: Role::Viewer,
                because: Because::Broken(path.to_owned()),
                station: station.clone(),
            },
            Held::Good(file) => {
                let (role, part, line) = file.role_of(person);
                let file_path = path.to_owned();
                Given {
                    role,
                    because: Because::File {
                        file: file_path,
                        part,
                        line,
                    },
                    station: file.station.clone(),
                }
            }
        })
    }

    fn hold_broken(
        &mut self,
        path: &Path,
        station: Option<Arc<str>>,
        of_file: &Problems,
        problems: &mut Problems,
    ) {
        for problem in of_file.list() {
            problems.push(problem.clone());
        }
        if !self.has_begun {
            self.held.insert(path.to_owned(), Held::Broken(station));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anna() -> Person {
        Person {
            user: "anna".into(),
            groups: vec!["staff".into(), "engineers".into()],
        }
    }

    struct Files {
        folder: tempfile::TempDir,
        grants: Grants,
    }

    impl Files {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let at = |name: &str| folder.path().join(name);
            let grants = Grants::new(Places {
                system: vec![at("system.toml")],
                named: None,
                user: Some(at("user.toml")),
            });
            Self { folder, grants }
        }

        fn named(mut self) -> Self {
            self.grants.places.named = Some(self.folder.path().join("named.toml"));
            self
        }

        fn write(&self, name: &str, text: &str) {
            std::fs::write(self.folder.path().join(name), text).unwrap();
        }

        fn role(&mut self) -> Role {
            self.grants.grant(&anna()).session.role
        }
    }

    #[test]
    fn without_a_file_everybody_is_an_engineer() {
        let granted = Files::new().grants.grant(&anna());
        assert_eq!(granted.session.role, Role::Engineer);
        assert_eq!(granted.because, Because::NoFile);
        assert!(granted.problems.is_empty());
    }

    #[test]
    fn the_systems_file_wins_over_the_users_own() {
        let mut files = Files::new();
        files.write("user.toml", "[users]\nanna = \"engineer\"\n");
        files.write(
            "system.toml",
            "station = \"Room 1\"\n[users]\nanna = \"operator\"\n",
        );
        let granted = files.grants.grant(&anna());
        assert_eq!(granted.session.role, Role::Operator);
        assert_eq!(&*granted.session.station, "Room 1");
        assert!(granted.is_of_system);
        assert!(granted.origin().ends_with("system.toml, line 3."));
    }

    #[test]
    fn a_named_file_lowers_what_the_system_gives_and_never_raises_it() {
        let mut files = Files::new().named();
        files.write("system.toml", "default = \"operator\"\n");
        files.write("named.toml", "station = \"x\"\ndefault = \"engineer\"\n");
        assert_eq!(files.role(), Role::Operator);
        files.write("named.toml", "default = \"viewer\"\n");
        assert_eq!(files.role(), Role::Viewer);
    }

    #[test]
    fn whoever_names_a_file_that_is_not_there_is_a_viewer() {
        let mut files = Files::new().named();
        files.write("user.toml", "default = \"engineer\"\n");
        let granted = files.grants.grant(&anna());
        assert_eq!(granted.session.role, Role::Viewer);
        assert!(granted.problem().unwrap().contains("no such file"));
    }

    #[test]
    fn a_broken_file_at_the_start_makes_viewers_until_it_is_mended() {
        let mut files = Files::new();
        files.write("user.toml", "default = \"engineer\"\n");
        files.write(
            "system.toml",
            "station = \"Room 1\"\ndefault = \"oprator\"\n",
        );
        let granted = files.grants.grant(&anna());
        assert_eq!(granted.session.role, Role::Viewer);
        assert_eq!(&*granted.session.station, "Room 1");
        assert!(granted.problem().unwrap().contains(":2:11: unknown role"));
        // Whatever happens to the other file, it stays so.
        files.write("user.toml", "");
        assert_eq!(files.role(), Role::Viewer);
        files.write("system.toml", "default = \"operator\"\n");
        assert_eq!(files.role(), Role::Operator);
    }

    #[test]
    fn a_file_that_breaks_or_goes_while_the_program_runs_goes_on_as_it_was() {
        let mut files = Files::new();
        files.write("system.toml", "default = \"operator\"\n");
        assert_eq!(files.role(), Role::Operator);
        files.write("system.toml", "default = \"engineer\"\n[users");
        let granted = files.grants.grant(&anna());
        assert_eq!(granted.session.role, Role::Operator);
        assert!(granted.problems.errors() > 0);
        std::fs::remove_file(files.folder.path().join("system.toml")).unwrap();
        let granted = files.grants.grant(&anna());
        assert_eq!(granted.session.role, Role::Operator);
        assert!(granted.problem().unwrap().contains("no such file"));
        files.write("system.toml", "default = \"viewer\"\n");
        assert_eq!(files.role(), Role::Viewer);
    }

    #[test]
    fn breaking_ones_own_file_keeps_no_role_that_the_system_has_taken() {
        let mut files = Files::new().named();
        files.write("system.toml", "default = \"engineer\"\n");
        files.write("named.toml", "default = \"engineer\"\n");
        assert_eq!(files.role(), Role::Engineer);
        files.write("named.toml", "default = ");
        files.write("system.toml", "default = \"viewer\"\n");
        assert_eq!(files.role(), Role::Viewer);
    }

    #[test]
    fn a_file_that_comes_while_the_program_runs_counts_once_it_is_good() {
        let mut files = Files::new();
        assert_eq!(files.role(), Role::Engineer);
        files.write("system.toml", "default = \"viewr\"\n");
        let granted = files.grants.grant(&anna());
        assert_eq!(granted.session.role, Role::Engineer);
        assert!(granted.problems.errors() > 0);
        files.write("system.toml", "default = \"viewer\"\n");
        assert_eq!(files.role(), Role::Viewer);
    }
}
