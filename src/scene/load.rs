//! From a scene file on disk to a checked scene: reading, includes, and every problem at once.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::build;
use super::document::{Document, escaped};
use super::model::{Origin, Scene};
use super::problem::{Problem, Problems, quoted};
use super::progress::{LoadProgress, LoadStep, file_name};
use super::source::{Folder, Leaves, Place, ReadError, Source, fingerprint, read};
use super::twinmaker;
use super::validate::{Unusable, validate};
use crate::rules::Texts;

/// A hand-written scene is a thousandth of this; large farms are listed in CSV files.
const LARGEST_SCENE_FILE: u64 = 16 << 20;
/// A million turbines with a dozen columns.
const LARGEST_CSV: u64 = 256 << 20;
/// 4,096 by 4,096 heights as text.
const LARGEST_HEIGHT_MAP: u64 = 192 << 20;
/// A model of a TwinMaker scene.
const LARGEST_MODEL: u64 = 512 << 20;
const MOST_FILES: usize = 500;
const DEEPEST_INCLUDE: usize = 32;

/// What is given beside the scene file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// The URL of a broker to use in place of the scene's.
    pub broker: Option<String>,
    /// A folder in which the models of a TwinMaker scene are.
    pub models: Option<PathBuf>,
    /// The file that says where the values of a TwinMaker scene come from, in place of the one
    /// beside it.
    pub bindings: Option<PathBuf>,
}

/// A scene that was loaded.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The scene.
    pub scene: Arc<Scene>,
    /// What probably is not as it was meant.
    pub warnings: Problems,
    /// What it was made from.
    pub(super) inputs: Vec<Input>,
}

/// A file that a scene is made from, or would be if it were there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    pub path: PathBuf,
    /// `None` where it could not be read.
    pub fingerprint: Option<u64>,
    /// The size up to which it is read.
    limit: u64,
}

impl Input {
    /// The file as it is now.
    pub fn look_again(&self) -> Self {
        let bytes = read(&self.path, self.limit).ok();
        Self {
            path: self.path.clone(),
            fingerprint: bytes.map(|bytes| fingerprint(&bytes)),
            limit: self.limit,
        }
    }
}

/// Reads and checks a scene. Takes no longer than its files: nothing here waits for a network.
///
/// # Errors
/// Every problem of all its files.
pub fn load(path: &Path, options: &LoadOptions) -> Result<Loaded, Problems> {
    let silent = LoadProgress::default();
    let (outcome, inputs) = load_with_inputs(path, options, Arc::default(), &silent);
    outcome.map(|(scene, warnings)| Loaded {
        scene,
        warnings,
        inputs,
    })
}

/// The same, with the files that would have to change for another outcome. The scene shares `texts`:
/// a reload keeps the numbers that live values have. How far it is, is noted in `progress`.
pub(super) fn load_with_inputs(
    path: &Path,
    options: &LoadOptions,
    texts: Arc<Texts>,
    progress: &LoadProgress,
) -> (Result<(Arc<Scene>, Problems), Problems>, Vec<Input>) {
    let mut loader = Loader::new(path, progress.clone());
    let scene = if twinmaker::is_twinmaker(path) {
        twinmaker::load(&mut loader, path, options, texts)
    } else {
        loader.scene_file(path, None, &mut Vec::new());
        build::build(&mut loader, path, options, texts)
    };
    let mut problems = loader.problems;
    let files: Vec<PathBuf> = loader
        .inputs
        .iter()
        .map(|input| input.path.clone())
        .collect();
    problems.sort(&files);
    let outcome = match scene {
        Some(mut scene) if problems.errors() == 0 => {
            scene.files = files;
            Ok((Arc::new(scene), problems))
        }
        _ => Err(problems),
    };
    (outcome, loader.inputs)
}

/// The problems that a scene would have with these texts in place of what is in the files: by path,
/// as reached from the scene file.
pub(super) fn problems_with(
    path: &Path,
    options: &LoadOptions,
    instead: Vec<(PathBuf, Vec<u8>)>,
) -> Problems {
    let mut loader = Loader::new(path, LoadProgress::default());
    let instead = instead.into_iter();
    loader.instead = instead.map(|(path, bytes)| (real(&path), bytes)).collect();
    loader.scene_file(path, None, &mut Vec::new());
    // Only what is told of it matters.
    drop(build::build(&mut loader, path, options, Arc::default()));
    loader.problems
}

