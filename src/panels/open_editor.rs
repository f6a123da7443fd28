//! Opens a file at a line in the person's editor, or with what the desktop opens it with.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// Editors with a window of their own, and how they take a place. Those of the terminal have none here.
const EDITORS: [(&str, Form); 12] = [
    ("code", Form::Goto),
    ("codium", Form::Goto),
    ("code-insiders", Form::Goto),
    ("cursor", Form::Goto),
    ("zed", Form::Colons),
    ("zeditor", Form::Colons),
    ("subl", Form::Colons),
    ("lapce", Form::Colons),
    ("kate", Form::Line),
    ("kwrite", Form::Line),
    ("gedit", Form::Plus),
    ("gvim", Form::Plus),
];

#[derive(Clone, Copy)]
enum Form {
    /// `--goto FILE:LINE:COLUMN`
    Goto,
    /// `FILE:LINE:COLUMN`
    Colons,
    /// `--line LINE FILE`
    Line,
    /// `+LINE FILE`
    Plus,
}

/// Opens a file; its line and column count from 1.
///
/// # Errors
/// No program could be started.
pub(super) fn open_editor(file: &Path, at: (usize, usize)) -> io::Result<()> {
    let file = std::path::absolute(file)?;
    let chosen = ["VISUAL", "EDITOR"].into_iter().find_map(std::env::var_os);
    let command = chosen.and_then(|chosen| with_place(&chosen, &file, at));
    start(command.unwrap_or_else(|| by_desktop(&file)))
}

/// Opens a file with what the desktop opens it with: a page in the browser.
///
/// # Errors
/// No program could be started.
pub fn open_by_desktop(file: &Path) -> io::Result<()> {
    start(by_desktop(&std::path::absolute(file)?))
}

fn start(mut command: Command) -> io::Result<()> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // Its end is waited for, so that nothing is left of it.
    let wait = move || drop({ child }.wait());
    std::thread::Builder::new()
        .name("editor".to_owned())
        .spawn(wait)
        .map(drop)
}

/// The command of an editor that is known to have a window.
fn with_place(chosen: &OsString, file: &Path, (line, column): (usize, usize)) -> Option<Command> {
    let text = chosen.to_str()?;
    // `code --wait` is how some have it.
    let program = text.split_whitespace().next()?;
    let name = Path::new(program).file_stem()?.to_str()?;
    let (_, form) = EDITORS.iter().find(|(editor, _)| *editor == name)?;
    let mut place = OsString::from(file);
    place.push(format!(":{line}:{column}"));
    let mut command = Command::new(program);
    match form {
        Form::Goto => command.arg("--goto").arg(place),
        Form::Colons => command.arg(place),
        Form::Line => command.arg("--line").arg(line.to_string()).arg(file),
        Form::Plus => command.arg(format!("+{line}")).arg(file),
    };
    Some(command)
}

fn by_desktop(file: &Path) -> Command {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let mut command = Command::new(program);
    command.arg(file);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_gets_the_place_as_it_takes_it() {
        let arguments = |editor: &str| {
            let command = with_place(&editor.into(), Path::new("/x/a b.toml"), (3, 12))?;
            let all = command.get_args().map(|a| a.to_string_lossy().into_owned());
            Some(all.collect::<Vec<_>>())
        };
        let place = "/x/a b.toml:3:12".to_owned();
        assert_eq!(
            arguments("code --wait"),
            Some(vec!["--goto".into(), place.clone()])
        );
        assert_eq!(arguments("/usr/bin/zed"), Some(vec![place]));
        assert_eq!(
            arguments("gedit"),
            Some(vec!["+3".into(), "/x/a b.toml".into()])
        );
        assert_eq!(arguments("vim"), None);
        assert_eq!(arguments(""), None);
    }
}
