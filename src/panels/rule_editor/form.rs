//! The form of a rule: every key of its table as a field.

use bevy_egui::egui::{
    ComboBox, Grid, Label, Response, RichText, TextEdit, Ui, WidgetInfo, WidgetType,
};

use super::check::{Checked, is_native, rgb};
use super::condition::condition_ui;
use super::expression::{Completion, ExpressionField, expression_ui};
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::section_ui;
use crate::scene::edit::{AlarmText, RuleText};
use crate::scene::{Part, Priority, Scene};
use crate::theme::{RULE_ICONS, rule_icon};

/// Width of the names of fields, points.
const NAMES: f32 = 96.0;

/// What a form is drawn from.
pub(super) struct FormContext<'a, 'f> {
    pub look: &'a Look<'f>,
    pub farm: &'a Farm<'f>,
    pub scene: &'a Scene,
    pub id: u64,
    /// The rule is in this program's own language.
    pub is_native: bool,
    pub checked: &'a Checked,
}

/// Draws the form. Says which field was edited.
pub(super) fn form_ui(
    ui: &mut Ui,
    form: &FormContext,
    rule: &mut RuleText,
    focus_name: &mut bool,
    completion: &mut Completion,
) -> Option<&'static str> {
    let mut edited = None;
    ui.push_id(form.id, |ui| {
        let mut note = |field: &'static str, is_edited: bool| {
            if is_edited {
                edited = Some(field);
            }
        };
        Grid::new("rule")
            .num_columns(2)
            .spacing([8.0, 6.0])
            .min_col_width(NAMES)
            .show(ui, |ui| {
                field_ui(ui, form, "Name", "name", |ui| {
                    let response =
                        text_ui(ui, "Name", &mut rule.name, "What it tells, in few words");
                    if std::mem::take(focus_name) {
                        response.request_focus();
                    }
                    note("name", response.changed());
                });
                field_ui(ui, form, "", "enabled", |ui| {
                    let response = ui.checkbox(&mut rule.enabled, "Enabled");
                    note("enabled", response.changed());
                });
                if is_native(rule) {
                    field_ui(ui, form, "Holds when", "when", |ui| {
                        note("when", condition_ui(ui, form, rule));
                    });
                }
                if form.scene.models.len() > 1 {
                    field_ui(ui, form, "Models", "models", |ui| {
                        note("models", models_ui(ui, form.scene, &mut rule.models));
                    });
                }
            });
        section_ui(ui, form.look.theme, "What it shows");
        Grid::new("shows")
            .num_columns(2)
            .spacing([8.0, 6.0])
            .min_col_width(NAMES)
            .show(ui, |ui| {
                field_ui(ui, form, "Part", "part", |ui| {
                    note("part", part_ui(ui, &mut rule.part));
                });
                field_ui(ui, form, "Colour", "color", |ui| {
                    note("color", color_ui(ui, &mut rule.color));
                });
                field_ui(ui, form, "Icon", "icon", |ui| {
                    note("icon", icon_ui(ui, &mut rule.icon));
                });
                field_ui(ui, form, "Label", "label", |ui| {
                    let hint = "None";
                    note(
                        "label",
                        text_ui(ui, "Label", &mut rule.label, hint).changed(),
                    );
                });
                field_ui(ui, form, "Opacity", "opacity", |ui| {
                    note("opacity", opacity_ui(ui, &mut rule.opacity));
                });
            });
        findings_ui(ui, form, "effect");
        section_ui(ui, form.look.theme, "Alarm");
        note("alarm", alarm_switch_ui(ui, &mut rule.alarm));
        if let Some(alarm) = &mut rule.alarm
            && let Some(field) = alarm_ui(ui, form, alarm, completion)
        {
            note(field, true);
        }
    });
    edited
}

/// A field with its name, and below it what is wrong with it.
fn field_ui(ui: &mut Ui, form: &FormContext, name: &str, key: &str, content: impl FnOnce(&mut Ui)) {
    ui.vertical(|ui| {
        ui.add_space(4.0);
        ui.add(Label::new(RichText::new(name).color(form.look.theme.quiet)));
    });
    ui.vertical(|ui| {
        ui.set_width((ui.available_width()).max(140.0));
        content(ui);
        findings_ui(ui, form, key);
    });
    ui.end_row();
}

