//! `[[entities]]`, `[[nodes]]` and `[composition]`: a composition that is written by hand.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use bevy::math::DVec3;

use super::looks::parse_color;
use super::models::Models;
use crate::fleet::TurbineRow;
use crate::scene::document::escaped;
use crate::scene::format::RuleEntry;
use crate::scene::load::{LoadOptions, Loader, Page};
use crate::scene::model::{Rule, RuleColor, Turbine};
use crate::scene::node_format::{
    Bound, CompositionTable, EntityEntry, IconName, IconTable, LightName, NodeCamera, NodeEntry,
    NodeLight, NodeModel, NodeMotion, NodeOverlay, NodePlane, NodeSubModel, NodeTag, OneOrMany,
    ShapeName,
};
use crate::scene::problem::{Problem, Problems, quoted, suggestion};
use crate::scene::twinmaker::{Files, row_id, to_trees, world_places};
use crate::scene::{
    Binding, CameraSpec, Component, Composition, DataOverlay, LightKind, LightSpec, ModelRef,
    MotionIndicator, MotionShape, NavLink, Node, NodePlace, Plane, RuleMap, Selector, Statement,
    Surroundings, Tag, TagIcon, TagSettings, Target,
};

/// A model's file; larger ones are refused when they are drawn, too.
const LARGEST_FILE: u64 = 512 << 20;

/// Adds a row for every component of an entity.
pub(super) fn entities(
    pages: &[Page],
    models: &Models,
    rows: &mut Vec<Turbine>,
    problems: &mut Problems,
) {
    let mut known: HashMap<Arc<str>, ()> = HashMap::new();
    for page in pages {
        for i in 0..page.count("/entities") {
            let pointer = format!("/entities/{i}");
            let Some(entry) = page.piece::<EntityEntry>(&pointer, problems) else {
                continue;
            };
            let kind = entry.kind.as_deref().unwrap_or(&entry.component);
            let model = models.by_id.get(kind).copied();
            let model = model.filter(|&m| models.list.get(m).is_some_and(|m| m.is_entity));
            let Some(model) = model else {
                let key = if entry.kind.is_some() {
                    "kind"
                } else {
                    "component"
                };
                let place = page.document.place(&format!("{pointer}/{key}"));
                let message = format!("there is no [components.{kind}]");
                let all = models.list.iter().filter(|m| m.is_entity).map(|m| &*m.id);
                let help = suggestion(kind, all, "the components are");
                problems.push(Problem::error("unknown-component", place, message).maybe_help(help));
                continue;
            };
            let id = row_id(&entry.entity, &entry.component);
            if known.insert(Arc::clone(&id), ()).is_some() {
                let place = page.document.place(&pointer);
                let message = format!("there are two entities {}", quoted(&id));
                problems.push(Problem::error("duplicate-entity", place, message));
                continue;
            }
            rows.push(Turbine {
                id,
                model,
                ..Turbine::default()
            });
        }
    }
}

/// What a composition is built from.
struct Builder<'a> {
    pages: &'a [Page],
    models: &'a Models,
    rows: HashMap<Arc<str>, u32>,
    model_of_row: Vec<usize>,
    rules: HashMap<Arc<str>, (u16, Target)>,
    maps: Vec<RuleMap>,
    by_map: HashMap<String, usize>,
    files: Files,
    opened: HashMap<String, Option<PathBuf>>,
}

/// A node as it is gathered.
struct Draft {
    page: usize,
    pointer: String,
    key: String,
    entry: NodeEntry,
    /// By nesting.
    within: Option<usize>,
}

