//! A composition: a hierarchy of nodes with models, tags, lights and the like, as scene composers
//! make it. Drawn beside the turbines of a scene, or instead of them.
//!
//! Metres; x points east, y up, z south; turns are XYZ Euler angles in radians.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use bevy::math::DVec3;

use crate::fleet::{SignalColumn, TurbineRow};

/// A checked composition. Indexes in it are sound; its nodes form no cycles.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Composition {
    /// Every node.
    pub nodes: Vec<Node>,
    /// The nodes that stand in the world itself.
    pub roots: Vec<usize>,
    /// Fog, background and ground.
    pub surroundings: Surroundings,
    /// Rules by the name under which components name them.
    pub rule_maps: Vec<RuleMap>,
    /// How tags look.
    pub tags: TagSettings,
    /// Whether overlay panels are shown at first.
    pub shows_overlay_panels: bool,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    /// For people; not unique.
    pub name: String,
    /// Its place in its parent.
    pub place: NodePlace,
    /// Its children, as indexes.
    pub children: Vec<usize>,
    /// What it is and has.
    pub components: Vec<Component>,
}

/// A place in a parent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NodePlace {
    /// Metres.
    pub position: DVec3,
    /// XYZ Euler angles, radians.
    pub rotation: DVec3,
    /// By axis; negative ones mirror.
    pub scale: DVec3,
}

impl Default for NodePlace {
    fn default() -> Self {
        Self {
            position: DVec3::ZERO,
            rotation: DVec3::ZERO,
            scale: DVec3::ONE,
        }
    }
}

/// What a node is or has.
#[derive(Debug, Clone, PartialEq)]
pub enum Component {
    /// A 3D model.
    Model(ModelRef),
    /// An object within the model of the nearest node above; the node's place takes that object's.
    SubModel {
        /// The object's number (its order in the file) or name.
        selector: Selector,
    },
    /// Clips of the node's model that play.
    Animation {
        /// Names of clips.
        clips: Vec<String>,
    },
    /// A mark that always faces the camera.
    Tag(Tag),
    /// Colours every mesh of the node and of those below it.
    Shader(Binding),
    /// Shows a flow.
    Motion(MotionIndicator),
    /// Text with values.
    Overlay(DataOverlay),
    /// A view that can be taken.
    Camera(CameraSpec),
    /// A light.
    Light(LightSpec),
    /// What the node stands for, and nothing to see.
    Entity(Binding),
    /// A flat rectangle in x and y.
    Plane(Plane),
}

impl Component {
    /// The name of its table in scene files.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Model(_) => "model",
            Self::SubModel { .. } => "sub_model",
            Self::Animation { .. } => "animation",
            Self::Tag(_) => "tag",
            Self::Shader(_) => "shader",
            Self::Motion(_) => "motion",
            Self::Overlay(_) => "overlay",
            Self::Camera(_) => "camera",
            Self::Light(_) => "light",
            Self::Entity(_) => "entity",
            Self::Plane(_) => "plane",
        }
    }

    /// What it is bound to, to be changed.
    pub(super) fn bindings_mut(&mut self) -> Vec<&mut Binding> {
        match self {
            Self::Tag(tag) => vec![&mut tag.binding],
            Self::Shader(binding) | Self::Entity(binding) => vec![binding],
            Self::Motion(motion) => [
                &mut motion.speed_binding,
                &mut motion.foreground_binding,
                &mut motion.background_binding,
            ]
            .into_iter()
            .flatten()
            .collect(),
            Self::Overlay(overlay) => overlay.bindings.iter_mut().map(|(_, b)| b).collect(),
            Self::Model(_)
            | Self::SubModel { .. }
            | Self::Animation { .. }
            | Self::Camera(_)
            | Self::Light(_)
            | Self::Plane(_) => Vec::new(),
        }
    }
}

impl Composition {
    /// How many nodes a path from a root has at most.
    pub fn depth(&self) -> usize {
        let mut open: Vec<(usize, usize)> = self.roots.iter().map(|&root| (root, 1)).collect();
        let mut deepest = 0;
        while let Some((index, depth)) = open.pop() {
            deepest = deepest.max(depth);
            let node = self.nodes.get(index);
            let children = node.into_iter().flat_map(|n| &n.children);
            open.extend(children.map(|&child| (child, depth + 1)));
        }
        deepest
    }

    /// How many components of each kind there are, by the names of their tables.
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for component in self.nodes.iter().flat_map(|n| &n.components) {
            *counts.entry(component.kind()).or_default() += 1;
        }
        counts
    }
}

/// A 3D model file.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRef {
    /// As written: `s3://bucket/models/mixer.glb`.
    pub uri: String,
    /// The GLB or glTF file; `None` where there is none, and a labelled box stands in.
    pub file: Option<PathBuf>,
    /// Metres in a unit of the file, by axis.
    pub scale: DVec3,
    /// It throws shadows.
    pub casts_shadow: bool,
    /// Shadows fall on it.
    pub receives_shadow: bool,
}

/// How an object within a model is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// Its order among the objects of the file.
    Number(u32),
    /// Its name.
    Name(String),
}

/// What a component reads, and which rules it follows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Binding {
    /// The entity.
    pub entity: Arc<str>,
    /// Its component.
    pub component: Arc<str>,
    /// The property of that.
    pub property: Arc<str>,
    /// The row of the entity's component; `None` where nothing is bound.
    pub row: Option<TurbineRow>,
    /// The column of the property.
    pub signal: Option<SignalColumn>,
    /// Index into [`Composition::rule_maps`].
    pub rules: Option<usize>,
}

