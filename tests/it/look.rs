//! One look: panels take colours, sizes and distances from the theme's tokens, never of their own.

use std::path::{Path, PathBuf};

/// Every source file of the panels and the theme, with its text.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.join("panels"), root.join("theme")];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    assert!(files.len() > 30, "{}", files.len());
    files
}

/// The lines without tests and comments that `is_wrong`, with their places.
fn wrong_lines(skip: &[&str], is_wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if skip.contains(&name.as_str()) {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            if !line.trim_start().starts_with("//") && is_wrong(line) {
                wrong.push(format!(
                    "{}:{}: {}",
                    path.display(),
                    number + 1,
                    line.trim()
                ));
            }
        }
    }
    wrong
}

/// The number that follows each `opening` in a line, such as the 12 of `add_space(12.0)`.
fn numbers_after(line: &str, opening: &str) -> Vec<f64> {
    line.split(opening)
        .skip(1)
        .filter_map(|rest| {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'));
            rest[..end.unwrap_or(rest.len())].parse().ok()
        })
        .collect()
}

#[test]
fn no_panel_has_a_colour_of_its_own() {
    let raw = [
        "Color32::from_",
        "Color32::WHITE",
        "Color32::BLACK",
        "Color32::RED",
        "hex_color!",
    ];
    // The tokens themselves; shadows; the swatch, which shows a colour of the scene; and the scales.
    let skip = ["tokens.rs", "style.rs", "widgets.rs", "scales.rs"];
    let wrong = wrong_lines(&skip, |line| raw.iter().any(|raw| line.contains(raw)));
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_panel_has_a_type_size_of_its_own() {
    let wrong = wrong_lines(&["style.rs"], |line| {
        [".size(", "FontId::proportional(", "FontId::new("]
            .iter()
            .any(|opening| !numbers_after(line, opening).is_empty())
    });
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn distances_are_steps_of_four() {
    let wrong = wrong_lines(&[], |line| {
        let spaces = numbers_after(line, "add_space(").into_iter();
        let same = numbers_after(line, "Margin::same(").into_iter();
        let pairs = numbers_after(line, "Margin::symmetric(").into_iter();
        spaces.chain(same).chain(pairs).any(|n| n % 4.0 != 0.0)
    });
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_scan_finds_what_it_looks_for() {
    assert_eq!(numbers_after("ui.add_space(6.0);", "add_space("), [6.0]);
    assert_eq!(
        numbers_after("ui.add_space(room);", "add_space("),
        Vec::<f64>::new()
    );
    assert_eq!(numbers_after("x.size(12.5).size(LARGE)", ".size("), [12.5]);
}