/// Builds the composition; nothing where there are no nodes. Entities stand where the first node that
/// shows them does.
pub(super) fn composition(
    pages: &[Page],
    models: &Models,
    rules: &[Rule],
    rows: &mut [Turbine],
    options: &LoadOptions,
    loader: &mut Loader,
) -> Option<Composition> {
    let drafts = drafts(pages, &mut loader.problems);
    let has_table = pages.iter().any(|p| p.has("/composition"));
    if drafts.is_empty() && !has_table {
        return None;
    }
    let scene = pages.first()?.document.source.path.clone();
    let mut builder = Builder {
        pages,
        models,
        rows: (rows.iter().zip(0..))
            .map(|(r, i)| (Arc::clone(&r.id), i))
            .collect(),
        model_of_row: rows.iter().map(|r| r.model).collect(),
        rules: HashMap::new(),
        maps: Vec::new(),
        by_map: HashMap::new(),
        files: Files::new(&scene, options.models.as_deref()),
        opened: HashMap::new(),
    };
    builder.rules(rules, &mut loader.problems);
    let mut composition = Composition::default();
    builder.surroundings(&mut composition, loader);
    for draft in &drafts {
        let components = builder.components(draft, loader);
        composition.nodes.push(Node {
            name: draft
                .entry
                .name
                .clone()
                .unwrap_or_else(|| draft.key.clone()),
            place: place(&draft.entry),
            children: Vec::new(),
            components,
        });
    }
    hierarchy(&drafts, pages, &mut composition, &mut loader.problems);
    composition.rule_maps = builder.maps;
    builder.files.follow(loader);
    let places = world_places(&composition);
    let mut is_placed = vec![false; rows.len()];
    for (node, [x, y, z]) in composition.nodes.iter_mut().zip(places) {
        for binding in node.components.iter_mut().flat_map(|c| c.bindings_mut()) {
            let Some(row) = binding.row.map(TurbineRow::index) else {
                continue;
            };
            let (Some(turbine), Some(placed)) = (rows.get_mut(row), is_placed.get_mut(row)) else {
                continue;
            };
            if !std::mem::replace(placed, true)
                && models.list.get(turbine.model).is_some_and(|m| m.is_entity)
            {
                (turbine.east_m, turbine.north_m, turbine.up_m) = (x, -z, y);
            }
        }
    }
    Some(composition)
}

/// All nodes, those within others after them.
fn drafts(pages: &[Page], problems: &mut Problems) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        let list = |pointer: &str| {
            let pointer = format!("{pointer}/nodes");
            let count = page.count(&pointer);
            (0..count).rev().map(move |i| format!("{pointer}/{i}"))
        };
        let mut open: Vec<(String, Option<usize>)> = list("").map(|p| (p, None)).collect();
        while let Some((pointer, within)) = open.pop() {
            let Some(entry) = page.piece::<NodeEntry>(&pointer, problems) else {
                continue;
            };
            let index = drafts.len();
            let unnamed = || format!("Node {}", index + 1);
            let key = entry.id.clone().or_else(|| entry.name.clone());
            open.extend(list(&pointer).map(|p| (p, Some(index))));
            drafts.push(Draft {
                page: at,
                key: key.unwrap_or_else(unnamed),
                pointer,
                entry,
                within,
            });
        }
    }
    drafts
}

fn place(entry: &NodeEntry) -> NodePlace {
    let vector = |numbers: Option<[f64; 3]>| numbers.map(DVec3::from_array);
    let degrees = entry.rotation_deg.map(|turns| turns.map(f64::to_radians));
    NodePlace {
        position: vector(entry.position_m).unwrap_or(DVec3::ZERO),
        rotation: vector(entry.rotation_rad.or(degrees)).unwrap_or(DVec3::ZERO),
        scale: vector(entry.scale).unwrap_or(DVec3::ONE),
    }
}

