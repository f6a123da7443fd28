//! Problems as text with snippets: all that touches codespan-reporting.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use codespan_reporting::diagnostic::{Diagnostic, Label as Mark, Severity as Level};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term;
use codespan_reporting::term::termcolor::{Ansi, NoColor};

use super::problem::{Excerpt, Problem, Problems, Severity};

/// Writes every problem with the line that it is on, and how many more there are.
///
/// # Errors
/// What `out` gives.
pub fn write_problems(out: &mut dyn Write, problems: &Problems, color: bool) -> io::Result<()> {
    for problem in problems.list() {
        write_problem(out, problem, color)?;
    }
    if problems.omitted() > 0 {
        writeln!(out, "… and {} more problems\n", problems.omitted())?;
    }
    Ok(())
}

/// Writes one problem with the line that it is on.
///
/// # Errors
/// What `out` gives.
pub fn write_problem(out: &mut dyn Write, problem: &Problem, color: bool) -> io::Result<()> {
    let level = match problem.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
    };
    let mut lines = Vec::new();
    let mut diagnostic = Diagnostic::new(level)
        .with_code(problem.code)
        .with_message(&problem.message);
    if let Some(excerpt) = &problem.excerpt {
        diagnostic = diagnostic.with_label(Mark::primary(lines.len(), excerpt.mark.clone()));
        lines.push(Line::new(&problem.file, problem.line, excerpt));
    } else {
        let file = problem.file.display();
        diagnostic = diagnostic.with_note(format!("in {file}"));
    }
    for label in &problem.labels {
        if let Some(excerpt) = &label.excerpt {
            let mark = Mark::secondary(lines.len(), excerpt.mark.clone());
            diagnostic = diagnostic.with_label(mark.with_message(&label.message));
            lines.push(Line::new(&label.file, label.line, excerpt));
        }
    }
    if let Some(help) = &problem.help {
        diagnostic = diagnostic.with_note(format!("help: {help}"));
    }
    let mut buffer = Vec::new();
    let config = term::Config::default();
    let written = if color {
        let mut style = term::Styles::default();
        // Deep blue line numbers cannot be read on black.
        style.line_number.set_intense(true);
        style.source_border.set_intense(true);
        let mut ansi = Ansi::new(&mut buffer);
        let mut styled = term::StylesWriter::new(&mut ansi, &style);
        term::emit_to_write_style(&mut styled, &config, &Lines(lines), &diagnostic)
    } else {
        let mut plain = NoColor::new(&mut buffer);
        term::emit_to_io_write(&mut plain, &config, &Lines(lines), &diagnostic)
    };
    match written {
        Ok(()) => out.write_all(&buffer),
        Err(Error::Io(error)) => Err(error),
        // A snippet that cannot be drawn must not hide what is wrong.
        Err(_) => writeln!(
            out,
            "{}:{}:{}: {}",
            problem.file.display(),
            problem.line,
            problem.column,
            problem.message
        ),
    }
}

struct Line<'p> {
    file: String,
    number: usize,
    excerpt: &'p Excerpt,
}

impl<'p> Line<'p> {
    fn new(file: &Path, number: usize, excerpt: &'p Excerpt) -> Self {
        Self {
            file: file.display().to_string(),
            number,
            excerpt,
        }
    }
}

/// Single lines that stand for their files: the files need not be kept, nor read again.
struct Lines<'p>(Vec<Line<'p>>);

impl Lines<'_> {
    fn line(&self, id: usize) -> Result<&Line<'_>, Error> {
        self.0.get(id).ok_or(Error::FileMissing)
    }
}

impl<'f> Files<'f> for Lines<'_> {
    type FileId = usize;
    type Name = &'f str;
    type Source = &'f str;

    fn name(&'f self, id: usize) -> Result<&'f str, Error> {
        Ok(&self.line(id)?.file)
    }

    fn source(&'f self, id: usize) -> Result<&'f str, Error> {
        Ok(&self.line(id)?.excerpt.text)
    }

    fn line_index(&'f self, _id: usize, _byte_index: usize) -> Result<usize, Error> {
        Ok(0)
    }

    fn line_number(&'f self, id: usize, _line_index: usize) -> Result<usize, Error> {
        Ok(self.line(id)?.number)
    }

    fn column_number(&'f self, id: usize, _line: usize, byte: usize) -> Result<usize, Error> {
        let excerpt = self.line(id)?.excerpt;
        let before = excerpt.text.get(..byte).unwrap_or(&excerpt.text);
        Ok(excerpt.first_column + before.chars().count())
    }

    fn line_range(&'f self, id: usize, _line_index: usize) -> Result<Range<usize>, Error> {
        Ok(0..self.line(id)?.excerpt.text.len())
    }
}
