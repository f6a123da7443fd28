//! An access file: which users and groups have which role.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::Role;
use super::person::Person;
use crate::scene::text_file::{Document, Place, Problem, ReadError, Source, escaped, quoted, read};
use crate::scene::text_file::{nearest, suggestion};
use crate::scene::{Problems, Severity};

/// Far more users than any farm has.
const LARGEST_FILE_BYTES: u64 = 1 << 20;
const KEYS: [&str; 4] = ["station", "default", "users", "groups"];
/// Longer names are cut off wherever they are shown; they are a mistake.
const LONGEST_STATION: usize = 64;

/// What an access file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessFile {
    /// What this desk is called.
    pub station: Option<Arc<str>>,
    /// The role of whoever is not named; a viewer without it.
    pub default: Option<Entry>,
    /// By user.
    pub users: Vec<(String, Entry)>,
    /// By group.
    pub groups: Vec<(String, Entry)>,
}

/// A role, and where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The role.
    pub role: Role,
    /// The line, counted from 1.
    pub line: usize,
}

/// By which part of a file somebody has his role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// His own entry.
    User,
    /// The entry of this group.
    Group(String),
    /// He is not named.
    Default,
}

/// What is at a place where an access file may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// None.
    Nothing,
    /// One that holds.
    Good(AccessFile),
    /// One that cannot be used; the station is what could be read of it.
    Broken(Problems, Option<Arc<str>>),
}

impl AccessFile {
    /// The role of a person: his own entry, else the highest of his groups, else the default. With the
    /// part that gives it and the line, where it is written in one.
    pub fn role_of(&self, person: &Person) -> (Role, Part, Option<usize>) {
        if let Some((_, entry)) = self.users.iter().find(|(name, _)| person.is_called(name)) {
            return (entry.role, Part::User, Some(entry.line));
        }
        let of_him = self.groups.iter().filter(|(name, _)| person.is_in(name));
        if let Some((name, entry)) = of_him.max_by_key(|(_, entry)| entry.role) {
            return (entry.role, Part::Group(name.clone()), Some(entry.line));
        }
        let default = self.default;
        (
            default.map_or(Role::Viewer, |entry| entry.role),
            Part::Default,
            default.map(|entry| entry.line),
        )
    }

    /// Reads the file at a place. Takes as long as the disk.
    pub fn read(path: &Path) -> Found {
        let bytes = match read(path, LARGEST_FILE_BYTES) {
            Ok(bytes) => bytes,
            Err(ReadError::Missing) => return Found::Nothing,
            Err(error) => return Found::Broken(unreadable(path, error.to_string()), None),
        };
        let (file, problems) = Self::parse(path, bytes);
        match problems.errors() {
            0 => Found::Good(file),
            _ => Found::Broken(problems, file.station),
        }
    }

    /// What the bytes of a file say, and every problem of it: with one of them, none of its roles is to
    /// be trusted.
    pub fn parse(path: &Path, bytes: Vec<u8>) -> (Self, Problems) {
        let mut problems = Problems::default();
        let source = Rc::new(Source::new(path.to_owned(), bytes));
        let text = match std::str::from_utf8(&source.bytes) {
            Ok(text) => text.to_owned(),
            Err(error) => {
                let at = error.valid_up_to();
                let place = source.place(at..at + 1);
                problems.push(Problem::error("unreadable", place, "not UTF-8"));
                return (Self::default(), problems);
            }
        };
        let document = Document::parse(Rc::clone(&source), &text, &mut problems);
        let mut reading = Reading {
            document: &document,
            problems: &mut problems,
        };
        let file = reading.file();
        problems.sort(&[path.to_owned()]);
        (file, problems)
    }
}

/// The problem of a file that cannot be read.
pub(super) fn unreadable(path: &Path, why: String) -> Problems {
    let mut problems = Problems::default();
    let place = Place::of_file(path);
    problems.push(Problem::error(
        "unreadable",
        place,
        format!("cannot be read: {why}"),
    ));
    problems
}

