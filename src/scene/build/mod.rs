//! From checked files to the scene: what one part says about another.

use std::path::Path;
use std::sync::Arc;

use super::geodesy::TangentPlane;
use super::lint::{lint, silence};
use super::load::{LoadOptions, Loader};
use super::model::{Ground, Scene};
use super::problem::{Problem, Problems};
use super::progress::LoadStep;
use super::source::Place;
use crate::rules::Texts;

mod alarms;
mod codes;
mod computed;
pub(super) mod connection;
mod derived;
mod expression;
mod gltf;
mod height_map;
mod looks;
mod models;
mod nodes;
mod parameters;
mod rules;
mod sharing;
mod silence;
mod site;
pub(super) mod topics;
pub(super) mod turbines;
mod views;

pub(crate) use looks::{parse_color, written_scale};
pub(crate) use parameters::Parameters;
pub(crate) use rules::clear_by_deadband;

/// What expressions are compiled against.
struct Farm<'a> {
    models: &'a models::Models,
    parameters: Parameters<'a>,
    columns: computed::Columns,
}

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
    let sharing = sharing::sharing(root, &mut loader.problems);
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
    let farm = Farm {
        models: &models,
        parameters: Parameters::new(&models.list, &turbines),
        columns: computed::Columns::default(),
    };
    derived::derived(&farm, &pages, &texts, &mut loader.problems);
    let rules = rules::rules(&pages, &farm, &texts, &mut loader.problems);
    let (hidden, computed) = farm.columns.in_order(&models, &mut loader.problems);
    models.kinds.extend(hidden);
    let mut other_alarms = silence::silence(root, &mut loader.problems);
    codes::codes(&pages, &mut models, &rules, &mut other_alarms, loader);
    alarms::check_suppression(
        &pages,
        &rules,
        &other_alarms,
        loader.is_incomplete,
        &mut loader.problems,
    );
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
    let scene = Scene {
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
        other_alarms,
        sharing,
        texts,
        bindings: Vec::new(),
        computed,
        composition: composition.map(Arc::new),
    };
    if !loader.is_incomplete && loader.problems.errors() == 0 {
        lint(&scene, &pages, &mut loader.problems);
    }
    silence(&pages, &mut loader.problems);
    Some(scene)
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
