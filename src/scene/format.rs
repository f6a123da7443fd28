//! The scene file format: these types are its one definition. The JSON Schema, and through it every
//! check of keys and types, is made from them; their comments are its descriptions.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;

use super::alarm_format::{AlarmsTable, CodesTable};
use super::model::{
    Drive, Ground, Language, Part, PayloadFormat, Priority, SiteDaylight, TurbineShape, ValueKind,
};
use super::node_format::{ComponentTable, CompositionTable, EntityEntry, IconTable, NodeEntry};
use crate::theme::RULE_SCALES;

/// A wind farm as Windvane shows it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "its parts are read one by one, so that a bad one does not hide the problems of the others"
)]
pub(super) struct SceneFile {
    /// The farm's name. The file's name without one.
    #[schemars(example = &"Horns Rev 1")]
    title: Option<String>,
    /// Other files whose models, topics, turbines and rules belong to the scene. Paths relative to
    /// this file, within the scene's folder. The rules of this file come before theirs.
    #[serde(default)]
    #[schemars(example = ["rules/v80.toml"])]
    include: Vec<String>,
    /// Warnings that are meant, by their codes: in the scene file for the whole scene, in an included
    /// file for that file. `windvane check --explain CODE` tells what a code is about.
    #[serde(default)]
    #[schemars(example = ["unused-signal"])]
    allow: Vec<String>,
    /// Where the farm is. Needed in the scene itself, not allowed in included files.
    site: Option<SiteTable>,
    /// Where telemetry comes from. Needed in the scene itself, not allowed in included files.
    broker: Option<BrokerTable>,
    /// How alarms are shared with other desks over the broker: as `docs/stations.md` tells without it.
    /// Not allowed in included files.
    sharing: Option<SharingTable>,
    /// How topics and payloads map to turbines and signals.
    #[serde(default)]
    topics: Vec<TopicEntry>,
    /// Kinds of turbine, by the name that turbines and rules use for them.
    #[serde(default)]
    models: BTreeMap<String, ModelTable>,
    /// Turbines, one by one.
    #[serde(default)]
    turbines: Vec<TurbineEntry>,
    /// Turbines from CSV files.
    #[serde(default)]
    turbines_from: Vec<TurbinesFrom>,
    /// Places to look from, by name.
    #[serde(default)]
    views: Vec<ViewEntry>,
    /// Kinds of components that entities have, by the name that entities and rules use for them.
    #[serde(default)]
    components: BTreeMap<String, ComponentTable>,
    /// Components of entities: what is heard of things that are no turbines.
    #[serde(default)]
    entities: Vec<EntityEntry>,
    /// Models, marks, lights and the like beside the turbines, or instead of them.
    #[serde(default)]
    nodes: Vec<NodeEntry>,
    /// What surrounds the nodes.
    composition: Option<CompositionTable>,
    /// Alarms that every scene has: loss of communication and stale data. Not allowed in included
    /// files.
    alarms: Option<AlarmsTable>,
    /// Alarm codes that turbines send, and what they mean.
    #[serde(default)]
    alarm_codes: Vec<CodesTable>,
    /// Rules, from top to bottom: for each part of a turbine the first that holds wins.
    #[serde(default)]
    rules: Vec<RuleEntry>,
}

/// Where the farm is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteTable {
    /// WGS 84 latitude of the origin of east and north, degrees.
    #[schemars(range(min = -90, max = 90), example = 55.486)]
    pub latitude: f64,
    /// WGS 84 longitude of the origin of east and north, degrees.
    #[schemars(range(min = -180, max = 180), example = 7.840)]
    pub longitude: f64,
    /// What the turbines stand on: the sea without one.
    pub ground: Option<Ground>,
    /// IANA name of the time zone in which times are shown. The machine's own without one.
    #[schemars(example = &"Europe/Copenhagen")]
    pub time_zone: Option<String>,
    /// By which light it is seen: `clock` (also without one), the sun as it stands over the site now,
    /// or `day`, always day.
    pub daylight: Option<SiteDaylight>,
    /// The land's form: flat without one.
    pub height_map: Option<HeightMapTable>,
    /// Turbines further than this from the origin are taken for a mistake, kilometres: 500 without
    /// one. East and north are measured on a plane that touches the earth at the origin.
    #[schemars(range(max = 6000), extend("exclusiveMinimum" = 0), example = 2500)]
    pub extent_km: Option<f64>,
}

