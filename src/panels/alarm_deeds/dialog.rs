//! One dialog: what it acts on, for how long, why. Enter confirms, Esc leaves.

use bevy_egui::egui::{
    Align, Button, Context, Id, Key, Layout, Modal, Modifiers, RichText, TextEdit, Ui, WidgetInfo,
    WidgetType,
};

use super::shelf::{longest_shelf, own_field, shelf_ui};
use super::{AskFor, Asked, subject};
use crate::access::Permission;
use crate::action::Action;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::denied_ui;
use crate::theme::{LARGE, strong};

/// What came of a dialog in a frame.
pub(super) enum Answer {
    /// It stays open.
    None,
    /// Nothing is to be done.
    Left,
    /// This is to be done.
    Given(Vec<Action>),
}

/// So long may a reason or a comment be, characters.
const LONGEST_TEXT: usize = 500;
/// So many reasons of before are offered.
const OFFERED_REASONS: usize = 4;

struct Words {
    title: &'static str,
    confirm: &'static str,
    field: &'static str,
    hint: &'static str,
    missing: &'static str,
    permission: Permission,
}

fn words(what: AskFor) -> Words {
    match what {
        AskFor::Shelve => Words {
            title: "Shelve",
            confirm: "Shelve",
            field: "Reason",
            hint: "Why it is laid aside: others read it",
            missing: "A reason is needed.",
            permission: Permission::Shelve,
        },
        AskFor::TakeOutOfService => Words {
            title: "Take out of service",
            confirm: "Take out of service",
            field: "Reason",
            hint: "Work order, or what is done to the turbine",
            missing: "A reason is needed.",
            permission: Permission::OutOfService,
        },
        AskFor::Comment => Words {
            title: "Comment on",
            confirm: "Comment",
            field: "Comment",
            hint: "What the next shift should know",
            missing: "Nothing is written yet.",
            permission: Permission::Comment,
        },
    }
}

pub(super) fn dialog_ui(
    ctx: &Context,
    look: &Look,
    farm: &Farm,
    asked: &mut Asked,
    reasons: &[String],
) -> Answer {
    let words = words(asked.what);
    let field_id = Id::new("alarm dialog text");
    let fields = [field_id, own_field()];
    let focused = ctx.memory(|m| m.focused());
    let is_in_field = focused.is_none_or(|id| fields.contains(&id));
    // Before the text takes it. On a button, Enter presses the button.
    let enter = is_in_field && ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
    let mut answer = Answer::None;
    let modal = Modal::new(Id::new("alarm dialog")).show(ctx, |ui| {
        ui.set_width(460.0_f32.min(ctx.content_rect().width() - 48.0));
        let subject = subject(&asked.alarms);
        ui.label(strong(format!("{} {subject}", words.title)).size(LARGE));
        ui.add_space(8.0);
        if asked.what == AskFor::Shelve {
            let (longest, whose) = longest_shelf(farm, &asked.alarms);
            asked.focus |= shelf_ui(ui, &mut asked.shelf, longest, &whose);
            ui.add_space(8.0);
        }
        if asked.what == AskFor::TakeOutOfService {
            ui.label(look.quiet("It stays out of service until it is returned by hand."));
            ui.add_space(8.0);
        }
        text_ui(ui, look, asked, &words, field_id);
        if asked.what != AskFor::Comment {
            reasons_ui(ui, asked, reasons, field_id);
        }
        ui.add_space(12.0);
        answer = buttons_ui(ui, look, farm, asked, &words, enter);
    });
    match answer {
        Answer::None if modal.should_close() => Answer::Left,
        answer => answer,
    }
}

fn text_ui(ui: &mut Ui, look: &Look, asked: &mut Asked, words: &Words, id: Id) {
    ui.label(look.quiet(words.field));
    let edit = TextEdit::singleline(&mut asked.text)
        .id(id)
        .hint_text(words.hint)
        .char_limit(LONGEST_TEXT)
        .desired_width(f32::INFINITY);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, words.field));
    if std::mem::take(&mut asked.focus) {
        response.request_focus();
    }
}

fn reasons_ui(ui: &mut Ui, asked: &mut Asked, reasons: &[String], field: Id) {
    if reasons.is_empty() {
        return;
    }
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        for reason in reasons.iter().take(OFFERED_REASONS) {
            let button = Button::new(RichText::new(reason).small()).frame_when_inactive(true);
            if ui.add(button).clicked() {
                asked.text.clone_from(reason);
                ui.memory_mut(|m| m.request_focus(field));
            }
        }
    });
}

fn buttons_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    asked: &Asked,
    words: &Words,
    enter: bool,
) -> Answer {
    let may = farm.desk.may(words.permission);
    let deeds = deeds(farm, asked, words);
    let is_ready = may.is_ok() && deeds.is_ok();
    let mut answer = Answer::None;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let confirm = RichText::new(words.confirm).color(look.text_color(is_ready));
        let confirm = ui.add_enabled(is_ready, Button::new(confirm));
        denied_ui(ui, &confirm, may);
        if ui.button("Cancel").clicked() {
            answer = Answer::Left;
        }
        match (may, deeds) {
            (Err(denied), _) => {
                ui.label(look.quiet(denied.to_string()));
            }
            (Ok(()), Err(missing)) => {
                ui.label(look.quiet(missing));
            }
            (Ok(()), Ok(deeds)) if confirm.clicked() || enter => answer = Answer::Given(deeds),
            (Ok(()), Ok(_)) => {}
        }
    });
    answer
}

/// What is asked of the program once it is confirmed.
fn deeds(farm: &Farm, asked: &Asked, words: &Words) -> Result<Vec<Action>, String> {
    let text = asked.text.trim().to_owned();
    let longest = longest_shelf(farm, &asked.alarms).0;
    let duration = match asked.what {
        AskFor::Shelve => asked.shelf.duration(longest)?,
        _ => longest,
    };
    if text.is_empty() {
        return Err(words.missing.to_owned());
    }
    let alarms = asked.alarms.clone();
    Ok(match asked.what {
        AskFor::Shelve => vec![Action::Shelve {
            alarms,
            duration,
            is_one_shot: asked.shelf.is_one_shot,
            reason: text,
        }],
        AskFor::TakeOutOfService => vec![Action::TakeOutOfService {
            alarms,
            reason: text,
        }],
        AskFor::Comment => alarms
            .into_iter()
            .map(|alarm| Action::Comment {
                alarm,
                text: text.clone(),
            })
            .collect(),
    })
}
