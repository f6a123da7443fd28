//! `[[turbines]]` and `[[turbines_from]]`: where every turbine stands.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::models::Models;
use crate::scene::document::escaped;
use crate::scene::format::{TurbineEntry, TurbinesFrom};
use crate::scene::geodesy::TangentPlane;
use crate::scene::layout;
use crate::scene::load::{Loader, Page};
use crate::scene::model::{Terrain, Turbine};
use crate::scene::problem::{Problem, Problems, quoted, suggestion};
use crate::scene::source::{Place, Source};

/// A million turbines are more than the world has.
const MOST_TURBINES: usize = 1_000_000;

/// Where positions are measured from, how far they may be, and how high the ground is there.
#[derive(Debug, Clone)]
pub(in crate::scene) struct Ground {
    pub plane: TangentPlane,
    pub extent_m: f64,
    pub terrain: Option<Arc<Terrain>>,
    pub is_sea: bool,
}

impl Ground {
    /// The height of the ground, or of the sea where that is higher.
    fn height_at(&self, east_m: f64, north_m: f64) -> f64 {
        let height_m = self
            .terrain
            .as_ref()
            .map_or(0.0, |t| t.height_at(east_m, north_m));
        if self.is_sea {
            height_m.max(0.0)
        } else {
            height_m
        }
    }
}

/// A position as a file gives it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::scene) enum Position {
    EastNorth(f64, f64),
    LatitudeLongitude(f64, f64),
}

/// Turbines as they are gathered.
pub(in crate::scene) struct Farm<'m> {
    pub models: &'m Models,
    ground: Option<Ground>,
    turbines: Vec<Turbine>,
    by_id: HashMap<Arc<str>, usize>,
    origins: Vec<Origin>,
    sources: Vec<Rc<Source>>,
}

/// Where a turbine was defined.
#[derive(Debug, Clone)]
struct Origin {
    source: usize,
    spot: Spot,
}

/// A place in a file that costs little to keep for a million turbines.
#[derive(Debug, Clone)]
pub(in crate::scene) enum Spot {
    Bytes(Range<usize>),
    Field(layout::Field),
}

impl Spot {
    pub fn place(&self, source: &Source) -> Place {
        match self {
            Self::Bytes(span) => source.place(span.clone()),
            Self::Field(field) => source.place(field.span(&source.bytes)),
        }
    }
}

pub(super) fn turbines(
    pages: &[Page],
    models: &Models,
    ground: Option<Ground>,
    loader: &mut Loader,
) -> Vec<Turbine> {
    let mut farm = Farm {
        models,
        ground,
        turbines: Vec::new(),
        by_id: HashMap::new(),
        origins: Vec::new(),
        sources: Vec::new(),
    };
    for page in pages {
        let source = farm.source(&page.document.source);
        for i in 0..page.count("/turbines") {
            let pointer = format!("/turbines/{i}");
            if let Some(entry) = page.piece::<TurbineEntry>(&pointer, &mut loader.problems) {
                listed(
                    &mut farm,
                    page,
                    source,
                    &pointer,
                    &entry,
                    &mut loader.problems,
                );
            }
        }
        for i in 0..page.count("/turbines_from") {
            let pointer = format!("/turbines_from/{i}");
            if let Some(table) = page.piece::<TurbinesFrom>(&pointer, &mut loader.problems) {
                from_csv(&mut farm, page, &pointer, &table, loader);
            }
        }
    }
    farm.turbines
}

