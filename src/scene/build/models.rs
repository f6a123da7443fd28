//! `[models]` and their signals.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::connection::own_stale_after;
use super::expression::is_name;
use crate::fleet::SignalColumn;
use crate::rules::{RESERVED, apparent_kind};
use crate::scene::document::escaped;
use crate::scene::format::{ModelTable, SignalTable};
use crate::scene::load::Page;
use crate::scene::model::{
    Drive, Foundation, Ground, Model, PayloadFormat, Signal, TopicMapping, TurbineShape, ValueKind,
    metres_a_second,
};
use crate::scene::node_format::ComponentTable;
use crate::scene::problem::{Problem, Problems, quoted};
use crate::scene::source::Place;
use crate::units::{Conversion, conversion};

/// Literals and operators of the rule language, which are no names either.
const LITERALS: [&str; 4] = ["true", "false", "null", "in"];

const NAMES_HELP: &str =
    "names are made of letters, digits and underscores, so that rules can use them";

/// A file and a JSON pointer into it.
type Spot = (usize, String);

/// All models of a scene. Those with errors are there too, as far as they could be read, so that
/// what names them is not taken for wrong.
pub(in crate::scene) struct Models {
    pub list: Vec<Model>,
    pub signals: Vec<Arc<str>>,
    pub kinds: Vec<ValueKind>,
    pub by_id: HashMap<Arc<str>, usize>,
    pub columns: HashMap<Arc<str>, SignalColumn>,
    /// A model may be missing because its file could not be read.
    pub may_lack: bool,
    spots: Vec<Spot>,
    first_uses: Vec<FirstUse>,
}

struct FirstUse {
    spot: Spot,
    model: Arc<str>,
    unit: String,
}

impl Models {
    /// The ids, to suggest the nearest one.
    pub fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.list.iter().map(|model| &*model.id)
    }

    /// The file that defines a model, and the JSON pointer to it there.
    pub fn spot(&self, model: usize) -> Option<(usize, &str)> {
        let (page, pointer) = self.spots.get(model)?;
        Some((*page, pointer))
    }

    /// Where a model is defined.
    pub fn place(&self, model: usize, pages: &[Page]) -> Option<Place> {
        let (page, pointer) = self.spots.get(model)?;
        Some(pages.get(*page)?.document.key_place(pointer))
    }
}

pub(super) fn models(pages: &[Page], may_lack: bool, problems: &mut Problems) -> Models {
    let mut models = Models {
        list: Vec::new(),
        signals: Vec::new(),
        kinds: Vec::new(),
        by_id: HashMap::new(),
        columns: HashMap::new(),
        may_lack,
        spots: Vec::new(),
        first_uses: Vec::new(),
    };
    for (at, page) in pages.iter().enumerate() {
        if page
            .document
            .value
            .pointer("/models")
            .is_some_and(|m| !m.is_object())
        {
            models.may_lack = true;
        }
        for id in page.document.keys("/models") {
            add_model(&mut models, pages, at, id, problems);
        }
        for id in page.document.keys("/components") {
            add_component(&mut models, pages, at, id, problems);
        }
    }
    models
}

