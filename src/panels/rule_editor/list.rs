//! The scene's rules in the order in which they apply.

use bevy_egui::egui::{
    self, Align, Checkbox, Label, Layout, RichText, ScrollArea, Sense, Stroke, Ui, WidgetInfo,
    WidgetType, vec2,
};

use super::check::{Checked, rgb};
use super::draft::DraftRule;
use super::preview::{Matches, matches};
use super::state::EditorState;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::{add_if, swatch_ui};
use crate::scene::{Priority, Scene};
use crate::theme::{MarkFill, SMALL, paint_mark, rule_icon, strong};

const ROW: f32 = 28.0;

/// Draws the list: a click shows a rule, a drag moves it.
pub(super) fn list_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    scene: &Scene,
    state: &mut EditorState,
) {
    let rules: Vec<DraftRule> = state.draft.rules().to_vec();
    let several = state
        .draft
        .files()
        .filter(|f| !f.rules().is_empty())
        .count()
        > 1;
    let time_s = ui.input(|i| i.time);
    let mut drop_at = None;
    ScrollArea::vertical()
        .id_salt("rules")
        .auto_shrink(false)
        .show_rows(ui, ROW, rules.len(), |ui, shown| {
            let first = shown.start;
            for (at, rule) in rules.iter().enumerate().skip(first).take(shown.len()) {
                let checked = state.checked(scene, rule);
                let rect = row_ui(ui, look, farm, scene, (at, rule, several), &checked, state);
                let pointer = ui.input(|i| i.pointer.interact_pos());
                let is_here = pointer.is_some_and(|p| rect.y_range().contains(p.y));
                if state.drag.is_some() && is_here {
                    drop_at = Some(at);
                    let y = rect.top();
                    let stroke = Stroke::new(2.0, look.theme.accent);
                    ui.painter().hline(rect.x_range(), y, stroke);
                }
            }
        });
    if ui.input(|i| i.pointer.any_released())
        && let Some(id) = state.drag.take()
        && state.may().is_ok()
        && let (Some(from), Some(to)) = (rules.iter().position(|r| r.id == id), drop_at)
    {
        state.draft.move_to(from, to, time_s);
    }
}

fn row_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    scene: &Scene,
    (at, rule, several): (usize, &DraftRule, bool),
    checked: &Checked,
    state: &mut EditorState,
) -> egui::Rect {
    let text = &*rule.rule;
    let is_shown = state.draft.selected().is_some_and(|r| r.id == rule.id);
    let size = vec2(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    if is_shown {
        ui.painter()
            .rect_filled(rect, 4.0, ui.visuals().selection.bg_fill);
    } else if response.hovered() || response.has_focus() {
        ui.painter()
            .rect_filled(rect, 4.0, ui.visuals().faint_bg_color);
    }
    let found = matches(farm, scene, checked);
    let count = match (&found, text.enabled) {
        (None, _) => "error".to_owned(),
        (_, false) => "off".to_owned(),
        (Some(found), true) if found.is_open() => "–".to_owned(),
        (Some(found), true) => format::count(found.rows.len() as u64),
    };
    let builder = egui::UiBuilder::new()
        .max_rect(rect.shrink2(vec2(4.0, 0.0)))
        .layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let mut enabled = text.enabled;
        let switch = add_if(ui, state.may(), Checkbox::without_text(&mut enabled));
        switch.widget_info(|| {
            let name = format!("Enable {}", text.name);
            WidgetInfo::selected(WidgetType::Checkbox, true, enabled, name)
        });
        if switch.on_hover_text("Enabled").changed() {
            let mut changed = text.clone();
            changed.enabled = enabled;
            let time_s = ui.input(|i| i.time);
            state.draft.edit(rule.id, changed, "enabled", time_s);
        }
        marks_ui(ui, look, rule);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let number = match count.as_str() {
                "error" | "off" | "0" | "–" => look.quiet(count.clone()),
                _ => strong(count.clone()).size(SMALL + 1.0),
            };
            ui.allocate_ui_with_layout(
                vec2(38.0, ROW),
                Layout::right_to_left(Align::Center),
                |ui| {
                    ui.set_min_width(38.0);
                    ui.label(number);
                },
            );
            if !text.part.is_empty() && rect.width() > 260.0 {
                ui.label(look.quiet(format::label(&text.part).to_lowercase()));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let name = match text.name.is_empty() {
                    true => "No name",
                    false => &text.name,
                };
                let dot = if state.draft.is_changed(rule) {
                    " •"
                } else {
                    ""
                };
                let name = RichText::new(format!("{name}{dot}"));
                ui.add(Label::new(name.color(look.text_color(text.enabled))).truncate());
            });
        });
    });
    let of_file = state.draft.files().nth(rule.file).map(|f| f.path.clone());
    let name = spoken(
        at,
        rule,
        found.as_ref(),
        several.then_some(()).and(of_file).as_deref(),
    );
    response
        .widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, is_shown, &name));
    if response.clicked() {
        state.draft.select(rule.id);
    }
    if response.drag_started() {
        state.draft.select(rule.id);
        state.drag = Some(rule.id);
    }
    rect
}

/// Swatch, alarm mark and icon, each in a place of its own.
fn marks_ui(ui: &mut Ui, look: &Look, rule: &DraftRule) {
    let text = &*rule.rule;
    if let Some(color) = rgb(&text.color) {
        swatch_ui(ui, look.theme, Some(color), 14.0);
    } else {
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
        if text.color.starts_with('{') {
            // A colour by a value has none of its own.
            ui.painter()
                .rect_filled(rect.shrink(2.0), 2.0, look.theme.line);
            let bar = egui::Rect::from_min_max(rect.center_top(), rect.right_bottom()).shrink(2.0);
            ui.painter().rect_filled(bar, 2.0, look.theme.quiet);
        }
    }
    let (rect, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
    let alarm = text.alarm.as_ref();
    let priority = alarm.and_then(|a| Priority::ALL.into_iter().find(|p| p.name() == a.priority));
    if let Some(priority) = priority {
        paint_mark(
            ui.painter(),
            rect.center(),
            14.0,
            priority,
            MarkFill::Solid,
            look.theme,
        );
    } else if let Some(glyph) = rule_icon(&text.icon) {
        let font = egui::FontId::proportional(SMALL + 1.0);
        let center = egui::Align2::CENTER_CENTER;
        ui.painter()
            .text(rect.center(), center, glyph, font, look.theme.quiet);
    }
}

fn spoken(
    at: usize,
    rule: &DraftRule,
    found: Option<&Matches>,
    file: Option<&std::path::Path>,
) -> String {
    let mut words = format!("Rule {}: {}", at + 1, rule.rule.name);
    match found {
        Some(found) if found.is_open() => words.push_str(", known once saved"),
        Some(found) => {
            words.push_str(&format!(", matches {} of {}", found.rows.len(), found.of));
        }
        None => words.push_str(", has an error"),
    }
    if !rule.rule.enabled {
        words.push_str(", not enabled");
    }
    if let Some(name) = file.and_then(|f| f.file_name()) {
        words.push_str(&format!(", in {}", name.to_string_lossy()));
    }
    words
}
