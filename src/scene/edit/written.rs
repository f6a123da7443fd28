//! A file's text as it was read: what an edit does not touch keeps its bytes, line ends included.

use toml_edit::DocumentMut;

const BOM: &str = "\u{feff}";

/// The text of a file, and what the parser would print of it.
#[derive(Debug, Clone)]
pub(super) struct Written {
    has_bom: bool,
    /// As it is in the file, without the byte-order mark.
    text: String,
    /// The same as the parser prints it: every line ends in a line feed.
    printed: String,
}

impl Written {
    /// Splits a file's text into what is kept and a document to change.
    ///
    /// # Errors
    /// It is not TOML.
    pub fn parse(text: &str) -> Result<(Self, DocumentMut), toml_edit::TomlError> {
        let (has_bom, text) = match text.strip_prefix(BOM) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let document = text.replace("\r\n", "\n").parse::<DocumentMut>()?;
        let written = Self {
            has_bom,
            text: text.to_owned(),
            printed: document.to_string(),
        };
        Ok((written, document))
    }

    /// The file's text with the document as it is now: lines that were not changed are taken over as
    /// they were, new ones end as most of the file's do.
    pub fn with(&self, document: &DocumentMut) -> String {
        let mut out = String::with_capacity(self.text.len() + 256);
        if self.has_bom {
            out.push_str(BOM);
        }
        let after = document.to_string();
        if after == self.printed {
            out.push_str(&self.text);
            return out;
        }
        let end = self.line_end();
        let lines = |text: &str| text.split_inclusive('\n').count();
        let (before, total) = (lines(&self.printed), lines(&after));
        // Where the parser does not print line by line what it has read, nothing can be told apart.
        let is_alike = before == lines(&self.text);
        let same = |mut a: Box<dyn Iterator<Item = (&str, &str)> + '_>| {
            let at = a.position(|(a, b)| a != b);
            at.unwrap_or_else(|| before.min(total))
        };
        let forward = self
            .printed
            .split_inclusive('\n')
            .zip(after.split_inclusive('\n'));
        let backward = self
            .printed
            .split_inclusive('\n')
            .rev()
            .zip(after.split_inclusive('\n').rev());
        let (first, last) = if is_alike {
            let first = same(Box::new(forward));
            let last = same(Box::new(backward));
            (first, last.min(before - first).min(total - first))
        } else {
            (0, 0)
        };
        self.text
            .split_inclusive('\n')
            .take(first)
            .for_each(|line| out.push_str(line));
        let new = after
            .split_inclusive('\n')
            .skip(first)
            .take(total - first - last);
        for line in new {
            if !(out.is_empty() || out.ends_with('\n') || out == BOM) {
                out.push_str(end);
            }
            match line.strip_suffix('\n') {
                Some(line) => {
                    out.push_str(line);
                    out.push_str(end);
                }
                None => out.push_str(line),
            }
        }
        self.text
            .split_inclusive('\n')
            .skip(before.saturating_sub(last))
            .for_each(|line| out.push_str(line));
        out
    }

    /// How most of its lines end.
    fn line_end(&self) -> &'static str {
        let all = self.text.matches('\n').count();
        let with_return = self.text.matches("\r\n").count();
        if 2 * with_return > all { "\r\n" } else { "\n" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str) -> String {
        let (written, mut document) = Written::parse(text).unwrap();
        document["a"] = toml_edit::value(2);
        written.with(&document)
    }

    #[test]
    fn line_ends_and_the_byte_order_mark_stay_as_they_are() {
        for (before, after) in [
            ("a = 1\nb = 2\n", "a = 2\nb = 2\n"),
            ("a = 1\r\nb = 2\r\n", "a = 2\r\nb = 2\r\n"),
            ("\u{feff}a = 1\r\n", "\u{feff}a = 2\r\n"),
            ("# x\r\na = 1 # y\nb = 2", "# x\r\na = 2\nb = 2"),
            (
                "b = '''\r\nx\r\n'''\r\n",
                "b = '''\r\nx\r\n'''\r\na = 2\r\n",
            ),
            ("b = 2", "b = 2\na = 2\n"),
            ("", "a = 2\n"),
        ] {
            assert_eq!(edited(before), after, "{before:?}");
            let (written, document) = Written::parse(before).unwrap();
            assert_eq!(written.with(&document), before);
        }
    }
}
