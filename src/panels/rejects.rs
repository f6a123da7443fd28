//! The rejected payloads panel: how many by reason, and the last ones.

use bevy_egui::egui::{Align, Label, Layout, Ui};
use egui_extras::{Column, TableBuilder};

use crate::panels::empty::{Empty, empty_state_ui};
use crate::panels::format;
use crate::panels::frame::{Farm, Look, empty_ui};
use crate::telemetry::RejectReason;
use crate::theme::strong;

/// The reason in the operator's words.
pub fn reason_words(reason: RejectReason) -> &'static str {
    match reason {
        RejectReason::UnknownTurbine => "unknown turbine",
        RejectReason::UnknownSignal => "unknown signal",
        RejectReason::MalformedJson => "not valid JSON",
        RejectReason::TooLarge => "too large or too deep",
        RejectReason::NoKnownField => "no known field",
        RejectReason::WrongType => "wrong type",
        RejectReason::NotFinite => "not a finite number",
        RejectReason::BadTime => "bad time",
        RejectReason::NotUtf8 => "not UTF-8",
        RejectReason::TooManyTexts => "too many different texts",
    }
}

/// Counts by reason, and the last payloads, newest first.
pub fn rejects_ui(ui: &mut Ui, look: &Look, farm: &Farm) {
    let Some(status) = farm.telemetry else {
        empty_ui(ui, look, "No connection: no scene is open.");
        return;
    };
    if status.rejected == 0 {
        let words = match status.messages {
            0 => "No payload has arrived yet.".to_owned(),
            n => format!("All {} messages could be used.", format::count(n)),
        };
        let empty = Empty {
            icon: egui_phosphor::regular::CHECKS,
            words: &words,
            ..Empty::default()
        };
        empty_state_ui(ui, look, &empty);
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(strong(format!(
            "{} rejected",
            format::count(status.rejected)
        )));
        for (reason, count) in &status.rejected_by_reason {
            let words = format!("{} {}", format::count(*count), reason_words(*reason));
            ui.label(look.quiet(words));
        }
    });
    ui.add_space(4.0);
    let newest_first = || status.recent_rejects.iter().rev();
    TableBuilder::new(ui)
        .id_salt("rejects")
        .striped(true)
        .auto_shrink(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(112.0).clip(true))
        .column(Column::initial(220.0).resizable(true).clip(true))
        .column(Column::initial(360.0).resizable(true).clip(true))
        .column(Column::remainder().clip(true))
        .header(22.0, |mut header| {
            for title in ["Arrived", "Topic", "Why", "Payload"] {
                header.col(|ui| {
                    ui.label(look.quiet(title));
                });
            }
        })
        .body(|body| {
            body.rows(24.0, status.recent_rejects.len(), |mut row| {
                let Some(reject) = newest_first().nth(row.index()) else {
                    return;
                };
                row.col(|ui| {
                    let at = format::time(reject.arrival_ms, look.now_ms, look.zone);
                    ui.label(at).on_hover_text(format::utc(reject.arrival_ms));
                });
                row.col(|ui| cut_off_ui(ui, &reject.topic));
                row.col(|ui| {
                    let why = format!("{}: {}", reason_words(reject.reason), reject.detail);
                    cut_off_ui(ui, &why);
                });
                row.col(|ui| cut_off_ui(ui, &reject.excerpt));
            });
        });
}

fn cut_off_ui(ui: &mut Ui, text: &str) {
    ui.add(Label::new(text).truncate()).on_hover_text(text);
}