/// The land's form, from a picture or a grid of heights whose outermost points lie on the edges given
/// here.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HeightMapTable {
    /// A grey PNG of 8 or 16 bits, north up, or an ESRI ASCII grid (`.asc`), relative to this file,
    /// within the scene's folder. At most 4,096 points a side.
    #[schemars(example = &"height.png")]
    pub file: String,
    /// The western edge, metres east of the site's origin.
    #[schemars(range(min = -1_000_000, max = 1_000_000), example = -4000)]
    pub west_m: f64,
    /// The southern edge, metres north of the site's origin.
    #[schemars(range(min = -1_000_000, max = 1_000_000), example = -3000)]
    pub south_m: f64,
    /// The eastern edge, metres east of the site's origin.
    #[schemars(range(min = -1_000_000, max = 1_000_000), example = 4000)]
    pub east_m: f64,
    /// The northern edge, metres north of the site's origin.
    #[schemars(range(min = -1_000_000, max = 1_000_000), example = 3000)]
    pub north_m: f64,
    /// PNG: the height of black, metres.
    #[schemars(range(min = -1000, max = 9000), example = 310)]
    pub low_m: Option<f64>,
    /// PNG: the height of white, metres.
    #[schemars(range(min = -1000, max = 9000), example = 655)]
    pub high_m: Option<f64>,
}

/// Where telemetry comes from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BrokerTable {
    /// `mqtt://host:port`, `mqtts://host:port` for TLS, or `embedded` for a broker inside the
    /// program. Without a port 1883, or 8883 for TLS.
    #[schemars(example = &"mqtt://localhost:1883")]
    pub url: String,
    /// A signal not heard of for this long is stale: "30s" without one.
    #[schemars(example = &"30s")]
    pub stale_after: Option<String>,
    /// The environment variable that holds the user name.
    #[schemars(example = &"FARM_MQTT_USER")]
    pub username_env: Option<String>,
    /// The environment variable that holds the password.
    #[schemars(example = &"FARM_MQTT_PASSWORD")]
    pub password_env: Option<String>,
}

/// How alarms are shared with other desks over the broker.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SharingTable {
    /// False: nothing is shared, and nothing of other desks is heard.
    #[schemars(example = false)]
    pub enabled: Option<bool>,
    /// What the topics begin with, without `+` and `#`: `windvane/` and the farm's name without it.
    #[schemars(example = &"site/alarms/horns-rev-1")]
    pub topic: Option<String>,
}

/// How topics and payloads map to turbines and signals.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TopicEntry {
    /// MQTT topic filter. The level `{turbine}` carries the turbine's id, the level `{signal}` the
    /// signal's name; `+` and `#` as in MQTT.
    #[schemars(example = &"farm/{turbine}/telemetry")]
    pub filter: String,
    /// How payloads are read.
    pub payload: PayloadFormat,
    /// JSON pointer to the time at the source. The time of arrival without one.
    #[schemars(example = &"/ts")]
    pub time: Option<String>,
    /// JSON pointer to the quality of the values. Good without one.
    #[schemars(example = &"/quality")]
    pub quality: Option<String>,
}

