//! What a node is or has.

use std::sync::Arc;

use bevy::math::DVec3;

use super::document::{Context, custom_icon};
use super::json::Value;
use super::report::Report;
use super::{target, values};
use crate::scene::problem::{Problem, quoted, suggestion};
use crate::scene::{
    Binding, CameraSpec, Component, DataOverlay, LightKind, LightSpec, ModelRef, MotionIndicator,
    MotionShape, NavLink, Plane, Selector, Tag, TagIcon,
};

/// Components that are read.
const TYPES: [&str; 11] = [
    "ModelRef",
    "SubModelRef",
    "Animation",
    "Tag",
    "ModelShader",
    "MotionIndicator",
    "DataOverlay",
    "Camera",
    "Light",
    "EntityBinding",
    "PlaneGeometry",
];

/// The components of a node.
pub(super) fn read<'a>(
    node: Value<'a>,
    context: &mut Context<'a, '_>,
    report: &mut Report<'_>,
) -> Vec<Component> {
    let Some(list) = node.some("components") else {
        return Vec::new();
    };
    if !list.is_list() {
        let cause = "the components of a node are not a list";
        report.fatal("twinmaker-component", list.place(), cause);
    }
    let mut components = Vec::new();
    for item in list.items() {
        components.extend(component(item, context, report));
    }
    components
}

fn component<'a>(
    item: Value<'a>,
    context: &mut Context<'a, '_>,
    report: &mut Report<'_>,
) -> Option<Component> {
    if item.is_null() {
        let cause = "a component is null";
        report.fatal("twinmaker-component", item.place(), cause);
        return None;
    }
    Some(match values::text(item.get("type")) {
        "ModelRef" => Component::Model(model(item, context, report)?),
        "SubModelRef" => Component::SubModel {
            selector: selector(item.get("selector")),
        },
        "Animation" => Component::Animation {
            clips: item
                .get("currentAnimations")
                .into_iter()
                .flat_map(Value::items)
                .filter_map(|clip| Some(clip.text()?.to_owned()))
                .collect(),
        },
        "Tag" => Component::Tag(tag(item, context, report)),
        "ModelShader" => Component::Shader(binding(item, context, false, report)),
        "MotionIndicator" => Component::Motion(motion(item, context, report)?),
        "DataOverlay" => Component::Overlay(overlay(item, context, report)),
        "Camera" => Component::Camera(camera(item, context, report)?),
        "Light" => Component::Light(light(item, report)?),
        "EntityBinding" => Component::Entity(binding(item, context, false, report)),
        "PlaneGeometry" => Component::Plane(plane(item, context, report)),
        other => {
            let shown = match item.get("type").and_then(Value::text) {
                Some(_) => quoted(other),
                None => "without a type".to_owned(),
            };
            let place = item.get("type").unwrap_or(item).place();
            let message = format!("a component {shown} is not known: it is left out");
            let problem = Problem::warning("twinmaker-component", place, message);
            let help = suggestion(other, TYPES, "the components are");
            let theirs = "Unknown component type {{componentType}}.";
            report.warning(problem.maybe_help(help), theirs, other);
            return None;
        }
    })
}

fn model(
    item: Value<'_>,
    context: &mut Context<'_, '_>,
    report: &mut Report<'_>,
) -> Option<ModelRef> {
    let kind = values::text(item.get("modelType"));
    if !["GLB", "GLTF", "Tiles3D"].contains(&kind) {
        let place = item.get("modelType").unwrap_or(item).place();
        let message = format!(
            "a model of the type {} is not known: it is left out",
            quoted(kind)
        );
        let problem = Problem::warning("twinmaker-model", place, message);
        let help = "the types are GLB, GLTF and Tiles3D";
        report.warning(
            problem.help(help),
            "Unknown model type {{modelType}}.",
            kind,
        );
        return None;
    }
    let uri = values::text(item.get("uri"));
    let place = item.get("uri").unwrap_or(item).place();
    let file = if kind == "Tiles3D" {
        let message = format!(
            "3D Tiles are not supported: a box stands in for {}",
            quoted(uri)
        );
        report.own(Problem::warning("twinmaker-unsupported", place, message));
        None
    } else {
        (context.file)(uri, place, report.problems)
    };
    let scale = match item.some("localScale") {
        Some(scale) => values::vector(Some(scale), DVec3::ONE, report),
        None => DVec3::splat(metres_in(values::text(item.get("unitOfMeasure")))),
    };
    let is = |name: &str| item.get(name).is_some_and(Value::is_truthy);
    Some(ModelRef {
        uri: uri.to_owned(),
        file,
        scale,
        casts_shadow: is("castShadow"),
        receives_shadow: is("receiveShadow"),
    })
}

