//! Above the rules: what can be done with them, and what their files need said.

use bevy_egui::egui::{
    Align, Button, Context, Frame, Id, Label, Layout, Margin, Modal, RichText, Ui, WidgetInfo,
    WidgetType,
};
use egui_phosphor::regular as icon;

use super::state::{EditorState, Note};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::{button_if, denied_ui, icon_button_ui};
use crate::scene::Scene;
use crate::theme::{LARGE, SMALL, strong};

/// In less than this, points, the state of the files has a line of its own.
const NARROW: f32 = 620.0;

/// Buttons at the left, unsaved changes at the right.
pub(super) fn toolbar_ui(ui: &mut Ui, look: &Look, scene: &Scene, state: &mut EditorState) {
    let is_narrow = ui.available_width() < NARROW;
    ui.horizontal(|ui| {
        edit_buttons_ui(ui, look, state);
        if !is_narrow {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                saving_ui(ui, look, scene, state);
            });
        }
    });
    if is_narrow {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                saving_ui(ui, look, scene, state);
            });
        });
    }
}

fn edit_buttons_ui(ui: &mut Ui, look: &Look, state: &mut EditorState) {
    let time_s = ui.input(|i| i.time);
    ui.spacing_mut().item_spacing.x = 2.0;
    let may = state.may();
    let new = button_if(ui, may, format!("{}  New rule", icon::PLUS));
    new.widget_info(|| WidgetInfo::labeled(WidgetType::Button, may.is_ok(), "New rule"));
    if new.clicked() {
        state.draft.add(time_s);
        state.focus_name = true;
    }
    let button = |ui: &mut Ui, is_possible: bool, glyph: &str, name: &str| {
        let is_possible = is_possible && may.is_ok();
        let glyph = RichText::new(glyph)
            .size(LARGE)
            .color(look.text_color(is_possible));
        let button = Button::new(glyph).frame_when_inactive(false);
        let response = ui.add_enabled(is_possible, button);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, is_possible, name));
        denied_ui(ui, &response, may);
        response.on_hover_text(name).clicked()
    };
    let has_any = state.draft.selected().is_some();
    ui.add_space(4.0);
    if button(ui, has_any, icon::COPY, "Duplicate the rule") {
        state.draft.duplicate(time_s);
    }
    if button(ui, has_any, icon::TRASH, "Delete the rule") {
        state.draft.delete(time_s);
    }
    if button(
        ui,
        state.draft.can_move(-1),
        icon::ARROW_UP,
        "Move the rule up (Alt ↑)",
    ) {
        state.draft.move_selected(-1, time_s);
    }
    if button(
        ui,
        state.draft.can_move(1),
        icon::ARROW_DOWN,
        "Move the rule down (Alt ↓)",
    ) {
        state.draft.move_selected(1, time_s);
    }
    ui.add_space(8.0);
    if button(
        ui,
        state.draft.can_undo(),
        icon::ARROW_U_UP_LEFT,
        "Undo (Ctrl Z)",
    ) {
        state.draft.undo();
    }
    if button(
        ui,
        state.draft.can_redo(),
        icon::ARROW_U_UP_RIGHT,
        "Redo (Ctrl Y)",
    ) {
        state.draft.redo();
    }
}

fn saving_ui(ui: &mut Ui, look: &Look, scene: &Scene, state: &mut EditorState) {
    let time_s = ui.input(|i| i.time);
    if icon_button_ui(ui, icon::X, "Close the rule editor").clicked() {
        state.leave();
    }
    let is_dirty = state.is_dirty();
    let error = if is_dirty {
        state.first_error(scene)
    } else {
        None
    };
    let can_save = is_dirty
        && error.is_none()
        && !state.is_busy()
        && state.theirs.is_none()
        && state.may().is_ok();
    let words = RichText::new("Save").color(look.text_color(can_save));
    let save = ui.add_enabled(can_save, Button::new(words));
    save.widget_info(|| WidgetInfo::labeled(WidgetType::Button, can_save, "Save"));
    denied_ui(ui, &save, state.may());
    let hint = match &error {
        _ if state.may().is_err() => String::new(),
        Some((_, name)) => format!("“{name}” has an error: the scene would not open with it"),
        None => "Write the changes into the scene's files (Ctrl S)".to_owned(),
    };
    let save = match hint.is_empty() {
        true => save,
        false => save.on_hover_text(&hint).on_disabled_hover_text(&hint),
    };
    if save.clicked() {
        state.save(false);
    }
    if is_dirty && ui.button("Discard").clicked() {
        state.discard(time_s);
    }
    let words = match (&error, is_dirty, &state.note) {
        (Some((_, name)), ..) => format!("Cannot be saved: “{name}” has an error"),
        (None, true, _) => {
            let changes = state.draft.changes();
            format!("{} unsaved", format::counted(changes, "change", "changes"))
        }
        (None, false, Some(Note::Saved)) => "Saved".to_owned(),
        _ => String::new(),
    };
    if !words.is_empty() {
        let text = RichText::new(&words).color(look.text_color(is_dirty));
        ui.add(Label::new(text).truncate()).on_hover_text(&words);
    }
}

