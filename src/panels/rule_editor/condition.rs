//! A condition of one comparison as three fields, in step with its expression.

use bevy_egui::egui::{Label, TextEdit, Ui, WidgetInfo, WidgetType};

use super::form::{FormContext, choice_ui};
use super::simple::{OPERATORS, Simple, is_of_number, replaced};
use crate::fleet::SignalColumn;
use crate::panels::format;
use crate::scene::edit::RuleText;
use crate::scene::{Scene, Signal, ValueKind};
use crate::wording;

/// Signal, operator and limit of a comparison; words where the condition is more than that.
pub(super) fn condition_ui(ui: &mut Ui, form: &FormContext, rule: &mut RuleText) -> bool {
    let is_blank = rule.when.trim().is_empty();
    let Some(simple) = Simple::read(&rule.when).filter(|_| !is_blank) else {
        if is_blank {
            let chosen = signal_choice_ui(ui, form, "Choose a signal");
            if let Some(signal) = chosen {
                rule.when = first_condition(&signal);
                return true;
            }
            return false;
        }
        let words = "More than one comparison: see the expression.";
        ui.add(Label::new(form.look.quiet(words)).wrap());
        return false;
    };
    let part = |range: &std::ops::Range<usize>| rule.when.get(range.clone()).unwrap_or_default();
    let name = part(&simple.signal).to_owned();
    let signal = signal_named(form.scene, &name).cloned();
    let kind = signal.as_ref().map(|s| s.kind).unwrap_or_default();
    let mut result = None;
    ui.vertical(|ui| {
        if let Some(other) = signal_choice_ui(ui, form, &format::label(&name)) {
            result = Some(if other.kind == kind {
                replaced(&rule.when, &simple.signal, &other.name)
            } else {
                first_condition(&other)
            });
        }
        ui.horizontal(|ui| {
            let now = part(&simple.operator);
            if let Some(operator) = operator_ui(ui, now, kind) {
                result = Some(replaced(&rule.when, &simple.operator, operator));
            }
            let limit = part(&simple.limit);
            if let Some(limit) = limit_ui(ui, limit, kind) {
                result = Some(replaced(&rule.when, &simple.limit, &limit));
            }
            let written = part(&simple.unit);
            let unit = match written {
                "" => signal.as_ref().map_or("", |s| wording::unit(&s.unit)),
                written => wording::unit(written),
            };
            ui.label(form.look.quiet(unit));
        });
    });
    match result {
        Some(when) => {
            rule.when = when;
            true
        }
        None => false,
    }
}

/// What a rule of a signal begins with.
fn first_condition(signal: &Signal) -> String {
    match signal.kind {
        ValueKind::Number => {
            let limit = signal.range.map_or(0.0, |[_, high]| high);
            format!("{} > {limit}", signal.name)
        }
        ValueKind::Boolean => format!("{} == true", signal.name),
        ValueKind::Text => format!("{} == \"\"", signal.name),
    }
}

fn signal_named<'a>(scene: &'a Scene, name: &str) -> Option<&'a Signal> {
    let at = scene.signals.iter().position(|s| &**s == name)?;
    let column = SignalColumn(u16::try_from(at).ok()?);
    scene.models.iter().find_map(|m| m.signal(column))
}

fn signal_choice_ui(ui: &mut Ui, form: &FormContext, shown: &str) -> Option<Signal> {
    let mut chosen = None;
    let width = (ui.available_width() - 8.0).clamp(120.0, 260.0);
    choice_ui(ui, "Signal", shown, width, |ui| {
        let models = form.scene.models.iter().zip(&form.checked.applies);
        let models = models.filter(|(_, applies)| **applies);
        let mut told = std::collections::BTreeSet::new();
        for signal in models.flat_map(|(model, _)| &model.signals) {
            if told.insert(&*signal.name) {
                let words = format::label(&signal.name);
                if ui.selectable_label(words == shown, words).clicked() {
                    chosen = Some(signal.clone());
                }
            }
        }
        chosen.is_some()
    });
    chosen
}

fn operator_ui(ui: &mut Ui, now: &str, kind: ValueKind) -> Option<&'static str> {
    let mut chosen = None;
    let words = OPERATORS
        .iter()
        .find(|(o, _)| *o == now)
        .map_or(now, |(_, words)| words);
    choice_ui(ui, "Operator", words, 104.0, |ui| {
        for (operator, words) in OPERATORS {
            let is_order = operator.starts_with(['<', '>']);
            if kind != ValueKind::Number && is_order {
                continue;
            }
            if ui.selectable_label(operator == now, words).clicked() {
                chosen = Some(operator);
            }
        }
        chosen.is_some()
    });
    chosen
}

fn limit_ui(ui: &mut Ui, now: &str, kind: ValueKind) -> Option<String> {
    if kind == ValueKind::Boolean {
        let mut chosen = None;
        choice_ui(ui, "Limit", now, 72.0, |ui| {
            for word in ["true", "false"] {
                if ui.selectable_label(word == now, word).clicked() {
                    chosen = Some(word.to_owned());
                }
            }
            chosen.is_some()
        });
        return chosen;
    }
    let is_text = kind == ValueKind::Text;
    let is_named = now.starts_with("limits.");
    let mut text = match is_text {
        true => now.trim_matches(['"', '\'']).to_owned(),
        false => now.to_owned(),
    };
    let width = if is_text || is_named { 110.0 } else { 72.0 };
    let edit = TextEdit::singleline(&mut text)
        .id_salt("limit")
        .desired_width(width);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, "Limit"));
    if !response.changed() {
        return None;
    }
    Some(if is_text {
        format!("\"{}\"", text.replace(['"', '\\', '\n'], ""))
    } else if text.starts_with('l') {
        text
    } else {
        text.replace(|c: char| !is_of_number(c), "")
    })
}