struct Reading<'a> {
    document: &'a Document,
    problems: &'a mut Problems,
}

impl<'a> Reading<'a> {
    fn file(&mut self) -> AccessFile {
        for key in self.document.keys("") {
            if KEYS.contains(&key) {
                continue;
            }
            let place = self.document.key_place(&format!("/{}", escaped(key)));
            let problem =
                Problem::error("unknown-key", place, format!("unknown key {}", quoted(key)));
            // A role for a name that stands outside of any table is the likeliest slip.
            let is_role = self
                .text_at(&format!("/{}", escaped(key)))
                .is_some_and(is_role);
            let help = match nearest(key, KEYS) {
                None if is_role => {
                    Some("users belong into `[users]`, groups into `[groups]`".to_owned())
                }
                _ => suggestion(key, KEYS, "the keys here are"),
            };
            self.problems.push(problem.maybe_help(help));
        }
        AccessFile {
            station: self.station(),
            default: self.entry("/default", "default"),
            users: self.entries("users"),
            groups: self.entries("groups"),
        }
    }

    fn station(&mut self) -> Option<Arc<str>> {
        let text = self.text("/station", "station")?;
        let is_good = !text.trim().is_empty()
            && text.chars().count() <= LONGEST_STATION
            && !text.chars().any(char::is_control);
        if is_good {
            return Some(text.trim().into());
        }
        let message = format!("{} cannot name a station", quoted(text));
        let problem = Problem::error("bad-value", self.document.place("/station"), message);
        let help = format!("one line of 1 to {LONGEST_STATION} characters");
        self.problems.push(problem.help(help));
        None
    }

    fn entries(&mut self, table: &str) -> Vec<(String, Entry)> {
        let pointer = format!("/{table}");
        match self.document.value.pointer(&pointer) {
            None => return Vec::new(),
            Some(Value::Object(_)) => {}
            Some(_) => {
                self.wrong_type(&pointer, table, "a table");
                return Vec::new();
            }
        }
        let keys = self.document.keys(&pointer);
        let named = keys.into_iter().filter_map(|key| {
            let at = format!("{pointer}/{}", escaped(key));
            let entry = self.entry(&at, &format!("{table}.{key}"))?;
            Some((key.to_owned(), entry))
        });
        named.collect()
    }

    fn entry(&mut self, pointer: &str, name: &str) -> Option<Entry> {
        let text = self.text(pointer, name)?;
        let place = self.document.place(pointer);
        if let Some(role) = Role::named(text) {
            let line = place.line;
            return Some(Entry { role, line });
        }
        let names = Role::ALL.map(Role::name);
        let problem = Problem::error("bad-value", place, format!("unknown role {}", quoted(text)));
        let help = suggestion(text, names, "the roles are");
        self.problems.push(problem.maybe_help(help));
        None
    }

    /// The text there, if anything is there; a problem where it is none.
    fn text(&mut self, pointer: &str, name: &str) -> Option<&'a str> {
        let document = self.document;
        match document.value.pointer(pointer)? {
            Value::String(text) => Some(text),
            // Told when it was read.
            Value::Null => None,
            _ => {
                self.wrong_type(pointer, name, "a text");
                None
            }
        }
    }

    fn text_at(&self, pointer: &str) -> Option<&'a str> {
        self.document.value.pointer(pointer)?.as_str()
    }

    fn wrong_type(&mut self, pointer: &str, name: &str, wanted: &str) {
        let message = format!("{} must be {wanted}", quoted(name));
        let place = self.document.place(pointer);
        self.problems
            .push(Problem::error("wrong-type", place, message));
    }
}

fn is_role(text: &str) -> bool {
    Role::named(text).is_some()
}