/// A scene file that was read, and which of its values can be used.
#[derive(Debug)]
pub(super) struct Page {
    pub document: Document,
    pub unusable: Unusable,
}

impl Page {
    /// Reads a piece of the file; nothing if what it needs is not there, which has been told.
    pub fn piece<T: serde::de::DeserializeOwned>(
        &self,
        pointer: &str,
        problems: &mut Problems,
    ) -> Option<T> {
        if self.unusable.touches(pointer) {
            return None;
        }
        let value = self.document.value.pointer(pointer)?;
        match T::deserialize(value) {
            Ok(piece) => Some(piece),
            Err(error) => {
                let place = self.document.place(pointer);
                problems.push(Problem::error("bad-value", place, error.to_string()));
                None
            }
        }
    }

    /// Reads a piece of the file without those of its keys that cannot be used, so that the others
    /// are checked too; nothing if it cannot do without them.
    pub fn rest_of_piece<T: serde::de::DeserializeOwned>(
        &self,
        pointer: &str,
        problems: &mut Problems,
    ) -> Option<T> {
        if !self.unusable.touches(pointer) {
            return self.piece(pointer, problems);
        }
        let mut table = self.document.value.pointer(pointer)?.as_object()?.clone();
        table.retain(|key, _| {
            !self
                .unusable
                .touches(&format!("{pointer}/{}", escaped(key)))
        });
        T::deserialize(serde_json::Value::Object(table)).ok()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.document.source.path
    }

    /// How many items the list at this pointer has.
    pub fn count(&self, pointer: &str) -> usize {
        let list = self.document.value.pointer(pointer);
        list.and_then(|l| l.as_array()).map_or(0, Vec::len)
    }

    /// Where a piece of the file is written.
    pub fn origin(&self, pointer: &str) -> Origin {
        Origin {
            file: self.document.source.path.as_path().into(),
            pointer: pointer.into(),
        }
    }

    pub fn has(&self, pointer: &str) -> bool {
        self.document.has(pointer)
    }
}

/// What is gathered while a scene is read.
#[derive(Debug)]
pub(super) struct Loader {
    folder: Option<Folder>,
    /// The scene file first, then what it includes, in order.
    pub pages: Vec<Page>,
    pub problems: Problems,
    pub inputs: Vec<Input>,
    /// A file could not be read or parsed: what seems not to be there may be in it.
    pub is_incomplete: bool,
    /// Where it is noted how far it is.
    pub progress: LoadProgress,
    /// What is read in place of files.
    instead: HashMap<PathBuf, Vec<u8>>,
    seen: HashSet<PathBuf>,
}

impl Loader {
    fn new(scene: &Path, progress: LoadProgress) -> Self {
        Self {
            // Without the folder the scene file cannot be read either, which is told then.
            folder: Folder::of(scene).ok(),
            pages: Vec::new(),
            problems: Problems::default(),
            inputs: Vec::new(),
            is_incomplete: false,
            progress,
            instead: HashMap::new(),
            seen: HashSet::new(),
        }
    }

