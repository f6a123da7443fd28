//! A TwinMaker scene as a scene file to edit.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::{Display, Write as _};
use std::path::Path;

use crate::rules::{RESERVED, jexl};
use crate::scene::load::{LoadOptions, load, problems_with};
use crate::scene::model::{PayloadFormat, Scene, Signal, ValueKind};
use crate::scene::problem::{Problems, Severity};
use crate::scene::{
    Binding, Component, Composition, LightKind, MotionShape, Selector, TagIcon, TagSettings, Target,
};

/// Words that no signal can be called by.
const LITERALS: [&str; 4] = ["true", "false", "null", "in"];

/// Reads a TwinMaker scene, and gives the scene file that means the same, with what was told of it.
///
/// # Errors
/// Its problems, where it cannot be opened.
pub fn import(
    path: &Path,
    options: &LoadOptions,
    output: Option<&Path>,
) -> Result<(String, Problems), Problems> {
    let loaded = load(path, options)?;
    let scene = &*loaded.scene;
    let Some(composition) = &scene.composition else {
        return Ok((String::new(), loaded.warnings));
    };
    let folder = output
        .and_then(Path::parent)
        .map(|p| {
            if p.as_os_str().is_empty() {
                Path::new(".")
            } else {
                p
            }
        })
        .and_then(|p| p.canonicalize().ok());
    let mut writer = Writer {
        out: String::new(),
        scene,
        composition,
        names: signal_names(scene),
        folder,
    };
    writer.head(path, &loaded.warnings);
    writer.topics();
    writer.components();
    writer.surroundings();
    writer.rules();
    writer.nodes();
    let file = match output {
        Some(output) => output.to_owned(),
        None => path.with_extension("toml"),
    };
    let told = problems_with(
        &file,
        options,
        vec![(file.clone(), writer.out.clone().into_bytes())],
    );
    Ok((allowed(&writer.out, &told), loaded.warnings))
}

/// The text with what is told of a rule allowed in it: the rules are the source's, whatever they are.
fn allowed(text: &str, told: &Problems) -> String {
    let mut by_rule: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    let lines: Vec<&str> = text.lines().collect();
    for warning in told
        .list()
        .iter()
        .filter(|p| p.severity == Severity::Warning)
    {
        let above = lines.iter().take(warning.line).enumerate();
        let table = above.rev().find(|(_, line)| line.starts_with('['));
        if let Some((at, &"[[rules]]")) = table {
            by_rule.entry(at).or_default().insert(warning.code);
        }
    }
    let mut out = String::with_capacity(text.len());
    for (at, line) in lines.into_iter().enumerate() {
        out.push_str(line);
        out.push('\n');
        // After the rule's name.
        let table = at.checked_sub(1);
        if let Some(codes) = table.and_then(|table| by_rule.get(&table)) {
            let codes: Vec<String> = codes.iter().map(|code| self::text(code)).collect();
            let line = format!("allow = [{}] # as it was\n", codes.join(", "));
            out.push_str(&line);
        }
    }
    out
}

struct Writer<'a> {
    out: String,
    scene: &'a Scene,
    composition: &'a Composition,
    /// By column: the name in the scene file.
    names: Vec<String>,
    /// Where the file will be.
    folder: Option<std::path::PathBuf>,
}

/// Names that rules can use: words, each for one signal.
fn signal_names(scene: &Scene) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut name = |original: &str| {
        let mut word: String = (original.chars())
            .map(|c| {
                if c.is_ascii_alphanumeric() || c == '_' {
                    c
                } else {
                    '_'
                }
            })
            .collect();
        let is_start = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !is_start || LITERALS.contains(&&*word) || RESERVED.contains(&&*word) || word == "limits"
        {
            word.insert(0, '_');
        }
        let mut unique = word.clone();
        let mut number = 2;
        while !taken.insert(unique.clone()) {
            unique = format!("{word}_{number}");
            number += 1;
        }
        unique
    };
    scene.signals.iter().map(|signal| name(signal)).collect()
}

