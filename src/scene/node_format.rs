//! The part of the scene file format that describes a composition: nodes, entities, surroundings.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::format::SignalTable;

/// One of something, or a list of several.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// A kind of component that entities have: what is heard of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ComponentTable {
    /// The name for people. The key without one.
    #[schemars(example = &"MixerComponent")]
    pub name: Option<String>,
    /// Signals, by the name that rules use for them.
    #[serde(default)]
    #[expect(dead_code, reason = "read one by one")]
    signals: BTreeMap<String, SignalTable>,
}

/// A component of an entity, of which telemetry comes: `{entity}/{component}` in topics.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EntityEntry {
    /// The entity.
    #[schemars(example = &"Mixer_0")]
    pub entity: String,
    /// Its component.
    #[schemars(example = &"MixerComponent")]
    pub component: String,
    /// A key of `[components]`: the component's name without one.
    #[schemars(example = &"MixerComponent")]
    pub kind: Option<String>,
}

/// Something in the scene that is not a turbine: a model, a mark, a light, or a group of such.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeEntry {
    /// For people.
    #[schemars(example = &"Mixer")]
    pub name: Option<String>,
    /// By which other nodes name it: its name without one.
    #[schemars(example = &"mixer_2")]
    pub id: Option<String>,
    /// The node that it belongs to, by id or name: the world without one.
    #[schemars(example = &"Line 1")]
    pub parent: Option<String>,
    /// Nodes that belong to it, by id or name, in this order; for those that do not name it as their
    /// `parent`.
    #[serde(default)]
    #[schemars(example = ["Mixer", "Freezer"])]
    pub children: Vec<String>,
    /// Nodes that belong to it.
    #[serde(default)]
    #[expect(dead_code, reason = "read one by one")]
    nodes: Vec<NodeEntry>,
    /// Not shown, with all that belongs to it.
    #[serde(default)]
    pub hidden: bool,
    /// Metres in its parent: x east, y up, z south.
    #[schemars(example = [0, 2, -3])]
    pub position_m: Option<[f64; 3]>,
    /// Turns about x, y and z, degrees (Euler angles in this order).
    #[schemars(example = [0, 90, 0])]
    pub rotation_deg: Option<[f64; 3]>,
    /// The same in radians.
    #[schemars(example = [0.0, 1.57, 0.0])]
    pub rotation_rad: Option<[f64; 3]>,
    /// By axis; negative ones mirror.
    #[schemars(example = [1, 1, 1])]
    pub scale: Option<[f64; 3]>,
    /// A 3D model.
    pub model: Option<OneOrMany<NodeModel>>,
    /// An object within the model of the node above, whose place this node's takes.
    pub sub_model: Option<OneOrMany<NodeSubModel>>,
    /// Clips of its model that play.
    pub animation: Option<OneOrMany<NodeAnimation>>,
    /// A mark that always faces the camera.
    pub tag: Option<OneOrMany<NodeTag>>,
    /// Rules that colour it and all below it.
    pub shader: Option<OneOrMany<Bound>>,
    /// A shape over which stripes run.
    pub motion: Option<OneOrMany<NodeMotion>>,
    /// Text with values.
    pub overlay: Option<OneOrMany<NodeOverlay>>,
    /// A view that can be taken.
    pub camera: Option<OneOrMany<NodeCamera>>,
    /// A light, or several.
    pub light: Option<OneOrMany<NodeLight>>,
    /// What it stands for.
    pub entity: Option<OneOrMany<Bound>>,
    /// A flat rectangle.
    pub plane: Option<OneOrMany<NodePlane>>,
}

/// What is read, and the rules that it is judged by.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Bound {
    /// The entity: one of `[[entities]]`.
    #[serde(default)]
    #[schemars(example = &"Mixer_0")]
    pub entity: String,
    /// Its component.
    #[serde(default)]
    #[schemars(example = &"MixerComponent")]
    pub component: String,
    /// The signal, by its name or its field.
    #[serde(default)]
    #[schemars(example = &"rpm")]
    pub property: String,
    /// Rules, by name, or the `map` of several: the first that holds tells what is shown.
    #[serde(default)]
    #[schemars(example = ["Mixer hot"])]
    pub rules: Vec<String>,
}

