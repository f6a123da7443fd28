//! One alarm in full: its state, its trend, what to do, its history and what was written about it.

use std::time::Duration;

use bevy_egui::egui::{ScrollArea, Ui};

mod advice;
mod buttons;
mod charts;
mod head;
mod past;
mod past_ui;
mod state;
mod subject;
mod trends;
mod words;

pub use state::{DetailState, Question};

use crate::action::Action;
use crate::panels::empty::{Empty, empty_state_ui};
use crate::panels::frame::{Farm, Look};
use past::Told;
use subject::Subject;

/// From this width on there are two columns, points.
const TWO_COLUMNS: f32 = 760.0;
/// While an answer of the journal is awaited, a frame comes so soon.
const ANSWER: Duration = Duration::from_millis(100);

/// One alarm in full.
pub fn alarm_detail_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    detail: &mut DetailState,
    actions: &mut Vec<Action>,
) {
    let Some(shown) = detail.resolve(farm) else {
        let empty = Empty {
            icon: egui_phosphor::regular::BELL,
            words: "No alarm selected.",
            hint: "Click one in the alarm list, or at the turbine.",
            button: None,
        };
        empty_state_ui(ui, look, &empty);
        return;
    };
    detail.is_drawn = true;
    let subject = Subject::new(farm, shown);
    let mut past = std::mem::take(&mut detail.past);
    past.follow(farm, &subject.id, look.now_ms);
    if past.is_pending() {
        ui.ctx().request_repaint_after(ANSWER);
    }
    let told = past.told(farm, &subject.id);
    head::head_ui(ui, look, farm, &subject, detail, actions);
    ui.add_space(4.0);
    ScrollArea::vertical()
        .id_salt("alarm detail")
        .auto_shrink(false)
        .show(ui, |ui| {
            if ui.available_width() < TWO_COLUMNS {
                measured_ui(ui, look, farm, &subject, &told);
                advised_ui(ui, look, farm, &subject, actions);
                written_ui(ui, look, farm, &subject, detail, &told, actions);
                return;
            }
            ui.columns(2, |columns| {
                if let [left, right] = columns {
                    measured_ui(left, look, farm, &subject, &told);
                    past_ui::past_ui(left, look, &told, actions);
                    advised_ui(right, look, farm, &subject, actions);
                    comments(right, look, farm, &subject, detail, &told, actions);
                }
            });
        });
    detail.past = past;
}

/// What was measured.
fn measured_ui(ui: &mut Ui, look: &Look, farm: &Farm, subject: &Subject, told: &Told<'_>) {
    ui.scope(|ui| advice::values_ui(ui, look, farm, subject));
    ui.add_space(4.0);
    trends::trends_ui(ui, look, farm, subject, told);
}

/// What is known of it beforehand, and what stands beside it.
fn advised_ui(ui: &mut Ui, look: &Look, farm: &Farm, subject: &Subject, actions: &mut Vec<Action>) {
    advice::advice_ui(ui, look, farm, subject, actions);
    advice::others_ui(ui, look, farm, subject, actions);
    advice::rule_ui(ui, look, farm, subject, actions);
}

/// What was recorded of it.
fn written_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    subject: &Subject,
    detail: &mut DetailState,
    told: &Told<'_>,
    actions: &mut Vec<Action>,
) {
    comments(ui, look, farm, subject, detail, told, actions);
    past_ui::past_ui(ui, look, told, actions);
}

fn comments(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    subject: &Subject,
    detail: &mut DetailState,
    told: &Told<'_>,
    actions: &mut Vec<Action>,
) {
    let known = match told {
        Told::Journal(past) => Some(*past),
        Told::Memory(past, _) => Some(past),
        Told::Awaited => None,
    };
    let comments = past_ui::all_comments(subject, known);
    past_ui::comments_ui(ui, look, farm, subject, detail, &comments, actions);
}