impl Writer<'_> {
    fn line(&mut self, line: impl Display) {
        // Writing to a text does not fail.
        let _written = writeln!(self.out, "{line}");
    }

    fn head(&mut self, path: &Path, warnings: &Problems) {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        self.line(format_args!(
            "# Made from the TwinMaker scene {}.",
            comment(&file)
        ));
        if !warnings.is_empty() {
            self.line("# Not carried over, or not as it was:");
            for problem in warnings.list() {
                let message = comment(&problem.message);
                self.line(format_args!("#   line {}: {message}", problem.line));
            }
        }
        self.line(format_args!("title = {}", text(&self.scene.title)));
        self.line("\n[site]\n# TwinMaker scenes do not say where they are.");
        self.line("latitude = 0.0\nlongitude = 0.0\nground = \"land\"\ndaylight = \"day\"");
    }

    fn topics(&mut self) {
        let broker = &self.scene.broker;
        self.line(format_args!("\n[broker]\nurl = {}", text(&broker.url)));
        let stale = humantime::format_duration(broker.stale_after).to_string();
        self.line(format_args!("stale_after = {}", text(&stale)));
        for (key, value) in [
            ("username_env", &broker.username_env),
            ("password_env", &broker.password_env),
        ] {
            if let Some(value) = value {
                self.line(format_args!("{key} = {}", text(value)));
            }
        }
        for topic in &self.scene.topics {
            let payload = match topic.payload {
                PayloadFormat::Json => "json",
                PayloadFormat::Value => "value",
            };
            self.line(format_args!(
                "\n[[topics]]\nfilter = {}",
                text(&topic.filter)
            ));
            self.line(format_args!("payload = \"{payload}\""));
            for (key, value) in [("time", &topic.time), ("quality", &topic.quality)] {
                if let Some(value) = value {
                    self.line(format_args!("{key} = {}", text(value)));
                }
            }
        }
        if !self.scene.bindings.is_empty() {
            self.line("\n# Not carried over: topics of single properties (.bindings.toml).");
        }
    }

    fn components(&mut self) {
        let scene = self.scene;
        for model in &scene.models {
            self.line(format_args!("\n[components.{}]", key(&model.id)));
            if model.name != *model.id {
                self.line(format_args!("name = {}", text(&model.name)));
            }
            for signal in &model.signals {
                let line = self.signal(signal);
                self.line(line);
            }
        }
        for turbine in &scene.turbines {
            let Some((entity, component)) = turbine.id.rsplit_once('/') else {
                continue;
            };
            self.line(format_args!("\n[[entities]]\nentity = {}", text(entity)));
            self.line(format_args!("component = {}", text(component)));
            if let Some(model) = scene
                .models
                .get(turbine.model)
                .filter(|m| *m.id != *component)
            {
                self.line(format_args!("kind = {}", text(&model.id)));
            }
        }
    }

    fn signal(&self, signal: &Signal) -> String {
        let name = self.name(signal);
        let mut keys = Vec::new();
        if signal.field != format!("/{name}") {
            keys.push(format!("field = {}", text(&signal.field)));
        }
        match signal.kind {
            ValueKind::Number => {}
            ValueKind::Boolean => keys.push("type = \"boolean\"".to_owned()),
            ValueKind::Text => keys.push("type = \"text\"".to_owned()),
        }
        let table = table(&keys);
        format!("signals.{name} = {table}")
    }

    fn name(&self, signal: &Signal) -> &str {
        let name = self.names.get(signal.column.index());
        name.map_or("", String::as_str)
    }

    fn surroundings(&mut self) {
        let around = &self.composition.surroundings;
        let tags = self.composition.tags;
        self.line("\n[composition]");
        if let Some(environment) = &around.environment {
            self.line(format_args!("environment = {}", text(environment)));
        }
        if let Some((color, near, far)) = around.fog {
            let color = hex(color);
            self.line(format_args!(
                "fog = {{ color = {color}, near_m = {near}, far_m = {far} }}"
            ));
        }
        if let Some(color) = around.background {
            self.line(format_args!("background = {}", hex(color)));
        }
        if let Some((color, opacity)) = around.ground {
            self.line(format_args!(
                "ground = {{ color = {}, opacity = {opacity} }}",
                hex(color)
            ));
        }
        for (key, picture) in [
            ("background_picture", &around.background_texture),
            ("ground_picture", &around.ground_texture),
        ] {
            let picture = picture.as_ref().and_then(|p| self.inside(p));
            if let Some(picture) = picture {
                self.line(format_args!("{key} = {}", text(&picture)));
            }
        }
        let defaults = TagSettings::default();
        let mut keys = Vec::new();
        if tags.keeps_size != defaults.keeps_size {
            keys.push(format!("keep_size = {}", tags.keeps_size));
        }
        if tags.scale.to_bits() != defaults.scale.to_bits() {
            keys.push(format!("scale = {}", tags.scale));
        }
        if tags.is_hidden_behind != defaults.is_hidden_behind {
            keys.push(format!("hidden_behind = {}", tags.is_hidden_behind));
        }
        if !keys.is_empty() {
            self.line(format_args!("tags = {}", table(&keys)));
        }
        if self.composition.shows_overlay_panels {
            self.line("overlay_panels = true");
        }
    }

    fn rules(&mut self) {
        for map in &self.composition.rule_maps {
            for statement in &map.statements {
                let Some(rule) = self.scene.rules.get(usize::from(statement.rule)) else {
                    continue;
                };
                let models = self.scene.models.iter().zip(&rule.applies);
                let models: Vec<&crate::scene::Model> = models
                    .filter(|(_, applies)| **applies)
                    .map(|(m, _)| m)
                    .collect();
                let ids: Vec<String> = models.iter().map(|m| text(&m.id)).collect();
                self.line(format_args!("\n[[rules]]\nname = {}", text(&rule.name)));
                self.line(format_args!("map = {}", text(&map.id)));
                self.line(format_args!("models = [{}]", ids.join(", ")));
                let is_number = statement.target == Target::Number;
                let kind = |name: &str| {
                    let field = format!("/{}", crate::scene::document::escaped(name));
                    let signals = models.first()?.signals.iter();
                    let signal = signals.clone().find(|s| s.field == field)?;
                    Some((self.name(signal).to_owned(), signal.kind))
                };
                // In Jexl it waits until something is heard.
                let is_constant = rule.when.program.names().is_empty();
                let native = (!is_number && !is_constant)
                    .then(|| jexl::to_native(&rule.when.source, &kind))
                    .flatten();
                match native {
                    Some(native) => self.line(format_args!("when = {}", text(&native))),
                    None => {
                        let when = text(&rule.when.source);
                        self.line(format_args!("language = \"jexl\"\nwhen = {when}"));
                    }
                }
                match &statement.target {
                    Target::Icon(icon) => self.line(format_args!("tag = {}", icon_value(icon))),
                    Target::Color([r, g, b, a]) => {
                        self.line(format_args!("color = {}", hex([*r, *g, *b])));
                        if *a != 255 {
                            self.line(format_args!("opacity = {}", decimal(f32::from(*a) / 255.0)));
                        }
                    }
                    Target::Opacity(o) => self.line(format_args!("opacity = {}", decimal(*o))),
                    Target::Number => self.line("number = true"),
                }
            }
        }
    }

    fn nodes(&mut self) {
        let nodes = &self.composition.nodes;
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for node in nodes {
            *uses.entry(&node.name).or_default() += 1;
        }
        let id = |index: usize| -> String {
            let node = nodes.get(index);
            match node.map(|n| (&*n.name, uses.get(&*n.name))) {
                Some((name, Some(1))) => name.to_owned(),
                Some((name, _)) => {
                    let mut id = format!("{name} #{index}");
                    // A name that looks like an id.
                    while uses.contains_key(&*id) {
                        id.push('#');
                    }
                    id
                }
                None => String::new(),
            }
        };
        let mut parents: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, node) in nodes.iter().enumerate() {
            parents.extend(node.children.iter().map(|&child| (child, index)));
        }
        for (index, node) in nodes.iter().enumerate() {
            self.line(format_args!("\n[[nodes]]\nname = {}", text(&node.name)));
            let own = id(index);
            if own != node.name {
                self.line(format_args!("id = {}", text(&own)));
            }
            let parent = parents.get(&index).copied();
            let in_order = |p: usize| nodes.get(p).is_some_and(|p| p.children.is_sorted());
            if let Some(parent) = parent.filter(|&p| in_order(p)) {
                self.line(format_args!("parent = {}", text(&id(parent))));
            }
            if !node.children.is_sorted() {
                let children: Vec<String> = node.children.iter().map(|&c| text(&id(c))).collect();
                self.line(format_args!("children = [{}]", children.join(", ")));
            }
            if parent.is_none() && !self.composition.roots.contains(&index) {
                self.line("hidden = true");
            }
            let place = node.place;
            if place.position != bevy::math::DVec3::ZERO {
                self.line(format_args!(
                    "position_m = {}",
                    vector(place.position.to_array())
                ));
            }
            if place.rotation != bevy::math::DVec3::ZERO {
                let turns = place.rotation.to_array();
                let degrees = turns.map(degrees_of);
                match degrees {
                    [Some(x), Some(y), Some(z)] => {
                        self.line(format_args!("rotation_deg = {}", vector([x, y, z])));
                    }
                    _ => self.line(format_args!("rotation_rad = {}", vector(turns))),
                }
            }
            if place.scale != bevy::math::DVec3::ONE {
                self.line(format_args!("scale = {}", vector(place.scale.to_array())));
            }
            let mut by_kind: Vec<(&str, Vec<String>)> = Vec::new();
            for component in &node.components {
                let value = self.component(component);
                match by_kind
                    .iter_mut()
                    .find(|(kind, _)| *kind == component.kind())
                {
                    Some((_, values)) => values.push(value),
                    None => by_kind.push((component.kind(), vec![value])),
                }
            }
            for (kind, values) in by_kind {
                match values.as_slice() {
                    [only] => self.line(format_args!("{kind} = {only}")),
                    several => self.line(format_args!("{kind} = [{}]", several.join(", "))),
                }
            }
        }
    }

    fn component(&self, component: &Component) -> String {
        let mut keys = Vec::new();
        match component {
            Component::Model(model) => {
                keys.push(format!("uri = {}", text(&model.uri)));
                if let Some(file) = model.file.as_ref().and_then(|f| self.inside(f)) {
                    keys.push(format!("file = {}", text(&file)));
                }
                if model.scale != bevy::math::DVec3::ONE {
                    keys.push(format!("scale = {}", vector(model.scale.to_array())));
                }
                flag(&mut keys, "casts_shadow", model.casts_shadow);
                flag(&mut keys, "receives_shadow", model.receives_shadow);
            }
            Component::SubModel { selector } => keys.push(match selector {
                Selector::Number(number) => format!("number = {number}"),
                Selector::Name(name) => format!("name = {}", text(name)),
            }),
            Component::Animation { clips } => {
                let clips: Vec<String> = clips.iter().map(|c| text(c)).collect();
                keys.push(format!("clips = [{}]", clips.join(", ")));
            }
            Component::Tag(tag) => {
                if tag.icon != TagIcon::Info {
                    keys.push(format!("icon = {}", icon_value(&tag.icon)));
                }
                color(&mut keys, "color", tag.color);
                if tag.offset != bevy::math::DVec3::ZERO {
                    keys.push(format!("offset_m = {}", vector(tag.offset.to_array())));
                }
                if let Some(link) = &tag.link {
                    let params = link.params.iter();
                    let params: Vec<String> = params
                        .map(|(k, v)| format!("{} = {}", text(k), text(v)))
                        .collect();
                    let mut keys_of_link = vec![format!("to = {}", text(&link.destination))];
                    if !params.is_empty() {
                        keys_of_link.push(format!("params = {}", table(&params)));
                    }
                    keys.push(format!("link = {}", table(&keys_of_link)));
                }
                if tag.binding != Binding::default() {
                    keys.push(format!("bound = {}", self.bound(&tag.binding)));
                }
            }
            Component::Shader(binding) | Component::Entity(binding) => return self.bound(binding),
            Component::Motion(motion) => {
                match motion.shape {
                    MotionShape::LinearPlane => {}
                    MotionShape::LinearCylinder => keys.push("shape = \"pipe\"".to_owned()),
                    MotionShape::CircularCylinder => keys.push("shape = \"ring\"".to_owned()),
                }
                keys.push(format!("repeats = {}", decimal(motion.repeats)));
                keys.push(format!(
                    "background_opacity = {}",
                    decimal(motion.background_opacity)
                ));
                color(&mut keys, "background", motion.background);
                color(&mut keys, "foreground", motion.foreground);
                if motion.speed > 0.0 {
                    keys.push(format!("speed = {}", decimal(motion.speed)));
                }
                for (key, binding) in [
                    ("speed_bound", &motion.speed_binding),
                    ("foreground_bound", &motion.foreground_binding),
                    ("background_bound", &motion.background_binding),
                ] {
                    keys.extend(binding.iter().map(|b| format!("{key} = {}", self.bound(b))));
                }
            }
            Component::Overlay(overlay) => {
                flag(&mut keys, "annotation", overlay.is_annotation);
                let rows: Vec<String> = overlay.rows.iter().map(|r| text(r)).collect();
                keys.push(format!("text = [{}]", rows.join(", ")));
                let value = |(name, binding): &(String, Binding)| {
                    format!(
                        "{{ name = {}, bound = {} }}",
                        text(name),
                        self.bound(binding)
                    )
                };
                let values: Vec<String> = overlay.bindings.iter().map(value).collect();
                if !values.is_empty() {
                    keys.push(format!("values = [{}]", values.join(", ")));
                }
            }
            Component::Camera(camera) => {
                flag(&mut keys, "orthographic", camera.is_orthographic);
                keys.push(format!("fov_deg = {}", decimal(camera.fov_deg)));
                keys.push(format!("near_m = {}", decimal(camera.near)));
                keys.push(format!("far_m = {}", decimal(camera.far)));
                keys.push(format!("zoom = {}", decimal(camera.zoom)));
            }
            Component::Light(light) => {
                let kind = match light.kind {
                    LightKind::Ambient => "ambient",
                    LightKind::Directional => "directional",
                    LightKind::Hemisphere => "hemisphere",
                    LightKind::Point => "point",
                };
                keys.push(format!("kind = \"{kind}\""));
                keys.push(format!("color = {}", hex(light.color)));
                keys.push(format!("intensity = {}", decimal(light.intensity)));
                flag(&mut keys, "casts_shadow", light.casts_shadow);
                if light.ground_color != [0x33; 3] {
                    keys.push(format!("ground_color = {}", hex(light.ground_color)));
                }
                keys.push(format!("distance_m = {}", decimal(light.distance)));
                keys.push(format!("decay = {}", decimal(light.decay)));
            }
            Component::Plane(plane) => {
                keys.push(format!("width_m = {}", decimal(plane.width)));
                keys.push(format!("height_m = {}", decimal(plane.height)));
                color(&mut keys, "color", plane.color);
                if let Some(picture) = plane.texture.as_ref().and_then(|p| self.inside(p)) {
                    keys.push(format!("picture = {}", text(&picture)));
                }
            }
        }
        table(&keys)
    }

    fn bound(&self, binding: &Binding) -> String {
        let mut keys = Vec::new();
        for (key, value) in [
            ("entity", &binding.entity),
            ("component", &binding.component),
            ("property", &binding.property),
        ] {
            if !value.is_empty() {
                keys.push(format!("{key} = {}", text(value)));
            }
        }
        let map = binding
            .rules
            .and_then(|at| self.composition.rule_maps.get(at));
        if let Some(map) = map {
            keys.push(format!("rules = [{}]", text(&map.id)));
        }
        table(&keys)
    }

    /// The path of a file as seen from where the scene file will be; nothing outside of its folder.
    fn inside(&self, file: &Path) -> Option<String> {
        let path = file.canonicalize().ok()?;
        let path = path.strip_prefix(self.folder.as_ref()?).ok()?;
        Some(path.to_str()?.to_owned())
    }
}