fn findings_ui(ui: &mut Ui, form: &FormContext, key: &str) {
    for finding in form.checked.of(key) {
        let glyph = match finding.is_error {
            true => egui_phosphor::regular::X_CIRCLE,
            false => egui_phosphor::regular::INFO,
        };
        let words = format!("{glyph} {}", finding.message);
        let words = match finding.is_error {
            true => RichText::new(words)
                .size(crate::theme::SMALL)
                .color(form.look.theme.text),
            false => form.look.quiet(words),
        };
        ui.add(Label::new(words).wrap());
    }
}

pub(super) fn text_ui(ui: &mut Ui, name: &str, text: &mut String, hint: &str) -> Response {
    let edit = TextEdit::singleline(text)
        .id_salt(name)
        .desired_width(f32::INFINITY)
        .hint_text(hint);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, name));
    response
}

fn short_text_ui(ui: &mut Ui, name: &str, text: &mut String, hint: &str) -> bool {
    let edit = TextEdit::singleline(text)
        .id_salt(name)
        .desired_width(72.0)
        .hint_text(hint);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, name));
    response.changed()
}

/// A list to choose from, named for screen readers.
pub(super) fn choice_ui(
    ui: &mut Ui,
    name: &str,
    shown: &str,
    width: f32,
    list: impl FnOnce(&mut Ui) -> bool,
) -> bool {
    let combo = ComboBox::from_id_salt(name)
        .selected_text(shown)
        .width(width)
        .height(320.0)
        .truncate()
        .show_ui(ui, list);
    let words = format!("{name}: {shown}");
    combo
        .response
        .widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, &words));
    combo.inner.unwrap_or_default()
}

fn models_ui(ui: &mut Ui, scene: &Scene, models: &mut Option<Vec<String>>) -> bool {
    let mut is_edited = false;
    ui.horizontal_wrapped(|ui| {
        let mut is_all = models.is_none();
        if ui.checkbox(&mut is_all, "All").changed() {
            let all = scene.models.iter().filter(|m| !m.is_entity);
            *models = (!is_all).then(|| all.map(|m| m.id.to_string()).collect());
            is_edited = true;
        }
        if let Some(names) = models {
            for model in &scene.models {
                let mut is_named = names.iter().any(|n| **n == *model.id);
                if ui.checkbox(&mut is_named, &*model.id).changed() {
                    names.retain(|n| **n != *model.id);
                    if is_named {
                        names.push(model.id.to_string());
                    }
                    is_edited = true;
                }
            }
        }
    });
    is_edited
}

fn part_ui(ui: &mut Ui, part: &mut String) -> bool {
    let shown = match part.as_str() {
        "" => "Whole turbine".to_owned(),
        part => crate::panels::format::label(part),
    };
    let before = part.clone();
    choice_ui(ui, "Part", &shown, 180.0, |ui| {
        ui.selectable_value(part, String::new(), "Whole turbine");
        for (_, name) in Part::ALL {
            let words = crate::panels::format::label(name);
            ui.selectable_value(part, name.to_owned(), words);
        }
        *part != before
    })
}

fn color_ui(ui: &mut Ui, color: &mut String) -> bool {
    let mut is_edited = false;
    ui.horizontal(|ui| {
        if let Some(mut value) = rgb(color) {
            let response = ui.color_edit_button_srgb(&mut value);
            response.widget_info(|| {
                WidgetInfo::labeled(WidgetType::ColorButton, true, "Choose the colour")
            });
            if response.changed() {
                let [r, g, b] = value;
                *color = format!("#{r:02x}{g:02x}{b:02x}");
                is_edited = true;
            }
        } else if color.is_empty() && ui.button("Choose").clicked() {
            "#4a90c2".clone_into(color);
            is_edited = true;
        }
        if !color.is_empty() {
            let is_table = color.starts_with('{');
            let width = if is_table {
                ui.available_width() - 32.0
            } else {
                84.0
            };
            let edit = TextEdit::singleline(color)
                .id_salt("colour")
                .desired_width(width);
            let response = ui.add(edit);
            response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, "Colour"));
            is_edited |= response.changed();
            is_edited |= none_ui(ui, "No colour", color);
        }
    });
    is_edited
}

/// A button that empties a field.
fn none_ui(ui: &mut Ui, name: &str, text: &mut String) -> bool {
    let icon = egui_phosphor::regular::X;
    let is_clicked = crate::panels::widgets::icon_button_ui(ui, icon, name).clicked();
    if is_clicked {
        text.clear();
    }
    is_clicked
}