/// Who belongs to whom.
fn hierarchy(
    drafts: &[Draft],
    pages: &[Page],
    composition: &mut Composition,
    problems: &mut Problems,
) {
    let mut by_key: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        by_key.entry(&draft.key).or_default().push(index);
    }
    let place = |draft: &Draft, key: &str| {
        let page = pages.get(draft.page)?;
        Some(page.document.place(&format!("{}/{key}", draft.pointer)))
    };
    let mut named = |draft: &Draft, key: &str, name: &str| {
        let found = by_key.get(name).map(Vec::as_slice);
        let (message, help) = match found {
            Some(&[only]) => return Some(only),
            Some(_) => (
                format!("there are several nodes {}", quoted(name)),
                Some("give the one that is meant an `id`".to_owned()),
            ),
            None => (
                format!("there is no node {}", quoted(name)),
                suggestion(name, by_key.keys().copied(), "the nodes are"),
            ),
        };
        let problem = Problem::error("unknown-node", place(draft, key)?, message);
        problems.push(problem.maybe_help(help));
        None
    };
    let mut is_child = vec![false; drafts.len()];
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); drafts.len()];
    for (draft, into) in drafts.iter().zip(&mut children) {
        for (i, name) in draft.entry.children.iter().enumerate() {
            into.extend(named(draft, &format!("children/{i}"), name));
        }
    }
    for (index, draft) in drafts.iter().enumerate() {
        let parent = match &draft.entry.parent {
            Some(name) => named(draft, "parent", name),
            None => draft.within,
        };
        if let Some(into) = parent.and_then(|p| children.get_mut(p))
            && !into.contains(&index)
        {
            into.push(index);
        }
    }
    for &child in children.iter().flatten() {
        if let Some(is_child) = is_child.get_mut(child) {
            *is_child = true;
        }
    }
    for (node, children) in composition.nodes.iter_mut().zip(children) {
        node.children = children;
    }
    let tops = || (0..drafts.len()).filter(|&i| is_child.get(i) == Some(&false));
    let is_hidden = |i: &usize| drafts.get(*i).is_some_and(|d| d.entry.hidden);
    // Hidden ones are looked through as well, so that what is wrong with them is told.
    composition.roots = tops().collect();
    let cut = to_trees(composition);
    let mut is_reached = vec![false; drafts.len()];
    let mut open = composition.roots.clone();
    while let Some(index) = open.pop() {
        if let Some(reached) = is_reached.get_mut(index) {
            *reached = true;
        }
        open.extend(
            composition
                .nodes
                .get(index)
                .into_iter()
                .flat_map(|n| &n.children),
        );
    }
    composition.roots.retain(|i| !is_hidden(i));
    let wrong = cut
        .into_iter()
        .map(|(_, child)| child)
        .map(|c| (c, "belongs to two nodes"));
    let looping = is_reached.iter().position(|reached| !reached);
    for (index, what) in wrong.chain(looping.map(|i| (i, "belongs to itself"))) {
        let Some(draft) = drafts.get(index) else {
            continue;
        };
        let Some(page) = pages.get(draft.page) else {
            continue;
        };
        let message = format!("the node {} {what}", quoted(&draft.key));
        let place = page.document.place(&draft.pointer);
        problems.push(Problem::error("bad-parent", place, message));
    }
}

