//! Models and pictures of a scene: `s3://bucket/models/NAME.glb` in a local folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::scene::gltf::refused;
use crate::scene::load::Loader;
use crate::scene::problem::{Problem, Problems, quoted};
use crate::scene::source::Place;

/// Longer names are no files' names.
const MOST_STEPS: usize = 32;

/// Looks files up, each once.
pub(in crate::scene) struct Files {
    /// In which they are looked for, in this order.
    folders: Vec<PathBuf>,
    known: HashMap<String, Option<PathBuf>>,
    /// Files that a reload follows, those that are not there too.
    pub seen: Vec<PathBuf>,
}

impl Files {
    /// Looks in the folder that is given and beside the scene.
    pub fn new(scene: &Path, models: Option<&Path>) -> Self {
        let beside = match scene.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Self {
            folders: models
                .map(Path::to_owned)
                .into_iter()
                .chain([beside])
                .collect(),
            known: HashMap::new(),
            seen: Vec::new(),
        }
    }

    /// The file, if there is one.
    pub fn look_for(&mut self, uri: &str) -> Option<PathBuf> {
        let place = Place::of_file(Path::new(""));
        // Whoever wrote the scene knows that it may not be there.
        self.find(uri, place, &mut Problems::default())
    }

    /// The file; tells of one that is not there, the first time.
    pub fn find(&mut self, uri: &str, place: Place, problems: &mut Problems) -> Option<PathBuf> {
        if let Some(known) = self.known.get(uri) {
            return known.clone();
        }
        let steps = steps(uri);
        let found = self.look_up(&steps);
        if found.is_none() {
            let message = format!(
                "there is no file for {}: it is shown without it",
                quoted(uri)
            );
            let help = match steps.last() {
                Some(name) => format!(
                    "put {} beside the scene, or name its folder with --models",
                    quoted(name)
                ),
                None => "the name of a file is missing".to_owned(),
            };
            let problem = Problem::warning("twinmaker-model-file", place.clone(), message);
            problems.push(problem.help(help));
        }
        if let Some((cause, help)) = found.as_deref().and_then(refused) {
            let message = format!("{} is shown as a box: {cause}", quoted(uri));
            problems.push(Problem::warning("twinmaker-model-file", place, message).help(help));
        }
        let watched = found.clone().or_else(|| {
            let folder = self.folders.first()?;
            Some(folder.join(steps.last()?))
        });
        self.seen.extend(watched);
        self.known.insert(uri.to_owned(), found.clone());
        found
    }

    /// The longest end of the path that is a file in one of the folders.
    fn look_up(&self, steps: &[&str]) -> Option<PathBuf> {
        for folder in &self.folders {
            let real = folder.canonicalize().ok();
            for from in 0..steps.len() {
                let path: PathBuf = steps.iter().skip(from).collect();
                let path = folder.join(path);
                let is_inside = real.as_ref().is_some_and(|real| {
                    path.canonicalize().is_ok_and(|path| path.starts_with(real))
                });
                if is_inside && path.is_file() {
                    return Some(path);
                }
            }
        }
        None
    }

    /// Makes what was found an input of the reload.
    pub fn follow(&self, loader: &mut Loader) {
        for path in &self.seen {
            loader.follow(path);
        }
    }
}

/// The steps of a path without its bucket or host; none that leads upwards.
fn steps(uri: &str) -> Vec<&str> {
    let path = match uri.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_bucket, path)| path),
        None => uri,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let steps = path.split(['/', '\\']);
    let mut steps: Vec<&str> = steps
        .filter(|s| !matches!(*s, "" | "." | "..") && !s.contains('\0') && s.len() < 256)
        .collect();
    let too_many = steps.len().saturating_sub(MOST_STEPS);
    steps.drain(..too_many);
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_no_bucket_and_leads_nowhere_else() {
        assert_eq!(steps("s3://bucket/models/a.glb"), ["models", "a.glb"]);
        assert_eq!(steps("https://host/x/a.glb?y=1"), ["x", "a.glb"]);
        assert_eq!(steps("../../etc/passwd"), ["etc", "passwd"]);
        assert_eq!(steps("/a.glb"), ["a.glb"]);
        assert!(steps("s3://bucket").is_empty());
        assert!(steps("").is_empty());
    }
}
