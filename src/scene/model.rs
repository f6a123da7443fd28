//! The checked scene: what every other room works from. Nothing in it needs checking again.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::composition::Composition;
use super::gltf::GltfModel;
use crate::fleet::{SignalColumn, TurbineRow};
use crate::rules::{Computed, LabelTemplate, Program, Texts};
use crate::units::{Conversion, conversion};

pub use super::other_alarms::{
    ActiveCodes, AlarmCode, CodeTable, EVERY_OTHER_CODE, OtherAlarms, normal_code,
};
pub use super::terrain::{Extent, Terrain};

/// The scene that is open, shared by every room. Replaced as a whole when its files change.
#[derive(Resource, Clone, Debug)]
pub struct ActiveScene {
    /// The scene.
    pub scene: Arc<Scene>,
    /// Counts up with each replacement, so that what was derived from a scene knows that it is old.
    pub generation: u64,
}

/// Sent in the frame in which [`ActiveScene`] was inserted or replaced.
#[derive(Message, Debug, Clone)]
pub struct SceneReplaced {
    /// The same scene before its reload; `None` where none was open, or another farm's.
    pub previous: Option<Arc<Scene>>,
}

/// A checked scene.
#[derive(Debug, Default)]
pub struct Scene {
    /// The scene file itself.
    pub path: PathBuf,
    /// Every file that the scene was read from: includes and CSV layouts too.
    pub files: Vec<PathBuf>,
    /// The farm's name.
    pub title: String,
    /// Where the farm is.
    pub site: Site,
    /// Where telemetry comes from.
    pub broker: Broker,
    /// How topics and payloads map to turbines and signals.
    pub topics: Vec<TopicMapping>,
    /// Values that come by topics of their own.
    pub bindings: Vec<TopicBinding>,
    /// Every distinct signal name over all models; the index is the [`SignalColumn`]. Columns after
    /// these have no name: they hold what stands within expressions.
    pub signals: Vec<Arc<str>>,
    /// The kind of each column, those without a name too. One name has one kind in all models.
    pub kinds: Vec<ValueKind>,
    /// Columns that are worked out: derived signals, and those without a name.
    pub computed: Vec<Computed>,
    /// Asset models.
    pub models: Vec<Model>,
    /// Turbines; the index is the [`TurbineRow`].
    pub turbines: Vec<Turbine>,
    /// Views that the scene names, in its order.
    pub views: Vec<NamedView>,
    /// Rules in the order in which they apply.
    pub rules: Vec<Rule>,
    /// Alarms that no rule raises.
    pub other_alarms: OtherAlarms,
    /// How alarms are shared with other stations.
    pub sharing: Sharing,
    /// Texts that signals and rules compare, as numbers.
    pub texts: Arc<Texts>,
    /// Nodes that are drawn beside the turbines, or instead of them.
    pub composition: Option<Arc<Composition>>,
}

/// Where something of a scene is written, so that it can be written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: Arc<std::path::Path>,
    /// JSON pointer to it: `/rules/3`, `/models/v80`.
    pub pointer: Arc<str>,
}

impl Default for Origin {
    fn default() -> Self {
        Self {
            file: std::path::Path::new("").into(),
            pointer: "".into(),
        }
    }
}

/// Where the farm stands, and on what.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Site {
    /// WGS 84 latitude of the origin of east and north, degrees.
    pub latitude_deg: f64,
    /// WGS 84 longitude of the origin of east and north, degrees.
    pub longitude_deg: f64,
    /// What the turbines stand on.
    pub ground: Ground,
    /// IANA time zone in which times are shown; the machine's own without one.
    pub time_zone: Option<String>,
    /// By which light it is seen.
    pub daylight: SiteDaylight,
    /// The land's form; flat without one.
    pub terrain: Option<Arc<Terrain>>,
}

/// By which light a scene is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiteDaylight {
    /// The sun as it stands over the site now: dark at night.
    #[default]
    Clock,
    /// Always day.
    Day,
}

/// What the turbines stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// Open sea.
    #[default]
    Sea,
    /// Flat land.
    Land,
}

