//! A rule as it is written in a scene file: every value as text, nothing checked.

use toml_edit::{Array, Item, TableLike, Value};

/// A rule as it is written. An empty text is a key that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// Its name.
    pub name: String,
    /// It was not set aside.
    pub enabled: bool,
    /// The models that it is for; `None` for all.
    pub models: Option<Vec<String>>,
    /// The part that it colours.
    pub part: String,
    /// The condition.
    pub when: String,
    /// The language of its expressions.
    pub language: String,
    /// The colour: `#d13212`, or a table as TOML has it: `{ scale = "viridis", … }`.
    pub color: String,
    /// The icon's name.
    pub icon: String,
    /// The opacity, a number.
    pub opacity: String,
    /// The label.
    pub label: String,
    /// The alarm.
    pub alarm: Option<AlarmText>,
}

/// An alarm as it is written. An empty text is a key that is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlarmText {
    /// `critical`, `high`, `medium` or `low`.
    pub priority: String,
    /// The condition by which it clears.
    pub clear_when: String,
    /// How far on the good side of the limit it clears, a number.
    pub deadband: String,
    /// How long the condition must hold: `10s`.
    pub on_delay: String,
    /// How long it must have cleared.
    pub off_delay: String,
    /// What happens when nobody acts.
    pub consequence: String,
    /// What the operator is to do.
    pub response: String,
}

impl Default for RuleText {
    fn default() -> Self {
        Self {
            name: String::new(),
            enabled: true,
            models: None,
            part: String::new(),
            when: String::new(),
            language: String::new(),
            color: String::new(),
            icon: String::new(),
            opacity: String::new(),
            label: String::new(),
            alarm: None,
        }
    }
}

impl RuleText {
    /// Reads a rule from its table.
    pub(super) fn read(table: &dyn TableLike) -> Self {
        let text = |key: &str| text_of(table.get(key));
        let models = table.get("models").and_then(Item::as_array).map(|list| {
            let names = list.iter().filter_map(Value::as_str);
            names.map(str::to_owned).collect()
        });
        let alarm = table.get("alarm").and_then(Item::as_table_like);
        Self {
            name: text("name"),
            enabled: table.get("enabled").and_then(Item::as_bool).unwrap_or(true),
            models,
            part: text("part"),
            when: text("when"),
            language: text("language"),
            color: text("color"),
            icon: text("icon"),
            opacity: text("opacity"),
            label: text("label"),
            alarm: alarm.map(AlarmText::read),
        }
    }

    /// Every key but `alarm` with its value, in the order in which a new rule has them.
    pub(super) fn values(&self) -> [(&'static str, Option<Value>); 10] {
        let models = self.models.as_ref().map(|names| {
            let list: Array = names.iter().map(String::as_str).collect();
            Value::from(list)
        });
        [
            ("name", Some(Value::from(self.name.as_str()))),
            ("enabled", (!self.enabled).then(|| Value::from(false))),
            ("models", models),
            ("part", as_text(&self.part)),
            ("when", Some(Value::from(self.when.as_str()))),
            ("language", as_text(&self.language)),
            ("color", as_text_or(&self.color, Value::is_inline_table)),
            ("icon", as_text(&self.icon)),
            ("opacity", as_text_or(&self.opacity, is_number)),
            ("label", as_text(&self.label)),
        ]
    }
}

impl AlarmText {
    fn read(table: &dyn TableLike) -> Self {
        let text = |key: &str| text_of(table.get(key));
        Self {
            priority: text("priority"),
            clear_when: text("clear_when"),
            deadband: text("deadband"),
            on_delay: text("on_delay"),
            off_delay: text("off_delay"),
            consequence: text("consequence"),
            response: text("response"),
        }
    }

    /// Every key with its value.
    pub(super) fn values(&self) -> [(&'static str, Option<Value>); 7] {
        [
            ("priority", Some(Value::from(self.priority.as_str()))),
            ("clear_when", as_text(&self.clear_when)),
            ("deadband", as_text_or(&self.deadband, is_number)),
            ("on_delay", as_text(&self.on_delay)),
            ("off_delay", as_text(&self.off_delay)),
            ("consequence", as_text(&self.consequence)),
            ("response", as_text(&self.response)),
        ]
    }
}

/// A text itself, anything else as TOML.
fn text_of(item: Option<&Item>) -> String {
    match item {
        None => String::new(),
        Some(item) => item
            .as_str()
            .map_or_else(|| item.to_string().trim().to_owned(), str::to_owned),
    }
}

fn as_text(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| Value::from(text))
}

/// The value that a text is as TOML if it is of the kind that is meant; the text itself if not, so
/// that the checks of the scene can say what is wrong with it.
fn as_text_or(text: &str, is_meant: impl Fn(&Value) -> bool) -> Option<Value> {
    if text.is_empty() {
        return None;
    }
    let value = text.trim().parse::<Value>().ok().filter(is_meant);
    Some(value.unwrap_or_else(|| Value::from(text)))
}

fn is_number(value: &Value) -> bool {
    value.is_integer() || value.is_float()
}
