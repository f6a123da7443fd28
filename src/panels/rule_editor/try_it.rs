//! Trying a condition with values of one's own, or those of the selected turbine.

use std::collections::HashMap;

use bevy_egui::egui::{RichText, TextEdit, Ui, WidgetInfo, WidgetType};

use super::scope::NewColumn;
use crate::fleet::{SignalColumn, TurbineRow};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::left_aligned_ui;
use crate::rules::{Columns, Program, Value};
use crate::scene::{Scene, Signal, ValueKind};
use crate::theme::strong;
use crate::wording;

/// The values that were typed, by column.
#[derive(Debug, Default)]
pub(super) struct TryIt {
    typed: HashMap<SignalColumn, String>,
}

/// A condition that is tried.
pub(super) struct Tried<'a> {
    pub source: &'a str,
    pub program: &'a Program,
    /// Columns of it that the scene does not have yet.
    pub new: &'a [NewColumn],
    /// Gives the values that nobody typed.
    pub turbine: Option<TurbineRow>,
}

/// One value a column.
struct Values(HashMap<SignalColumn, [f64; 1]>);

impl Columns for Values {
    fn known(&self, signal: SignalColumn) -> &[f64] {
        self.0.get(&signal).map_or(&[], |value| value.as_slice())
    }
}

/// A field for each signal that the condition reads, and what comes of it.
pub(super) fn try_it_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    scene: &Scene,
    tried: &Tried,
    state: &mut TryIt,
) {
    let Tried {
        source,
        program,
        new,
        turbine,
    } = *tried;
    let mut values = Values(HashMap::new());
    ui.horizontal(|ui| {
        let of = turbine.and_then(|row| scene.turbine(row));
        let words = of.map_or("Values".to_owned(), |t| format!("Values of {}", t.id));
        ui.label(look.quiet(words));
        if !state.typed.is_empty() && ui.small_button("Present values").clicked() {
            state.typed.clear();
        }
    });
    for &column in program.signals() {
        let new = new.iter().find(|n| n.column == column);
        let given = new.and_then(NewColumn::given);
        let given = given.zip(turbine).and_then(|(g, row)| g.get(row.index()));
        let live = turbine.and_then(|row| farm.fleet?.usable(row, column));
        let live = given.copied().or(live);
        let shown = match new {
            Some(new) => (format::label(&new.source), new.kind),
            None => {
                let kind = scene.kinds.get(column.index()).copied();
                (
                    format::label(&name_of(scene, column)),
                    kind.unwrap_or_default(),
                )
            }
        };
        let value = ui.horizontal(|ui| value_ui(ui, look, scene, (column, shown), live, state));
        values.0.insert(column, [value.inner.unwrap_or(f64::NAN)]);
    }
    let row = TurbineRow(0);
    let outcome = program.value(&values, row, &scene.texts);
    ui.horizontal(|ui| {
        ui.label("With these it");
        ui.label(strong(outcome_words(&outcome)));
    });
    let parts = program.explain(&values, row, &scene.texts);
    let whole = source.trim().len();
    for part in parts {
        let Some(text) = source.get(part.span.clone()) else {
            continue;
        };
        let is_comparison = matches!(part.value, Value::Boolean(_) | Value::Unknown)
            && text.contains(|c: char| !(c.is_alphanumeric() || c == '_'));
        if is_comparison && text.len() < whole {
            ui.horizontal(|ui| {
                ui.add_space(12.0);
                ui.label(RichText::new(text).color(look.theme.text));
                ui.label(look.quiet(outcome_words(&part.value)));
            });
        }
    }
}

/// The name of a column, its field and its unit. The value that the condition is to have.
fn value_ui(
    ui: &mut Ui,
    look: &Look,
    scene: &Scene,
    (column, (name, kind)): (SignalColumn, (String, ValueKind)),
    live: Option<f64>,
    state: &mut TryIt,
) -> Option<f64> {
    let signal = scene.models.iter().find_map(|m| m.signal(column));
    let width = (ui.available_width() * 0.45).clamp(100.0, 220.0);
    left_aligned_ui(ui, width, RichText::new(&name)).on_hover_text(&name);
    let shown = live.map_or_else(String::new, |v| plain(scene, signal, kind, v));
    let mut text = state.typed.get(&column).unwrap_or(&shown).clone();
    let edit = TextEdit::singleline(&mut text)
        .id_salt(("try", column.0))
        .desired_width(88.0)
        .hint_text("unknown");
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, format!("Try {name}")));
    if response.changed() {
        if text == shown {
            state.typed.remove(&column);
        } else {
            state.typed.insert(column, text.clone());
        }
    }
    let unit = signal.map_or("", |s| wording::unit(&s.unit));
    let (value, told) = match state.typed.get(&column) {
        // As it was measured, not as it is shown.
        None => (live, unit),
        Some(_) => match read(scene, kind, &text) {
            Some(value) => (Some(value), unit),
            None if text.trim().is_empty() || text.trim() == "?" => (None, "unknown"),
            None => (None, expected(kind)),
        },
    };
    ui.label(look.quiet(told));
    value
}

fn outcome_words(value: &Value) -> &'static str {
    match value {
        Value::Boolean(true) => "holds",
        Value::Boolean(false) => "does not hold",
        _ => "is unknown",
    }
}

/// The name of a column: what it is worked out by where it has none.
pub(super) fn name_of(scene: &Scene, column: SignalColumn) -> String {
    let named = scene.signals.get(column.index()).map(|s| s.to_string());
    named.unwrap_or_else(|| {
        let mut computed = scene.computed.iter();
        let found = computed.find(|c| c.column == column);
        found.map_or_else(String::new, |c| c.source.to_string())
    })
}

/// A value as it can be typed.
fn plain(scene: &Scene, signal: Option<&Signal>, kind: ValueKind, value: f64) -> String {
    match kind {
        ValueKind::Number => {
            let range = signal.and_then(|s| s.range);
            wording::number(value, range)
                .replace('−', "-")
                .replace(|c: char| !(c.is_ascii_digit() || "-.e+".contains(c)), "")
        }
        ValueKind::Boolean => (value != 0.0).to_string(),
        ValueKind::Text => scene
            .texts
            .text(value as u32)
            .map_or_else(String::new, |text| text.to_string()),
    }
}

/// A typed value as the columns have it.
fn read(scene: &Scene, kind: ValueKind, text: &str) -> Option<f64> {
    match kind {
        ValueKind::Number => text.trim().parse().ok().filter(|v: &f64| v.is_finite()),
        ValueKind::Boolean => match text.trim() {
            "true" | "1" => Some(1.0),
            "false" | "0" => Some(0.0),
            _ => None,
        },
        ValueKind::Text if text.is_empty() || text == "?" => None,
        ValueKind::Text => scene.texts.intern(text).map(f64::from),
    }
}

fn expected(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Number => "not a number",
        ValueKind::Boolean => "true or false",
        ValueKind::Text => "not a text",
    }
}