fn listed(
    farm: &mut Farm<'_>,
    page: &Page,
    source: usize,
    pointer: &str,
    entry: &TurbineEntry,
    problems: &mut Problems,
) {
    let place = |key: &str| page.document.place(&format!("{pointer}/{key}"));
    let model = farm.model(&entry.model, || place("model"), problems);
    let position = match (entry.east_m, entry.north_m, entry.latitude, entry.longitude) {
        (Some(east), Some(north), None, None) => Some(Position::EastNorth(east, north)),
        (None, None, Some(lat), Some(lon)) => Some(Position::LatitudeLongitude(lat, lon)),
        (east, north, latitude, longitude) => {
            let keys = [
                ("east_m", east.is_some()),
                ("north_m", north.is_some()),
                ("latitude", latitude.is_some()),
                ("longitude", longitude.is_some()),
            ];
            let what = format!("the turbine {}", quoted(&entry.id));
            let fault = position_fault(&what, keys);
            let place = page.document.place(pointer);
            problems.push(fault(place));
            None
        }
    };
    let spot = Spot::Bytes(page.document.span(&format!("{pointer}/id")));
    let position_place = || {
        place(if entry.east_m.is_some() {
            "east_m"
        } else {
            "latitude"
        })
    };
    let limits = farm.limits(
        model,
        &entry.limits,
        |name| {
            page.document
                .key_place(&format!("{pointer}/limits/{}", escaped(name)))
        },
        problems,
    );
    farm.add(
        &entry.id,
        model,
        (position, entry.up_m),
        limits,
        source,
        spot,
        position_place,
        problems,
    );
}

/// What is wrong with the keys of a position, of which `keys` are given.
fn position_fault(what: &str, keys: [(&str, bool); 4]) -> impl FnOnce(Place) -> Problem {
    let both = "give it `east_m` and `north_m`, or `latitude` and `longitude`";
    let [east, north, latitude, longitude] = keys.map(|(_, is_given)| is_given);
    let missing = |needed: &str| format!("{what} has no `{needed}`");
    let message = match (east, north, latitude, longitude) {
        (false, false, false, false) => format!("{what} has no position"),
        (true, false, false, false) => missing("north_m"),
        (false, true, false, false) => missing("east_m"),
        (false, false, true, false) => missing("longitude"),
        (false, false, false, true) => missing("latitude"),
        _ => format!("{what} has its position in two ways"),
    };
    move |place| Problem::error("bad-position", place, message).help(both)
}

fn from_csv(
    farm: &mut Farm<'_>,
    page: &Page,
    pointer: &str,
    table: &TurbinesFrom,
    loader: &mut Loader,
) {
    let place = |key: &str| page.document.place(&format!("{pointer}/{key}"));
    let whole = || page.document.place(pointer);
    let problems = &mut loader.problems;
    let columns = match (
        &table.east_m,
        &table.north_m,
        &table.latitude,
        &table.longitude,
    ) {
        (Some(east), Some(north), None, None) => {
            Some(layout::PositionColumns::EastNorth(east, north))
        }
        (None, None, Some(lat), Some(lon)) => {
            Some(layout::PositionColumns::LatitudeLongitude(lat, lon))
        }
        (east, north, latitude, longitude) => {
            let keys = [
                ("east_m", east.is_some()),
                ("north_m", north.is_some()),
                ("latitude", latitude.is_some()),
                ("longitude", longitude.is_some()),
            ];
            problems.push(position_fault("`turbines_from`", keys)(whole()));
            None
        }
    };
    let model = match (&table.model, &table.model_column) {
        (Some(id), None) => Some(layout::ModelOf::All(farm.model(
            id,
            || place("model"),
            problems,
        ))),
        (None, Some(column)) => Some(layout::ModelOf::Column(column)),
        (None, None) => {
            let message = "`turbines_from` has neither `model` nor `model_column`";
            problems.push(Problem::error("missing-key", whole(), message));
            None
        }
        (Some(_), Some(_)) => {
            let message = "`turbines_from` has both `model` and `model_column`";
            problems.push(Problem::error("bad-value", place("model_column"), message));
            None
        }
    };
    let given = table.delimiter.as_deref();
    let Some(delimiter) = delimiter(given, || place("delimiter"), problems) else {
        return;
    };
    let Some(source) = loader.csv(&page.document.source.path, &table.file, place("file")) else {
        return;
    };
    let layout = layout::Layout {
        id: &table.id,
        position: columns,
        up_m: table.up_m.as_deref(),
        model,
        limits: &table.limits,
        delimiter,
        named_at: &place,
    };
    let progress = loader.progress.clone();
    layout::read(&layout, &source, farm, &progress, &mut loader.problems);
}

