//! `windvane access`, and the option that every command with roles has.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use bevy::app::App;
use serde_json::json;

use crate::access::{
    Access, AccessFile, Because, Entry, Found, Granted, Part, Permission, Places, Role, Session,
};
use crate::scene::{Problems, write_problems};

/// Print who you are to Windvane, and what you may do
///
/// Roles come from an access file: the system's (/etc/windvane/access.toml) decides; without one, the
/// file of --access or WINDVANE_ACCESS; without that, the user's own. Without any, everybody is an
/// engineer.
#[derive(clap::Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    access: AccessArgs,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Check an access file, without using it
    Check {
        /// The file
        file: PathBuf,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Where roles come from; the same for every command that has to do with them.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct AccessArgs {
    /// Take roles from this file; where the system has one, it can only lower yours
    #[arg(long, value_name = "FILE")]
    access: Option<PathBuf>,
}

impl AccessArgs {
    /// Where the files are looked for.
    pub fn places(&self) -> Places {
        Places::of_machine(self.access.clone())
    }

    /// Gives an app that is about to run its session, which follows the files from then on. What is
    /// wrong with them is printed.
    pub fn open(&self, app: &mut App) {
        print(&Access::open(app, self.places()));
    }

    /// Who runs this process, and as what. What is wrong with the files is printed.
    pub fn session(&self) -> Session {
        let granted = Session::load(&self.places());
        print(&granted.problems);
        granted.session
    }
}

/// Runs the command.
///
/// # Errors
/// What cannot be printed.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(Command::Check { file, json }) = &args.command {
        return check(file, *json);
    }
    let granted = Session::load(&args.access.places());
    print(&granted.problems);
    let words = if args.json {
        serde_json::to_string_pretty(&as_json(&granted))?
    } else {
        as_text(&granted)
    };
    println!("{words}");
    Ok(exit(&granted.problems))
}

fn check(file: &Path, is_json: bool) -> anyhow::Result<ExitCode> {
    match AccessFile::read(file) {
        Found::Nothing => anyhow::bail!("{}: there is no such file", file.display()),
        Found::Broken(problems, _) if is_json => {
            println!("{}", json!({ "file": file, "problems": problems.list() }));
            Ok(exit(&problems))
        }
        Found::Good(found) if is_json => {
            let default = found.default.map_or(Role::Viewer, |entry| entry.role);
            let (users, groups) = (roles(&found.users), roles(&found.groups));
            let words = json!({
                "file": file,
                "problems": [],
                "station": found.station.as_deref(),
                "default": default,
                "users": users,
                "groups": groups,
            });
            println!("{words}");
            Ok(ExitCode::SUCCESS)
        }
        Found::Broken(problems, _) => {
            print(&problems);
            println!("{}: {}", file.display(), problems.summary());
            Ok(exit(&problems))
        }
        Found::Good(found) => {
            let default = found.default.map_or(Role::Viewer, |entry| entry.role);
            println!(
                "{}: no problems; users named: {}, groups named: {}, everybody else: {}",
                file.display(),
                found.users.len(),
                found.groups.len(),
                default.name(),
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn roles(entries: &[(String, Entry)]) -> serde_json::Value {
    let roles = entries.iter();
    roles
        .map(|(name, entry)| (name.clone(), json!(entry.role)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn exit(problems: &Problems) -> ExitCode {
    match problems.errors() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(super::PROBLEM),
    }
}

fn print(problems: &Problems) {
    let stderr = io::stderr();
    let color = super::is_colored(&stderr);
    let written = write_problems(&mut stderr.lock(), problems, color);
    if let Err(error) = written.context("cannot write what is wrong with the access file") {
        tracing::warn!("{error:#}");
    }
}

fn as_text(granted: &Granted) -> String {
    let session = &granted.session;
    let groups = match granted.groups.is_empty() {
        true => "none".to_owned(),
        false => granted.groups.join(", "),
    };
    let (may, may_not) = permissions(session);
    let list = |all: Vec<Permission>| match all.is_empty() {
        true => "nothing".to_owned(),
        false => all
            .into_iter()
            .map(Permission::words)
            .collect::<Vec<_>>()
            .join(", "),
    };
    format!(
        "user     {}\ngroups   {groups}\nstation  {}\nrole     {}\n         {}\nmay      {}\nmay not  {}",
        session.user,
        session.station,
        session.role.name(),
        granted.origin(),
        list(may),
        list(may_not),
    )
}

fn permissions(session: &Session) -> (Vec<Permission>, Vec<Permission>) {
    (Permission::ALL.into_iter()).partition(|&permission| session.may(permission).is_ok())
}

fn as_json(granted: &Granted) -> serde_json::Value {
    let session = &granted.session;
    let (may, may_not) = permissions(session);
    let words = |all: Vec<Permission>| all.into_iter().map(Permission::words).collect::<Vec<_>>();
    let (by, file, line) = match &granted.because {
        Because::NoFile => ("no file", None, None),
        Because::Broken(file) => ("broken file", Some(file), None),
        Because::File { file, part, line } => {
            let by = match part {
                Part::User => "user",
                Part::Group(_) => "group",
                Part::Default => "default",
            };
            (by, Some(file), *line)
        }
    };
    json!({
        "user": &*session.user,
        "groups": granted.groups.iter().map(|g| &**g).collect::<Vec<_>>(),
        "station": &*session.station,
        "role": session.role,
        "by": by,
        "file": file,
        "line": line,
        "because": granted.origin(),
        "may": words(may),
        "may_not": words(may_not),
        "problems": granted.problems.list(),
    })
}
