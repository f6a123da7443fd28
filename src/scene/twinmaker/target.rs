//! Targets of rules: `iottwinmaker.common.color:#d13212`.

use super::color;
use crate::scene::{TagIcon, Target};

const ICON: &str = "iottwinmaker.common.icon:";
const COLOR: &str = "iottwinmaker.common.color:";
const NUMBER: &str = "iottwinmaker.common.number";
const OPACITY: &str = "iottwinmaker.common.opacity:";
/// What an empty colour stands for: the theme's red.
const ERROR_RED: &str = "#db0000";
const ICONS: [&str; 5] = ["Info", "Warning", "Error", "Video", "Custom"];

/// What a target is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceType {
    /// An icon, by one of five names. What is not understood is one, too.
    Icon,
    /// A colour, in any way that three.js reads.
    Color,
    /// The expression's own value.
    Number,
    /// An opacity.
    Opacity,
}

/// A target, taken apart as TwinMaker does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// What it is about.
    pub kind: ResourceType,
    /// Its value, as text.
    pub value: String,
}

impl Resource {
    /// Takes a target apart. What is no text counts as an empty one.
    pub fn parse(target: &str) -> Self {
        let new = |kind, value: &str| Self {
            kind,
            value: value.to_owned(),
        };
        let or = |value: &str, default: &str| match value {
            "" => default.to_owned(),
            _ => value.to_owned(),
        };
        if let Some(name) = target.strip_prefix(ICON) {
            let known = ICONS.iter().find(|icon| **icon == name);
            return new(ResourceType::Icon, known.unwrap_or(&"Info"));
        }
        if let Some(style) = target.strip_prefix(COLOR) {
            return new(ResourceType::Color, &or(style, ERROR_RED));
        }
        if let Some(rest) = target.strip_prefix(NUMBER) {
            return new(ResourceType::Number, &or(rest, NUMBER));
        }
        if let Some(text) = target.strip_prefix(OPACITY) {
            return new(ResourceType::Opacity, &or(text, "1"));
        }
        new(ResourceType::Icon, "Info")
    }
}

/// Whether a statement gives its value and not the target.
pub(super) fn is_number(target: &str) -> bool {
    target == NUMBER
}

/// The icon of `metadata` where the target is a custom one.
pub(super) fn target(written: &str, metadata: impl FnOnce() -> TagIcon) -> Target {
    let resource = Resource::parse(written);
    match resource.kind {
        ResourceType::Icon => Target::Icon(icon(&resource.value, metadata)),
        ResourceType::Color => Target::Color(color::with_alpha(&resource.value)),
        ResourceType::Number if is_number(written) => Target::Number,
        // Something that is no number: nothing can be shown by it.
        ResourceType::Number => Target::Icon(TagIcon::Info),
        ResourceType::Opacity => {
            let opacity = super::json::number_of_text(&resource.value);
            let opacity = if opacity.is_nan() { 1.0 } else { opacity };
            Target::Opacity(opacity.clamp(0.0, 1.0) as f32)
        }
    }
}

/// The icon of this name.
pub(super) fn icon(name: &str, custom: impl FnOnce() -> TagIcon) -> TagIcon {
    match name {
        "Warning" => TagIcon::Warning,
        "Error" => TagIcon::Error,
        "Video" => TagIcon::Video,
        "Custom" => custom(),
        _ => TagIcon::Info,
    }
}

/// The icon of a tag: `iottwinmaker.common.icon:Video`.
pub(super) fn tag_icon(written: &str, custom: impl FnOnce() -> TagIcon) -> TagIcon {
    let resource = Resource::parse(written);
    match resource.kind {
        ResourceType::Icon => icon(&resource.value, custom),
        ResourceType::Color | ResourceType::Number | ResourceType::Opacity => TagIcon::Info,
    }
}
