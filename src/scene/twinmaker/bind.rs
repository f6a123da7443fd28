//! From bindings to rows: what every entity's component is heard of, and the rules over it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bevy::math::{DAffine3, DQuat, EulerRot};

use super::document::Map;
use super::usage;
use crate::fleet::{SignalColumn, TurbineRow};
use crate::rules::{Program, Scope, Texts, compile_jexl};
use crate::scene::document::escaped;
use crate::scene::model::{Expression, Language, Model, Origin, Rule, RuleColor, Signal, Turbine};
use crate::scene::problem::{Problem, Problems, quoted};
use crate::scene::source::Place;
use crate::scene::{Composition, Target, ValueKind};

/// Rules tell for each kind of component whether they are for it.
const MOST_MODELS: usize = 1_000;

/// What a composition is bound to.
#[derive(Debug, Default)]
pub(super) struct Bound {
    pub signals: Vec<Arc<str>>,
    pub kinds: Vec<ValueKind>,
    pub models: Vec<Model>,
    pub rows: Vec<Turbine>,
    pub rules: Vec<Rule>,
    /// By row: the entity and its component.
    pub names: Vec<(Arc<str>, Arc<str>)>,
}

/// A component of an entity, as it is gathered.
struct Draft {
    entity: Arc<str>,
    component: Arc<str>,
    /// Metres in x, y and z.
    at: [f64; 3],
    /// In the order in which they are first named.
    properties: Vec<Arc<str>>,
    maps: BTreeSet<usize>,
}

