//! `[models.….gltf]`: models that are drawn from glTF files.

use std::sync::Arc;

use super::models::Models;
use crate::scene::format::{GltfTable, Patterns};
use crate::scene::gltf::{self, About, LARGEST_FILE, Remarks, Request};
use crate::scene::load::{Loader, Page};
use crate::scene::model::{Model, Part};
use crate::scene::problem::Problem;
use crate::scene::source::Place;

/// Reads the glTF files of all models that have one.
pub(super) fn gltf(models: &mut Models, pages: &[Page], loader: &mut Loader) {
    for number in 0..models.list.len() {
        let Some((page, pointer)) = models.spot(number) else {
            continue;
        };
        let (Some(page), pointer) = (pages.get(page), format!("{pointer}/gltf")) else {
            continue;
        };
        if !page.has(&pointer) {
            continue;
        }
        let Some(table) = page.piece::<GltfTable>(&pointer, &mut loader.problems) else {
            continue;
        };
        if let Some(model) = models.list.get_mut(number) {
            add_file(model, page, &pointer, &table, loader);
        }
    }
}

fn add_file(model: &mut Model, page: &Page, pointer: &str, table: &GltfTable, loader: &mut Loader) {
    let document = &page.document;
    let at_file = document.place(&format!("{pointer}/file"));
    let within = document.source.path.clone();
    let Some((path, bytes)) = loader.model_file(&within, &table.file, at_file, LARGEST_FILE) else {
        return;
    };
    let request = request(model, table);
    let mut remarks = Remarks::default();
    let mut beside = |uri: &str| loader.beside(&path, uri, LARGEST_FILE);
    model.gltf = gltf::read(&bytes, &request, &mut beside, &mut remarks).map(Arc::new);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    for remark in remarks.0 {
        let place = place(remark.about, page, pointer, table);
        let message = match remark.about {
            About::File => format!("{name}: {}", remark.message),
            _ => remark.message,
        };
        let problem = if remark.is_error {
            Problem::error(remark.code, place, message)
        } else {
            Problem::warning(remark.code, place, message)
        };
        loader.problems.push(problem.maybe_help(remark.help));
    }
}

fn request(model: &Model, table: &GltfTable) -> Request {
    let patterns = |patterns: &Patterns| match patterns {
        Patterns::One(pattern) => vec![pattern.clone()],
        Patterns::Several(patterns) => patterns.clone(),
    };
    let axis = table.rotor_axis.as_deref().and_then(|axis| match *axis {
        [x, y, z] => Some([x, y, z].map(|c| c as f32)),
        _ => None,
    });
    let parts = table.parts.0.iter();
    Request {
        parts: parts.map(|(part, p)| (*part, patterns(p))).collect(),
        rotor: table.rotor.clone(),
        rotor_axis: axis,
        scale: table.scale.map(|s| s as f32),
        heading_deg: table.heading_deg.map(|h| h as f32),
        calm: table.calm.unwrap_or(true),
        hub_height_m: model.hub_height_m,
        rotor_diameter_m: model.rotor_diameter_m,
    }
}

/// Where in the scene file a remark belongs: at the key that it is about, or at the file's name.
fn place(about: About, page: &Page, pointer: &str, table: &GltfTable) -> Place {
    let key = match about {
        About::File => "file".to_owned(),
        About::Rotor => "rotor".to_owned(),
        About::RotorAxis => "rotor_axis".to_owned(),
        About::Scale => "scale".to_owned(),
        About::Pattern(part, number) => {
            let found = Part::ALL.iter().find(|(p, _)| *p == part);
            let name = found.map_or("", |(_, name)| name);
            match table.parts.0.get(&part) {
                Some(Patterns::Several(_)) => format!("parts/{name}/{number}"),
                _ => format!("parts/{name}"),
            }
        }
    };
    let document = &page.document;
    let wanted = format!("{pointer}/{key}");
    if page.has(&wanted) {
        document.place(&wanted)
    } else {
        document.place(&format!("{pointer}/file"))
    }
}
