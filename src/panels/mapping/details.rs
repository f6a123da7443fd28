//! One row in full: recent values, a payload, and the form that maps it.

use bevy_egui::egui::{
    Align, Button, CentralPanel, Color32, ComboBox, FontId, Frame, Grid, Label, Layout, Margin,
    RichText, ScrollArea, Shape, Stroke, TextEdit, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use super::form::{LevelRole, SignalForm, TopicForm};
use super::rows::{Status, field_status};
use super::table::matched_words;
use super::writer::Job;
use super::{MappingState, RowKey, sample};
use crate::panels::frame::Look;
use crate::panels::widgets::{denied_ui, icon_button_ui, section_ui};
use crate::scene::{Part, PayloadFormat, Scene, ValueKind};
use crate::telemetry::{Matched, SeenField, SeenTopic};
use crate::theme::{SMALL, strong};
use crate::wording;

/// The details of a row.
pub(super) fn details_ui(
    ui: &mut Ui,
    look: &Look,
    scene: &Scene,
    key: &RowKey,
    (topic, field): (&SeenTopic, Option<&SeenField>),
    state: &mut MappingState,
) {
    let frame = Frame::new().inner_margin(Margin::symmetric(4, 0));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            let title = field.map_or(&*topic.filter, |f| &*f.pointer);
            let room = ui.available_width() - 36.0;
            ui.allocate_ui(vec2(room, 24.0), |ui| {
                ui.add(
                    Label::new(strong(if title.is_empty() {
                        "(the whole payload)"
                    } else {
                        title
                    }))
                    .truncate(),
                );
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if icon_button_ui(ui, icon::X, "Close the details").clicked() {
                    state.selected = None;
                }
            });
        });
        ScrollArea::vertical()
            .id_salt("mapping details")
            .auto_shrink(false)
            .show(ui, |ui| {
                match field {
                    Some(field) => {
                        field_ui(ui, look, scene, key, topic, field, state);
                    }
                    None => {
                        ui.add(Label::new(look.quiet(matched_words(topic.matched, scene))).wrap());
                        if topic.matched == Matched::Not {
                            topic_form_ui(ui, look, scene, key, topic, state);
                        }
                    }
                }
                sample_ui(ui, look, topic, field);
            });
    });
}

fn field_ui(
    ui: &mut Ui,
    look: &Look,
    scene: &Scene,
    key: &RowKey,
    topic: &SeenTopic,
    field: &SeenField,
    state: &mut MappingState,
) {
    match field_status(topic, field, scene) {
        Status::NotMapped(lacking) => signal_form_ui(ui, look, scene, key, field, &lacking, state),
        Status::Mapped(signal) => {
            ui.label(format!("Mapped to {signal}."));
        }
        Status::OtherKind(signal, _) => {
            let words = format!(
                "Mapped to {signal}, whose type in the scene file does not fit these values. Its values \
                 are rejected."
            );
            ui.add(Label::new(words).wrap());
        }
        Status::Role(role) => {
            ui.label(format!("{role} of the message."));
        }
        _ => {
            ui.add(Label::new(look.quiet(matched_words(topic.matched, scene))).wrap());
        }
    }
    if let Some([low, high]) = field.range {
        let number = |n| wording::number(n, None);
        let words = format!("Seen: {} to {}", number(low), number(high));
        ui.label(look.quiet(words));
    }
    if field.history.len() > 1 {
        history_ui(ui, look, &field.history);
        ui.label(look.quiet(format!("Last values of {}", topic.sample_topic)));
    }
}

