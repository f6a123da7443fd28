//! Files of a scene: read within limits and within the scene's folder, and places in them.

use std::cell::OnceCell;
use std::fs::File;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use super::problem::{Excerpt, printable};

/// Longer lines are cut around the place that is shown.
const LONGEST_EXCERPT: usize = 240;
const BEFORE_MARK: usize = 80;
const STRIDE: usize = 4_096;

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Source {
    /// The path as it is shown.
    pub path: PathBuf,
    /// The content without a byte-order mark.
    pub bytes: Vec<u8>,
    line_starts: OnceCell<Vec<usize>>,
    /// How many characters there are before every [`STRIDE`]th byte: a file may be a single line.
    character_counts: OnceCell<Vec<usize>>,
}

/// A place in a file, with the line to show.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub file: PathBuf,
    pub span: Range<usize>,
    pub line: usize,
    pub column: usize,
    pub excerpt: Option<Excerpt>,
}

impl Place {
    /// A file as a whole, of which there is nothing to show.
    pub fn of_file(path: &Path) -> Self {
        Self {
            file: path.to_owned(),
            span: 0..0,
            line: 1,
            column: 1,
            excerpt: None,
        }
    }
}

impl Source {
    pub fn new(path: PathBuf, mut bytes: Vec<u8>) -> Self {
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        Self {
            path,
            bytes,
            line_starts: OnceCell::new(),
            character_counts: OnceCell::new(),
        }
    }

    /// Line and column of these bytes, and the line to show.
    pub fn place(&self, span: Range<usize>) -> Place {
        let end = self.bytes.len();
        let span = span.start.min(end)..span.end.clamp(span.start.min(end), end);
        let starts = self.line_starts();
        let index = starts
            .partition_point(|&s| s <= span.start)
            .saturating_sub(1);
        let line_start = starts.get(index).copied().unwrap_or(0);
        let line_end = starts.get(index + 1).map_or(end, |&next| next - 1);
        let part = |range: Range<usize>| self.bytes.get(range).unwrap_or_default();
        let mut line_end = line_end.max(line_start);
        if part(line_start..line_end).last() == Some(&b'\r') {
            line_end -= 1;
        }
        let mark = span.start.min(line_end)..span.end.min(line_end).max(span.start.min(line_end));
        let (mut from, mut to) = (line_start, line_end);
        if to - from > LONGEST_EXCERPT {
            from = self.character_start(from.max(mark.start.saturating_sub(BEFORE_MARK)));
            to = self
                .character_start(to.min(from + LONGEST_EXCERPT))
                .max(from);
        }
        let mark = mark.start.max(from)..mark.end.min(to).max(mark.start.max(from));
        let clean = |range: Range<usize>| -> String {
            String::from_utf8_lossy(part(range))
                .chars()
                .map(printable)
                .collect()
        };
        let mut text = clean(from..mark.start);
        let mark_start = text.len();
        text.push_str(&clean(mark.start..mark.end));
        let mark_end = text.len();
        text.push_str(&clean(mark.end..to));
        Place {
            file: self.path.clone(),
            line: index + 1,
            column: 1 + self.characters_between(line_start, span.start),
            excerpt: Some(Excerpt {
                text,
                first_column: 1 + self.characters_between(line_start, from),
                mark: mark_start..mark_end,
            }),
            span,
        }
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let after_ends = self.bytes.iter().enumerate().filter(|&(_, &b)| b == b'\n');
            std::iter::once(0)
                .chain(after_ends.map(|(at, _)| at + 1))
                .collect()
        })
    }

    fn characters_between(&self, start: usize, end: usize) -> usize {
        let before = |at: usize| {
            let counts = self.character_counts.get_or_init(|| {
                let chunks = self.bytes.chunks(STRIDE);
                let sums = chunks.scan(0, |sum, chunk| {
                    *sum += characters(chunk);
                    Some(*sum)
                });
                std::iter::once(0).chain(sums).collect()
            });
            let rest = self.bytes.get(at / STRIDE * STRIDE..at);
            counts.get(at / STRIDE).copied().unwrap_or(0) + characters(rest.unwrap_or_default())
        };
        before(end).saturating_sub(before(start))
    }

    fn character_start(&self, mut at: usize) -> usize {
        while at > 0 && self.bytes.get(at).is_some_and(|&b| is_continuation(b)) {
            at -= 1;
        }
        at
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| !is_continuation(b)).count()
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("there is no such file")]
    Missing,
    #[error("it is a folder, not a file")]
    Folder,
    #[error("it is not a plain file")]
    NotPlain,
    #[error("it is larger than {} MiB", limit >> 20)]
    TooLarge { limit: u64 },
    #[error("{0}")]
    Io(io::Error),
}

