//! What the engineer wrote for the operator, what the rule says, and what else stands at the turbine.

use bevy_egui::egui::{Button, Label, RichText, Ui, WidgetInfo, WidgetType};

use super::subject::Subject;
use super::words::manner;
use crate::access::Permission;
use crate::action::Action;
use crate::alarms::Alarm;
use crate::panels::explain::{as_text, live_condition};
use crate::panels::frame::{Farm, Look};
use crate::panels::waiting::waits_for;
use crate::panels::why::pieces_job;
use crate::panels::widgets::{button_if, left_aligned_ui, mark_ui, section_ui};
use crate::theme::{BODY, strong};

/// Response, consequence and cause, in the order in which they are needed at night.
pub(super) fn advice_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    subject: &Subject,
    actions: &mut Vec<Action>,
) {
    section_ui(ui, look.theme, "What to do");
    let Some(definition) = subject.definition else {
        ui.label(look.quiet("The scene that is open no longer has this alarm."));
        return;
    };
    let written = [
        ("Response", &definition.response),
        ("Consequence", &definition.consequence),
        ("Cause", &definition.cause),
    ];
    for (what, words) in written.iter().filter(|(_, words)| !words.is_empty()) {
        let tone = if *what == "Response" {
            strong(words.as_str())
        } else {
            RichText::new(words.as_str())
        };
        ui.label(look.quiet(*what));
        ui.add(Label::new(tone.color(look.theme.text)).wrap());
        ui.add_space(4.0);
    }
    let missing: Vec<String> = written
        .iter()
        .filter(|(_, words)| words.is_empty())
        .map(|(what, _)| what.to_lowercase())
        .collect();
    if missing.is_empty() {
        return;
    }
    let words = match missing.as_slice() {
        [one] => format!("No {one} is written."),
        [a, b] => format!("No {a} and no {b} are written."),
        _ => {
            "Nothing is written for the operator: no response, no consequence, no cause.".to_owned()
        }
    };
    ui.horizontal_wrapped(|ui| {
        ui.label(look.quiet(words));
        let may = farm.desk.may(Permission::EditScene);
        if let Some((rule, _)) = subject.rule.filter(|_| may.is_ok()) {
            let button = ui.small_button("Write it");
            if button.on_hover_text("Edit rule").clicked() {
                actions.push(Action::EditRule(Some(rule)));
            }
        }
    });
}

/// What the rule says, with the values of now.
pub(super) fn rule_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    subject: &Subject,
    actions: &mut Vec<Action>,
) {
    let (Some((index, rule)), Some(definition)) = (subject.rule, subject.definition) else {
        return;
    };
    section_ui(ui, look.theme, "What the rule says");
    let line = |ui: &mut Ui, text: String| {
        ui.add(Label::new(look.quiet(text)).wrap());
    };
    ui.add(Label::new(RichText::new(&*rule.when.source).color(look.theme.text)).wrap());
    if let Some(row) = subject.row {
        let live = live_condition(farm, row, rule, look.now_ms);
        let words = as_text(&live);
        if words != *rule.when.source {
            ui.add(Label::new(pieces_job(look, &live, BODY)).wrap());
        }
    }
    if let Some(clear) = &definition.clear_when {
        line(ui, format!("Clears when {}", clear.source));
    }
    for words in manner(definition) {
        line(ui, words);
    }
    if !rule.is_enabled {
        line(ui, "The rule is set aside: it never holds.".to_owned());
    }
    let may = farm.desk.may(Permission::EditScene);
    if may.is_err() && button_if(ui, may, "Edit rule").clicked() {
        actions.push(Action::EditRule(Some(index)));
    }
}

/// The values now and when it was raised.
pub(super) fn values_ui(ui: &mut Ui, look: &Look, farm: &Farm, subject: &Subject) {
    let Some(alarm) = &subject.alarm else { return };
    ui.spacing_mut().item_spacing.y = 0.0;
    let line = |ui: &mut Ui, what: &str, fill: &mut dyn FnMut(&mut Ui)| {
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = 18.0;
            left_aligned_ui(ui, 88.0, look.quiet(what));
            fill(ui);
        });
    };
    if let (Some((_, rule)), Some(row)) = (subject.rule, subject.row) {
        line(ui, "Now", &mut |ui| {
            let waits = waits_for(farm, alarm, look.now_ms).filter(|_| alarm.is_active());
            match waits {
                Some(words) => ui
                    .add(Label::new(strong(&words)).truncate())
                    .on_hover_text(words),
                None => {
                    let live = live_condition(farm, row, rule, look.now_ms);
                    let words = as_text(&live);
                    ui.add(Label::new(pieces_job(look, &live, BODY)).truncate())
                        .on_hover_text(words)
                }
            };
        });
    }
    if !alarm.value_at_raise.is_empty() {
        line(ui, "When raised", &mut |ui| {
            let shown = Label::new(RichText::new(&alarm.value_at_raise).color(look.theme.text));
            ui.add(shown.truncate())
                .on_hover_text(&alarm.value_at_raise);
        });
    }
    if let Some((at, by)) = &alarm.acknowledged {
        line(ui, "Acknowledged", &mut |ui| {
            let when = crate::panels::format::time(*at, look.now_ms, look.zone);
            let words = format!("{when} by {}", super::words::who(by));
            ui.add(Label::new(words).truncate());
        });
    }
    if alarm.times_raised > 1 {
        line(ui, "Raised", &mut |ui| {
            let words = format!("{} times before anyone acknowledged it", alarm.times_raised);
            ui.add(Label::new(words).truncate());
        });
    }
}

/// What else stands at the same turbine.
pub(super) fn others_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    subject: &Subject,
    actions: &mut Vec<Action>,
) {
    let aside = farm.desk.alarms.map_or(&[][..], |a| a.set_aside());
    let all = farm.standing.iter().chain(aside);
    let is_other = |a: &&Alarm| a.turbine_id == subject.id.object && a.name != subject.id.name;
    let mut others: Vec<&Alarm> = all.filter(is_other).collect();
    others.sort_by_key(|a| (!a.is_unacknowledged(), a.priority, a.key));
    if others.is_empty() {
        return;
    }
    section_ui(
        ui,
        look.theme,
        &format!("Other alarms at {}", subject.id.object),
    );
    for other in others {
        ui.horizontal(|ui| {
            let flashes = other.is_unacknowledged() && other.set_aside().is_none();
            let filled = !flashes || look.flash_is_filled();
            mark_ui(ui, look.theme, other.priority, 18.0, filled);
            let text = RichText::new(&*other.name).color(look.theme.text);
            let button = Button::new(text).frame_when_inactive(false).truncate();
            let response = ui.add(button);
            let name = format!("Show {}", other.name);
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
            if response.clicked() {
                actions.push(Action::ShowAlarm(other.key));
            }
            let since = crate::panels::format::time(other.raised_ms, look.now_ms, look.zone);
            ui.label(look.quiet(match other.set_aside() {
                Some(_) => format!("{since}, set aside"),
                None => since,
            }));
        });
    }
}