/// A kind of turbine.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelTable {
    /// The name for people. The key without one.
    #[schemars(example = &"Vestas V80-2.0 MW")]
    pub name: Option<String>,
    /// Height of the rotor's axis above the ground or the mean sea level, metres.
    #[schemars(range(max = 1000), extend("exclusiveMinimum" = 0), example = 70)]
    pub hub_height_m: f64,
    /// Rotor diameter, metres.
    #[schemars(range(max = 1000), extend("exclusiveMinimum" = 0), example = 80)]
    pub rotor_diameter_m: f64,
    /// Rated power, kilowatts.
    #[schemars(range(max = 100_000), extend("exclusiveMinimum" = 0), example = 2000)]
    pub rated_power_kw: f64,
    /// `generated`: drawn from the dimensions above.
    #[schemars(example = &"generated")]
    pub geometry: Option<String>,
    /// What is known of its form beside its size; the rest follows from that.
    pub shape: Option<TurbineShape>,
    /// The glTF file that it is drawn from instead of from its dimensions.
    #[expect(dead_code, reason = "read on its own")]
    gltf: Option<GltfTable>,
    /// Its signals are stale when not heard of for this long, or `never`: the broker's without one.
    #[schemars(example = &"15m")]
    pub stale_after: Option<String>,
    /// Limits that rules name as `limits.NAME`, so that one rule serves models and turbines with
    /// different ones. A turbine may have its own.
    #[serde(default)]
    #[schemars(example = &BTreeMap::from([("gearbox_hot", 80)]))]
    #[expect(dead_code, reason = "read on their own")]
    limits: BTreeMap<String, f64>,
    /// Signals, by the name that rules use for them.
    #[serde(default)]
    #[expect(dead_code, reason = "read one by one")]
    signals: BTreeMap<String, SignalTable>,
}

/// A turbine model in a glTF 2.0 file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GltfTable {
    /// The GLB or glTF file, relative to this file, within the scene's folder.
    #[schemars(example = &"models/turbine.glb")]
    pub file: String,
    /// The nodes of each part: a name, a pattern with `*` and `?`, or a list of them. What is below
    /// a node belongs to its part too. `windvane model FILE` lists the nodes.
    pub parts: GltfParts,
    /// The node that turns: the animated one of the blades or the rotor without it.
    #[schemars(example = &"Blades*")]
    pub rotor: Option<String>,
    /// The direction of the rotor's axis in the file (x, y up, z), where no animation turns it.
    #[schemars(extend("minItems" = 3, "maxItems" = 3), example = [0, 0, 1])]
    pub rotor_axis: Option<Vec<f64>>,
    /// Metres a unit of the file: fitted to `rotor_diameter_m` without it.
    #[schemars(range(max = 1_000_000), extend("exclusiveMinimum" = 0), example = 0.01)]
    pub scale: Option<f64>,
    /// Where the rotor looks in the file, degrees clockwise from -z seen from above: found from the
    /// side of the tower on which the rotor is without it.
    #[schemars(range(min = -360, max = 360), example = 90)]
    pub heading_deg: Option<f64>,
    /// Draw the file's own colours a shade calmer, so that alarms stand out: true without it.
    pub calm: Option<bool>,
}

/// The nodes of a glTF file by the part that they are.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct GltfParts(pub BTreeMap<Part, Patterns>);