/// The broker and the manners of the connection.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Broker {
    /// `mqtt://host:port`, `mqtts://host:port`, or `embedded`.
    pub url: String,
    /// A signal not heard of for this long is stale.
    pub stale_after: Duration,
    /// The environment variable that holds the user name, where the broker wants one.
    pub username_env: Option<String>,
    /// The environment variable that holds the password, where the broker wants one.
    pub password_env: Option<String>,
}

/// How alarms are shared with other stations over the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// They are shared.
    pub is_enabled: bool,
    /// What the topics begin with; `windvane/` and the farm's name without one.
    pub topic: Option<String>,
}

impl Default for Sharing {
    fn default() -> Self {
        Self {
            is_enabled: true,
            topic: None,
        }
    }
}

/// One `[[topics]]` entry.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicMapping {
    /// Topic filter with `{turbine}` and `{signal}` levels, or `{entity}/{component}` in place of
    /// `{turbine}`; `+` and `#` as in MQTT.
    pub filter: String,
    /// How payloads are read.
    pub payload: PayloadFormat,
    /// JSON pointer to the source time; the time of arrival without one.
    pub time: Option<String>,
    /// JSON pointer to a quality; good without one.
    pub quality: Option<String>,
}

/// A value that comes by a topic of its own, or in one with others.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicBinding {
    /// The topic, without wildcards.
    pub topic: String,
    /// JSON pointer to the value; without one the payload is the bare value.
    pub field: Option<String>,
    /// JSON pointer to the source time; the time of arrival without one.
    pub time: Option<String>,
    /// JSON pointer to a quality; good without one.
    pub quality: Option<String>,
    /// Whose value it is.
    pub row: TurbineRow,
    /// Which of its values.
    pub signal: SignalColumn,
}

/// How the payload of a topic is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayloadFormat {
    /// A JSON object; each signal's `field` is a pointer into it.
    Json,
    /// One bare value; the topic has a `{signal}` level that names the signal.
    Value,
}

/// A kind of turbine: its dimensions and signals.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// The key in the scene file: `v80`.
    pub id: Arc<str>,
    /// The name for people: `Vestas V80-2.0 MW`.
    pub name: String,
    /// Height of the rotor's axis above the ground or the mean sea level, metres.
    pub hub_height_m: f32,
    /// Rotor diameter, metres.
    pub rotor_diameter_m: f32,
    /// Rated power, kilowatts.
    pub rated_power_kw: f32,
    /// What is given of its form beside those three.
    pub shape: TurbineShape,
    /// The file that it is drawn from instead of being generated.
    pub gltf: Option<Arc<GltfModel>>,
    /// The model's signals, sorted by column.
    pub signals: Vec<Signal>,
    /// Limits that rules name as `limits.NAME`, sorted by name; a turbine may have others.
    pub limits: Vec<(Arc<str>, f64)>,
    /// Its rows are not turbines but entities of the scene's composition, whose nodes show them.
    pub is_entity: bool,
    /// Where it is written.
    pub origin: Origin,
}