impl Builder<'_> {
    /// Targets of all rules, and the maps that they name.
    fn rules(&mut self, rules: &[Rule], problems: &mut Problems) {
        let by_name: HashMap<&str, u16> =
            rules.iter().zip(0..).map(|(r, i)| (&*r.name, i)).collect();
        for page in self.pages {
            for i in 0..page.count("/rules") {
                let pointer = format!("/rules/{i}");
                // What is wrong with it was told before.
                let entry = page.rest_of_piece::<RuleEntry>(&pointer, &mut Problems::default());
                let Some(entry) = entry else { continue };
                let Some(&index) = by_name.get(entry.name.as_str()) else {
                    continue;
                };
                let Some(rule) = rules.get(usize::from(index)) else {
                    continue;
                };
                let target = target(&entry, rule, page, &pointer, problems);
                let name = Arc::clone(&rule.name);
                self.rules.insert(name, (index, target.clone()));
                let Some(map) = entry.map else { continue };
                let next = self.maps.len();
                let at = *self.by_map.entry(map.clone()).or_insert(next);
                if at == next {
                    self.maps.push(RuleMap {
                        id: map.into(),
                        statements: Vec::new(),
                    });
                }
                if let Some(map) = self.maps.get_mut(at) {
                    let rule = index;
                    map.statements.push(Statement { rule, target });
                }
            }
        }
    }

    /// The map of these rules.
    fn map(
        &mut self,
        names: &[String],
        place: &PlaceOf<'_>,
        problems: &mut Problems,
    ) -> Option<usize> {
        if names.is_empty() {
            return None;
        }
        let id = names.join(", ");
        if let Some(&known) = self.by_map.get(&id) {
            return Some(known);
        }
        let mut statements = Vec::new();
        for (i, name) in names.iter().enumerate() {
            if let Some((rule, target)) = self.rules.get(name.as_str()) {
                let (rule, target) = (*rule, target.clone());
                statements.push(Statement { rule, target });
            } else if let Some(map) = self.by_map.get(name).and_then(|&at| self.maps.get(at)) {
                statements.extend(map.statements.iter().cloned());
            } else {
                let message = format!("there is no rule {}", quoted(name));
                let known = self.rules.keys().map(|k| &**k);
                let known: Vec<&str> = known
                    .chain(self.by_map.keys().map(String::as_str))
                    .collect();
                let help = suggestion(name, known, "the rules are");
                let place = place.at(&format!("rules/{i}"));
                problems.push(Problem::error("unknown-rule", place, message).maybe_help(help));
                return None;
            }
        }
        self.by_map.insert(id.clone(), self.maps.len());
        self.maps.push(RuleMap {
            id: id.into(),
            statements,
        });
        Some(self.maps.len() - 1)
    }

    fn binding(&mut self, bound: &Bound, place: &PlaceOf<'_>, problems: &mut Problems) -> Binding {
        let rules = self.map(&bound.rules, place, problems);
        let mut binding = Binding {
            entity: bound.entity.as_str().into(),
            component: bound.component.as_str().into(),
            property: bound.property.as_str().into(),
            rules,
            ..Binding::default()
        };
        if bound.entity.is_empty() || bound.component.is_empty() {
            // A turbine by its id alone.
            let row = self.rows.get(bound.entity.as_str()).copied();
            return self.connected(binding, row, bound, place, problems);
        }
        let id = row_id(&bound.entity, &bound.component);
        let row = self.rows.get(&id).copied();
        if row.is_none() {
            let message = format!("there is no entity {}", quoted(&id));
            let known = self.rows.keys().map(|k| &**k);
            let help = suggestion(&id, known, "there are");
            let place = place.at("entity");
            problems.push(Problem::error("unknown-entity", place, message).maybe_help(help));
            binding.rules = None;
            return binding;
        }
        self.connected(binding, row, bound, place, problems)
    }

    /// The binding with its row and column.
    fn connected(
        &self,
        binding: Binding,
        row: Option<u32>,
        bound: &Bound,
        place: &PlaceOf<'_>,
        problems: &mut Problems,
    ) -> Binding {
        let model = row.and_then(|row| self.models.list.get(*self.model_of_row.get(row as usize)?));
        let Some((row, model)) = row.zip(model) else {
            return binding;
        };
        let field = format!("/{}", escaped(&bound.property));
        let by_field = || model.signals.iter().find(|s| s.field == field);
        let by_name = model.signals.iter().find(|s| *s.name == *bound.property);
        let signal = by_name.or_else(by_field);
        if signal.is_none() && !bound.property.is_empty() {
            let message = format!(
                "{} has no signal {}",
                quoted(&model.id),
                quoted(&bound.property)
            );
            let known = model.signals.iter().map(|s| &*s.name);
            let help = suggestion(&bound.property, known, "its signals are");
            let place = place.at("property");
            problems.push(Problem::error("missing-signal", place, message).maybe_help(help));
        }
        Binding {
            row: Some(TurbineRow(row)),
            signal: signal.map(|s| s.column),
            ..binding
        }
    }

    /// The components of a node, in the order of its keys.
    fn components(&mut self, draft: &Draft, loader: &mut Loader) -> Vec<Component> {
        let pages = self.pages;
        let Some(page) = pages.get(draft.page) else {
            return Vec::new();
        };
        let mut components = Vec::new();
        for key in page.document.keys(&draft.pointer) {
            let entry = &draft.entry;
            let pointer = format!("{}/{key}", draft.pointer);
            let of = |i: usize| PlaceOf {
                page,
                pointer: pointer.clone(),
                index: i,
            };
            macro_rules! each {
                ($list:expr, |$table:ident, $place:ident| $component:expr) => {
                    for (i, $table) in list(&$list).into_iter().enumerate() {
                        let $place = &of(i);
                        components.extend($component);
                    }
                };
            }
            let told = &mut loader.problems;
            match key {
                "model" => each!(entry.model, |t, p| self.model(t, p, loader)),
                "sub_model" => each!(entry.sub_model, |t, _p| Some(sub_model(t))),
                "animation" => each!(entry.animation, |t, _p| {
                    let clips = t.clips;
                    Some(Component::Animation { clips })
                }),
                "tag" => each!(entry.tag, |t, p| Some(Component::Tag(self.tag(t, p, told)))),
                "shader" => each!(entry.shader, |t, p| {
                    Some(Component::Shader(self.binding(&t, p, told)))
                }),
                "motion" => each!(entry.motion, |t, p| {
                    Some(Component::Motion(self.motion(&t, p, told)))
                }),
                "overlay" => each!(entry.overlay, |t, p| {
                    Some(Component::Overlay(self.overlay(t, p, told)))
                }),
                "camera" => each!(entry.camera, |t, _p| Some(camera(&t))),
                "light" => each!(entry.light, |t, _p| Some(light(&t))),
                "entity" => each!(entry.entity, |t, p| {
                    Some(Component::Entity(self.binding(&t, p, told)))
                }),
                "plane" => each!(entry.plane, |t, p| Some(self.plane(&t, p, loader))),
                _ => {}
            }
        }
        components
    }

    fn model(
        &mut self,
        table: NodeModel,
        place: &PlaceOf<'_>,
        loader: &mut Loader,
    ) -> Option<Component> {
        let file = match (&table.file, &table.uri) {
            (Some(file), _) => self.open(file, "file", place, loader),
            (None, Some(uri)) => self.files.look_for(uri),
            (None, None) => {
                let message = "a model needs a `file`, or the `uri` that it came from";
                let problem = Problem::error("missing-key", place.at(""), message);
                loader.problems.push(problem);
                return None;
            }
        };
        let uri = table.uri.or(table.file).unwrap_or_default();
        Some(Component::Model(ModelRef {
            uri,
            file,
            scale: table.scale.map_or(DVec3::ONE, DVec3::from_array),
            casts_shadow: table.casts_shadow,
            receives_shadow: table.receives_shadow,
        }))
    }

    /// A file of the scene's folder.
    fn open(
        &mut self,
        file: &str,
        key: &str,
        place: &PlaceOf<'_>,
        loader: &mut Loader,
    ) -> Option<PathBuf> {
        if let Some(known) = self.opened.get(file) {
            return known.clone();
        }
        let within = &place.page.document.source.path;
        let opened = loader.model_file(within, file, place.at(key), LARGEST_FILE);
        let path = opened.map(|(path, _)| path);
        self.opened.insert(file.to_owned(), path.clone());
        path
    }

    fn tag(&mut self, table: NodeTag, place: &PlaceOf<'_>, problems: &mut Problems) -> Tag {
        let binding = self.binding(&table.bound, &place.within("bound"), problems);
        let color = table.color.as_deref().and_then(parse_color);
        let link = table.link.map(|link| NavLink {
            destination: link.to,
            params: link.params.into_iter().collect(),
        });
        Tag {
            icon: table.icon.as_ref().map(icon).unwrap_or_default(),
            color,
            binding,
            offset: table.offset_m.map_or(DVec3::ZERO, DVec3::from_array),
            link,
        }
    }

    fn motion(
        &mut self,
        t: &NodeMotion,
        place: &PlaceOf<'_>,
        problems: &mut Problems,
    ) -> MotionIndicator {
        let mut bound = |bound: &Option<Bound>, key: &str| {
            let bound = bound.as_ref()?;
            Some(self.binding(bound, &place.within(key), problems))
        };
        MotionIndicator {
            shape: match t.shape {
                ShapeName::Plane => MotionShape::LinearPlane,
                ShapeName::Pipe => MotionShape::LinearCylinder,
                ShapeName::Ring => MotionShape::CircularCylinder,
            },
            repeats: t.repeats.unwrap_or(1.0),
            background_opacity: t.background_opacity.unwrap_or(1.0),
            background: t.background.as_deref().and_then(parse_color),
            foreground: t.foreground.as_deref().and_then(parse_color),
            speed: t.speed.unwrap_or(0.0),
            speed_binding: bound(&t.speed_bound, "speed_bound"),
            foreground_binding: bound(&t.foreground_bound, "foreground_bound"),
            background_binding: bound(&t.background_bound, "background_bound"),
        }
    }

    fn overlay(
        &mut self,
        table: NodeOverlay,
        place: &PlaceOf<'_>,
        problems: &mut Problems,
    ) -> DataOverlay {
        let values = table.values.into_iter().enumerate();
        let bindings = values
            .map(|(i, value)| {
                let place = place.within(&format!("values/{i}/bound"));
                (value.name, self.binding(&value.bound, &place, problems))
            })
            .collect();
        DataOverlay {
            is_annotation: table.annotation,
            rows: table.text,
            bindings,
        }
    }

    fn plane(&mut self, table: &NodePlane, place: &PlaceOf<'_>, loader: &mut Loader) -> Component {
        let picture = table.picture.as_deref();
        Component::Plane(Plane {
            width: table.width_m,
            height: table.height_m,
            color: table.color.as_deref().and_then(parse_color),
            texture: picture.and_then(|file| self.open(file, "picture", place, loader)),
        })
    }

    fn surroundings(&mut self, composition: &mut Composition, loader: &mut Loader) {
        let pages = self.pages;
        let Some(page) = pages.iter().find(|p| p.has("/composition")) else {
            return;
        };
        let table = page.piece::<CompositionTable>("/composition", &mut loader.problems);
        let Some(table) = table else { return };
        let place = PlaceOf {
            page,
            pointer: "/composition".to_owned(),
            index: 0,
        };
        let mut picture = |file: &Option<String>, key: &str| {
            let file = file.as_deref()?;
            self.open(file, key, &place, loader)
        };
        composition.shows_overlay_panels = table.overlay_panels;
        let defaults = TagSettings::default();
        composition.tags = table.tags.as_ref().map_or(defaults, |tags| TagSettings {
            keeps_size: tags.keep_size.unwrap_or(defaults.keeps_size),
            scale: tags.scale.unwrap_or(defaults.scale),
            is_hidden_behind: tags.hidden_behind.unwrap_or(defaults.is_hidden_behind),
        });
        composition.surroundings = Surroundings {
            fog: table
                .fog
                .as_ref()
                .and_then(|fog| Some((parse_color(&fog.color)?, fog.near_m, fog.far_m))),
            background: table.background.as_deref().and_then(parse_color),
            background_texture: picture(&table.background_picture, "background_picture"),
            ground: table
                .ground
                .as_ref()
                .and_then(|g| Some((parse_color(&g.color)?, g.opacity))),
            ground_texture: picture(&table.ground_picture, "ground_picture"),
            environment: table.environment,
        };
    }
}

