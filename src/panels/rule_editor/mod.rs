//! The rule editor: the scene's rules, a form and the expression of one, and what it would do now.

mod bars;
mod check;
mod complete;
mod condition;
mod draft;
mod expression;
mod form;
mod history;
mod list;
mod preview;
mod scope;
mod simple;
mod state;
mod try_it;
mod worker;

use bevy_egui::egui::{self, Align, Key, Layout, Modifiers, Rect, ScrollArea, Ui, UiBuilder, vec2};

use crate::action::Action;
use crate::fleet::TurbineRow;
use crate::panels::empty::{Empty, empty_state_ui};
use crate::panels::frame::{Farm, Look, empty_ui};
use crate::panels::widgets::section_ui;
use crate::scene::Scene;
pub use bars::asking_ui;
use check::{Checked, is_native};
pub use draft::{DraftRule, RuleDraft};
use expression::{ExpressionField, expression_ui};
use form::{FormContext, form_ui};
use preview::{matches, preview_ui};
pub use state::EditorState;
use try_it::{Tried, try_it_ui};

/// From this width on the list, the form and the expression stand side by side, points.
const WIDE: f32 = 860.0;

/// Draws the pane.
pub fn rule_editor_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut EditorState,
    actions: &mut Vec<Action>,
) {
    if !std::mem::replace(&mut state.is_open, true) {
        // The layout was left with the editor in it.
        state.follow(farm);
    }
    state.was_shown = true;
    let Some(scene) = farm.scene else {
        empty_ui(ui, look, "No scene is open.");
        return;
    };
    if !state.has_files() {
        return without_files_ui(ui, look, farm, state);
    }
    keys(ui, scene, state);
    bars::toolbar_ui(ui, look, scene, state);
    bars::notices_ui(ui, look, farm, state);
    ui.add_space(4.0);
    if state.draft.rules().is_empty() {
        let empty = Empty {
            icon: egui_phosphor::regular::LIST_CHECKS,
            words: "This scene has no rules.",
            hint: "A rule colours turbines or raises an alarm while its condition holds.",
            button: Some("Add the first rule"),
        };
        if empty_state_ui(ui, look, &empty) && state.may().is_ok() {
            state.draft.add(ui.input(|i| i.time));
            state.focus_name = true;
        }
        return;
    }
    if ui.available_width() >= WIDE {
        wide_ui(ui, look, farm, scene, state, actions);
    } else {
        narrow_ui(ui, look, farm, scene, state, actions);
    }
}

fn without_files_ui(ui: &mut Ui, look: &Look, farm: &Farm, state: &mut EditorState) {
    if state.is_busy() {
        empty_ui(ui, look, "Reading the rules…");
        return;
    }
    bars::notices_ui(ui, look, farm, state);
    let empty = Empty {
        icon: egui_phosphor::regular::LIST_CHECKS,
        words: "The rules of this scene cannot be edited here.",
        hint: "A TwinMaker scene becomes an editable one by `windvane import twinmaker`.",
        button: None,
    };
    empty_state_ui(ui, look, &empty);
}