/// What a scene gives of a generated turbine's form; the rest follows from its size.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TurbineShape {
    /// How far the rotor's axis points up, degrees: 5 to 6 without one.
    #[schemars(range(min = 0, max = 15), example = 5)]
    pub tilt_deg: Option<f32>,
    /// How far the blades lean upwind, degrees: 2.5 to 4 without one.
    #[schemars(range(min = 0, max = 15), example = 2.5)]
    pub cone_deg: Option<f32>,
    /// From the tower's axis to the hub's centre, metres.
    #[schemars(range(min = 0.5, max = 50), example = 3.3)]
    pub overhang_m: Option<f32>,
    /// Diameter at which the blades are bolted to the hub, metres.
    #[schemars(range(min = 0.3, max = 20), example = 2)]
    pub hub_diameter_m: Option<f32>,
    /// Diameter of the tower at its foot, metres.
    #[schemars(range(min = 0.5, max = 30), example = 4.2)]
    pub tower_base_diameter_m: Option<f32>,
    /// Diameter of the tower at its top, metres.
    #[schemars(range(min = 0.3, max = 20), example = 2.3)]
    pub tower_top_diameter_m: Option<f32>,
    /// Length of the nacelle's cover, metres.
    #[schemars(range(min = 1, max = 60), example = 10.4)]
    pub nacelle_length_m: Option<f32>,
    /// Width of the nacelle, metres.
    #[schemars(range(min = 0.5, max = 30), example = 3.4)]
    pub nacelle_width_m: Option<f32>,
    /// Height of the nacelle without what stands on it, metres.
    #[schemars(range(min = 0.5, max = 30), example = 3.8)]
    pub nacelle_height_m: Option<f32>,
    /// What turns the generator: `direct_drive` for rotors of 150 m and more at sea, else `geared`.
    pub drivetrain: Option<Drivetrain>,
    /// What the tower stands on: `monopile` at sea, `land` on land without one.
    pub foundation: Option<Foundation>,
    /// Whose blades and tower are scaled to its size: `iea_15mw` for rotors of 150 m and more, else
    /// `nrel_5mw`.
    pub blade: Option<BladeShape>,
}

/// What turns the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Drivetrain {
    /// A shaft, a gearbox and a fast generator.
    Geared,
    /// The rotor itself, in a generator as wide as the nacelle.
    DirectDrive,
}

/// What a tower stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Foundation {
    /// A pile in the sea bed, with a transition piece.
    Monopile,
    /// A lattice of pipes, with a transition piece.
    Jacket,
    /// A concrete shaft that stands by its weight, with an ice cone.
    Gravity,
    /// A plinth on land.
    Land,
}

/// The reference turbine whose blades and tower are scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum BladeShape {
    /// NREL 5 MW: rotor of 126 m, straight blades.
    #[serde(rename = "nrel_5mw")]
    Nrel5Mw,
    /// IEA 15 MW: rotor of 240 m, slender blades bent upwind.
    #[serde(rename = "iea_15mw")]
    Iea15Mw,
}

/// A view that a scene names.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedView {
    /// Its name.
    pub name: String,
    /// Where the camera stands: metres east, north and up from the site's origin.
    pub camera_m: [f64; 3],
    /// What it looks at.
    pub target_m: [f64; 3],
    /// Vertical angle of view, degrees; the usual one without.
    pub fov_deg: Option<f32>,
}

impl Model {
    /// The model's signal in this column, if it has one.
    pub fn signal(&self, column: SignalColumn) -> Option<&Signal> {
        let at = self
            .signals
            .binary_search_by_key(&column, |s| s.column)
            .ok()?;
        self.signals.get(at)
    }

    /// The signal that drives this motion, if one does.
    pub fn driver(&self, drive: Drive) -> Option<&Signal> {
        self.signals.iter().find(|s| s.drives == Some(drive))
    }
}

/// One signal of a model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Signal {
    /// The column of the fleet that holds it.
    pub column: SignalColumn,
    /// Its name in rules: `gearbox_oil_temperature`.
    pub name: Arc<str>,
    /// JSON pointer to it in a payload, or the name of its topic level, IEC 61400-25 names where the
    /// plant uses them: `/WTRM/GbxOilTmp`.
    pub field: String,
    /// Unit as shown: `kW`, `degC`, `rpm`. Empty for none.
    pub unit: String,
    /// From the unit in which it is sent, where that is another.
    pub conversion: Option<Conversion>,
    /// The expression that it is worked out by instead of being heard.
    pub expression: Option<Arc<str>>,
    /// The range of normal values, for the range bar.
    pub range: Option<[f64; 2]>,
    /// What its values are.
    pub kind: ValueKind,
    /// The motion that it drives in the view.
    pub drives: Option<Drive>,
    /// The part that it tells about.
    pub part: Option<Part>,
    /// Not heard of for this long it is stale, in place of the broker's; [`Duration::MAX`] for never.
    pub stale_after: Option<Duration>,
    /// Its values are alarm codes: numbers and lists are read as texts.
    pub carries_codes: bool,
}