/// What the files need said: they are other ones by now, or could not be read or written.
pub(super) fn notices_ui(ui: &mut Ui, look: &Look, farm: &Farm, state: &mut EditorState) {
    if let Err(denied) = state.may() {
        notice_ui(ui, look, &denied.to_string(), |_| {});
    }
    if state.theirs.is_some() {
        let words = "The rules were changed on disk since they were read. Nothing was written.";
        notice_ui(ui, look, words, |ui| conflict_ui(ui, state));
    }
    if let Some(title) = state.other_scene(farm).map(str::to_owned) {
        let words = format!("These are unsaved rules of “{title}”, which is no longer open.");
        notice_ui(ui, look, &words, |_| {});
    }
    if let Some(Note::Failed(words)) = state.note.clone() {
        notice_ui(ui, look, &words, |ui| {
            if ui.button("Hide").clicked() {
                state.note = None;
            }
        });
    }
}

fn conflict_ui(ui: &mut Ui, state: &mut EditorState) {
    let time_s = ui.input(|i| i.time);
    let reapply = ui.button("Reload and reapply my changes");
    if reapply
        .on_hover_text("Takes the file as it is now and makes your changes again")
        .clicked()
    {
        state.reapply();
    }
    if ui.button("Discard mine").clicked() {
        state.discard(time_s);
    }
    if ui.button("Copy my text").clicked() {
        ui.ctx().copy_text(state.draft.changed_text());
    }
}

fn notice_ui(ui: &mut Ui, look: &Look, words: &str, buttons: impl FnOnce(&mut Ui)) {
    let frame = Frame::new()
        .fill(look.theme.ground)
        .corner_radius(4)
        .inner_margin(Margin::symmetric(8, 4));
    frame.show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(icon::WARNING_CIRCLE).size(LARGE));
            ui.label(RichText::new(words).size(SMALL + 1.0));
            buttons(ui);
        });
    });
}

/// Asks what is to become of unsaved changes, where that is to be asked. Whether the program is to end.
pub fn asking_ui(ctx: &Context, state: &mut EditorState) -> bool {
    if !state.is_asking {
        return state.wants_to_leave && std::mem::take(&mut state.then_quit);
    }
    let modal = Modal::new(Id::new("unsaved rules")).show(ctx, |ui| {
        ui.set_width(420.0_f32.min(ctx.content_rect().width() - 48.0));
        let changes = format::counted(state.draft.changes(), "change", "changes");
        ui.label(strong(format!("{changes} not saved")).size(LARGE));
        ui.add_space(4.0);
        ui.label(match state.then_quit {
            true => "Save the rules before Windvane is closed?",
            false => "Save the rules before the editor is closed?",
        });
        ui.add_space(12.0);
        ui.horizontal(|ui| {
            if ui.button("Save and close").clicked() {
                state.is_asking = false;
                state.save(true);
            }
            if ui.button("Discard them").clicked() {
                state.is_asking = false;
                state.discard(ui.input(|i| i.time));
                state.wants_to_leave = true;
            }
            if ui.button("Keep editing").clicked() {
                state.is_asking = false;
                state.then_quit = false;
            }
        });
    });
    if modal.should_close() {
        state.is_asking = false;
        state.then_quit = false;
    }
    false
}