/// A line through the last values.
fn history_ui(ui: &mut Ui, look: &Look, history: &[(i64, f64)]) {
    let size = vec2(ui.available_width().min(340.0), 40.0);
    let (rect, response) = ui.allocate_exact_size(size, bevy_egui::egui::Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, "Recent values"));
    let (Some(first), Some(last)) = (history.first(), history.last()) else {
        return;
    };
    let low = history.iter().map(|h| h.1).fold(f64::INFINITY, f64::min);
    let high = history
        .iter()
        .map(|h| h.1)
        .fold(f64::NEG_INFINITY, f64::max);
    let (span_ms, span) = ((last.0 - first.0).max(1) as f64, (high - low).max(1e-9));
    let place = |(at, value): &(i64, f64)| {
        let x = (at - first.0) as f64 / span_ms;
        let y = if high > low {
            (value - low) / span
        } else {
            0.5
        };
        pos2(
            rect.left() + rect.width() * x as f32,
            rect.bottom() - 3.0 - (rect.height() - 6.0) * y as f32,
        )
    };
    let points = history.iter().map(place).collect();
    ui.painter().rect_filled(rect, 2.0, look.theme.ground);
    ui.painter()
        .add(Shape::line(points, Stroke::new(1.5, look.theme.text)));
}

fn signal_form_ui(
    ui: &mut Ui,
    look: &Look,
    scene: &Scene,
    key: &RowKey,
    field: &SeenField,
    lacking: &[usize],
    state: &mut MappingState,
) {
    let kept = state.signal.take().filter(|(of, _)| of == key);
    let (_, mut form) =
        kept.unwrap_or_else(|| (key.clone(), SignalForm::propose(field, lacking, scene)));
    let fault = form.fault(scene);
    let may = state.writer.may();
    let is_ready = fault.is_none() && !state.writer.is_busy() && may.is_ok();
    let mut is_asked = false;
    Grid::new("new signal")
        .num_columns(2)
        .spacing([12.0, 6.0])
        .show(ui, |ui| {
            let text = |ui: &mut Ui, label: &str, text: &mut String, width: f32| {
                let edit = TextEdit::singleline(text)
                    .id_salt(("mapping", label))
                    .desired_width(width);
                let response = ui.add(edit);
                response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, label));
            };
            ui.label(look.quiet("Signal"));
            ui.horizontal(|ui| {
                text(ui, "Name of the signal", &mut form.signal.name, 188.0);
                let words = RichText::new("Make a signal").color(look.text_color(is_ready));
                let write = ui.add_enabled(is_ready, Button::new(words));
                denied_ui(ui, &write, may);
                is_asked = write.clicked();
            });
            ui.end_row();
            ui.label(look.quiet("Type"));
            ui.horizontal(|ui| {
                let kinds = [
                    (ValueKind::Number, "number"),
                    (ValueKind::Boolean, "true or false"),
                    (ValueKind::Text, "text"),
                ];
                for (kind, words) in kinds {
                    ui.selectable_value(&mut form.signal.kind, kind, words);
                }
            });
            ui.end_row();
            if form.signal.kind == ValueKind::Number {
                ui.label(look.quiet("Unit"));
                text(ui, "Unit", &mut form.signal.unit, 80.0);
                ui.end_row();
                ui.label(look.quiet("Normal"));
                ui.horizontal(|ui| {
                    let [low, high] = &mut form.range;
                    text(ui, "Lowest normal value", low, 64.0);
                    ui.label(look.quiet("to"));
                    text(ui, "Highest normal value", high, 64.0);
                });
                ui.end_row();
            }
            ui.label(look.quiet("Part"));
            part_ui(ui, &mut form);
            ui.end_row();
            ui.label(look.quiet("Of"));
            ui.horizontal_wrapped(|ui| {
                for (model, is_chosen) in &mut form.models {
                    let name = scene.models.get(*model).map_or("", |m| &*m.id);
                    ui.checkbox(is_chosen, name);
                }
            });
            ui.end_row();
        });
    if let Some(fault) = fault {
        ui.add(Label::new(look.quiet(fault)).wrap());
    }
    if is_asked && let Some(job) = form.job(scene) {
        state.told = None;
        state.writer.start(job);
    }
    state.signal = Some((key.clone(), form));
}

fn part_ui(ui: &mut Ui, form: &mut SignalForm) {
    let words = |part: Option<Part>| part.map_or("none", Part::name);
    let chosen = words(form.signal.part);
    let combo = ComboBox::from_id_salt("mapping part")
        .selected_text(chosen)
        .width(140.0)
        .show_ui(ui, |ui| {
            ui.selectable_value(&mut form.signal.part, None, words(None));
            for (part, name) in Part::ALL {
                ui.selectable_value(&mut form.signal.part, Some(part), name);
            }
        });
    let name = format!("Part: {chosen}");
    combo
        .response
        .widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, &name));
}