/// What the values of a signal are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// A number.
    #[default]
    Number,
    /// True or false; 1.0 and 0.0 in the columns.
    Boolean,
    /// A text, as its number in [`Texts`].
    Text,
}

/// What a signal drives in the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Drive {
    /// Rotor speed, rpm.
    Rotor,
    /// Nacelle direction, degrees clockwise from north, where the wind comes from.
    Yaw,
    /// Blade pitch, degrees from the fine (power) position towards feather.
    Pitch,
    /// Wind speed at the nacelle, m/s: for the wind that the view shows.
    WindSpeed,
    /// Where the wind comes from, degrees clockwise from north: for the wind that the view shows.
    WindDirection,
}

/// Metres a second in one of a unit of speed; `None` of a unit that is not known.
pub fn metres_a_second(unit: &str) -> Option<f64> {
    let unit = if unit.is_empty() { "m/s" } else { unit };
    conversion(unit, "m/s").ok().map(|c| c.factor)
}

/// One turbine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Turbine {
    /// Its name in topics and lists.
    pub id: Arc<str>,
    /// Index into [`Scene::models`].
    pub model: usize,
    /// Metres east of the site's origin.
    pub east_m: f64,
    /// Metres north of the site's origin.
    pub north_m: f64,
    /// Height of its foot above the sea, or above the height map's datum, metres.
    pub up_m: f64,
    /// Limits in place of its model's, sorted by name.
    pub limits: Vec<(Arc<str>, f64)>,
}

/// Part of a turbine that a rule can colour, after IEC 61400-25's logical nodes (given in brackets).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Part {
    /// Monopile and transition piece, or the base on land.
    Foundation,
    /// Tower (WTOW).
    Tower,
    /// Nacelle and its cover (WNAC).
    Nacelle,
    /// Hub and the whole rotor (WROT).
    Rotor,
    /// The blades (WROT).
    Blades,
    /// Pitch system (WROT).
    Pitch,
    /// Main bearing (WTRM).
    MainBearing,
    /// Main shaft (WTRM).
    Shaft,
    /// Gearbox (WTRM).
    Gearbox,
    /// Brake (WTRM).
    Brake,
    /// Generator (WGEN).
    Generator,
    /// Converter (WCNV).
    Converter,
    /// Transformer (WTRF).
    Transformer,
    /// Yaw system (WYAW).
    Yaw,
    /// Tower base: entrance, switchgear (WTOW).
    TowerBase,
}

/// A surface of the turbine that is coloured on its own: those seen from outside, then those within.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Surface {
    /// Foundation and transition piece.
    Foundation,
    /// Tower.
    Tower,
    /// Nacelle cover.
    Nacelle,
    /// Hub and spinner.
    Hub,
    /// The three blades.
    Blades,
    /// Pitch drives, within the hub.
    Pitch,
    /// Main bearing.
    MainBearing,
    /// Main shaft.
    Shaft,
    /// Gearbox.
    Gearbox,
    /// Brake disc and caliper.
    Brake,
    /// Generator.
    Generator,
    /// Converter.
    Converter,
    /// Transformer.
    Transformer,
    /// Yaw bearing and drives.
    Yaw,
    /// What stands in the tower's foot.
    TowerBase,
}

/// How many [`Surface`]s there are.
pub const SURFACES: usize = 15;

