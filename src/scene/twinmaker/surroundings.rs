//! Properties of a scene: fog, background, ground, tags and overlays.

use std::path::PathBuf;

use super::color;
use super::document::Context;
use super::json::Value;
use super::report::Report;
use super::values;
use crate::scene::problem::{Problem, quoted};
use crate::scene::{Composition, Surroundings, TagSettings};

/// What an unusable colour of fog or background becomes.
const FOG: [u8; 3] = [0xCC; 3];
const BACKGROUND: [u8; 3] = [0x2A, 0x2E, 0x33];
const GROUND: [u8; 3] = [0x00, 0xFF, 0x00];

pub(super) fn read(
    root: Value<'_>,
    context: &mut Context<'_, '_>,
    composition: &mut Composition,
    report: &mut Report<'_>,
) {
    let Some(properties) = root.some("properties") else {
        composition.tags = tags(None, report);
        return;
    };
    let settings = |name: &str| {
        properties
            .get("componentSettings")
            .and_then(|s| s.some(name))
    };
    composition.tags = tags(settings("Tag"), report);
    let overlay = settings("DataOverlay").and_then(|s| s.get("overlayPanelVisible"));
    composition.shows_overlay_panels = overlay.is_some_and(Value::is_truthy);
    let fog = properties.some("fogSettings");
    let background = properties.some("sceneBackgroundSettings");
    let ground = properties.some("groundPlaneSettings");
    composition.surroundings = Surroundings {
        fog: fog.map(|fog| {
            let color = hex(fog.get("color"), FOG, report).unwrap_or(FOG);
            let distance = |name: &str, default: f32| {
                let given = fog.get(name).and_then(Value::number).filter(|v| *v >= 0.0);
                given.map_or(default, |v| v as f32)
            };
            (color, distance("near", 1.0), distance("far", 1_000.0))
        }),
        background: background.and_then(|b| hex(b.get("color"), BACKGROUND, report)),
        background_texture: background.and_then(|b| picture(b.get("textureUri"), context, report)),
        ground: ground.and_then(|ground| {
            let color = hex(ground.get("color"), GROUND, report);
            let opacity = ground.get("opacity").and_then(Value::number);
            let opacity = opacity.filter(|o| (0.0..=1.0).contains(o)).unwrap_or(0.0);
            Some((color?, opacity as f32))
        }),
        ground_texture: ground.and_then(|g| picture(g.get("textureUri"), context, report)),
        environment: properties
            .get("environmentPreset")
            .and_then(Value::text)
            .map(str::to_owned),
    };
    if properties
        .get("matterportModelId")
        .is_some_and(Value::is_truthy)
    {
        let place = properties
            .get("matterportModelId")
            .unwrap_or(properties)
            .place();
        let message = "Matterport spaces are not supported: the rest of the scene is shown";
        report.own(Problem::warning("twinmaker-unsupported", place, message));
    }
}

fn tags(settings: Option<Value<'_>>, report: &mut Report<'_>) -> TagSettings {
    let of = |name: &str| settings.and_then(|s| s.get(name));
    TagSettings {
        keeps_size: of("autoRescale").is_some_and(Value::is_truthy),
        scale: values::number(of("scale"), 1.0, report).clamp(0.0, 1_000.0),
        is_hidden_behind: of("enableOcclusion").is_none_or(Value::is_truthy),
    }
}

/// A colour of six hexadecimal digits; nothing for nothing, a default for what is none.
fn hex(value: Option<Value<'_>>, default: [u8; 3], report: &mut Report<'_>) -> Option<[u8; 3]> {
    let value = value.filter(|v| v.is_truthy())?;
    let color = value.text().and_then(color::hex);
    if color.is_none() {
        let [r, g, b] = default;
        let shown = quoted(value.source());
        let message = format!("{shown} is not a colour: #{r:02x}{g:02x}{b:02x} is taken");
        report.own(Problem::warning("twinmaker-value", value.place(), message));
    }
    Some(color.unwrap_or(default))
}

/// The file of a picture that is named.
pub(super) fn picture(
    value: Option<Value<'_>>,
    context: &mut Context<'_, '_>,
    report: &mut Report<'_>,
) -> Option<PathBuf> {
    let value = value?;
    let uri = value.text().filter(|uri| !uri.is_empty())?;
    (context.file)(uri, value.place(), report.problems)
}