/// Reads a plain file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => ReadError::Missing,
        io::ErrorKind::IsADirectory => ReadError::Folder,
        _ => ReadError::Io(error),
    };
    // Before opening: opening a named pipe would wait for whoever writes to it.
    let facts = std::fs::metadata(path).map_err(failed)?;
    if facts.is_dir() {
        return Err(ReadError::Folder);
    }
    if !facts.is_file() {
        return Err(ReadError::NotPlain);
    }
    if facts.len() > limit {
        return Err(ReadError::TooLarge { limit });
    }
    let mut bytes = Vec::with_capacity(facts.len() as usize);
    let file = File::open(path).map_err(failed)?;
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(ReadError::TooLarge { limit });
    }
    Ok(bytes)
}

/// Tells contents apart.
pub(super) fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// The folder of the scene file, which no path of the scene may leave.
#[derive(Debug)]
pub(super) struct Folder {
    /// As it was given, for paths that are shown.
    shown: PathBuf,
    /// With all symbolic links resolved.
    real: PathBuf,
}

/// Why a path of a scene is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaves {
    /// It is absolute.
    Absolute,
    /// It climbs out by `..`.
    Upwards,
    /// A symbolic link leads out.
    Link,
}

impl Folder {
    pub fn of(scene: &Path) -> io::Result<Self> {
        let shown = match scene.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let real = shown.canonicalize()?;
        Ok(Self { shown, real })
    }

    /// The path that a path in `within` (a path under this folder, as shown) leads to, as shown.
    pub fn resolve(&self, within: &Path, path: &str) -> Result<PathBuf, Leaves> {
        let relative = within
            .parent()
            .and_then(|p| p.strip_prefix(&self.shown).ok())
            .unwrap_or(Path::new(""));
        let mut steps: Vec<&std::ffi::OsStr> = Vec::new();
        for component in relative.components().chain(Path::new(path).components()) {
            match component {
                Component::Prefix(_) | Component::RootDir => return Err(Leaves::Absolute),
                Component::CurDir => {}
                Component::ParentDir => {
                    steps.pop().ok_or(Leaves::Upwards)?;
                }
                Component::Normal(step) => steps.push(step),
            }
        }
        let inner: PathBuf = steps.iter().collect();
        // What does not exist is reported when it is read.
        if let Ok(real) = self.real.join(&inner).canonicalize()
            && !real.starts_with(&self.real)
        {
            return Err(Leaves::Link);
        }
        Ok(if self.shown == Path::new(".") {
            inner
        } else {
            self.shown.join(inner)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_before_cr_lf() {
        let source = Source::new("a".into(), "ab\r\nÖÄx = ß\r\n".as_bytes().to_vec());
        let place = source.place(8..9);
        assert_eq!((place.line, place.column), (2, 3));
        let excerpt = place.excerpt.unwrap();
        assert_eq!(excerpt.text, "ÖÄx = ß");
        assert_eq!(&excerpt.text[excerpt.mark], "x");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let text = format!("{}é = HERE{}", "ü".repeat(5_000), "z".repeat(50_000));
        let start = text.find("HERE").unwrap();
        let place = Source::new("a".into(), text.into_bytes()).place(start..start + 4);
        let excerpt = place.excerpt.unwrap();
        assert_eq!(&excerpt.text[excerpt.mark.clone()], "HERE");
        assert!(excerpt.text.len() <= LONGEST_EXCERPT);
        let before = excerpt.text[..excerpt.mark.start].chars().count();
        assert_eq!(place.column, excerpt.first_column + before);
        assert_eq!(place.column, 5_005);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let place = Source::new("a".into(), b"x = \"\x1b[31m\"".to_vec()).place(0..1);
        assert!(!place.excerpt.unwrap().text.contains('\x1b'));
    }

    #[test]
    fn a_place_past_the_end_is_the_end() {
        let place = Source::new("a".into(), b"x\n".to_vec()).place(10..20);
        assert_eq!((place.line, place.column), (2, 1));
    }
}