/// One pattern or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Patterns {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl JsonSchema for GltfParts {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "GltfParts".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> Schema {
        let patterns = |name: &str| {
            let patterns = json_schema!({
                "description": format!("The nodes of the part `{name}`."),
                "type": ["string", "array"],
                "items": { "type": "string" },
            });
            (name.to_owned(), patterns.to_value())
        };
        let properties: serde_json::Map<String, serde_json::Value> =
            Part::ALL.iter().map(|&(_, name)| patterns(name)).collect();
        json_schema!({
            "description": "The nodes of a glTF file by the part that they are.",
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

/// What a turbine reports.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignalTable {
    /// JSON pointer to the signal in a payload, IEC 61400-25 names where the plant uses them. The
    /// signal's own name without one.
    #[schemars(example = &"/WTRM/GbxOilTmp")]
    pub field: Option<String>,
    /// Unit: `kW`, `rpm`, `deg`, `degC`, `m/s`.
    #[schemars(example = &"degC")]
    pub unit: Option<String>,
    /// The unit in which the value is sent, where it is shown in another: values are converted into
    /// `unit` as they arrive.
    #[schemars(example = &"degF")]
    pub sent_as: Option<String>,
    /// What the signal is worked out by, in the language of rules, instead of being heard.
    #[schemars(example = &"rotor_speed * rotor_diameter / 2")]
    pub expression: Option<String>,
    /// Lowest and highest normal value, for the range bar.
    #[schemars(extend("minItems" = 2, "maxItems" = 2), example = [0, 2000])]
    pub range: Option<Vec<f64>>,
    /// What its values are: numbers without one.
    #[serde(rename = "type")]
    pub kind: Option<ValueKind>,
    /// What it drives in the view: a motion of the turbine, or the wind that is shown.
    pub drives: Option<Drive>,
    /// The part of the turbine that it tells about.
    pub part: Option<Part>,
    /// Not heard of for this long it is stale: for what comes more rarely than the rest, or
    /// `never` for what is sent only when it changes. The model's or the broker's without one.
    #[schemars(example = &"15m")]
    pub stale_after: Option<String>,
}

/// One turbine: at `east_m` and `north_m`, or at `latitude` and `longitude`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TurbineEntry {
    /// Its name in topics and lists, unique within the scene.
    #[schemars(example = &"T01")]
    pub id: String,
    /// A key of `[models]`.
    #[schemars(example = &"v80")]
    pub model: String,
    /// Metres east of the site's origin.
    #[schemars(example = 560)]
    pub east_m: Option<f64>,
    /// Metres north of the site's origin.
    #[schemars(example = 0)]
    pub north_m: Option<f64>,
    /// WGS 84 latitude, degrees.
    #[schemars(range(min = -90, max = 90), example = 55.49)]
    pub latitude: Option<f64>,
    /// WGS 84 longitude, degrees.
    #[schemars(range(min = -180, max = 180), example = 7.85)]
    pub longitude: Option<f64>,
    /// Height of its foot above the height map's datum, metres: the ground's without one.
    #[schemars(range(min = -1000, max = 9000), example = 412.5)]
    pub up_m: Option<f64>,
    /// Limits of its own, in place of its model's.
    #[serde(default)]
    #[schemars(example = &BTreeMap::from([("gearbox_hot", 85)]))]
    pub limits: BTreeMap<String, f64>,
}

/// Turbines from a CSV file with a header line. All but `file`, `model` and `delimiter` name its
/// columns.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TurbinesFrom {
    /// The CSV file, relative to this file, within the scene's folder.
    #[schemars(example = &"layout.csv")]
    pub file: String,
    /// The column of the turbines' ids.
    #[schemars(example = &"Turbine.identifier")]
    pub id: String,
    /// The column of metres east of the site's origin.
    #[schemars(example = &"east")]
    pub east_m: Option<String>,
    /// The column of metres north of the site's origin.
    #[schemars(example = &"north")]
    pub north_m: Option<String>,
    /// The column of WGS 84 latitudes, degrees.
    #[schemars(example = &"Latitude")]
    pub latitude: Option<String>,
    /// The column of WGS 84 longitudes, degrees.
    #[schemars(example = &"Longitude")]
    pub longitude: Option<String>,
    /// The column of heights of their feet above the height map's datum, metres; where it is empty,
    /// and without it, they stand on the ground.
    #[schemars(example = &"Elevation")]
    pub up_m: Option<String>,
    /// The model of all of them: a key of `[models]`.
    #[schemars(example = &"v80")]
    pub model: Option<String>,
    /// The column of their models, where they differ.
    #[schemars(example = &"Model")]
    pub model_column: Option<String>,
    /// The columns of limits, by the limits' names; where one is empty, the model's counts.
    #[serde(default)]
    #[schemars(example = &BTreeMap::from([("gearbox_hot", "GearboxHot")]))]
    pub limits: BTreeMap<String, String>,
    /// What separates the columns: "," without one.
    #[schemars(example = &";")]
    pub delimiter: Option<String>,
}