/// The worst problem in a line: `access.toml:3:8: unknown role `oprator``.
pub(super) fn in_short(problems: &Problems) -> Option<String> {
    let list = problems.list();
    let worst = list
        .iter()
        .find(|p| p.severity == Severity::Error)
        .or(list.first())?;
    let file = worst.file.display();
    Some(match worst.excerpt {
        Some(_) => format!("{file}:{}:{}: {}", worst.line, worst.column, worst.message),
        None => format!("{file}: {}", worst.message),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (AccessFile, Vec<String>) {
        let (file, problems) = AccessFile::parse(Path::new("access.toml"), text.into());
        let told = problems.list().iter().map(|p| {
            let help = p.help.as_deref().unwrap_or_default();
            format!("{}:{} {} {} {help}", p.line, p.column, p.code, p.message)
        });
        (file, told.collect())
    }

    fn person(user: &str, groups: &[&str]) -> Person {
        Person {
            user: user.into(),
            groups: groups.iter().map(|&g| g.into()).collect(),
        }
    }

    const TEXT: &str = "station = \"Control room 1\"\ndefault = \"viewer\"\n\n[users]\nanna = \"operator\"\n\
                        \"WINDFARM\\\\bert\" = \"engineer\"\n\n[groups]\nshift = \"operator\"\n\
                        engineers = \"engineer\"\n";

    #[test]
    fn a_users_own_entry_wins_and_of_several_groups_the_highest() {
        let (file, problems) = parse(TEXT);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(file.station.as_deref(), Some("Control room 1"));
        let role = |user, groups: &[&str]| file.role_of(&person(user, groups));
        assert_eq!(
            role("anna", &["engineers"]),
            (Role::Operator, Part::User, Some(5))
        );
        let by_group = (
            Role::Engineer,
            Part::Group("engineers".to_owned()),
            Some(10),
        );
        assert_eq!(role("cleo", &["shift", "engineers"]), by_group);
        assert_eq!(
            role("cleo", &["visitors"]),
            (Role::Viewer, Part::Default, Some(2))
        );
        assert_eq!(role("WINDFARM\\bert", &[]).0, Role::Engineer);
        assert_eq!(
            AccessFile::default().role_of(&person("x", &[])).0,
            Role::Viewer
        );
    }

    #[test]
    fn unknown_keys_and_roles_are_told_with_their_place_and_what_is_near() {
        let (_, told) =
            parse("defalt = \"viewer\"\n[users]\nanna = \"oprator\"\nbert = \"boss\"\n");
        assert_eq!(
            told,
            [
                "1:1 unknown-key unknown key `defalt` did you mean `default`?",
                "3:8 bad-value unknown role `oprator` did you mean `operator`?",
                "4:8 bad-value unknown role `boss` the roles are: `viewer`, `operator`, `engineer`",
            ]
        );
    }

    #[test]
    fn a_user_beside_the_tables_and_values_of_other_kinds_are_told() {
        let (_, told) = parse("anna = \"operator\"\ndefault = 3\nstation = \" \"\nusers = 1\n");
        assert_eq!(
            told,
            [
                "1:1 unknown-key unknown key `anna` users belong into `[users]`, groups into `[groups]`",
                "2:11 wrong-type `default` must be a text ",
                "3:11 bad-value ` ` cannot name a station one line of 1 to 64 characters",
                "4:9 wrong-type `users` must be a table ",
            ]
        );
    }

    #[test]
    fn a_user_twice_and_what_is_no_toml_are_told() {
        let (_, told) = parse("[users]\nanna = \"viewer\"\nanna = \"engineer\"\n");
        assert!(
            told[0].starts_with("3:1 syntax not TOML: duplicate key"),
            "{told:?}"
        );
        let (_, told) = parse("default = viewer\n");
        assert!(told[0].starts_with("1:11 syntax"), "{told:?}");
        let (file, problems) = AccessFile::parse(Path::new("a"), b"default = \"\xff\"".to_vec());
        assert_eq!((file, problems.errors()), (AccessFile::default(), 1));
    }

    #[test]
    fn what_cannot_be_read_is_broken_and_what_is_not_there_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(AccessFile::read(&folder.path().join("x")), Found::Nothing);
        let Found::Broken(problems, None) = AccessFile::read(folder.path()) else {
            panic!("a folder is no access file");
        };
        assert!(in_short(&problems).unwrap().contains("it is a folder"));
    }
}