/// Statements, of which the first that holds tells what is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleMap {
    /// Its name.
    pub id: Arc<str>,
    /// In the order in which they are asked.
    pub statements: Vec<Statement>,
}

/// A statement of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its condition, as an index into `Scene::rules`.
    pub rule: u16,
    /// What is shown where it holds.
    pub target: Target,
}

/// What a statement shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// An icon on a tag.
    Icon(TagIcon),
    /// A colour: sRGB and alpha.
    Color([u8; 4]),
    /// 0 to 1.
    Opacity(f32),
    /// The value of the expression itself.
    Number,
}

/// What a tag shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum TagIcon {
    /// A calm mark: all is well.
    #[default]
    Info,
    /// Something needs a look.
    Warning,
    /// Something is wrong.
    Error,
    /// A camera picture is to be had.
    Video,
    /// An icon of a library.
    Custom {
        /// The library's prefix: `fas`.
        prefix: String,
        /// The icon: `fan`.
        name: String,
        /// sRGB.
        color: Option<[u8; 3]>,
    },
}

/// A mark that always faces the camera.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tag {
    /// Without rules, and where none holds.
    pub icon: TagIcon,
    /// sRGB of a custom icon.
    pub color: Option<[u8; 3]>,
    /// What it reads.
    pub binding: Binding,
    /// Metres from its node.
    pub offset: DVec3,
    /// What a click opens: a web address or a scene.
    pub link: Option<NavLink>,
}

/// Where a tag leads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NavLink {
    /// A web address.
    pub destination: String,
    /// Names and values that go with it, sorted by name.
    pub params: Vec<(String, String)>,
}

/// A shape over which stripes run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MotionIndicator {
    /// Its shape.
    pub shape: MotionShape,
    /// Stripes over its length.
    pub repeats: f32,
    /// 0 to 1, of what is between the stripes.
    pub background_opacity: f32,
    /// sRGB between the stripes where no rule says otherwise.
    pub background: Option<[u8; 3]>,
    /// sRGB of the stripes where no rule says otherwise.
    pub foreground: Option<[u8; 3]>,
    /// Lengths a second where no rule says otherwise.
    pub speed: f32,
    /// Rules for the speed.
    pub speed_binding: Option<Binding>,
    /// Rules for the colour of the stripes.
    pub foreground_binding: Option<Binding>,
    /// Rules for the colour between them.
    pub background_binding: Option<Binding>,
}

/// The shape of a motion indicator, one metre a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MotionShape {
    /// A plane along which stripes run.
    #[default]
    LinearPlane,
    /// A pipe along which stripes run.
    LinearCylinder,
    /// A pipe around which stripes run.
    CircularCylinder,
}

/// Text with values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DataOverlay {
    /// A text that stands in the scene, instead of a panel that belongs to the node's tag.
    pub is_annotation: bool,
    /// Markdown with `${name}`.
    pub rows: Vec<String>,
    /// The names in it.
    pub bindings: Vec<(String, Binding)>,
}

/// A camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CameraSpec {
    /// Without perspective.
    pub is_orthographic: bool,
    /// Vertical angle of view, degrees.
    pub fov_deg: f32,
    /// Metres.
    pub near: f32,
    /// Metres.
    pub far: f32,
    /// Magnification.
    pub zoom: f32,
}

/// A light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LightSpec {
    /// Which.
    pub kind: LightKind,
    /// sRGB.
    pub color: [u8; 3],
    /// As in three.js.
    pub intensity: f32,
    /// It throws shadows.
    pub casts_shadow: bool,
    /// sRGB from below, of a hemisphere.
    pub ground_color: [u8; 3],
    /// Metres, of a point: 0 for no end.
    pub distance: f32,
    /// Of a point.
    pub decay: f32,
}

/// Kinds of light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LightKind {
    /// From everywhere.
    Ambient,
    /// From the node towards the world's origin.
    Directional,
    /// From above and below.
    Hemisphere,
    /// From the node, everywhere.
    Point,
}

/// A flat rectangle in x and y.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Metres in x.
    pub width: f32,
    /// Metres in y.
    pub height: f32,
    /// sRGB.
    pub color: Option<[u8; 3]>,
    /// A picture over it.
    pub texture: Option<PathBuf>,
}

/// Fog, background and ground.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Surroundings {
    /// sRGB, and from where to where it thickens, metres.
    pub fog: Option<([u8; 3], f32, f32)>,
    /// sRGB.
    pub background: Option<[u8; 3]>,
    /// A picture behind all.
    pub background_texture: Option<PathBuf>,
    /// sRGB and opacity.
    pub ground: Option<([u8; 3], f32)>,
    /// A picture on the ground.
    pub ground_texture: Option<PathBuf>,
    /// `neutral`, `directional` or `chromatic`.
    pub environment: Option<String>,
}

/// How tags look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TagSettings {
    /// Keep their size on screen.
    pub keeps_size: bool,
    /// Their size.
    pub scale: f32,
    /// Hidden behind what stands before them.
    pub is_hidden_behind: bool,
}

impl Default for TagSettings {
    fn default() -> Self {
        Self {
            keeps_size: true,
            scale: 1.0,
            is_hidden_behind: true,
        }
    }
}
