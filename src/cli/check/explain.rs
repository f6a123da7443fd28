//! A section of the page of findings, for the terminal.

use std::io::{self, Write};

use crate::scene::Severity;
use crate::scene::finding::Finding;

/// Writes what a code is about; examples are indented.
pub(super) fn write(out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    writeln!(out, "{severity}[{}]\n", finding.code)?;
    let mut is_example = false;
    for line in finding.text.lines() {
        if let Some(info) = line.strip_prefix("```") {
            is_example = !info.is_empty();
            let file = info
                .split_once("file=")
                .map(|(_, file)| format!(" ({file})"));
            let file = file.unwrap_or_default();
            match info {
                "" => {}
                _ if info.contains(" bad") => writeln!(out, "Told of{file}:\n")?,
                _ if info.contains(" good") => writeln!(out, "Not told of{file}:\n")?,
                _ => {}
            }
            continue;
        }
        let line = line
            .strip_prefix("*Error.* ")
            .or(line.strip_prefix("*Warning.* "))
            .unwrap_or(line);
        let indent = if is_example && !line.is_empty() {
            "    "
        } else {
            ""
        };
        writeln!(out, "{indent}{line}")?;
    }
    Ok(())
}