    /// Reads a scene file and what it includes. `stack` holds the files that are being read.
    fn scene_file(&mut self, path: &Path, named_at: Option<Place>, stack: &mut Vec<PathBuf>) {
        let is_root = named_at.is_none();
        let Some(bytes) = self.bytes(path, named_at, LARGEST_SCENE_FILE) else {
            self.is_incomplete = true;
            return;
        };
        self.seen.insert(real(path));
        let source = Rc::new(Source::new(path.to_owned(), bytes));
        let bytes = Rc::clone(&source);
        let text = match std::str::from_utf8(&bytes.bytes) {
            Ok(text) => text,
            Err(error) => {
                self.is_incomplete = true;
                self.problems.push(not_utf8(&source, error));
                return;
            }
        };
        if text.trim().is_empty() {
            self.empty(path, is_root);
            return;
        }
        let mut document = Document::parse(source, text, &mut self.problems);
        self.is_incomplete |= document.is_partial;
        let unusable = validate(&mut document, &mut self.problems);
        let page = Page { document, unusable };
        for key in ["site", "broker", "title", "alarms", "sharing"] {
            let pointer = format!("/{key}");
            if !is_root && page.has(&pointer) {
                let message =
                    format!("`{key}` belongs in the scene itself, not in an included file");
                let place = page.document.key_place(&pointer);
                self.problems
                    .push(Problem::error("misplaced-key", place, message));
            } else if is_root
                && matches!(key, "site" | "broker")
                && !page.has(&pointer)
                && !page.document.is_partial
            {
                let message = format!("the scene has no `[{key}]`");
                let help = match key {
                    "site" => "say where east and north begin: [site], with latitude and longitude",
                    _ => "say where telemetry comes from: [broker], with url = \"mqtt://host\"",
                };
                let problem = Problem::error("missing-key", Place::of_file(path), message);
                self.problems.push(problem.help(help));
            }
        }
        let includes: Vec<(String, Place)> = (0..page.count("/include"))
            .map(|i| format!("/include/{i}"))
            .filter_map(|pointer| {
                let value = page.document.value.pointer(&pointer)?.as_str()?.to_owned();
                Some((value, page.document.place(&pointer)))
            })
            .collect();
        self.pages.push(page);
        stack.push(path.to_owned());
        for (include, place) in includes {
            self.include(path, &include, place, stack);
        }
        stack.pop();
    }

    fn include(&mut self, within: &Path, include: &str, at: Place, stack: &mut Vec<PathBuf>) {
        let Some(path) = self.resolve(within, include, &at) else {
            self.is_incomplete = true;
            return;
        };
        let target = real(&path);
        if let Some(start) = stack.iter().position(|open| real(open) == target) {
            let chain: Vec<String> = stack
                .iter()
                .skip(start)
                .chain([&path])
                .map(|p| {
                    p.file_name()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into_owned()
                })
                .collect();
            let message = format!("include loop: {}", chain.join(" → "));
            let help =
                "take one of these includes out; a file is read once however often it is included";
            let problem = Problem::error("include-loop", at, message);
            self.problems.push(problem.help(help));
        } else if self.seen.contains(&target) {
            // Two files may share a third.
        } else if stack.len() >= DEEPEST_INCLUDE || self.inputs.len() >= MOST_FILES {
            self.is_incomplete = true;
            let message =
                format!("too many includes: at most {DEEPEST_INCLUDE} deep and {MOST_FILES} files");
            self.problems
                .push(Problem::error("too-many-includes", at, message));
        } else {
            self.scene_file(&path, Some(at), stack);
        }
    }

    /// Reads a CSV file that is named at a place.
    pub fn csv(&mut self, within: &Path, file: &str, at: Place) -> Option<Rc<Source>> {
        let path = self.resolve(within, file, &at)?;
        let bytes = self.bytes(&path, Some(at), LARGEST_CSV)?;
        Some(Rc::new(Source::new(path, bytes)))
    }

    /// Reads a height map that is named at a place.
    pub fn height_map(&mut self, within: &Path, file: &str, at: Place) -> Option<Rc<Source>> {
        let path = self.resolve(within, file, &at)?;
        let bytes = self.bytes(&path, Some(at), LARGEST_HEIGHT_MAP)?;
        Some(Rc::new(Source::new(path, bytes)))
    }

    /// Reads a model's file that is named at a place, and gives its path as shown.
    pub fn model_file(
        &mut self,
        within: &Path,
        file: &str,
        at: Place,
        limit: u64,
    ) -> Option<(PathBuf, Vec<u8>)> {
        let path = self.resolve(within, file, &at)?;
        let bytes = self.bytes(&path, Some(at), limit)?;
        Some((path, bytes))
    }

