//! The format of alarms that no rule raises.

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;

use super::model::Priority;

/// Alarms that every scene has, unless it says otherwise.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlarmsTable {
    /// Nothing comes from a turbine any more.
    pub communication: Option<UsualAlarmTable>,
    /// Some signals of a turbine have stopped coming.
    pub stale_data: Option<UsualAlarmTable>,
}

/// What is another way than usual with an alarm that every scene has.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UsualAlarmTable {
    /// Whether there is such an alarm: true without it.
    pub enabled: Option<bool>,
    /// How soon someone must act.
    pub priority: Option<Priority>,
    /// It must be silent for this long after it became stale before the alarm is raised.
    #[schemars(example = &"10s")]
    pub on_delay: Option<String>,
    /// It must be heard for this long before the alarm is over.
    #[schemars(example = &"10s")]
    pub off_delay: Option<String>,
    /// What usually is behind it.
    #[schemars(example = &"The fibre ring is interrupted")]
    pub cause: Option<String>,
    /// What happens when nobody acts.
    #[schemars(example = &"What goes wrong at the turbine is not seen")]
    pub consequence: Option<String>,
    /// What the operator is to do.
    #[schemars(example = &"Call the control room of the grid operator")]
    pub response: Option<String>,
}

/// Alarm codes that turbines send, and what they mean: in `codes`, in a CSV file, or in both.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CodesTable {
    /// The signal by which they arrive. Of `type = "text"` it may be one code, a list of them in
    /// JSON, or a text with several; a number is one code.
    #[schemars(example = &"alarm_code")]
    pub signal: String,
    /// The models that send them: all that have the signal without it.
    #[schemars(example = ["v80"])]
    pub models: Option<Vec<String>>,
    /// The signal is a number whose bits are the codes, from 0: false without it.
    pub bits: Option<bool>,
    /// What stands between the codes of a text: `,`, `;` or `|` without one.
    #[schemars(length(min = 1, max = 4), example = &"/")]
    pub separator: Option<String>,
    /// How soon someone must act on codes that do not say it themselves: medium without it.
    pub priority: Option<Priority>,
    /// What becomes of codes that are not listed: the priority of their alarm, medium without it, or
    /// `ignore`.
    pub unknown: Option<UnknownCodes>,
    /// Codes that are no alarms, beside 0 and nothing.
    #[serde(default)]
    #[schemars(example = [1, 2])]
    pub no_alarm: Vec<CodeValue>,
    /// A CSV file of codes with a header line, relative to this file, within the scene's folder.
    #[schemars(example = &"codes.csv")]
    pub file: Option<String>,
    /// What separates the columns of the file: "," without one.
    #[schemars(example = &";")]
    pub delimiter: Option<String>,
    /// The names of the file's columns, where they are others.
    #[serde(default)]
    pub columns: CodeColumns,
    /// Codes, one by one.
    #[serde(default)]
    #[expect(dead_code, reason = "read one by one")]
    codes: Vec<CodeEntry>,
}

/// The names of the columns of a file of codes. Only those of codes and texts must be there.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CodeColumns {
    /// Of the codes: `code` without it.
    #[schemars(example = &"Code")]
    pub code: Option<String>,
    /// Of what they say: `text` without it.
    #[schemars(example = &"Description")]
    pub text: Option<String>,
    /// Of `critical`, `high`, `medium`, `low`, or `none` for what is no alarm: `priority` without it.
    #[schemars(example = &"Priority")]
    pub priority: Option<String>,
    /// Of what usually is behind it: `cause` without it.
    #[schemars(example = &"Cause")]
    pub cause: Option<String>,
    /// Of what happens when nobody acts: `consequence` without it.
    #[schemars(example = &"Consequence")]
    pub consequence: Option<String>,
    /// Of what the operator is to do: `response` without it.
    #[schemars(example = &"Action")]
    pub response: Option<String>,
    /// Of `true` and `false`, whether it stays until it is reset: `latching` without it.
    #[schemars(example = &"Manual reset")]
    pub latching: Option<String>,
}

/// One code.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeEntry {
    /// The code as it arrives: a number or a text, or the number of a bit.
    #[schemars(example = 417)]
    pub code: CodeValue,
    /// What it says: the alarm's name.
    #[schemars(example = &"Hydraulic oil level low")]
    pub text: String,
    /// How soon someone must act: the table's without it.
    pub priority: Option<Priority>,
    /// The code must be there for this long before the alarm is raised: "0s" without it.
    #[schemars(example = &"10s")]
    pub on_delay: Option<String>,
    /// The code must have gone for this long before the alarm is over: "0s" without it.
    #[schemars(example = &"30s")]
    pub off_delay: Option<String>,
    /// Once the code has gone the alarm stays until an operator resets it: false without it.
    pub latching: Option<bool>,
    /// What usually is behind it.
    #[serde(default)]
    #[schemars(example = &"A leak at a hose of the brake's caliper")]
    pub cause: String,
    /// What happens when nobody acts.
    #[serde(default)]
    #[schemars(example = &"The brake cannot be opened any more after a stop")]
    pub consequence: String,
    /// What the operator is to do.
    #[serde(default)]
    #[schemars(example = &"Order a crew with oil within a week")]
    pub response: String,
}

/// What becomes of codes that are in no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum UnknownCodes {
    /// An alarm of priority 1.
    Critical,
    /// An alarm of priority 2.
    High,
    /// An alarm of priority 3.
    Medium,
    /// An alarm of priority 4.
    Low,
    /// Nothing.
    Ignore,
}

impl UnknownCodes {
    /// The priority of their alarm.
    pub fn priority(self) -> Option<Priority> {
        match self {
            Self::Critical => Some(Priority::Critical),
            Self::High => Some(Priority::High),
            Self::Medium => Some(Priority::Medium),
            Self::Low => Some(Priority::Low),
            Self::Ignore => None,
        }
    }
}

/// A code: a number or a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum CodeValue {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

impl std::fmt::Display for CodeValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl JsonSchema for CodeValue {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AlarmCodeValue".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A code: a whole number or a text.",
            "type": ["integer", "string"],
        })
    }
}