/// A place to look from. Straight down on the target, it is the map.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ViewEntry {
    /// Its name, unique among the scene's views.
    #[schemars(example = &"South-west row")]
    pub name: String,
    /// Where the camera stands: metres east, north and up from the site's origin.
    #[schemars(example = [-1200, -900, 350])]
    pub camera_m: [f64; 3],
    /// What it looks at: metres east, north and up.
    #[schemars(example = [800, 600, 50])]
    pub target_m: [f64; 3],
}

/// While `when` holds for a turbine, it looks so, and an alarm may be raised.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleEntry {
    /// Its name, unique within the scene.
    #[schemars(example = &"Gearbox oil hot")]
    pub name: String,
    /// Whether it applies: true without it. A rule that is set aside is kept, and never holds.
    pub enabled: Option<bool>,
    /// The models that it is for: all without it.
    #[schemars(example = ["v80"])]
    pub models: Option<Vec<String>>,
    /// The part that it colours: the whole turbine without it.
    pub part: Option<Part>,
    /// The condition, in CEL syntax over the signals' names.
    #[schemars(example = &"gearbox_oil_temperature > 80")]
    pub when: String,
    /// The colour that it gives: one, or one by a value.
    pub color: Option<ColorEntry>,
    /// The icon that it puts on the turbine's label.
    #[schemars(example = &"temperature")]
    pub icon: Option<String>,
    /// The text that it puts on the turbine's label: `{` and `}` enclose an expression, `:.1` at its
    /// end gives the decimals, `{{` and `}}` are the braces themselves.
    #[schemars(example = &"{gearbox_oil_temperature:.0} °C")]
    pub label: Option<String>,
    /// 0 (not to be seen) to 1 (solid): 1 without it.
    #[schemars(range(min = 0, max = 1), example = 0.3)]
    pub opacity: Option<f64>,
    /// The language of its condition: `native` without one, or `jexl`, TwinMaker's.
    pub language: Option<Language>,
    /// Several rules of one `map` are named together by nodes: the first that holds tells what is
    /// shown.
    #[schemars(example = &"Mixer")]
    pub map: Option<String>,
    /// The icon that tags of nodes show: `info`, `warning`, `error`, `video`, or one of a library.
    pub tag: Option<IconTable>,
    /// What nodes take from it is the value of `when`, a number, such as the speed of a flow.
    pub number: Option<bool>,
    /// The alarm that it raises.
    pub alarm: Option<AlarmTable>,
    /// Warnings about this rule that are meant, by their codes.
    #[serde(default)]
    #[schemars(example = ["covered-rule"])]
    #[expect(dead_code, reason = "read where warnings are left out")]
    allow: Vec<String>,
}

/// The colour that a rule gives.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum ColorEntry {
    /// `#rrggbb`, or a name of CSS.
    Fixed(String),
    /// By a value.
    Scale(ScaleTable),
}

/// A colour by a value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScaleTable {
    pub scale: String,
    pub of: String,
    pub range: [f64; 2],
}

impl JsonSchema for ColorEntry {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Color".into()
    }

    // One schema for both kinds, so that what is wrong with either is told of it alone.
    fn json_schema(_: &mut schemars::SchemaGenerator) -> Schema {
        let scales: Vec<&str> = RULE_SCALES.iter().map(|scale| scale.name).collect();
        json_schema!({
            "description": "A colour: `#rrggbb`, a name of CSS, or one by a value.",
            "type": ["string", "object"],
            "pattern": "^(#[0-9a-fA-F]{6}|[a-zA-Z]+)$",
            "additionalProperties": false,
            "required": ["scale", "of", "range"],
            "properties": {
                "scale": {
                    "description": "The colours, the first for the low end.",
                    "type": "string",
                    "enum": scales,
                },
                "of": {
                    "description": "What is shown: a number, as in `when`.",
                    "type": "string",
                    "examples": ["active_power"],
                },
                "range": {
                    "description": "Its values at the first and at the last colour.",
                    "type": "array",
                    "items": { "type": "number" },
                    "minItems": 2,
                    "maxItems": 2,
                    "examples": [[0, 2000]],
                },
            },
            "examples": [
                "#d13212",
                { "scale": "viridis", "of": "active_power", "range": [0, 2000] },
            ],
        })
    }
}