/// What separates the columns of a CSV file: a comma where nothing is given.
pub(super) fn delimiter(
    given: Option<&str>,
    place: impl Fn() -> Place,
    problems: &mut Problems,
) -> Option<u8> {
    match given {
        None => Some(b','),
        Some("\t") => Some(b'\t'),
        Some(text) => match text.as_bytes() {
            [byte] if byte.is_ascii_punctuation() && *byte != b'"' => Some(*byte),
            _ => {
                let message = format!("{} cannot separate columns", quoted(text));
                let help = "use \",\", \";\", \"|\" or \"\\t\"";
                let problem = Problem::error("bad-value", place(), message);
                problems.push(problem.help(help));
                None
            }
        },
    }
}

impl Farm<'_> {
    /// How many turbines are known.
    pub fn count(&self) -> usize {
        self.turbines.len()
    }

    /// The number of a file, for [`Farm::add`].
    pub fn source(&mut self, source: &Rc<Source>) -> usize {
        self.sources.push(Rc::clone(source));
        self.sources.len() - 1
    }

    /// The model of this id; tells if there is none.
    pub fn model(
        &self,
        id: &str,
        place: impl FnOnce() -> Place,
        problems: &mut Problems,
    ) -> Option<usize> {
        let known = self.models.by_id.get(id).copied();
        if known.is_none() && !self.models.may_lack {
            let message = format!("there is no model {}", quoted(id));
            let help = suggestion(id, self.models.ids(), "the models are");
            problems.push(Problem::error("unknown-model", place(), message).maybe_help(help));
        }
        known
    }

    /// A turbine's own limits, of those that its model has; tells of others.
    fn limits(
        &self,
        model: Option<usize>,
        own: &BTreeMap<String, f64>,
        place: impl Fn(&str) -> Place,
        problems: &mut Problems,
    ) -> Vec<(Arc<str>, f64)> {
        let mut limits = Vec::new();
        for (name, &value) in own {
            match self.limit(model, name) {
                Ok(name) => limits.extend(name.map(|name| (name, value))),
                Err(problem) => problems.push(problem(place(name))),
            }
        }
        limits
    }

    /// The name of a model's limit, shared; nothing where the model is not known, which has been told.
    ///
    /// # Errors
    /// The model has no such limit.
    pub fn limit(
        &self,
        model: Option<usize>,
        name: &str,
    ) -> Result<Option<Arc<str>>, impl FnOnce(Place) -> Problem + use<>> {
        let Some(model) = model.and_then(|m| self.models.list.get(m)) else {
            return Ok(None);
        };
        let at = model
            .limits
            .binary_search_by(|(known, _)| (**known).cmp(name));
        if let Some((known, _)) = at.ok().and_then(|at| model.limits.get(at)) {
            return Ok(Some(Arc::clone(known)));
        }
        let message = format!(
            "the model {} has no limit {}",
            quoted(&model.id),
            quoted(name)
        );
        let known = model.limits.iter().map(|(name, _)| &**name);
        let help = suggestion(name, known, "its limits are");
        let help = help.or_else(|| Some(format!("give it one in [models.{}.limits]", model.id)));
        Err(move |place| Problem::error("unknown-limit", place, message).maybe_help(help))
    }

    /// Adds a turbine, or tells what is wrong with it. A position that is `None` has been told; without
    /// a height it stands on the ground.
    pub fn add(
        &mut self,
        id: &str,
        model: Option<usize>,
        (position, up_m): (Option<Position>, Option<f64>),
        limits: Vec<(Arc<str>, f64)>,
        source: usize,
        spot: Spot,
        position_place: impl FnOnce() -> Place,
        problems: &mut Problems,
    ) {
        let Some(file) = self.sources.get(source).cloned() else {
            return;
        };
        if let Some(what) = id_fault(id) {
            let problem = Problem::error("bad-id", spot.place(&file), what);
            problems.push(problem);
            return;
        }
        let id: Arc<str> = id.into();
        if let Some(other) = self.by_id.get(&id).and_then(|&row| self.origins.get(row)) {
            let message = format!("there are two turbines {}", quoted(&id));
            let mut problem = Problem::error("duplicate-turbine", spot.place(&file), message);
            if let Some(there) = self.sources.get(other.source) {
                problem = problem.label(other.spot.place(there), "the first is here");
            }
            problems.push(problem);
            return;
        }
        if self.turbines.len() >= MOST_TURBINES {
            if self.turbines.len() == MOST_TURBINES {
                let message = "more than 1,000,000 turbines";
                problems.push(Problem::error("too-many", spot.place(&file), message));
            }
            return;
        }
        let metres = position.and_then(|position| match self.metres(position) {
            Ok(metres) => Some(metres),
            Err(message) => {
                let help = "check `site.latitude` and `site.longitude`, or the turbine's own; a \
                            scene that really is this large says so in `site.extent_km`";
                let problem = Problem::error("too-far", position_place(), message(&id));
                problems.push(problem.help(help));
                None
            }
        });
        let [east_m, north_m] = metres.unwrap_or_default();
        let ground_m = || {
            let ground = self.ground.as_ref();
            ground.map_or(0.0, |g| g.height_at(east_m, north_m))
        };
        let up_m = up_m.unwrap_or_else(ground_m);
        self.by_id.insert(Arc::clone(&id), self.turbines.len());
        self.origins.push(Origin { source, spot });
        self.turbines.push(Turbine {
            id,
            // Without a model the scene is never built.
            model: model.unwrap_or_default(),
            east_m,
            north_m,
            up_m,
            limits,
        });
    }

    /// Metres east and north, or what to say of a turbine that is too far away.
    fn metres(&self, position: Position) -> Result<[f64; 2], impl FnOnce(&str) -> String + use<>> {
        let (metres, distance_m, extent_m) = match (position, self.ground.as_ref()) {
            (Position::EastNorth(east, north), ground) => {
                let extent_m = ground.map_or(f64::INFINITY, |g| g.extent_m);
                ([east, north], east.hypot(north), extent_m)
            }
            (Position::LatitudeLongitude(..), None) => ([0.0, 0.0], 0.0, f64::INFINITY),
            (Position::LatitudeLongitude(latitude, longitude), Some(ground)) => (
                ground.plane.east_north(latitude, longitude),
                ground.plane.distance_m(latitude, longitude),
                ground.extent_m,
            ),
        };
        if distance_m <= extent_m {
            return Ok(metres);
        }
        Err(move |id: &str| {
            let km = distance_m / 1_000.0;
            let distance = if km < 1e6 {
                format!("{km:.0} km")
            } else {
                "more than a million km".to_owned()
            };
            let extent_km = extent_m / 1_000.0;
            format!(
                "the turbine {} is {distance} from the site's origin; {extent_km} km is the limit",
                quoted(id)
            )
        })
    }
}

/// Ids are levels of topics.
fn id_fault(id: &str) -> Option<String> {
    if id.trim().is_empty() {
        return Some("the turbine's id is empty".to_owned());
    }
    if id.len() > 200 {
        return Some("the turbine's id is longer than 200 bytes".to_owned());
    }
    id.chars()
        .find(|&c| matches!(c, '/' | '+' | '#') || c.is_control())
        .map(|c| {
            let shown = quoted(&c.to_string());
            format!(
                "the turbine's id {} contains {shown}, which no MQTT topic level can",
                quoted(id)
            )
        })
}