fn icon_ui(ui: &mut Ui, icon: &mut String) -> bool {
    let with_glyph = |name: &str| match rule_icon(name) {
        Some(glyph) => format!("{glyph}  {}", crate::panels::format::label(name)),
        None => name.to_owned(),
    };
    let shown = match icon.as_str() {
        "" => "None".to_owned(),
        name => with_glyph(name),
    };
    let before = icon.clone();
    choice_ui(ui, "Icon", &shown, 180.0, |ui| {
        ui.selectable_value(icon, String::new(), "None");
        for (name, _) in RULE_ICONS {
            ui.selectable_value(icon, name.to_owned(), with_glyph(name));
        }
        *icon != before
    })
}

fn opacity_ui(ui: &mut Ui, opacity: &mut String) -> bool {
    short_text_ui(ui, "Opacity", opacity, "1")
}

fn alarm_switch_ui(ui: &mut Ui, alarm: &mut Option<AlarmText>) -> bool {
    let mut raises = alarm.is_some();
    let is_edited = ui.checkbox(&mut raises, "Raises an alarm").changed();
    if is_edited {
        *alarm = raises.then(|| AlarmText {
            priority: Priority::Medium.name().to_owned(),
            ..AlarmText::default()
        });
    }
    is_edited
}

fn alarm_ui(
    ui: &mut Ui,
    form: &FormContext,
    alarm: &mut AlarmText,
    completion: &mut Completion,
) -> Option<&'static str> {
    let mut edited = None;
    let mut note = |field: &'static str, is_edited: bool| {
        if is_edited {
            edited = Some(field);
        }
    };
    Grid::new("alarm")
        .num_columns(2)
        .spacing([8.0, 6.0])
        .min_col_width(NAMES)
        .show(ui, |ui| {
            field_ui(ui, form, "Priority", "priority", |ui| {
                note("priority", priority_ui(ui, form.look, &mut alarm.priority));
            });
            field_ui(ui, form, "Clears when", "clear_when", |ui| {
                let field = ExpressionField {
                    id: ui.id().with("clear_when"),
                    name: "Clears when",
                    rows: 1,
                    hint: "the rule no longer holds",
                    errors: &form.checked.clear_when,
                    scene: form.scene,
                    applies: &form.checked.applies,
                    is_native: form.is_native,
                };
                let text = &mut alarm.clear_when;
                let is_edited = expression_ui(ui, form.look, form.farm, &field, text, completion);
                note("clear_when", is_edited);
            });
            field_ui(ui, form, "Deadband", "deadband", |ui| {
                note(
                    "deadband",
                    short_text_ui(ui, "Deadband", &mut alarm.deadband, "none"),
                );
            });
            field_ui(ui, form, "Delay on", "on_delay", |ui| {
                note(
                    "on_delay",
                    short_text_ui(ui, "Delay on", &mut alarm.on_delay, "0s"),
                );
            });
            field_ui(ui, form, "Delay off", "off_delay", |ui| {
                note(
                    "off_delay",
                    short_text_ui(ui, "Delay off", &mut alarm.off_delay, "0s"),
                );
            });
            field_ui(ui, form, "Consequence", "consequence", |ui| {
                let hint = "What happens when nobody acts";
                let response = text_ui(ui, "Consequence", &mut alarm.consequence, hint);
                note("consequence", response.changed());
            });
            field_ui(ui, form, "Response", "response", |ui| {
                let hint = "What the operator is to do";
                let response = text_ui(ui, "Response", &mut alarm.response, hint);
                note("response", response.changed());
            });
        });
    edited
}

fn priority_ui(ui: &mut Ui, look: &Look, priority: &mut String) -> bool {
    let before = priority.clone();
    let now = Priority::ALL.into_iter().find(|of| *priority == of.name());
    ui.horizontal(|ui| {
        // The mark says it as everywhere else.
        if let Some(now) = now {
            crate::panels::widgets::mark_ui(ui, look.theme, now, 18.0, true);
        }
        let word = crate::panels::widgets::priority_word;
        choice_ui(ui, "Priority", now.map_or("None", word), 120.0, |ui| {
            for of in Priority::ALL {
                ui.selectable_value(priority, of.name().to_owned(), word(of));
            }
            *priority != before
        })
    })
    .inner
}