/// Metres in a unit of length; 1 for one that is not known.
fn metres_in(unit: &str) -> f64 {
    match unit {
        "millimeters" => 0.001,
        "centimeters" => 0.01,
        "decimeters" => 0.1,
        "kilometers" => 1_000.0,
        "inches" => 0.025_4,
        "feet" => 0.304_8,
        "yards" => 0.914_4,
        "miles" => 1_609.344,
        _ => 1.0,
    }
}

fn selector(value: Option<Value<'_>>) -> Selector {
    let text = values::text(value);
    let is_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = match value.and_then(Value::number) {
        Some(n) if n.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&n) => Some(n as u32),
        Some(_) => None,
        None if is_digits => text.parse().ok(),
        None => None,
    };
    number.map_or_else(|| Selector::Name(text.to_owned()), Selector::Number)
}

fn tag<'a>(item: Value<'a>, context: &Context<'a, '_>, report: &mut Report<'_>) -> Tag {
    let color = values::rgb(item.get("chosenColor"));
    let custom = || match custom_icon(item.some("customIcon")) {
        TagIcon::Custom {
            prefix,
            name,
            color: own,
        } => TagIcon::Custom {
            prefix,
            name,
            color: own.or(color),
        },
        icon => icon,
    };
    let link = item.some("navLink").map(|link| {
        let params = link.get("params").into_iter().flat_map(Value::members);
        let mut params: Vec<(String, String)> = params
            .map(|(name, _, value)| {
                let value = value.text().unwrap_or_else(|| value.source());
                (name.to_owned(), value.to_owned())
            })
            .collect();
        params.sort();
        NavLink {
            destination: values::text(link.get("destination")).to_owned(),
            params,
        }
    });
    Tag {
        icon: target::tag_icon(values::text(item.get("icon")), custom),
        color,
        binding: binding(item, context, true, report),
        offset: values::vector(item.get("offset"), DVec3::ZERO, report),
        link: link.filter(|l| !l.destination.is_empty() || !l.params.is_empty()),
    }
}

fn motion<'a>(
    item: Value<'a>,
    context: &Context<'a, '_>,
    report: &mut Report<'_>,
) -> Option<MotionIndicator> {
    const CODE: &str = "twinmaker-component";
    let Some(bindings) = item.some("valueDataBindings") else {
        let cause = "a motion indicator has no `valueDataBindings`";
        report.fatal(CODE, item.place(), cause);
        return None;
    };
    if bindings.members().any(|(_, _, binding)| binding.is_null()) {
        let cause = "a binding of a motion indicator is null";
        report.fatal(CODE, bindings.place(), cause);
    }
    let mut bound = |name: &str| {
        let bound = bindings.some(name)?;
        let binding = binding(bound, context, true, report);
        (binding != Binding::default()).then_some(binding)
    };
    let speed_binding = bound("speed");
    let foreground_binding = bound("foregroundColor");
    let background_binding = bound("backgroundColor");
    let config = item.some("config");
    let of = |name: &str| config.and_then(|c| c.get(name));
    let shape = match values::text(item.get("shape")) {
        "LinearCylinder" => MotionShape::LinearCylinder,
        "CircularCylinder" => MotionShape::CircularCylinder,
        _ => MotionShape::LinearPlane,
    };
    Some(MotionIndicator {
        shape,
        repeats: values::number(of("numOfRepeatInY"), 1.0, report).clamp(0.0, 10_000.0),
        background_opacity: values::number(of("backgroundColorOpacity"), 1.0, report)
            .clamp(0.0, 1.0),
        background: values::rgb(of("defaultBackgroundColor")),
        foreground: values::rgb(of("defaultForegroundColor")),
        speed: values::number(of("defaultSpeed"), 0.0, report).max(0.0),
        speed_binding,
        foreground_binding,
        background_binding,
    })
}

fn overlay<'a>(item: Value<'a>, context: &Context<'a, '_>, report: &mut Report<'_>) -> DataOverlay {
    let list = |name: &str| item.get(name).into_iter().flat_map(Value::items);
    let rows = list("dataRows")
        .filter(|row| values::text(row.get("rowType")) == "Markdown")
        .map(|row| values::text(row.get("content")).to_owned())
        .collect();
    let mut bindings = Vec::new();
    for bound in list("valueDataBindings") {
        let name = values::text(bound.get("bindingName")).to_owned();
        bindings.push((name, binding(bound, context, false, report)));
    }
    DataOverlay {
        is_annotation: values::text(item.get("subType")) == "TextAnnotation",
        rows,
        bindings,
    }
}