/// Where a table of a component stands.
struct PlaceOf<'a> {
    page: &'a Page,
    pointer: String,
    index: usize,
}

impl PlaceOf<'_> {
    /// Where a key of it stands.
    fn at(&self, key: &str) -> crate::scene::source::Place {
        // Of several, each is an item of a list.
        let item = format!("{}/{}", self.pointer, self.index);
        let base = match self.page.has(&item) {
            true => &item,
            false => &self.pointer,
        };
        match key {
            "" => self.page.document.place(base),
            key => self.page.document.place(&format!("{base}/{key}")),
        }
    }

    /// A table within it.
    fn within(&self, key: &str) -> Self {
        let item = format!("{}/{}", self.pointer, self.index);
        let base = match self.page.has(&item) {
            true => &item,
            false => &self.pointer,
        };
        Self {
            page: self.page,
            pointer: format!("{base}/{key}"),
            index: 0,
        }
    }
}

fn list<T: Clone>(tables: &Option<OneOrMany<T>>) -> Vec<T> {
    tables.clone().map(OneOrMany::into_vec).unwrap_or_default()
}

fn icon(table: &IconTable) -> TagIcon {
    match table {
        IconTable::Named(IconName::Info) => TagIcon::Info,
        IconTable::Named(IconName::Warning) => TagIcon::Warning,
        IconTable::Named(IconName::Error) => TagIcon::Error,
        IconTable::Named(IconName::Video) => TagIcon::Video,
        IconTable::Library(icon) => TagIcon::Custom {
            prefix: icon.prefix.clone(),
            name: icon.name.clone(),
            color: icon.color.as_deref().and_then(parse_color),
        },
    }
}