/// Keys of the editor, while the keyboard is in its pane or nowhere.
fn keys(ui: &Ui, scene: &Scene, state: &mut EditorState) {
    let ctx = ui.ctx();
    let focused = ctx.memory(|m| m.focused());
    let place = focused
        .and_then(|id| ctx.read_response(id))
        .map(|r| r.rect.center());
    let is_mine = place.map_or(!ctx.text_edit_focused(), |at| ui.max_rect().contains(at));
    if !is_mine || state.is_asking || state.may().is_err() {
        return;
    }
    // Where a key with Ctrl comes with its letter as text, the letter is not meant to be typed.
    ctx.input_mut(|i| {
        if i.modifiers.command && !i.modifiers.alt {
            i.events
                .retain(|event| !matches!(event, egui::Event::Text(_)));
        }
    });
    let pressed = |modifiers, key| ctx.input_mut(|i| i.consume_key(modifiers, key));
    // The one with Shift first: without it is a part of it.
    if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z) || pressed(Modifiers::COMMAND, Key::Y)
    {
        state.draft.redo();
    }
    if pressed(Modifiers::COMMAND, Key::Z) {
        state.draft.undo();
    }
    if pressed(Modifiers::COMMAND, Key::S)
        && state.is_dirty()
        && !state.is_busy()
        && state.theirs.is_none()
        && state.first_error(scene).is_none()
    {
        state.save(false);
    }
    let time_s = ui.input(|i| i.time);
    if pressed(Modifiers::ALT, Key::ArrowUp) {
        state.draft.move_selected(-1, time_s);
    }
    if pressed(Modifiers::ALT, Key::ArrowDown) {
        state.draft.move_selected(1, time_s);
    }
}

/// List, form and expression side by side, each with its own scroll bar.
fn wide_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    scene: &Scene,
    state: &mut EditorState,
    actions: &mut Vec<Action>,
) {
    let room = ui.available_rect_before_wrap();
    let gap = 24.0;
    let list = (room.width() * 0.26).clamp(250.0, 420.0);
    let form = (room.width() * 0.32).clamp(320.0, 480.0);
    let mut left = room.left();
    let mut column = |width: f32| {
        let rect = Rect::from_min_size(egui::pos2(left, room.top()), vec2(width, room.height()));
        left += width + gap;
        rect
    };
    let rects = [
        column(list),
        column(form),
        column(room.width() - list - form - 2.0 * gap),
    ];
    let line = ui.visuals().widgets.noninteractive.bg_stroke;
    for rect in rects.iter().skip(1) {
        ui.painter()
            .vline(rect.left() - gap / 2.0, room.y_range(), line);
    }
    let [list, form, rest] = rects;
    let within = |rect: Rect| {
        UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::top_down(Align::Min))
    };
    ui.scope_builder(within(list), |ui| {
        list::list_ui(ui, look, farm, scene, state);
    });
    ui.scope_builder(within(form), |ui| {
        let scroll = ScrollArea::vertical().id_salt("form").auto_shrink(false);
        scroll.show(ui, |ui| {
            ui.set_max_width(form.width() - 14.0);
            rule_form_ui(ui, look, farm, scene, state);
        });
    });
    ui.scope_builder(within(rest), |ui| {
        let scroll = ScrollArea::vertical()
            .id_salt("expression")
            .auto_shrink(false);
        scroll.show(ui, |ui| {
            ui.set_max_width(rest.width() - 14.0);
            rule_expression_ui(ui, look, farm, scene, state, actions);
        });
    });
    ui.advance_cursor_after_rect(room);
}

/// One below the other, where the pane is narrow.
fn narrow_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    scene: &Scene,
    state: &mut EditorState,
    actions: &mut Vec<Action>,
) {
    let room = ui.available_rect_before_wrap();
    let height = (room.height() * 0.3).clamp(90.0, 260.0);
    let top = Rect::from_min_size(room.min, vec2(room.width(), height));
    ui.scope_builder(UiBuilder::new().max_rect(top), |ui| {
        list::list_ui(ui, look, farm, scene, state);
    });
    ui.separator();
    let scroll = ScrollArea::vertical().id_salt("rule").auto_shrink(false);
    scroll.show(ui, |ui| {
        ui.set_max_width(room.width() - 14.0);
        rule_expression_ui(ui, look, farm, scene, state, actions);
        section_ui(ui, look.theme, "Rule");
        rule_form_ui(ui, look, farm, scene, state);
    });
}

/// The rule that is shown, and what is known of it.
fn shown(scene: &Scene, state: &mut EditorState) -> Option<(DraftRule, std::sync::Arc<Checked>)> {
    let rule = state.draft.selected().cloned()?;
    let checked = state.checked(scene, &rule);
    Some((rule, checked))
}