fn add_model(models: &mut Models, pages: &[Page], at: usize, id: &str, problems: &mut Problems) {
    let Some(page) = pages.get(at) else { return };
    let pointer = format!("/models/{}", escaped(id));
    let place = || page.document.key_place(&pointer);
    if let Some(&other) = models.by_id.get(id) {
        let message = format!("the model {} is defined twice", quoted(id));
        let mut problem = Problem::error("duplicate-model", place(), message);
        if let Some(there) = models.place(other, pages) {
            problem = problem.label(there, "first here");
        }
        problems.push(problem);
        return;
    }
    if id.trim().is_empty() {
        problems.push(Problem::error("bad-value", place(), "a model needs a name"));
    }
    let table: Option<ModelTable> = page.piece(&pointer, problems);
    if let Some(table) = &table {
        check_model(table, page, &pointer, problems);
        if let Some(shape) = &table.shape {
            check_shape(shape, table, page, &pointer, problems);
        }
    }
    let id: Arc<str> = id.into();
    models.by_id.insert(Arc::clone(&id), models.list.len());
    models.spots.push((at, pointer.clone()));
    let signals_pointer = format!("{pointer}/signals");
    let mut signals = Vec::new();
    for name in page.document.keys(&signals_pointer) {
        let pointer = format!("{signals_pointer}/{}", escaped(name));
        let table: Option<SignalTable> = page.piece(&pointer, problems);
        let table = table.unwrap_or_default();
        signals.extend(add_signal(
            models,
            pages,
            (at, pointer),
            &id,
            name,
            table,
            problems,
        ));
    }
    check_drives(&signals, &signals_pointer, page, problems);
    let of_model = table.as_ref().and_then(|t| t.stale_after.as_deref());
    let stale_pointer = format!("{pointer}/stale_after");
    if let Some(of_model) = own_stale_after(of_model, page, &stale_pointer, problems) {
        for signal in &mut signals {
            signal.stale_after.get_or_insert(of_model);
        }
    }
    let limits: Option<BTreeMap<String, f64>> =
        page.rest_of_piece(&format!("{pointer}/limits"), problems);
    let limits = model_limits(&limits.unwrap_or_default(), page, &pointer, problems);
    signals.sort_by_key(|signal| signal.column);
    models.list.push(Model {
        name: table
            .as_ref()
            .and_then(|t| t.name.clone())
            .unwrap_or_else(|| id.to_string()),
        hub_height_m: table.as_ref().map_or(0.0, |t| t.hub_height_m as f32),
        rotor_diameter_m: table.as_ref().map_or(0.0, |t| t.rotor_diameter_m as f32),
        rated_power_kw: table.as_ref().map_or(0.0, |t| t.rated_power_kw as f32),
        shape: table.and_then(|t| t.shape).unwrap_or_default(),
        gltf: None,
        id,
        signals,
        limits,
        is_entity: false,
        origin: page.origin(&pointer),
    });
}

/// Limits, sorted by name.
fn model_limits(
    limits: &BTreeMap<String, f64>,
    page: &Page,
    pointer: &str,
    problems: &mut Problems,
) -> Vec<(Arc<str>, f64)> {
    for name in limits.keys().filter(|n| !is_name(n)) {
        let place = page
            .document
            .key_place(&format!("{pointer}/limits/{}", escaped(name)));
        let message = format!("{} cannot be a limit's name", quoted(name));
        let problem = Problem::error("bad-name", place, message);
        problems.push(problem.help(NAMES_HELP));
    }
    let limits = limits.iter();
    limits
        .map(|(name, &value)| (name.as_str().into(), value))
        .collect()
}

/// Adds a kind of component: a model whose rows are no turbines.
fn add_component(
    models: &mut Models,
    pages: &[Page],
    at: usize,
    id: &str,
    problems: &mut Problems,
) {
    let Some(page) = pages.get(at) else { return };
    let pointer = format!("/components/{}", escaped(id));
    if let Some(&other) = models.by_id.get(id) {
        let message = format!("{} is defined twice, as a model or a component", quoted(id));
        let place = page.document.key_place(&pointer);
        let mut problem = Problem::error("duplicate-model", place, message);
        if let Some(there) = models.place(other, pages) {
            problem = problem.label(there, "first here");
        }
        problems.push(problem);
        return;
    }
    let table: Option<ComponentTable> = page.piece(&pointer, problems);
    let id: Arc<str> = id.into();
    models.by_id.insert(Arc::clone(&id), models.list.len());
    models.spots.push((at, pointer.clone()));
    let mut signals = Vec::new();
    for name in page.document.keys(&format!("{pointer}/signals")) {
        let pointer = format!("{pointer}/signals/{}", escaped(name));
        let table: Option<SignalTable> = page.piece(&pointer, problems);
        let spot = (at, pointer);
        let table = table.unwrap_or_default();
        signals.extend(add_signal(models, pages, spot, &id, name, table, problems));
    }
    signals.sort_by_key(|signal| signal.column);
    models.list.push(Model {
        name: table.and_then(|t| t.name).unwrap_or_else(|| id.to_string()),
        id,
        signals,
        is_entity: true,
        origin: page.origin(&pointer),
        ..Model::default()
    });
}