/// A 3D model.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeModel {
    /// The GLB or glTF file, within the scene's folder. Without one, and without one that `uri` leads
    /// to, a labelled box stands there.
    #[schemars(example = &"models/mixer.glb")]
    pub file: Option<String>,
    /// Where it came from.
    #[schemars(example = &"s3://bucket/models/mixer.glb")]
    pub uri: Option<String>,
    /// Metres in a unit of the file, by axis: 1 without it.
    #[schemars(example = [0.001, 0.001, 0.001])]
    pub scale: Option<[f64; 3]>,
    /// It throws shadows.
    #[serde(default)]
    pub casts_shadow: bool,
    /// Shadows fall on it.
    #[serde(default)]
    pub receives_shadow: bool,
}

/// An object within a model: its name, or its order in the file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeSubModel {
    /// Its name.
    #[schemars(example = &"Lid")]
    pub name: Option<String>,
    /// Its order in the file.
    #[schemars(example = 3)]
    pub number: Option<u32>,
}

/// Clips that play.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeAnimation {
    /// Their names.
    #[schemars(example = ["Spin"])]
    pub clips: Vec<String>,
}

/// What a tag shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum IconName {
    /// All is well.
    Info,
    /// Something needs a look.
    Warning,
    /// Something is wrong.
    Error,
    /// A camera picture is to be had.
    Video,
}

/// An icon of a library.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LibraryIcon {
    /// The library's prefix.
    #[serde(default)]
    #[schemars(example = &"fas")]
    pub prefix: String,
    /// The icon.
    #[serde(default)]
    #[schemars(example = &"fan")]
    pub name: String,
    /// Its colour.
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"), example = &"#d13212")]
    pub color: Option<String>,
}

/// An icon by name, or one of a library.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum IconTable {
    /// By name.
    Named(IconName),
    /// Of a library.
    Library(LibraryIcon),
}

/// Where a tag leads.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkTable {
    /// A web address.
    #[serde(default)]
    #[schemars(example = &"https://example.org/mixer")]
    pub to: String,
    /// What goes with it.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
}

/// A mark that always faces the camera.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeTag {
    /// Without rules, and where none holds: info without one.
    pub icon: Option<IconTable>,
    /// The colour of an icon of a library.
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"), example = &"#d13212")]
    pub color: Option<String>,
    /// Metres from its node.
    pub offset_m: Option<[f64; 3]>,
    /// What a click opens.
    pub link: Option<LinkTable>,
    /// What it is judged by.
    #[serde(default)]
    pub bound: Bound,
}

/// The shape of a motion indicator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ShapeName {
    /// A plane along which stripes run.
    #[default]
    Plane,
    /// A pipe along which stripes run.
    Pipe,
    /// A pipe around which stripes run.
    Ring,
}

/// A shape over which stripes run.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeMotion {
    /// Its shape: a plane without one.
    #[serde(default)]
    pub shape: ShapeName,
    /// Stripes over its length: 1 without it.
    #[schemars(range(min = 0, max = 10000), example = 4)]
    pub repeats: Option<f32>,
    /// 0 to 1, of what is between the stripes: 1 without it.
    #[schemars(range(min = 0, max = 1), example = 0.2)]
    pub background_opacity: Option<f32>,
    /// Between the stripes.
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"), example = &"#303030")]
    pub background: Option<String>,
    /// Of the stripes.
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"), example = &"#01ff33")]
    pub foreground: Option<String>,
    /// Lengths a second: 0 without it.
    #[schemars(range(min = 0), example = 0.5)]
    pub speed: Option<f32>,
    /// Rules for the speed.
    pub speed_bound: Option<Bound>,
    /// Rules for the colour of the stripes.
    pub foreground_bound: Option<Bound>,
    /// Rules for the colour between them.
    pub background_bound: Option<Bound>,
}

/// A value in an overlay's text.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueTable {
    /// Its name: `${name}` in the text.
    #[schemars(example = &"speed")]
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub bound: Bound,
}

/// Text with values.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeOverlay {
    /// It stands in the scene; without it, it is a panel that belongs to the node's tag.
    #[serde(default)]
    pub annotation: bool,
    /// Markdown with `${name}`.
    #[serde(default)]
    #[schemars(example = ["Speed: **${speed}** rpm"])]
    pub text: Vec<String>,
    /// The values in it.
    #[serde(default)]
    pub values: Vec<ValueTable>,
}

