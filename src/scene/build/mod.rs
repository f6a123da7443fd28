//! From checked files to the scene: what one part says about another.

use std::path::Path;
use std::sync::Arc;

use super::geodesy::TangentPlane;
use super::load::{LoadOptions, Loader};
use super::model::{Ground, Scene};
use super::problem::{Problem, Problems};
use super::progress::LoadStep;
use super::source::Place;
use crate::rules::Texts;

pub(super) mod connection;
mod expression;
mod gltf;
mod height_map;
mod models;
mod nodes;
mod rules;
mod site;
pub(super) mod topics;
pub(super) mod turbines;
mod views;

/// Checks all that was read and builds the scene; nothing where a part of it is missing. The
/// problems go to the loader.
pub(super) fn build(
    loader: &mut Loader,
    path: &Path,
    options: &LoadOptions,
    texts: Arc<Texts>,
) -> Option<Scene> {
    // Taken out, so that turbines can read their CSV files through the loader.
    let pages = std::mem::take(&mut loader.pages);
    let root = pages.first()?;
    let site = site::site(root, loader);
    let broker = connection::broker(root, options, &mut loader.problems);
    let topics = topics::topics(&pages, &mut loader.problems);
    let mut models = models::models(&pages, loader.is_incomplete, &mut loader.problems);
    gltf::gltf(&mut models, &pages, loader);
    models::check_fields(&models, &pages, &topics, &mut loader.problems);
    let plane = site.as_ref().map(|site| turbines::Ground {
        plane: TangentPlane::new(site.site.latitude_deg, site.site.longitude_deg),
        extent_m: site.extent_m,
        terrain: site.site.terrain.clone(),
        is_sea: site.site.ground == Ground::Sea,
    });
    let mut turbines = turbines::turbines(&pages, &models, plane, loader);
    if let Some(site) = &site {
        models::check_foundations(&models, &pages, site.site.ground, &mut loader.problems);
        height_map::check_turbines(root, &site.site, &turbines, &mut loader.problems);
    }
    nodes::entities(&pages, &models, &mut turbines, &mut loader.problems);
    let views = views::views(&pages, &mut loader.problems);
    loader.progress.step(LoadStep::Checking);
    let rules = rules::rules(&pages, &models, &texts, &mut loader.problems);
    let composition = nodes::composition(&pages, &models, &rules, &mut turbines, options, loader);
    if !loader.is_incomplete && loader.problems.errors() == 0 && composition.is_none() {
        warn_of_silence(
            path,
            turbines.is_empty(),
            topics.is_empty(),
            &mut loader.problems,
        );
    }
    let title: Option<String> = root.piece("/title", &mut loader.problems);
    let title = title.filter(|t| !t.trim().is_empty());
    let file_stem = || path.file_stem().unwrap_or_default().to_string_lossy();
    Some(Scene {
        path: path.to_owned(),
        files: Vec::new(),
        title: title.unwrap_or_else(|| file_stem().into_owned()),
        site: site?.site,
        broker: broker?,
        topics,
        signals: models.signals,
        kinds: models.kinds,
        models: models.list,
        turbines,
        views,
        rules,
        texts,
        bindings: Vec::new(),
        computed: Vec::new(),
        composition: composition.map(Arc::new),
    })
}

fn warn_of_silence(path: &Path, no_turbines: bool, no_topics: bool, problems: &mut Problems) {
    let mut warn = |message: &str, help: &str| {
        let place = Place::of_file(path);
        problems.push(Problem::warning("empty", place, message).help(help));
    };
    if no_turbines {
        warn(
            "the scene has no turbines",
            "list them in [[turbines]], or name a CSV file in [[turbines_from]]",
        );
    }
    if no_topics {
        warn(
            "the scene has no topics: nothing will be heard of its turbines",
            "add [[topics]] with a filter such as \"farm/{turbine}/telemetry\"",
        );
    }
}