fn topic_form_ui(
    ui: &mut Ui,
    look: &Look,
    scene: &Scene,
    key: &RowKey,
    topic: &SeenTopic,
    state: &mut MappingState,
) {
    let kept = state.topic.take().filter(|(of, _)| of == key);
    let (_, mut form) = kept.unwrap_or_else(|| (key.clone(), TopicForm::propose(topic)));
    ui.add_space(4.0);
    Grid::new("new topic")
        .num_columns(2)
        .spacing([12.0, 6.0])
        .show(ui, |ui| {
            for (at, (text, role)) in form.levels.iter_mut().enumerate() {
                ui.label(text.as_str());
                let words = |role: LevelRole| {
                    let found = LevelRole::ALL.iter().find(|(r, _)| *r == role);
                    found.map_or("", |(_, words)| *words)
                };
                let chosen = words(*role);
                let combo = ComboBox::from_id_salt(("mapping level", at))
                    .selected_text(chosen)
                    .width(140.0)
                    .show_ui(ui, |ui| {
                        for (value, words) in LevelRole::ALL {
                            ui.selectable_value(role, value, words);
                        }
                    });
                let name = format!("Level {text}: {chosen}");
                combo
                    .response
                    .widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, &name));
                ui.end_row();
            }
            ui.label(look.quiet("Payload"));
            ui.horizontal(|ui| {
                ui.selectable_value(&mut form.payload, PayloadFormat::Json, "JSON");
                ui.selectable_value(&mut form.payload, PayloadFormat::Value, "bare value");
            });
            ui.end_row();
            if form.payload == PayloadFormat::Json {
                ui.label(look.quiet("Time"));
                let edit = TextEdit::singleline(&mut form.time)
                    .id_salt("mapping time")
                    .hint_text("time of arrival")
                    .desired_width(140.0);
                let response = ui.add(edit);
                response.widget_info(|| {
                    WidgetInfo::labeled(
                        WidgetType::TextEdit,
                        true,
                        "Field of the time at the source",
                    )
                });
                ui.end_row();
            }
        });
    ui.add(Label::new(RichText::new(form.filter()).monospace()).wrap());
    let fault = form.fault();
    let may = state.writer.may();
    let is_ready = fault.is_none() && !state.writer.is_busy() && may.is_ok();
    ui.horizontal(|ui| {
        let words = RichText::new("Add this topic").color(look.text_color(is_ready));
        let write = ui.add_enabled(is_ready, Button::new(words));
        denied_ui(ui, &write, may);
        if write.clicked() {
            let mut files = vec![scene.path.clone()];
            files.extend(scene.files.iter().filter(|f| **f != scene.path).cloned());
            state.told = None;
            state.writer.start(Job::Topic(files, form.topic()));
        }
        if let Some(fault) = fault {
            ui.add(Label::new(look.quiet(fault)).wrap());
        }
    });
    state.topic = Some((key.clone(), form));
}

fn sample_ui(ui: &mut Ui, look: &Look, topic: &SeenTopic, field: Option<&SeenField>) {
    section_ui(ui, look.theme, "Payload");
    ui.add(Label::new(look.quiet(&*topic.sample_topic)).truncate());
    let marked = field.map(|f| &*f.pointer).filter(|_| topic.is_json);
    for line in sample::lines(&topic.sample, marked) {
        let (ink, ground) = match line.is_marked {
            true => (look.theme.text, look.theme.line),
            false => (look.theme.quiet, Color32::TRANSPARENT),
        };
        let text = RichText::new(line.text).font(FontId::monospace(SMALL));
        ui.add(Label::new(text.color(ink).background_color(ground)).truncate());
    }
    if topic.is_sample_cut {
        ui.label(look.quiet("It goes on."));
    }
}
