//! The lines at which parts of a scene are written.

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use super::document::Document;
use super::model::Origin;
use super::problem::Problems;
use super::source::Source;

/// Larger files are not read for a line's number.
const LARGEST_BYTES: u64 = 16 << 20;

/// The line of each, counted from 1; `None` where its file cannot be read any more or is no TOML.
pub fn lines_of<'a>(origins: impl Iterator<Item = &'a Origin>) -> Vec<Option<usize>> {
    let mut documents: HashMap<&Path, Option<Document>> = HashMap::new();
    origins
        .map(|origin| {
            let document = documents
                .entry(&origin.file)
                .or_insert_with(|| read(&origin.file))
                .as_ref()?;
            document
                .has(&origin.pointer)
                .then(|| document.key_place(&origin.pointer).line)
        })
        .collect()
}

fn read(path: &Path) -> Option<Document> {
    let size = std::fs::metadata(path).ok()?.len();
    let bytes = std::fs::read(path).ok().filter(|_| size <= LARGEST_BYTES)?;
    let text = String::from_utf8(bytes.clone()).ok()?;
    let source = Rc::new(Source::new(path.to_owned(), bytes));
    // The scene was read from it: what is wrong with it now is told of when it is read again.
    let mut problems = Problems::default();
    Some(Document::parse(source, &text, &mut problems))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_at_its_line_and_what_has_gone_is_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("rules.toml");
        let text = "title = \"x\"\n\n[[rules]]\nname = \"a\"\n\n[[rules]]\nname = \"b\"\n";
        std::fs::write(&path, text).expect("written");
        let origin = |pointer: &str| Origin {
            file: path.as_path().into(),
            pointer: pointer.into(),
        };
        let origins = [origin("/rules/0"), origin("/rules/1"), origin("/rules/2")];
        assert_eq!(lines_of(origins.iter()), [Some(3), Some(6), None]);
        assert_eq!(lines_of([&Origin::default()].into_iter()), [None]);
    }
}