fn check_model(table: &ModelTable, page: &Page, pointer: &str, problems: &mut Problems) {
    if table.rotor_diameter_m / 2.0 >= table.hub_height_m {
        let place = page.document.place(&format!("{pointer}/rotor_diameter_m"));
        let message = format!(
            "the blades reach the ground: a rotor of {} m on a hub at {} m",
            table.rotor_diameter_m, table.hub_height_m
        );
        problems.push(Problem::warning("dimensions", place, message));
    }
    if let Some(geometry) = &table.geometry
        && geometry != "generated"
    {
        let place = page.document.place(&format!("{pointer}/geometry"));
        let message = format!(
            "{} is not read: turbines are drawn from their dimensions",
            quoted(geometry)
        );
        problems.push(Problem::warning("geometry", place, message));
    } else if table.geometry.is_some() && page.has(&format!("{pointer}/gltf")) {
        let place = page.document.place(&format!("{pointer}/geometry"));
        let message = "the turbine is drawn from its glTF file, not from its dimensions";
        let help = "leave out `geometry` or `gltf`";
        problems.push(Problem::warning("geometry", place, message).help(help));
    }
}

/// What does not fit together, though each number may.
fn check_shape(
    shape: &TurbineShape,
    table: &ModelTable,
    page: &Page,
    pointer: &str,
    problems: &mut Problems,
) {
    let mut warn = |key: &str, message: String| {
        let place = page.document.place(&format!("{pointer}/shape/{key}"));
        problems.push(Problem::warning("dimensions", place, message));
    };
    if let (Some(base), Some(top)) = (shape.tower_base_diameter_m, shape.tower_top_diameter_m)
        && top > base
    {
        let message =
            format!("the tower is wider at its top ({top} m) than at its foot ({base} m)");
        warn("tower_top_diameter_m", message);
    }
    if let (Some(overhang), Some(length)) = (shape.overhang_m, shape.nacelle_length_m)
        && overhang >= length
    {
        let message = format!(
            "a nacelle of {length} m does not reach the tower, {overhang} m behind the hub"
        );
        warn("nacelle_length_m", message);
    }
    if let Some(hub) = shape.hub_diameter_m
        && f64::from(hub) > 0.2 * table.rotor_diameter_m
    {
        let message = format!(
            "a hub of {hub} m leaves a rotor of {} m little room for blades",
            table.rotor_diameter_m
        );
        warn("hub_diameter_m", message);
    }
    for (key, size) in [
        ("overhang_m", shape.overhang_m),
        ("tower_base_diameter_m", shape.tower_base_diameter_m),
        ("nacelle_width_m", shape.nacelle_width_m),
        ("nacelle_height_m", shape.nacelle_height_m),
        ("nacelle_length_m", shape.nacelle_length_m),
    ] {
        if let Some(size) = size
            && f64::from(size) > 0.5 * table.rotor_diameter_m
        {
            let message = format!(
                "{size} m is more than half of a rotor of {} m",
                table.rotor_diameter_m
            );
            warn(key, message);
        }
    }
}

