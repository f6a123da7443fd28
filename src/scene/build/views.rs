//! `[[views]]`.

use std::collections::HashMap;

use crate::scene::format::ViewEntry;
use crate::scene::load::Page;
use crate::scene::model::NamedView;
use crate::scene::problem::{Problem, Problems, quoted};

/// Farther from the origin nobody looks from, metres: a mistake of units most likely.
const FARTHEST_M: f64 = 7e6;

/// The views of all files, those of the scene itself first.
pub(super) fn views(pages: &[Page], problems: &mut Problems) -> Vec<NamedView> {
    let mut views = Vec::new();
    let mut first_use: HashMap<String, (usize, String)> = HashMap::new();
    for (at, page) in pages.iter().enumerate() {
        for i in 0..page.count("/views") {
            let pointer = format!("/views/{i}");
            let Some(entry) = page.piece::<ViewEntry>(&pointer, problems) else {
                continue;
            };
            let name_pointer = format!("{pointer}/name");
            let place = |key: &str| page.document.place(&format!("{pointer}/{key}"));
            if entry.name.trim().is_empty() {
                let problem = Problem::error("bad-view", place("name"), "the view has no name");
                problems.push(problem);
            }
            for (key, metres) in [("camera_m", entry.camera_m), ("target_m", entry.target_m)] {
                if !metres.iter().all(|m| m.abs() <= FARTHEST_M) {
                    let message = format!("`{key}` is nowhere near the site");
                    let help = "metres east, north and up from the site's origin";
                    problems.push(Problem::error("bad-view", place(key), message).help(help));
                }
            }
            if entry.camera_m == entry.target_m {
                let message = "the camera stands where it looks at";
                let help = "`camera_m` is where it stands, `target_m` what it looks at";
                problems.push(Problem::error("bad-view", place("target_m"), message).help(help));
            }
            if let Some((other, there)) = first_use.get(&entry.name)
                && let Some(other) = pages.get(*other)
            {
                let message = format!("two views are called {}", quoted(&entry.name));
                let problem = Problem::error("duplicate-view", place("name"), message);
                problems.push(problem.label(other.document.place(there), "first here"));
                continue;
            }
            first_use.insert(entry.name.clone(), (at, name_pointer));
            views.push(NamedView {
                name: entry.name,
                camera_m: entry.camera_m,
                target_m: entry.target_m,
                fov_deg: None,
            });
        }
    }
    views
}