/// A camera.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeCamera {
    /// Without perspective.
    #[serde(default)]
    pub orthographic: bool,
    /// Vertical angle of view, degrees: 53.13 without it.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 180), example = 50)]
    pub fov_deg: Option<f32>,
    /// Metres: 0.1 without it.
    #[schemars(extend("exclusiveMinimum" = 0), example = 0.1)]
    pub near_m: Option<f32>,
    /// Metres: 1,000 without it.
    #[schemars(extend("exclusiveMinimum" = 0), example = 1000)]
    pub far_m: Option<f32>,
    /// Magnification: 1 without it.
    #[schemars(extend("exclusiveMinimum" = 0), example = 1)]
    pub zoom: Option<f32>,
}

/// Kinds of light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LightName {
    /// From everywhere.
    Ambient,
    /// From the node towards the world's origin.
    Directional,
    /// From above and below.
    Hemisphere,
    /// From the node, everywhere.
    Point,
}

/// A light.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeLight {
    /// Which kind of light.
    pub kind: LightName,
    /// White without one.
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"), example = &"#ffffff")]
    pub color: Option<String>,
    /// 1 without it.
    #[schemars(range(min = 0), example = 0.8)]
    pub intensity: Option<f32>,
    /// It throws shadows.
    #[serde(default)]
    pub casts_shadow: bool,
    /// From below, of a hemisphere.
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"), example = &"#333333")]
    pub ground_color: Option<String>,
    /// Metres, of a point: 0, for no end, without it.
    #[schemars(range(min = 0), example = 20)]
    pub distance_m: Option<f32>,
    /// Of a point: 2 without it.
    #[schemars(range(min = 0), example = 2)]
    pub decay: Option<f32>,
}

/// A flat rectangle in x and y.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NodePlane {
    /// Metres in x.
    #[schemars(range(min = 0), example = 4)]
    pub width_m: f32,
    /// Metres in y.
    #[schemars(range(min = 0), example = 3)]
    pub height_m: f32,
    /// Its colour.
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"), example = &"#a0a0a0")]
    pub color: Option<String>,
    /// A picture over it, within the scene's folder.
    #[schemars(example = &"plan.png")]
    pub picture: Option<String>,
}

/// Fog, background and ground, and how tags look.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompositionTable {
    /// `neutral`, `directional` or `chromatic`.
    #[schemars(example = &"neutral")]
    pub environment: Option<String>,
    /// Fog, which hides what is far.
    pub fog: Option<FogTable>,
    /// The colour behind all.
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"), example = &"#2a2e33")]
    pub background: Option<String>,
    /// A picture behind all, within the scene's folder.
    #[schemars(example = &"sky.png")]
    pub background_picture: Option<String>,
    /// The ground.
    pub ground: Option<GroundTable>,
    /// A picture on the ground, within the scene's folder.
    #[schemars(example = &"plan.png")]
    pub ground_picture: Option<String>,
    /// How tags look.
    pub tags: Option<TagsTable>,
    /// Overlay panels are shown at first.
    #[serde(default)]
    pub overlay_panels: bool,
}

/// Fog.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FogTable {
    /// Its colour.
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"), example = &"#cccccc")]
    pub color: String,
    /// Where it begins, metres.
    #[schemars(range(min = 0), example = 20)]
    pub near_m: f32,
    /// Where nothing is seen any more, metres.
    #[schemars(range(min = 0), example = 200)]
    pub far_m: f32,
}

/// The ground.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GroundTable {
    /// Its colour.
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"), example = &"#096f64")]
    pub color: String,
    /// How solid it is: 0 to 1.
    #[schemars(range(min = 0, max = 1), example = 0.5)]
    pub opacity: f32,
}

/// How tags look.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TagsTable {
    /// They keep their size on screen: true without it.
    pub keep_size: Option<bool>,
    /// Their size: 1 without it.
    #[schemars(range(min = 0, max = 1000), example = 1.5)]
    pub scale: Option<f32>,
    /// Hidden behind what stands before them: true without it.
    pub hidden_behind: Option<bool>,
}