    /// Reads a file that a model's file names.
    ///
    /// # Errors
    /// Why it cannot be read: the place to tell of it is where the model's file is named.
    pub fn beside(&mut self, within: &Path, file: &str, limit: u64) -> Result<Vec<u8>, String> {
        let folder = self.folder.as_ref().ok_or("there is no folder")?;
        let path = folder
            .resolve(within, file)
            .map_err(|_leaves| format!("{} leaves the scene's folder", quoted(file)))?;
        let outcome = read(&path, limit);
        self.inputs.push(Input {
            path,
            fingerprint: outcome.as_ref().ok().map(|bytes| fingerprint(bytes)),
            limit,
        });
        outcome.map_err(|error| format!("cannot read {}: {error}", quoted(file)))
    }

    fn resolve(&mut self, within: &Path, path: &str, at: &Place) -> Option<PathBuf> {
        let leaves = match self.folder.as_ref()?.resolve(within, path) {
            Ok(path) => return Some(path),
            Err(leaves) => leaves,
        };
        let message = match leaves {
            Leaves::Absolute => format!("{} is an absolute path", quoted(path)),
            Leaves::Upwards => format!("{} leaves the scene's folder", quoted(path)),
            Leaves::Link => format!("{} leaves the scene's folder by a link", quoted(path)),
        };
        let help = "a scene reads only what is in the folder of its scene file, so that it can be \
                    copied and opened without fear";
        let problem = Problem::error("leaves-folder", at.clone(), message);
        self.problems.push(problem.help(help));
        None
    }

    /// Reads a file; tells why it cannot be, at the place that names it.
    pub fn bytes(&mut self, path: &Path, named_at: Option<Place>, limit: u64) -> Option<Vec<u8>> {
        self.progress.step(LoadStep::Reading(file_name(path)));
        let outcome = match self.instead.get(&real(path)) {
            Some(bytes) => Ok(bytes.clone()),
            None => read(path, limit),
        };
        let fingerprint = outcome.as_ref().ok().map(|bytes| fingerprint(bytes));
        self.inputs.push(Input {
            path: path.to_owned(),
            fingerprint,
            limit,
        });
        let error = match outcome {
            Ok(bytes) => return Some(bytes),
            Err(error) => error,
        };
        let help = match &error {
            ReadError::TooLarge { .. } if limit == LARGEST_SCENE_FILE => {
                Some("put the turbines into a CSV file and name it in [[turbines_from]]".to_owned())
            }
            ReadError::Folder => Some("name the scene file in it".to_owned()),
            _ => None,
        };
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        let message = format!("cannot read {}: {error}", quoted(&name));
        let place = named_at.unwrap_or_else(|| Place::of_file(path));
        self.problems
            .push(Problem::error("unreadable", place, message).maybe_help(help));
        None
    }

    /// Makes a file an input of the scene whose content the view reads by itself.
    pub fn follow(&mut self, path: &Path) {
        if self.inputs.len() >= MOST_FILES || self.inputs.iter().any(|input| input.path == path) {
            return;
        }
        let input = Input {
            path: path.to_owned(),
            fingerprint: None,
            limit: LARGEST_MODEL,
        };
        self.inputs.push(input.look_again());
    }

    fn empty(&mut self, path: &Path, is_root: bool) {
        let place = Place::of_file(path);
        if is_root {
            self.is_incomplete = true;
            let help = "a scene needs [site], [broker], [[topics]], [models.…] and turbines: see \
                        docs/scene-files.md";
            let problem = Problem::error("empty", place, "the scene file is empty");
            self.problems.push(problem.help(help));
        } else {
            let problem = Problem::warning("empty", place, "the included file is empty");
            self.problems.push(problem);
        }
    }
}

/// The path by which a file is known again, however it was reached.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

pub(super) fn not_utf8(source: &Source, error: std::str::Utf8Error) -> Problem {
    let offset = error.valid_up_to();
    let byte = source.bytes.get(offset).copied().unwrap_or_default();
    let place = source.place(offset..offset + 1);
    let is_utf16 =
        source.bytes.starts_with(&[0xFF, 0xFE]) || source.bytes.starts_with(&[0xFE, 0xFF]);
    let help = if is_utf16 {
        "the file is UTF-16: save it as UTF-8"
    } else {
        "save the file as UTF-8"
    };
    let message = format!("not UTF-8: byte 0x{byte:02X} at offset {offset}");
    Problem::error("not-utf8", place, message).help(help)
}