fn add_signal(
    models: &mut Models,
    pages: &[Page],
    spot: Spot,
    model: &Arc<str>,
    name: &str,
    table: SignalTable,
    problems: &mut Problems,
) -> Option<Signal> {
    let page = pages.get(spot.0)?;
    let (document, pointer) = (&page.document, spot.1.clone());
    let place = || document.key_place(&pointer);
    if !is_name(name) {
        let message = format!("{} cannot be a signal's name", quoted(name));
        problems.push(Problem::error("bad-name", place(), message).help(NAMES_HELP));
    } else if LITERALS.contains(&name) || RESERVED.contains(&name) {
        let message = format!(
            "{} cannot be a signal's name: it is a word of CEL",
            quoted(name)
        );
        problems.push(Problem::error("bad-name", place(), message));
    }
    // An unusable table leaves its kind readable, mostly.
    let written = document.value.pointer(&format!("{pointer}/type"));
    let kind = table
        .kind
        .or_else(|| serde::Deserialize::deserialize(written?).ok());
    let apparent = || table.expression.as_deref().and_then(apparent_kind);
    let kind = kind.or_else(apparent).unwrap_or_default();
    let conversion = sent_as(&table, kind, page, &pointer, problems);
    if table.expression.is_some() && table.field.is_some() {
        let message = format!("{} is worked out: it has no `field`", quoted(name));
        let place = document.place(&format!("{pointer}/field"));
        let help = "leave out `field` or `expression`";
        problems.push(Problem::error("bad-value", place, message).help(help));
    }
    let unit = table.unit.unwrap_or_default();
    let column = match models.columns.get(name) {
        Some(&column) => {
            check_agreement(models, column, pages, &pointer, page, kind, &unit, problems);
            column
        }
        None => {
            let Ok(number) = u16::try_from(models.signals.len()) else {
                let message = "more than 65,536 different signals";
                problems.push(Problem::error("too-many", place(), message));
                return None;
            };
            let column = SignalColumn(number);
            let name: Arc<str> = name.into();
            models.signals.push(Arc::clone(&name));
            models.kinds.push(kind);
            models.columns.insert(name, column);
            models.first_uses.push(FirstUse {
                spot,
                model: Arc::clone(model),
                unit: unit.clone(),
            });
            column
        }
    };
    let range = match table.range.as_deref() {
        Some(&[low, high]) => {
            let fault = if kind != ValueKind::Number {
                Some("only numbers have a range".to_owned())
            } else if low >= high {
                Some(format!("the range goes from {low} down to {high}"))
            } else {
                None
            };
            if let Some(message) = fault {
                let place = document.place(&format!("{pointer}/range"));
                problems.push(Problem::error("bad-range", place, message));
            }
            Some([low, high])
        }
        _ => None,
    };
    if table.drives.is_some() && kind != ValueKind::Number {
        let message = "only a number can drive a motion";
        let place = document.place(&format!("{pointer}/drives"));
        problems.push(Problem::error("bad-drive", place, message));
    }
    let own = table.stale_after.as_deref();
    let stale_pointer = format!("{pointer}/stale_after");
    let stale_after = own_stale_after(own, page, &stale_pointer, problems);
    Some(Signal {
        column,
        name: models.signals.get(column.index()).cloned()?,
        field: table.field.unwrap_or_else(|| format!("/{}", escaped(name))),
        unit,
        conversion,
        expression: table.expression.map(Into::into),
        range,
        kind,
        drives: table.drives,
        part: table.part,
        stale_after,
        carries_codes: false,
    })
}

/// From the unit in which a signal is sent to the one in which it is shown.
fn sent_as(
    table: &SignalTable,
    kind: ValueKind,
    page: &Page,
    pointer: &str,
    problems: &mut Problems,
) -> Option<Conversion> {
    let sent_as = table.sent_as.as_deref()?;
    let place = page.document.place(&format!("{pointer}/sent_as"));
    let mut help = None;
    let message = match table.unit.as_deref() {
        _ if table.expression.is_some() => "what is worked out is not sent".to_owned(),
        _ if kind != ValueKind::Number => "only a number is sent in a unit".to_owned(),
        None => {
            help = Some("say in `unit` what it is shown in");
            format!("sent as {}, but shown without a unit", quoted(sent_as))
        }
        Some(unit) => match conversion(sent_as, unit) {
            Ok(conversion) => return (!conversion.is_identity()).then_some(conversion),
            Err(why) => {
                help = Some("a value is shown in a unit of what it measures");
                let why = why.trim_end_matches('.');
                format!(
                    "what is sent as {} is not shown in {}: {why}",
                    quoted(sent_as),
                    quoted(unit)
                )
            }
        },
    };
    problems.push(Problem::error("unit", place, message).maybe_help(help.map(str::to_owned)));
    None
}

/// One name is one column: its values must be alike in all models.
fn check_agreement(
    models: &Models,
    column: SignalColumn,
    pages: &[Page],
    pointer: &str,
    page: &Page,
    kind: ValueKind,
    unit: &str,
    problems: &mut Problems,
) {
    let (Some(first), Some(&first_kind)) = (
        models.first_uses.get(column.index()),
        models.kinds.get(column.index()),
    ) else {
        return;
    };
    let name = models.signals.get(column.index()).map_or("", |n| n);
    let there = pages
        .get(first.spot.0)
        .map(|p| p.document.key_place(&first.spot.1));
    let mut problem = if kind != first_kind {
        let message = format!(
            "`{name}` is {} here and {} in the model {}",
            kind_name(kind),
            kind_name(first_kind),
            quoted(&first.model)
        );
        let help = "a signal's name stands for the same kind of value in all models: rename one";
        Problem::error("kind-conflict", page.document.key_place(pointer), message).help(help)
    } else if unit != first.unit {
        let message = format!(
            "`{name}` is in {} here and in {} in the model {}",
            quoted(unit),
            quoted(&first.unit),
            quoted(&first.model)
        );
        let help = "a rule for both models compares the bare numbers";
        Problem::warning("unit-conflict", page.document.key_place(pointer), message).help(help)
    } else {
        return;
    };
    if let Some(there) = there {
        problem = problem.label(there, "there");
    }
    problems.push(problem);
}