/// What makes a rule an alarm.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlarmTable {
    /// How soon someone must act.
    pub priority: Priority,
    /// The alarm clears when this holds: when the rule no longer does without it.
    #[schemars(example = &"gearbox_oil_temperature < 75")]
    pub clear_when: Option<String>,
    /// The alarm clears when the signal is this far on the good side of the limit. For rules that
    /// compare one signal with one number; in place of `clear_when`.
    #[schemars(extend("exclusiveMinimum" = 0), example = 5)]
    pub deadband: Option<f64>,
    /// The condition must hold for this long before the alarm is raised: "0s" without it.
    #[schemars(example = &"10s")]
    pub on_delay: Option<String>,
    /// The alarm must have cleared for this long before it is over: "0s" without it.
    #[schemars(example = &"30s")]
    pub off_delay: Option<String>,
    /// What usually is behind it.
    #[serde(default)]
    #[schemars(example = &"Oil cooler clogged, or its fan or pump failed")]
    pub cause: String,
    /// What happens when nobody acts.
    #[serde(default)]
    #[schemars(example = &"Gearbox bearing damage within hours")]
    pub consequence: String,
    /// What the operator is to do.
    #[serde(default)]
    #[schemars(example = &"Derate to 50 %; check the oil cooler")]
    pub response: String,
    /// Once cleared the alarm stays until an operator resets it.
    #[schemars(example = true)]
    pub latching: Option<bool>,
    /// An alarm that stands acknowledged for this long is announced anew; never without it.
    #[schemars(example = &"8h")]
    pub re_alarm: Option<String>,
    /// What becomes of the alarm when nobody acknowledges it; nothing without it.
    pub escalate: Option<EscalateTable>,
    /// The longest time for which an operator may shelve it, 24 hours at most: "8h" without it.
    #[schemars(example = &"2h")]
    pub longest_shelf: Option<String>,
    /// While this holds the alarm is suppressed: it makes no sense then.
    #[schemars(example = &"rotor_speed < 1")]
    pub suppress_when: Option<String>,
    /// Names of alarms of the same turbine: while one of them is active this one is suppressed.
    #[serde(default)]
    #[schemars(example = ["No communication"])]
    pub suppressed_by: Vec<String>,
    /// Names of alarms of the same turbine that this one stands in for: the lower limits of the same
    /// signal. While this one is shown they are suppressed.
    #[serde(default)]
    #[schemars(example = ["Gearbox oil warm"])]
    pub stands_in_for: Vec<String>,
}

/// What becomes of an alarm that nobody acknowledges.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EscalateTable {
    /// When nobody has acknowledged it for this long.
    #[schemars(example = &"10min")]
    pub after: String,
    /// It has this priority, more urgent than its own, until someone acknowledges it.
    pub to: Priority,
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = Self::ALL.iter().find(|(_, n)| *n == name);
        known
            .map(|&(part, _)| part)
            .ok_or_else(|| serde::de::Error::custom(format_args!("no part is called `{name}`")))
    }
}

impl JsonSchema for Part {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Part".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> Schema {
        let names: Vec<&str> = Self::ALL.iter().map(|&(_, name)| name).collect();
        json_schema!({
            "description": "A part of a turbine.",
            "type": "string",
            "enum": names,
        })
    }
}