/// The camera of the index; nothing without one, as in TwinMaker.
fn camera(
    item: Value<'_>,
    context: &Context<'_, '_>,
    report: &mut Report<'_>,
) -> Option<CameraSpec> {
    let index = item.get("cameraIndex")?;
    let number = index.as_number();
    let count = context.cameras.len();
    if number < 0.0 || number >= count as f64 {
        let cause = format!("Camera index out of bound {}", index.source());
        let message = format!("there is no camera {}", quoted(index.source()));
        let problem = Problem::error("twinmaker-camera", index.place(), message);
        let help = format!("there are {count} cameras, counted from 0");
        report.fatal_as(problem.help(help), cause);
        return None;
    }
    let is_index = number.fract() == 0.0 && !index.is_null();
    let camera = is_index
        .then(|| context.cameras.get(number as usize))
        .flatten();
    camera.copied()
}

fn light(item: Value<'_>, report: &mut Report<'_>) -> Option<LightSpec> {
    let name = values::text(item.get("lightType"));
    let kind = match name {
        "Ambient" => LightKind::Ambient,
        "Directional" => LightKind::Directional,
        "Hemisphere" => LightKind::Hemisphere,
        "Point" => LightKind::Point,
        _ => {
            let place = item.get("lightType").unwrap_or(item).place();
            let message = format!(
                "a light of the type {} is not known: it is left out",
                quoted(name)
            );
            let help = "the types are Ambient, Directional, Hemisphere and Point";
            let problem = Problem::warning("twinmaker-component", place, message);
            report.own(problem.help(help));
            return None;
        }
    };
    let settings = item.some("lightSettings");
    let of = |name: &str| settings.and_then(|s| s.get(name));
    let may_cast = matches!(kind, LightKind::Directional | LightKind::Point);
    Some(LightSpec {
        kind,
        color: values::rgb(of("color")).unwrap_or([0xFF; 3]),
        intensity: values::number(of("intensity"), 1.0, report).max(0.0),
        casts_shadow: may_cast && of("castShadow").is_none_or(Value::is_truthy),
        ground_color: values::rgb(of("groundColor")).unwrap_or([0x33; 3]),
        distance: values::number(of("distance"), 0.0, report).max(0.0),
        decay: values::number(of("decay"), 2.0, report).max(0.0),
    })
}

fn plane(item: Value<'_>, context: &mut Context<'_, '_>, report: &mut Report<'_>) -> Plane {
    Plane {
        width: values::number(item.get("width"), 1.0, report).abs(),
        height: values::number(item.get("height"), 1.0, report).abs(),
        color: values::rgb(item.get("color")),
        texture: super::surroundings::picture(item.get("textureUri"), context, report),
    }
}

/// What a component reads and which rule it follows.
fn binding<'a>(
    item: Value<'a>,
    context: &Context<'a, '_>,
    rule_is_looked_up: bool,
    report: &mut Report<'_>,
) -> Binding {
    let bound = item.some("valueDataBinding");
    let bound = bound.and_then(|b| b.some("dataBindingContext"));
    let text = |name: &str| -> Arc<str> {
        let text = values::text(bound.and_then(|b| b.get(name)));
        substituted(text, &context.template).into()
    };
    let mut binding = Binding {
        entity: text("entityId"),
        component: text("componentName"),
        property: text("propertyName"),
        ..Binding::default()
    };
    let Some(rule) = item.get("ruleBasedMapId").filter(|r| r.is_truthy()) else {
        return binding;
    };
    let id = values::text(Some(rule));
    binding.rules = context.maps.get(id).copied();
    if binding.rules.is_none() {
        if rule_is_looked_up {
            // The whole scene is refused there, though a warning was meant.
            report.refusal(format!("Rule#[{id}] not found"));
        }
        let message = format!(
            "there is no rule {}: the component follows none",
            quoted(id)
        );
        let known = context.maps.keys().copied();
        let help = suggestion(id, known, "the rules are");
        let problem = Problem::warning("twinmaker-unknown-rule", rule.place(), message);
        report.own(problem.maybe_help(help));
    }
    binding
}

/// A value that is wholly `${key}` stands for the template's; one that the template lacks for itself.
fn substituted<'t>(text: &'t str, template: &[(&str, &'t str)]) -> &'t str {
    let key = text.strip_prefix("${").and_then(|t| t.strip_suffix('}'));
    let Some(key) = key.filter(|k| !k.is_empty()) else {
        return text;
    };
    let found = template.iter().rev().find(|(name, _)| *name == key);
    found.map_or(text, |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_wholly_a_key_stands_for_the_templates() {
        let template = [("sel_entity", "room1")];
        for (text, meant) in [
            ("${sel_entity}", "room1"),
            ("${sel_comp}", "${sel_comp}"),
            ("a ${sel_entity}", "a ${sel_entity}"),
            ("sel_entity", "sel_entity"),
            ("${}", "${}"),
        ] {
            assert_eq!(substituted(text, &template), meant);
        }
    }
}
