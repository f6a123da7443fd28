//! Who runs the program: the system's user and the groups he is in.

use std::sync::Arc;

/// A user of the operating system. What he is called is the system's word, not the environment's: that
/// he could set himself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub user: Arc<str>,
    /// The groups, as the system names them.
    pub groups: Vec<Arc<str>>,
}

impl Person {
    /// Whoever runs this process.
    pub fn of_process() -> Self {
        system::person()
    }

    /// Whether a name in an access file is this user.
    pub(super) fn is_called(&self, name: &str) -> bool {
        is_same(&self.user, name)
    }

    /// Whether a name in an access file is one of this user's groups. A group of a domain may be named
    /// without it.
    pub(super) fn is_in(&self, name: &str) -> bool {
        let mut groups = self.groups.iter();
        groups.any(|group| {
            let short = group.rsplit('\\').next().unwrap_or(group);
            is_same(group, name) || cfg!(windows) && is_same(short, name)
        })
    }
}

/// Windows does not tell apart names that differ in case only.
fn is_same(a: &str, b: &str) -> bool {
    match cfg!(windows) {
        true => a.to_lowercase() == b.to_lowercase(),
        false => a == b,
    }
}

#[cfg(unix)]
mod system {
    use super::Person;

    pub(super) fn person() -> Person {
        let uid = uzers::get_current_uid();
        let text = |name: &std::ffi::OsStr| name.to_string_lossy().into();
        let names = |groups: Vec<uzers::Group>| groups.iter().map(|g| text(g.name())).collect();
        let Some(user) = uzers::get_user_by_uid(uid) else {
            // Containers run under numbers that no list of users knows; they have groups nevertheless.
            return Person {
                user: format!("uid {uid}").into(),
                groups: uzers::group_access_list().map_or_else(|_unknown| Vec::new(), names),
            };
        };
        Person {
            user: text(user.name()),
            groups: user.groups().map_or_else(Vec::new, names),
        }
    }
}

#[cfg(not(unix))]
mod system {
    use super::Person;

    pub(super) fn person() -> Person {
        Person {
            user: whoami::username().map_or_else(|_| "unknown user".into(), Into::into),
            groups: super::whoami_groups::ask(),
        }
    }
}

/// Groups on Windows, which its `whoami` tells.
#[cfg(any(windows, test))]
mod whoami_groups {
    use std::sync::Arc;

    /// Not by its name alone: a program of that name could stand in the user's search path.
    #[cfg(windows)]
    const PROGRAM: &str = r"C:\Windows\System32\whoami.exe";

    #[cfg(windows)]
    pub(super) fn ask() -> Vec<Arc<str>> {
        let output = std::process::Command::new(PROGRAM)
            .args(["/groups", "/fo", "csv", "/nh"])
            .output();
        match output {
            Ok(output) => names(&String::from_utf8_lossy(&output.stdout)),
            Err(error) => {
                tracing::warn!("The user's groups are not known: {PROGRAM}: {error}");
                Vec::new()
            }
        }
    }

    /// The groups in what `whoami /groups /fo csv /nh` prints: name, type, SID, attributes. Those that
    /// may only take rights away are none.
    pub(super) fn names(csv: &str) -> Vec<Arc<str>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(csv.as_bytes());
        let rows = reader.records().filter_map(Result::ok);
        let enabled = rows.filter(|row| {
            let attributes = row.get(3).unwrap_or_default().to_lowercase();
            !attributes.contains("deny only")
        });
        enabled
            .filter_map(|row| row.get(0).filter(|name| !name.is_empty()).map(Into::into))
            .collect()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_groups_that_windows_tells_are_read_and_those_that_only_deny_are_not() {
            let told = "\"Everyone\",\"Well-known group\",\"S-1-1-0\",\"Mandatory group, Enabled by \
                        default, Enabled group\"\r\n\"BUILTIN\\Administrators\",\"Alias\",\
                        \"S-1-5-32-544\",\"Group used for deny only\"\r\n\"WINDFARM\\Engineers, north\",\
                        \"Group\",\"S-1-5-21-1\",\"Mandatory group\"\r\n";
            let names: Vec<Arc<str>> = names(told);
            assert_eq!(
                names,
                ["Everyone".into(), "WINDFARM\\Engineers, north".into()]
            );
            assert!(super::names("").is_empty());
            assert_eq!(super::names("\"half"), ["half".into()]);
        }
    }
}

#[cfg(not(any(unix, windows)))]
mod whoami_groups {
    pub(super) fn ask() -> Vec<std::sync::Arc<str>> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_a_user_and_the_names_are_compared_whole() {
        let me = Person::of_process();
        assert!(!me.user.is_empty());
        assert!(me.is_called(&me.user));
        assert!(!me.is_called(&format!("{}x", me.user)));
        assert!(me.groups.iter().all(|group| me.is_in(group)));
        assert!(!me.is_in(""));
    }
}
