//! Scenes of AWS IoT TwinMaker (`scene.json`), opened as they are.
//!
//! The document is read as leniently as TwinMaker's own viewer does ([`document`]), its bindings
//! become rows of the fleet and its rules become rules of the scene ([`bind`]).

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::build::connection::check_given;
use super::load::{LoadOptions, Loader, not_utf8};
use super::model::{
    Broker, Ground, Origin, OtherAlarms, PayloadFormat, Scene, Site, SiteDaylight, TopicBinding,
    TopicMapping,
};
use super::problem::{Problem, Problems, quoted};
use super::progress::LoadStep;
use super::source::{Place, Source};
use crate::rules::Texts;

mod bind;
mod color;
mod components;
mod document;
mod evaluate;
mod export;
mod files;
mod json;
mod nodes;
mod report;
mod sidecar;
mod surroundings;
mod target;
mod usage;
mod values;

pub(super) use bind::{row_id, world_places};
pub(super) use files::Files;
pub(super) use nodes::to_trees;

pub use evaluate::{MapRule, Shows, rules};
pub use export::import;
pub use report::{Finding, Verdict};
pub use target::{Resource, ResourceType};

/// A scene of ten thousand nodes is a tenth of this.
const LARGEST_FILE: u64 = 64 << 20;
/// Values of equipment come more seldom than those of a turbine.
const STALE_AFTER: std::time::Duration = std::time::Duration::from_secs(300);

/// Whether a file is read as a TwinMaker scene.
pub(super) fn is_twinmaker(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|e| e.eq_ignore_ascii_case("json"))
}

/// Reads and checks a scene; nothing where it cannot be opened. Its problems go to the loader.
pub(super) fn load(
    loader: &mut Loader,
    path: &Path,
    options: &LoadOptions,
    texts: Arc<Texts>,
) -> Option<Scene> {
    let source = Rc::new(Source::new(
        path.to_owned(),
        loader.bytes(path, None, LARGEST_FILE)?,
    ));
    let json = parse(&source, &mut loader.problems)?;
    loader.progress.step(LoadStep::Checking);
    let mut files = Files::new(path, options.models.as_deref());
    let mut file =
        |uri: &str, place: Place, problems: &mut Problems| files.find(uri, place, problems);
    let reading = document::read(&json, &mut loader.problems, &mut file);
    if reading.is_refused {
        return None;
    }
    files.follow(loader);
    let origin = Origin {
        file: path.into(),
        pointer: "".into(),
    };
    let mut composition = reading.composition;
    let sidecar = sidecar::read(loader, path, options);
    let kinds = sidecar.kinds();
    let bound = bind::bind(
        &mut composition,
        &reading.maps,
        &kinds,
        &texts,
        &origin,
        &mut loader.problems,
    );
    let bindings = sidecar.bindings(&bound, &mut loader.problems);
    warn_of_ids(&bound, &bindings, path, &mut loader.problems);
    let broker = sidecar.broker.unwrap_or_else(|| {
        check_given(options, &mut loader.problems);
        default_broker(options)
    });
    let topics = match sidecar.topics {
        topics if topics.is_empty() => default_topics(),
        topics => topics,
    };
    Some(Scene {
        path: path.to_owned(),
        title: title(path),
        site: site(),
        broker,
        topics,
        bindings,
        signals: bound.signals,
        kinds: bound.kinds,
        models: bound.models,
        turbines: bound.rows,
        rules: bound.rules,
        other_alarms: OtherAlarms::usual(),
        texts,
        composition: Some(Arc::new(composition)),
        ..Scene::default()
    })
}

/// What TwinMaker's own viewer makes of a scene: whether it is shown, and what is told.
pub fn verdict(text: &str) -> Verdict {
    let mut problems = Problems::default();
    let source = Rc::new(Source::new("scene.json".into(), text.into()));
    let Some(json) = parse(&source, &mut problems) else {
        let finding = Finding {
            is_fatal: true,
            message: "not a valid JSON document".to_owned(),
            subject: String::new(),
        };
        return Verdict {
            findings: vec![finding],
        };
    };
    document::read(&json, &mut problems, &mut |_, _, _| None).verdict
}

fn parse(source: &Rc<Source>, problems: &mut Problems) -> Option<json::Json> {
    if let Err(error) = std::str::from_utf8(&source.bytes) {
        problems.push(not_utf8(source, error));
        return None;
    }
    match json::Json::parse(source) {
        Ok(json) => Some(json),
        Err(fault) => {
            let place = source.place(fault.at..fault.at + 1);
            let message = format!("not JSON: {}", fault.message);
            problems.push(Problem::error("twinmaker-json", place, message));
            None
        }
    }
}

/// Entities whose names are no levels of topics are heard of only by topics of their own.
fn warn_of_ids(
    bound: &bind::Bound,
    bindings: &[TopicBinding],
    path: &Path,
    problems: &mut Problems,
) {
    for ((entity, component), row) in bound.names.iter().zip(0..) {
        let is_level = |name: &str| !name.contains(['/', '+', '#', '\0']);
        let is_named = || bindings.iter().any(|b| b.row.0 == row);
        if (is_level(entity) && is_level(component)) || is_named() {
            continue;
        }
        let name = quoted(&row_id(entity, component));
        let message = format!("{name} cannot be part of a topic: nothing will be heard of it");
        let help = "give its properties topics in [[bindings]] of the scene's .bindings.toml";
        let problem = Problem::warning("twinmaker-topic", Place::of_file(path), message);
        problems.push(problem.help(help));
    }
}

/// The file's name without what it ends in.
fn title(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.strip_suffix(".scene").unwrap_or(&stem).to_owned()
}

fn site() -> Site {
    Site {
        ground: Ground::Land,
        daylight: SiteDaylight::Day,
        ..Site::default()
    }
}

fn default_broker(options: &LoadOptions) -> Broker {
    let url = options.broker.as_deref().unwrap_or("mqtt://localhost:1883");
    Broker {
        url: url.to_owned(),
        stale_after: STALE_AFTER,
        ..Broker::default()
    }
}

/// Where values are heard without a file that says otherwise.
fn default_topics() -> Vec<TopicMapping> {
    let topic = |filter: &str, payload| TopicMapping {
        filter: filter.to_owned(),
        payload,
        time: None,
        quality: None,
    };
    vec![
        topic("twinmaker/{entity}/{component}", PayloadFormat::Json),
        topic(
            "twinmaker/{entity}/{component}/{signal}",
            PayloadFormat::Value,
        ),
    ]
}