fn rule_form_ui(ui: &mut Ui, look: &Look, farm: &Farm, scene: &Scene, state: &mut EditorState) {
    let Some((rule, checked)) = shown(scene, state) else {
        return;
    };
    let form = FormContext {
        look,
        farm,
        scene,
        id: rule.id,
        is_native: is_native(&rule.rule),
        checked: &checked,
    };
    let mut text = (*rule.rule).clone();
    let edited = ui.add_enabled_ui(state.may().is_ok(), |ui| {
        form_ui(
            ui,
            &form,
            &mut text,
            &mut state.focus_name,
            &mut state.completion,
        )
    });
    let edited = edited.inner;
    if let Some(field) = edited {
        let time_s = ui.input(|i| i.time);
        state.draft.edit(rule.id, text, field, time_s);
    }
}

fn rule_expression_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    scene: &Scene,
    state: &mut EditorState,
    actions: &mut Vec<Action>,
) {
    let Some((rule, checked)) = shown(scene, state) else {
        return;
    };
    ui.label(look.quiet("Expression"));
    let mut text = (*rule.rule).clone();
    let errors = checked.when.as_ref().err().map_or(&[][..], Vec::as_slice);
    let field = ExpressionField {
        id: egui::Id::new(("expression", rule.id)),
        name: "Expression",
        rows: 2,
        hint: "gearbox_oil_temperature > 80",
        errors,
        scene,
        applies: &checked.applies,
        is_native: is_native(&rule.rule),
    };
    let edited = ui.add_enabled_ui(state.may().is_ok(), |ui| {
        let completion = &mut state.completion;
        expression_ui(ui, look, farm, &field, &mut text.when, completion)
    });
    if edited.inner {
        let time_s = ui.input(|i| i.time);
        state.draft.edit(rule.id, text, "when", time_s);
    }
    ui.add_space(8.0);
    if text_is_blank(&rule) {
        ui.label(look.quiet("Type a condition, or choose a signal in the form."));
        return;
    }
    findings_ui(ui, look, farm, &rule, state);
    let found = matches(farm, scene, &checked);
    preview_ui(ui, look, scene, found.as_ref(), rule.rule.enabled, actions);
    if let (Ok(program), Some(found)) = (&checked.when, found) {
        section_ui(ui, look.theme, "Try it");
        let is_for = |row: &TurbineRow| {
            let turbine = scene.turbine(*row);
            turbine.is_some_and(|t| checked.applies.get(t.model) == Some(&true))
        };
        let turbine = farm.selected.filter(is_for);
        let turbine = turbine.or(found.rows.first().copied()).or(found.first);
        let tried = Tried {
            source: &rule.rule.when,
            program,
            new: &checked.new,
            turbine,
        };
        try_it_ui(ui, look, farm, scene, &tried, &mut state.try_it);
        state.matching = found.rows;
    }
}

/// What the checks of the scene say of the rule as it is in its file.
fn findings_ui(ui: &mut Ui, look: &Look, farm: &Farm, rule: &DraftRule, state: &EditorState) {
    if state.draft.is_changed(rule) {
        return;
    }
    let Some((file, lines)) = state.draft.lines(rule.id) else {
        return;
    };
    let file = file.display().to_string();
    let is_of_rule = |place: &str| {
        let mut parts = place.rsplitn(3, ':');
        let line = parts.nth(1).and_then(|line| line.parse().ok());
        line.is_some_and(|line| lines.contains(&line)) && parts.next() == Some(&file)
    };
    for problem in farm.problems.iter().filter(|p| is_of_rule(&p.place)) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.label(egui_phosphor::regular::INFO);
            ui.label(&problem.message);
            if let Some(help) = &problem.help {
                ui.label(look.quiet(help));
            }
        });
    }
}

fn text_is_blank(rule: &DraftRule) -> bool {
    rule.rule.when.trim().is_empty()
}
