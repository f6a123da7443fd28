//! One row: what stands where, since when, and its button.

use bevy_egui::egui::{
    Align, Button, Label, Layout, Response, RichText, Ui, WidgetInfo, WidgetType, vec2,
};
use egui_extras::TableRow;
use egui_phosphor::regular as icon;

use crate::access::Permission;
use crate::action::Action;
use crate::alarms::{Alarm, AlarmState};
use crate::fleet::TurbineRow;
use crate::panels::alarm_list::AlarmListState;
use crate::panels::alarm_list::state::fly_to;
use crate::panels::alarm_rows::stood_ms;
use crate::panels::explain::{as_text, live_condition};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::waiting::{seen_now, waits_for};
use crate::panels::widgets::{add_if, mark_ui, priority_word};
use crate::theme::{BODY, SMALL, strong};

/// Fills a row of the table.
pub(super) fn row_ui(
    row: &mut TableRow,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    rows: &[&Alarm],
    alarm: &Alarm,
    actions: &mut Vec<Action>,
) {
    let unacknowledged = alarm.acknowledged.is_none();
    let tone = look.text_color(alarm.is_active() || unacknowledged);
    let text = |text: String| RichText::new(text).color(tone);
    row.col(|ui| {
        ui.add_space(8.0);
        let filled = !unacknowledged || look.flash_is_filled();
        mark_ui(ui, look.theme, alarm.priority, 20.0, filled);
    });
    row.col(|ui| {
        let raised = format::time(alarm.raised_ms, look.now_ms, look.zone);
        ui.add(Label::new(text(raised)).truncate())
            .on_hover_text(format::utc(alarm.raised_ms));
    });
    row.col(|ui| {
        // The program's own troubles are this station's.
        if alarm.turbine == TurbineRow::NONE {
            ui.label(look.quiet(icon::DESKTOP));
        }
        ui.add(Label::new(strong(&*alarm.turbine_id).color(tone)).truncate());
    });
    row.col(|ui| {
        ui.add(Label::new(text(alarm.name.to_string())).truncate());
    });
    row.col(|ui| value_ui(ui, look, farm, alarm));
    row.col(|ui| {
        let mut words = state_words(alarm.state()).to_owned();
        if alarm.unknown {
            words.push_str(", unknown now");
        }
        let words = if unacknowledged {
            strong(words)
        } else {
            RichText::new(words)
        };
        ui.add(Label::new(words.color(tone)).truncate());
    });
    row.col(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(text(format::duration(stood_ms(alarm, look.now_ms))));
        });
    });
    row.col(|ui| {
        if let Some((at, by)) = &alarm.acknowledged {
            let words = format!("{} {}", format::time(*at, look.now_ms, look.zone), by.user);
            ui.add(Label::new(look.quiet(words).size(BODY)).truncate())
                .on_hover_text(format::utc(*at));
        }
    });
    row.col(|ui| {
        if unacknowledged {
            let button = Button::new(RichText::new("Acknowledge").size(SMALL));
            let may = farm.desk.may(Permission::Acknowledge);
            if add_if(ui, may, button.min_size(vec2(96.0, 22.0))).clicked() {
                actions.push(Action::Acknowledge(vec![alarm.key]));
            }
        }
    });
    follow_row_clicks(&row.response(), farm, state, rows, alarm, actions);
}

/// The whole row takes clicks; what lies on it, such as its button, takes its own.
fn follow_row_clicks(
    response: &Response,
    farm: &Farm,
    state: &mut AlarmListState,
    rows: &[&Alarm],
    alarm: &Alarm,
    actions: &mut Vec<Action>,
) {
    response.widget_info(|| {
        let name = format!(
            "{} alarm: {}, {}, {}",
            priority_word(alarm.priority),
            alarm.turbine_id,
            alarm.name,
            state_words(alarm.state())
        );
        let selected = state.selected.contains(&alarm.key);
        WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, name)
    });
    if let Some(rule) = alarm.source.rule() {
        response.context_menu(|ui| {
            if ui.button("Edit rule").clicked() {
                actions.push(Action::EditRule(Some(rule)));
            }
        });
    }
    if !response.clicked() {
        return;
    }
    let modifiers = response.ctx.input(|i| i.modifiers);
    if modifiers.shift {
        state.select_to(alarm.key, rows);
    } else if modifiers.command {
        if !state.selected.remove(&alarm.key) {
            state.selected.insert(alarm.key);
        }
        state.cursor = Some(alarm.key);
    } else {
        state.select_only(alarm.key);
        actions.extend(fly_to(farm, alarm));
    }
}

/// The condition with its live values while the alarm is active, or what it waits for; what they were when it is not.
fn value_ui(ui: &mut Ui, look: &Look, farm: &Farm, alarm: &Alarm) {
    let rule = farm
        .scene
        .and_then(|s| s.rules.get(usize::from(alarm.source.rule()?)));
    match rule {
        Some(rule) if alarm.is_active() => {
            let raised = format!("When raised: {}", alarm.value_at_raise);
            // The condition with values in it would claim what no longer is so.
            if let Some(words) = waits_for(farm, alarm, look.now_ms) {
                let shown = RichText::new(&words).size(BODY).color(look.theme.text);
                ui.add(Label::new(shown).truncate())
                    .on_hover_text(format!("{words}\n{}\n{raised}", rule.when.source));
                return;
            }
            let live = live_condition(farm, alarm.turbine, rule, look.now_ms);
            let words = as_text(&live);
            ui.add(Label::new(crate::panels::why::pieces_job(look, &live, BODY)).truncate())
                .on_hover_text(format!("{words}\n{}\n{raised}", rule.when.source));
        }
        _ => {
            let seen = seen_now(farm, alarm, look.now_ms);
            let words = seen.as_deref().unwrap_or(&alarm.value_at_raise);
            ui.add(Label::new(look.quiet(words).size(BODY)).truncate())
                .on_hover_text(format!("When raised: {}", alarm.value_at_raise));
        }
    }
}

fn state_words(state: AlarmState) -> &'static str {
    match state {
        AlarmState::Unacknowledged => "Unacknowledged",
        AlarmState::Acknowledged => "Acknowledged",
        AlarmState::ReturnedUnacknowledged => "Returned, unack.",
        AlarmState::LatchedUnacknowledged => "Latched, unack.",
        AlarmState::Latched => "Latched",
        AlarmState::Normal => "Over",
        AlarmState::Withdrawn => "Withdrawn",
    }
}