fn table(keys: &[String]) -> String {
    match keys {
        [] => "{}".to_owned(),
        keys => format!("{{ {} }}", keys.join(", ")),
    }
}

fn flag(keys: &mut Vec<String>, key: &str, is: bool) {
    if is {
        keys.push(format!("{key} = true"));
    }
}

fn color(keys: &mut Vec<String>, key: &str, color: Option<[u8; 3]>) {
    keys.extend(color.map(|color| format!("{key} = {}", hex(color))));
}

fn icon_value(icon: &TagIcon) -> String {
    match icon {
        TagIcon::Info => "\"info\"".to_owned(),
        TagIcon::Warning => "\"warning\"".to_owned(),
        TagIcon::Error => "\"error\"".to_owned(),
        TagIcon::Video => "\"video\"".to_owned(),
        TagIcon::Custom {
            prefix,
            name,
            color: of,
        } => {
            let mut keys = vec![
                format!("prefix = {}", text(prefix)),
                format!("name = {}", text(name)),
            ];
            color(&mut keys, "color", *of);
            table(&keys)
        }
    }
}

/// The shortest that is read as the same number.
fn decimal(number: f32) -> String {
    format!("{number:?}")
}

fn vector(numbers: [f64; 3]) -> String {
    let [x, y, z] = numbers;
    format!("[{x:?}, {y:?}, {z:?}]")
}

/// Degrees that are these radians exactly, if there are any.
fn degrees_of(radians: f64) -> Option<f64> {
    let near = radians.to_degrees();
    let rounded = (near * 1e6).round() / 1e6;
    let all = [rounded, near, near.next_up(), near.next_down()];
    all.into_iter()
        .find(|d| d.to_radians().to_bits() == radians.to_bits())
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("\"#{r:02x}{g:02x}{b:02x}\"")
}

/// A text, quoted as TOML wants it, on one line.
fn text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _written = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A key, in quotes where it needs them.
fn key(name: &str) -> String {
    let is_bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !name.is_empty() && name.bytes().all(is_bare) {
        return name.to_owned();
    }
    text(name)
}

/// A text within a comment.
fn comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