/// What a rule shows on a node.
fn target(
    entry: &RuleEntry,
    rule: &Rule,
    page: &Page,
    pointer: &str,
    problems: &mut Problems,
) -> Target {
    let color = rule.color.as_ref().and_then(RuleColor::fixed);
    let given = [
        ("number", entry.number == Some(true)),
        ("tag", entry.tag.is_some()),
        ("color", color.is_some()),
    ];
    let mut given = given.into_iter().filter(|(_, is)| *is);
    if let (Some((first, _)), Some((second, _))) = (given.next(), given.next())
        && entry.map.is_some()
    {
        let place = page.document.place(&format!("{pointer}/{second}"));
        let message = format!("a node shows one thing: this rule gives `{first}` already");
        problems.push(Problem::warning("no-effect", place, message));
    }
    match (entry.number, &entry.tag, color) {
        (Some(true), ..) => Target::Number,
        (_, Some(table), _) => Target::Icon(icon(table)),
        (_, _, Some([r, g, b])) => Target::Color([
            r,
            g,
            b,
            (rule.opacity.clamp(0.0, 1.0) * 255.0).round() as u8,
        ]),
        _ if entry.opacity.is_some() => Target::Opacity(rule.opacity),
        _ => Target::Icon(TagIcon::Info),
    }
}