/// Finds rows and columns for every binding and compiles the rules. `kinds` are kinds of properties
/// that are given.
pub(super) fn bind(
    composition: &mut Composition,
    maps: &[Map<'_>],
    kinds: &HashMap<String, ValueKind>,
    texts: &Texts,
    origin: &Origin,
    problems: &mut Problems,
) -> Bound {
    let mut bound = Bound::default();
    let mut drafts = drafts(composition);
    let uses = uses(maps, &drafts);
    for draft in &mut drafts {
        for &map in &draft.maps {
            for (name, _) in uses.get(map).into_iter().flatten() {
                if !draft.properties.iter().any(|p| **p == **name) {
                    draft.properties.push(Arc::clone(name));
                }
            }
        }
    }
    let kinds = kinds_of(&uses, kinds);
    let mut columns = HashMap::new();
    let mut of_component: HashMap<Arc<str>, usize> = HashMap::new();
    let mut model_of: HashMap<(Arc<str>, Vec<Arc<str>>, BTreeSet<usize>), usize> = HashMap::new();
    let mut maps_of_model: Vec<BTreeSet<usize>> = Vec::new();
    let mut bound_rows = drafts.len();
    for (row, draft) in drafts.iter().enumerate() {
        let mut sorted = draft.properties.clone();
        sorted.sort();
        let key = (Arc::clone(&draft.component), sorted, draft.maps.clone());
        let next = bound.models.len();
        let model = *model_of.entry(key).or_insert(next);
        if model >= MOST_MODELS {
            let place = Place::of_file(&origin.file);
            let message = "more than 1,000 kinds of component: nothing will be heard of the others";
            problems.push(Problem::warning("too-many", place, message));
            bound_rows = row;
            break;
        }
        if model == next {
            let mut signals: Vec<Signal> = draft
                .properties
                .iter()
                .filter_map(|name| signal(name, &kinds, &mut columns, &mut bound))
                .collect();
            signals.sort_by_key(|s| s.column);
            let same = of_component
                .entry(Arc::clone(&draft.component))
                .or_default();
            *same += 1;
            let id = match *same {
                1 => draft.component.to_string(),
                n => format!("{} {n}", draft.component),
            };
            bound.models.push(Model {
                id: id.into(),
                name: draft.component.to_string(),
                signals,
                is_entity: true,
                origin: origin.clone(),
                ..Model::default()
            });
            maps_of_model.push(draft.maps.clone());
        }
        let [x, y, z] = draft.at;
        bound.rows.push(Turbine {
            id: row_id(&draft.entity, &draft.component),
            model,
            east_m: x,
            north_m: -z,
            up_m: y,
            ..Turbine::default()
        });
        bound
            .names
            .push((Arc::clone(&draft.entity), Arc::clone(&draft.component)));
    }
    drafts.truncate(bound_rows);
    connect(composition, &drafts, &columns);
    let mut rules = Vec::new();
    for (index, map) in maps.iter().enumerate() {
        let applies: Vec<bool> = maps_of_model.iter().map(|m| m.contains(&index)).collect();
        let Some(into) = composition.rule_maps.get_mut(index) else {
            continue;
        };
        let of_models = applies.iter().zip(&bound.models).filter(|(a, _)| **a);
        let heard = of_models.flat_map(|(_, model)| &model.signals);
        let scope = Columns {
            heard: heard.map(|s| s.column).collect(),
            columns: &columns,
            kinds: &bound.kinds,
            texts,
            odd: (uses.get(index).into_iter().flatten())
                .map(|(name, _)| &**name)
                .filter(|name| is_odd(name))
                .collect(),
        };
        let targets = std::mem::take(&mut into.statements);
        for (number, (written, statement)) in map.statements.iter().zip(targets).enumerate() {
            let Ok(rule) = u16::try_from(rules.len()) else {
                tell_of_too_many(map, written, problems);
                return Bound { rules, ..bound };
            };
            let Some(program) = compile(map, number, written, &scope, problems) else {
                continue;
            };
            let name = format!("{} {}", map.id, number + 1);
            let target = statement.target.clone();
            rules.push(new_rule(
                name,
                written.expression,
                program,
                &target,
                &applies,
                origin,
            ));
            into.statements
                .push(crate::scene::Statement { rule, ..statement });
        }
    }
    Bound { rules, ..bound }
}

/// The name of a row: what is heard of it comes by this name.
pub(in crate::scene) fn row_id(entity: &str, component: &str) -> Arc<str> {
    format!("{entity}/{component}").into()
}

/// A rule of a map, as the scene has it.
fn new_rule(
    name: String,
    expression: &str,
    program: Program,
    target: &Target,
    applies: &[bool],
    origin: &Origin,
) -> Rule {
    let (color, opacity) = match *target {
        Target::Color([r, g, b, a]) => (Some(RuleColor::Fixed([r, g, b])), f32::from(a) / 255.0),
        Target::Opacity(opacity) => (None, opacity),
        Target::Icon(_) | Target::Number => (None, 1.0),
    };
    Rule {
        name: name.into(),
        applies: applies.to_vec(),
        part: None,
        when: Expression {
            source: expression.into(),
            program: Arc::new(program),
        },
        color,
        icon: None,
        label: None,
        opacity,
        alarm: None,
        language: Language::Jexl,
        is_enabled: true,
        origin: origin.clone(),
    }
}

/// Every component of an entity that is named, in the order of the nodes.
fn drafts(composition: &mut Composition) -> Vec<Draft> {
    let places = world_places(composition);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut by_name: HashMap<(Arc<str>, Arc<str>), usize> = HashMap::new();
    for (node, place) in composition.nodes.iter_mut().zip(places) {
        let bindings = node.components.iter_mut().flat_map(|c| c.bindings_mut());
        for binding in bindings.filter(|b| !b.entity.is_empty() && !b.component.is_empty()) {
            let name = (Arc::clone(&binding.entity), Arc::clone(&binding.component));
            let next = drafts.len();
            let at = *by_name.entry(name).or_insert(next);
            if at == next {
                drafts.push(Draft {
                    entity: Arc::clone(&binding.entity),
                    component: Arc::clone(&binding.component),
                    at: place,
                    properties: Vec::new(),
                    maps: BTreeSet::new(),
                });
            }
            let Some(draft) = drafts.get_mut(at) else {
                continue;
            };
            let property = &binding.property;
            if !property.is_empty() && !draft.properties.contains(property) {
                draft.properties.push(Arc::clone(property));
            }
            draft.maps.extend(binding.rules);
        }
    }
    drafts
}

/// Where every node stands in the world; where it hangs on nothing, in its parent.
pub(in crate::scene) fn world_places(composition: &Composition) -> Vec<[f64; 3]> {
    let mut places = vec![[0.0; 3]; composition.nodes.len()];
    let mut open: Vec<(usize, DAffine3)> = Vec::new();
    open.extend(
        composition
            .roots
            .iter()
            .map(|&root| (root, DAffine3::IDENTITY)),
    );
    while let Some((index, parent)) = open.pop() {
        let Some(node) = composition.nodes.get(index) else {
            continue;
        };
        let turn = node.place.rotation;
        let turn = DQuat::from_euler(EulerRot::XYZ, turn.x, turn.y, turn.z);
        let (scale, position) = (node.place.scale, node.place.position);
        let own = parent * DAffine3::from_scale_rotation_translation(scale, turn, position);
        if let Some(place) = places.get_mut(index) {
            let at = own.translation.to_array();
            *place = at.map(|v| {
                if v.is_finite() {
                    v.clamp(-1e12, 1e12)
                } else {
                    0.0
                }
            });
        }
        open.extend(node.children.iter().map(|&child| (child, own)));
    }
    places
}

/// Jexl by itself would not take it for one name.
fn is_odd(name: &str) -> bool {
    name.contains(['-', '.'])
}

/// By name: what it is, as given or as rules use it.
fn kinds_of(
    uses: &[Vec<(Arc<str>, Option<ValueKind>)>],
    given: &HashMap<String, ValueKind>,
) -> HashMap<Arc<str>, ValueKind> {
    let mut kinds: HashMap<Arc<str>, Option<ValueKind>> = HashMap::new();
    for (name, used) in uses.iter().flatten() {
        let kind = kinds.entry(Arc::clone(name)).or_default();
        *kind = merged(*kind, *used);
    }
    for (name, kind) in given {
        kinds.insert(name.as_str().into(), Some(*kind));
    }
    let known = kinds.into_iter();
    known
        .filter_map(|(name, kind)| Some((name, kind?)))
        .collect()
}

/// By map: the names that its statements read, and as what.
fn uses(maps: &[Map<'_>], drafts: &[Draft]) -> Vec<Vec<(Arc<str>, Option<ValueKind>)>> {
    let properties = drafts.iter().flat_map(|d| &d.properties);
    let properties: BTreeSet<&str> = properties.map(|p| &**p).collect();
    let odd: HashSet<&str> = properties.iter().copied().filter(|p| is_odd(p)).collect();
    let of_map = |map: &Map<'_>| {
        let mut names: Vec<(Arc<str>, Option<ValueKind>)> = Vec::new();
        for statement in &map.statements {
            for found in usage::uses(statement.expression, &odd) {
                // The list of all values of a property, which is not kept.
                let raw = found.name.strip_suffix("_raw");
                if raw.is_some_and(|p| properties.contains(p)) {
                    continue;
                }
                let known = names.iter().position(|(name, _)| **name == *found.name);
                match known {
                    Some(at) => {
                        if let Some((_, kind)) = names.get_mut(at) {
                            *kind = merged(*kind, found.kind);
                        }
                    }
                    None if names.len() < 1_000 => names.push((found.name.into(), found.kind)),
                    None => {}
                }
            }
        }
        names
    };
    maps.iter().map(of_map).collect()
}

/// Text where anything is compared with one.
fn merged(a: Option<ValueKind>, b: Option<ValueKind>) -> Option<ValueKind> {
    match (a, b) {
        (Some(ValueKind::Text), _) | (_, Some(ValueKind::Text)) => Some(ValueKind::Text),
        (a, b) => a.or(b),
    }
}

fn signal(
    name: &Arc<str>,
    kinds: &HashMap<Arc<str>, ValueKind>,
    columns: &mut HashMap<Arc<str>, SignalColumn>,
    bound: &mut Bound,
) -> Option<Signal> {
    let column = match columns.get(name) {
        Some(&column) => column,
        None => {
            let column = SignalColumn(u16::try_from(bound.signals.len()).ok()?);
            let kind = kinds.get(name).copied().unwrap_or_default();
            bound.signals.push(Arc::clone(name));
            bound.kinds.push(kind);
            columns.insert(Arc::clone(name), column);
            column
        }
    };
    Some(Signal {
        column,
        name: Arc::clone(name),
        field: format!("/{}", escaped(name)),
        kind: bound.kinds.get(column.index()).copied()?,
        ..Signal::default()
    })
}

/// Gives every binding its row and column.
fn connect(
    composition: &mut Composition,
    drafts: &[Draft],
    columns: &HashMap<Arc<str>, SignalColumn>,
) {
    let rows: HashMap<(&str, &str), u32> = (drafts.iter().zip(0..))
        .map(|(draft, row)| ((&*draft.entity, &*draft.component), row))
        .collect();
    let components = composition.nodes.iter_mut().flat_map(|n| &mut n.components);
    for binding in components.flat_map(|c| c.bindings_mut()) {
        let row = rows.get(&(&*binding.entity, &*binding.component));
        binding.row = row.map(|&row| TurbineRow(row));
        binding.signal = columns
            .get(&binding.property)
            .copied()
            .filter(|_| binding.row.is_some());
    }
}

struct Columns<'a> {
    columns: &'a HashMap<Arc<str>, SignalColumn>,
    kinds: &'a [ValueKind],
    texts: &'a Texts,
    /// Names that Jexl by itself would not take for one.
    odd: Vec<&'a str>,
    /// Those of the components that the rule is for.
    heard: BTreeSet<SignalColumn>,
}