impl Surface {
    /// Every surface with its name, by `Surface as usize`.
    pub const ALL: [(Self, &'static str); SURFACES] = [
        (Self::Foundation, "foundation"),
        (Self::Tower, "tower"),
        (Self::Nacelle, "nacelle"),
        (Self::Hub, "hub"),
        (Self::Blades, "blades"),
        (Self::Pitch, "pitch"),
        (Self::MainBearing, "main_bearing"),
        (Self::Shaft, "shaft"),
        (Self::Gearbox, "gearbox"),
        (Self::Brake, "brake"),
        (Self::Generator, "generator"),
        (Self::Converter, "converter"),
        (Self::Transformer, "transformer"),
        (Self::Yaw, "yaw"),
        (Self::TowerBase, "tower_base"),
    ];

    /// Whether it can be seen without opening the turbine.
    pub fn is_outside(self) -> bool {
        self <= Self::Blades
    }
}

impl Part {
    /// Every part with its name in scene files.
    pub const ALL: [(Self, &'static str); 15] = [
        (Self::Foundation, "foundation"),
        (Self::Tower, "tower"),
        (Self::Nacelle, "nacelle"),
        (Self::Rotor, "rotor"),
        (Self::Blades, "blades"),
        (Self::Pitch, "pitch"),
        (Self::MainBearing, "main_bearing"),
        (Self::Shaft, "shaft"),
        (Self::Gearbox, "gearbox"),
        (Self::Brake, "brake"),
        (Self::Generator, "generator"),
        (Self::Converter, "converter"),
        (Self::Transformer, "transformer"),
        (Self::Yaw, "yaw"),
        (Self::TowerBase, "tower_base"),
    ];

    /// Its name in scene files.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(part, _)| *part == self)
            .map_or("", |&(_, name)| name)
    }

    /// The surfaces that show this part: its own, and for what is within also the one that hides it.
    pub fn surfaces(self) -> &'static [Surface] {
        match self {
            Self::Foundation => &[Surface::Foundation],
            Self::Tower => &[Surface::Tower],
            Self::Nacelle => &[Surface::Nacelle],
            Self::Rotor => &[Surface::Hub, Surface::Blades],
            Self::Blades => &[Surface::Blades],
            Self::Pitch => &[Surface::Hub, Surface::Pitch],
            Self::MainBearing => &[Surface::Nacelle, Surface::MainBearing],
            Self::Shaft => &[Surface::Nacelle, Surface::Shaft],
            Self::Gearbox => &[Surface::Nacelle, Surface::Gearbox],
            Self::Brake => &[Surface::Nacelle, Surface::Brake],
            Self::Generator => &[Surface::Nacelle, Surface::Generator],
            Self::Converter => &[Surface::Nacelle, Surface::Converter],
            Self::Transformer => &[Surface::Nacelle, Surface::Transformer],
            Self::Yaw => &[Surface::Nacelle, Surface::Yaw],
            Self::TowerBase => &[Surface::Tower, Surface::TowerBase],
        }
    }
}

/// A rule: while `when` holds for a turbine, it looks so, and an alarm may be raised.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Name, unique within the scene; with `when` it identifies the rule over a reload.
    pub name: Arc<str>,
    /// Whether the rule applies to each model, by index into [`Scene::models`].
    pub applies: Vec<bool>,
    /// The part that it colours; the whole turbine without one.
    pub part: Option<Part>,
    /// The condition.
    pub when: Expression,
    /// `None` for a rule that only raises an alarm.
    pub color: Option<RuleColor>,
    /// Icon shown on the turbine's label.
    pub icon: Option<String>,
    /// Text shown on the turbine's label.
    pub label: Option<Arc<LabelTemplate>>,
    /// 0 to 1; 1 without one.
    pub opacity: f32,
    /// The alarm that it raises.
    pub alarm: Option<AlarmDefinition>,
    /// The language of its expressions.
    pub language: Language,
    /// Not set aside by the engineer. A rule that is set aside never holds.
    pub is_enabled: bool,
    /// Where it is written.
    pub origin: Origin,
}

/// The colour that a rule gives.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleColor {
    /// sRGB.
    Fixed([u8; 3]),
    /// By a value.
    Scale(RuleScale),
}

/// A colour by a value.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleScale {
    /// The name of the colours: `viridis`.
    pub name: Arc<str>,
    /// A number.
    pub of: Expression,
    /// Its values at the first and at the last colour.
    pub range: [f64; 2],
}

impl RuleScale {
    /// Where a value lies between the ends, 0 to 1 within them.
    pub fn share(&self, value: f64) -> f64 {
        let [low, high] = self.range;
        (value - low) / (high - low).max(f64::MIN_POSITIVE)
    }
}