fn sub_model(table: NodeSubModel) -> Component {
    let selector = match (table.number, table.name) {
        (Some(number), _) => Selector::Number(number),
        (None, name) => Selector::Name(name.unwrap_or_default()),
    };
    Component::SubModel { selector }
}

fn camera(table: &NodeCamera) -> Component {
    Component::Camera(CameraSpec {
        is_orthographic: table.orthographic,
        fov_deg: table.fov_deg.unwrap_or(53.13),
        near: table.near_m.unwrap_or(0.1),
        far: table.far_m.unwrap_or(1_000.0),
        zoom: table.zoom.unwrap_or(1.0),
    })
}

fn light(table: &NodeLight) -> Component {
    let color =
        |text: &Option<String>, default| text.as_deref().and_then(parse_color).unwrap_or(default);
    Component::Light(LightSpec {
        kind: match table.kind {
            LightName::Ambient => LightKind::Ambient,
            LightName::Directional => LightKind::Directional,
            LightName::Hemisphere => LightKind::Hemisphere,
            LightName::Point => LightKind::Point,
        },
        color: color(&table.color, [0xFF; 3]),
        intensity: table.intensity.unwrap_or(1.0),
        casts_shadow: table.casts_shadow,
        ground_color: color(&table.ground_color, [0x33; 3]),
        distance: table.distance_m.unwrap_or(0.0),
        decay: table.decay.unwrap_or(2.0),
    })
}