fn kind_name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Number => "a number",
        ValueKind::Boolean => "true or false",
        ValueKind::Text => "a text",
    }
}

fn check_drives(signals: &[Signal], pointer: &str, page: &Page, problems: &mut Problems) {
    let mut driven: HashMap<Drive, &Signal> = HashMap::new();
    for signal in signals {
        let Some(drive) = signal.drives else { continue };
        if drive == Drive::WindSpeed && metres_a_second(&signal.unit).is_none() {
            let unit = format!("{pointer}/{}/unit", escaped(&signal.name));
            let message = format!(
                "{} is no unit of wind speed: taken as m/s",
                quoted(&signal.unit)
            );
            let help = "m/s, km/h, kn, mph and ft/s are known";
            let place = page.document.place(&unit);
            problems.push(Problem::warning("bad-drive", place, message).help(help));
        }
        if let Some(other) = driven.insert(drive, signal) {
            let spot = |s: &Signal| {
                page.document
                    .place(&format!("{pointer}/{}/drives", escaped(&s.name)))
            };
            let message = format!(
                "`{}` and `{}` drive the same motion",
                other.name, signal.name
            );
            let problem = Problem::error("bad-drive", spot(signal), message);
            problems.push(problem.label(spot(other), "the first"));
        }
    }
}

/// A foundation is made for the sea or for land; both are drawn wherever they are asked for.
pub(super) fn check_foundations(
    models: &Models,
    pages: &[Page],
    ground: Ground,
    problems: &mut Problems,
) {
    for (model, (page, pointer)) in models.list.iter().zip(&models.spots) {
        let (Some(foundation), Some(page)) = (model.shape.foundation, pages.get(*page)) else {
            continue;
        };
        let message = match (foundation, ground) {
            (Foundation::Land, Ground::Sea) => "a foundation for land, in a farm at sea",
            (Foundation::Monopile | Foundation::Jacket, Ground::Land) => {
                "a foundation for the sea, in a farm on land"
            }
            _ => continue,
        };
        let place = page.document.place(&format!("{pointer}/shape/foundation"));
        let help = "the scene's `site.ground` is \"sea\" without the key";
        problems.push(Problem::warning("dimensions", place, message).help(help));
    }
}

/// Fields are JSON pointers wherever payloads are JSON.
pub(super) fn check_fields(
    models: &Models,
    pages: &[Page],
    topics: &[TopicMapping],
    problems: &mut Problems,
) {
    let has_json = topics.iter().any(|t| t.payload == PayloadFormat::Json);
    let has_values = topics.iter().any(|t| t.payload == PayloadFormat::Value);
    for (model, (page, pointer)) in models.list.iter().zip(&models.spots) {
        let Some(page) = pages.get(*page) else {
            continue;
        };
        let mut fields = HashSet::new();
        for signal in model.signals.iter().filter(|s| s.expression.is_none()) {
            let spot = format!("{pointer}/signals/{}/field", escaped(&signal.name));
            let place = || page.document.place(&spot);
            let field = signal.field.as_str();
            // Beside topics with bare values a field may be the name of a topic level.
            let may_be_level = has_values && !field.starts_with('/') && !field.is_empty();
            let fault = super::topics::pointer_fault(field);
            if let Some(message) = fault
                && (has_json || has_values)
                && !may_be_level
            {
                let help = format!("did you mean \"/{}\"?", field.trim_start_matches('/'));
                problems.push(Problem::error("bad-pointer", place(), message).help(help));
            } else if !fields.insert(field) {
                let message = format!(
                    "two signals of {} have the field {}",
                    quoted(&model.id),
                    quoted(field)
                );
                problems.push(Problem::warning("duplicate-field", place(), message));
            }
        }
    }
}
