//! The history of the alarm, and what was written about it.

use bevy_egui::egui::{Grid, Key, Label, RichText, TextEdit, Ui, WidgetInfo, WidgetType};

use super::past::{DAY_MS, Occurrence, Past, Told};
use super::state::DetailState;
use super::subject::Subject;
use super::words::who;
use crate::access::Permission;
use crate::action::Action;
use crate::alarms::Comment;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::{add_if, button_if, section_ui};
use crate::theme::strong;

/// So many occurrences are listed.
const LISTED: usize = 12;
/// The longest comment, characters.
const LONGEST: usize = 500;

/// Earlier occurrences, and how often there were any.
pub(super) fn past_ui(ui: &mut Ui, look: &Look, told: &Told<'_>, actions: &mut Vec<Action>) {
    section_ui(ui, look.theme, "History of this alarm");
    let past = match told {
        Told::Journal(past) => *past,
        Told::Memory(past, failed) => {
            let words = match failed {
                Some(why) => format!("The journal cannot be read ({why}). Since the start:"),
                None => "There is no journal. Since the program started:".to_owned(),
            };
            ui.add(Label::new(look.quiet(words)).wrap());
            past
        }
        Told::Awaited => {
            ui.label(look.quiet("Reading the journal…"));
            return;
        }
    };
    let day = past.raised_since(look.now_ms - DAY_MS);
    let week = past.raised_since(look.now_ms - 7 * DAY_MS);
    let more = if past.is_cut { "more than " } else { "" };
    let times = |n: usize| format::counted(n, "time", "times");
    ui.label(format!("{} in 24 h, {more}{} in 7 days", times(day), week));
    ui.add_space(4.0);
    Grid::new("occurrences")
        .num_columns(3)
        .spacing([12.0, 4.0])
        .show(ui, |ui| {
            for occurrence in past.occurrences.iter().take(LISTED) {
                occurrence_ui(ui, look, occurrence, actions);
                ui.end_row();
            }
        });
    if past.occurrences.len() > LISTED {
        let rest = past.occurrences.len() - LISTED;
        ui.label(look.quiet(format!(
            "and {} more, in the journal",
            format::count(rest as u64)
        )));
    }
}

fn occurrence_ui(ui: &mut Ui, look: &Look, of: &Occurrence, actions: &mut Vec<Action>) {
    let raised = of.raised_ms.map_or_else(
        || "earlier".to_owned(),
        |at| format::time(at, look.now_ms, look.zone),
    );
    let link = ui.link(&raised);
    link.widget_info(|| WidgetInfo::labeled(WidgetType::Link, true, format!("Raised {raised}")));
    if link.clicked() {
        actions.push(Action::ShowAlarm(of.key));
    }
    let lasted = match (of.raised_ms, of.cleared_ms) {
        (Some(raised), Some(cleared)) => format::duration(cleared - raised),
        (Some(raised), None) => format!("{} so far", format::duration(look.now_ms - raised)),
        (None, _) => "–".to_owned(),
    };
    ui.label(lasted);
    let acknowledged = match (&of.acknowledged, of.raised_ms) {
        (Some((at, by)), Some(raised)) => {
            format!("{by} after {}", format::duration(at - raised))
        }
        (Some((_, by)), None) => by.clone(),
        (None, _) if of.is_withdrawn => "withdrawn".to_owned(),
        (None, _) => "not acknowledged".to_owned(),
    };
    ui.add(Label::new(look.quiet(acknowledged)).truncate());
}

/// What was written, and a field to write something.
pub(super) fn comments_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    subject: &Subject,
    detail: &mut DetailState,
    comments: &[Comment],
    actions: &mut Vec<Action>,
) {
    section_ui(ui, look.theme, "Comments");
    for comment in comments {
        let when = format::time(comment.at_ms, look.now_ms, look.zone);
        ui.horizontal_wrapped(|ui| {
            ui.label(strong(&*comment.by.user).color(look.theme.text));
            ui.label(look.quiet(format!("{when}, {}", comment.by.station)))
                .on_hover_text(format!(
                    "{}, {}",
                    who(&comment.by),
                    format::utc(comment.at_ms)
                ));
        });
        ui.add(Label::new(RichText::new(&*comment.text)).wrap());
        ui.add_space(4.0);
    }
    let may = farm.desk.may(Permission::Comment);
    let field = TextEdit::multiline(&mut detail.comment)
        .desired_rows(2)
        .desired_width(f32::INFINITY)
        .char_limit(LONGEST)
        .hint_text("What the next shift should know")
        .return_key(None);
    let response = add_if(ui, may, field);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, may.is_ok(), "Comment"));
    if std::mem::take(&mut detail.focus_comment) {
        response.request_focus();
        response.scroll_to_me(None);
    }
    let is_written = !detail.comment.trim().is_empty();
    let enters =
        response.has_focus() && ui.input(|i| i.key_pressed(Key::Enter) && i.modifiers.is_none());
    let is_sent = ui
        .add_enabled_ui(is_written || may.is_err(), |ui| {
            button_if(ui, may, "Add comment").clicked()
        })
        .inner;
    if is_written && may.is_ok() && (is_sent || enters) {
        actions.push(Action::Comment {
            alarm: subject.id.clone(),
            text: detail.comment.trim().to_owned(),
        });
        detail.comment.clear();
    }
}

/// The comments of the journal, and those that it does not have yet.
pub(super) fn all_comments(subject: &Subject, past: Option<&Past>) -> Vec<Comment> {
    let mut all = past.map_or_else(Vec::new, |p| p.comments.clone());
    let own = subject.alarm.iter().flat_map(|a| &a.comments);
    for comment in own {
        if !all.contains(comment) {
            all.push(comment.clone());
        }
    }
    all.sort_by_key(|c| c.at_ms);
    all
}