impl Scope for Columns<'_> {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        let column = *self.columns.get(name)?;
        Some((column, *self.kinds.get(column.index())?))
    }

    fn names(&self) -> Vec<&str> {
        self.odd.clone()
    }

    fn texts(&self) -> &Texts {
        self.texts
    }

    fn heard(&self) -> Vec<SignalColumn> {
        self.heard.iter().copied().collect()
    }
}

/// A statement's program. One that does not parse is told and left out, as TwinMaker passes over it.
fn compile(
    map: &Map<'_>,
    number: usize,
    statement: &super::document::Statement<'_>,
    scope: &Columns<'_>,
    problems: &mut Problems,
) -> Option<Program> {
    let errors = match compile_jexl(statement.expression, scope) {
        Ok(program) => return Some(program),
        Err(errors) => errors,
    };
    let (Some(at), Some(error)) = (statement.at, errors.into_iter().next()) else {
        return None;
    };
    let message = format!(
        "statement {} of the rule {} is passed over: {}",
        number + 1,
        quoted(map.id),
        error.message
    );
    let place = at.place_within(error.span);
    let problem = Problem::warning("twinmaker-expression", place, message);
    problems.push(problem.maybe_help(error.help));
    None
}

fn tell_of_too_many(
    map: &Map<'_>,
    statement: &super::document::Statement<'_>,
    problems: &mut Problems,
) {
    let Some(at) = statement.at else { return };
    let message = format!(
        "more than 65,535 statements: those from {} on are left out",
        quoted(map.id)
    );
    problems.push(Problem::warning("too-many", at.place(), message));
}