impl RuleColor {
    /// The sRGB colour, where it is one only.
    pub fn fixed(&self) -> Option<[u8; 3]> {
        match self {
            Self::Fixed(color) => Some(*color),
            Self::Scale(_) => None,
        }
    }
}

/// The language of a rule's expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Windvane's own, checked against the signals.
    #[default]
    Native,
    /// TwinMaker's: Jexl.
    Jexl,
}

/// A checked expression: as the engineer wrote it, and compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// As written in the scene file.
    pub source: Arc<str>,
    /// Compiled against the scene's signals.
    pub program: Arc<Program>,
}

/// What makes a rule, or anything else that is watched, an alarm.
#[derive(Debug, Clone)]
pub struct AlarmDefinition {
    /// How soon someone must act.
    pub priority: Priority,
    /// The alarm clears when this holds; without one, when the rule no longer does. A `deadband` in
    /// the file is turned into this.
    pub clear_when: Option<Expression>,
    /// The condition must hold for this long before the alarm is raised.
    pub on_delay: Duration,
    /// The clearing condition must hold for this long before the alarm clears.
    pub off_delay: Duration,
    /// What usually is behind it.
    pub cause: String,
    /// What happens when nobody acts.
    pub consequence: String,
    /// What the operator is to do.
    pub response: String,
    /// Once cleared it stays until an operator resets it.
    pub is_latching: bool,
    /// What stands acknowledged for this long is announced anew.
    pub re_alarm: Option<Duration>,
    /// What happens when nobody acknowledges it.
    pub escalation: Option<Escalation>,
    /// The longest time for which an operator may shelve it.
    pub longest_shelf: Duration,
    /// While this holds the alarm is suppressed.
    pub suppress_when: Option<Expression>,
    /// Names of alarms of the same turbine: while one of them is active this one is suppressed.
    pub suppressed_by: Vec<Arc<str>>,
    /// Names of alarms of the same turbine that are suppressed while this one is active: the lower
    /// limits of the same signal.
    pub stands_in_for: Vec<Arc<str>>,
}

/// What becomes of an alarm that nobody acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation {
    /// After this long.
    pub after: Duration,
    /// It has this priority.
    pub to: Priority,
}

impl AlarmDefinition {
    /// The longest shelf where the scene says nothing: a shift.
    pub const LONGEST_SHELF: Duration = Duration::from_secs(8 * 3_600);

    /// An alarm of this priority and nothing else.
    pub fn new(priority: Priority) -> Self {
        Self {
            priority,
            clear_when: None,
            on_delay: Duration::ZERO,
            off_delay: Duration::ZERO,
            cause: String::new(),
            consequence: String::new(),
            response: String::new(),
            is_latching: false,
            re_alarm: None,
            escalation: None,
            longest_shelf: Self::LONGEST_SHELF,
            suppress_when: None,
            suppressed_by: Vec::new(),
            stands_in_for: Vec::new(),
        }
    }
}

/// Alarm priority, most urgent first (ISA-18.2).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Priority {
    /// ■ 1
    Critical,
    /// ▲ 2
    High,
    /// ◆ 3
    Medium,
    /// ● 4
    Low,
}

impl Priority {
    /// All four, most urgent first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The name in scene files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The number shown in the mark, 1 for critical.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

impl Scene {
    /// How many columns the fleet has for it.
    pub fn column_count(&self) -> usize {
        self.kinds.len()
    }

    /// The turbine in this row.
    pub fn turbine(&self, row: TurbineRow) -> Option<&Turbine> {
        self.turbines.get(row.index())
    }

    /// After how long a signal of a model is stale; [`Duration::MAX`] for never.
    pub fn stale_after(&self, signal: &Signal) -> Duration {
        signal.stale_after.unwrap_or(self.broker.stale_after)
    }

    /// The model of the turbine in this row.
    pub fn model_of(&self, row: TurbineRow) -> Option<&Model> {
        self.models.get(self.turbine(row)?.model)
    }
}
