//! The rows: topics, and below each its fields, with what they are mapped to.

use bevy_egui::egui::{Align, Button, Label, Layout, RichText, Ui, WidgetInfo, WidgetType};
use egui_extras::{Column, TableBuilder, TableRow};
use egui_phosphor::regular as icon;

use super::form::SignalForm;
use super::rows::{MapRow, Sort, Status, kind_word};
use super::{MappingState, RowKey};
use crate::panels::format;
use crate::panels::frame::Look;
use crate::panels::widgets::{denied_ui, icon_button_ui, right_aligned_ui};
use crate::scene::{Scene, ValueKind};
use crate::telemetry::{Matched, Seen, SeenField, SeenTopic};
use crate::theme::strong;

const ROW: f32 = 24.0;

/// What a row asks for.
enum Asked {
    Select(RowKey),
    Fold(RowKey),
    Map(SignalForm),
    Sort(Sort),
}

/// The table.
pub(super) fn table_ui(
    ui: &mut Ui,
    look: &Look,
    scene: &Scene,
    seen: &Seen,
    rows: &[MapRow],
    state: &mut MappingState,
) {
    let is_hidden = |row: &MapRow| {
        let topic = RowKey {
            field: None,
            ..row.key.clone()
        };
        row.field.is_some() && state.folded.contains(&topic)
    };
    let shown: Vec<&MapRow> = rows.iter().filter(|row| !is_hidden(row)).collect();
    if shown.is_empty() {
        crate::panels::frame::empty_ui(ui, look, "Nothing that was heard fits the filter.");
        return;
    }
    let mut asked = None;
    let is_wide = ui.available_width() > 1_000.0;
    // The signal is what is looked for: beside the details the rest gives way to it.
    let [name, value, kind] = match is_wide {
        true => [300.0, 132.0, 88.0],
        false => [204.0, 92.0, 72.0],
    };
    TableBuilder::new(ui)
        .id_salt("mapping")
        .striped(true)
        .auto_shrink(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(name).clip(true))
        .column(Column::exact(value).clip(true))
        .column(Column::exact(kind).clip(true))
        .column(Column::exact(64.0).clip(true))
        .column(Column::exact(64.0).clip(true))
        .column(Column::exact(68.0).clip(true))
        .column(Column::remainder().clip(true))
        .header(22.0, |mut header| {
            let titles = [
                ("Topic and field", Some(Sort::Name)),
                ("Last value", None),
                ("Kind", None),
                ("A second", Some(Sort::Rate)),
                ("Turbines", Some(Sort::Turbines)),
                ("Heard", Some(Sort::Heard)),
                ("Mapped to", None),
            ];
            for (title, sort) in titles {
                header.col(|ui| {
                    let Some(sort) = sort else {
                        ui.label(look.quiet(title));
                        return;
                    };
                    let is_on = state.sort == sort;
                    let glyph = if is_on { icon::CARET_DOWN } else { "" };
                    let button = Button::new(look.quiet(format!("{title} {glyph}"))).frame(false);
                    let response = ui.add(button);
                    let name = format!("Sort by {}", title.to_lowercase());
                    response.widget_info(|| {
                        WidgetInfo::selected(WidgetType::Button, true, is_on, name.clone())
                    });
                    if response.clicked() {
                        asked = Some(Asked::Sort(sort));
                    }
                });
            }
        })
        .body(|body| {
            body.rows(ROW, shown.len(), |mut row| {
                let Some(shown) = shown.get(row.index()) else {
                    return;
                };
                let Some(topic) = seen.topics.get(shown.topic) else {
                    return;
                };
                let field = shown.field.and_then(|at| topic.fields.get(at));
                row.set_selected(state.selected.as_ref() == Some(&shown.key));
                let new = match field {
                    Some(field) => field_row_ui(&mut row, look, scene, shown, field, state),
                    None => topic_row_ui(&mut row, look, shown, topic, state),
                };
                asked = asked.take().or(new);
            });
        });
    match asked {
        Some(Asked::Select(key)) => {
            let is_again = state.selected.as_ref() == Some(&key);
            state.selected = Some(key).filter(|_| !is_again);
        }
        Some(Asked::Fold(key)) => match state.folded.iter().position(|f| *f == key) {
            Some(at) => drop(state.folded.swap_remove(at)),
            None => state.folded.push(key),
        },
        Some(Asked::Map(form)) => {
            if let Some(job) = form.job(scene) {
                state.told = None;
                state.writer.start(job);
            }
        }
        Some(Asked::Sort(sort)) => {
            // Asked for again, the ranks are taken anew.
            state.ranks = super::rows::Ranks::default();
            state.sort = sort;
        }
        None => {}
    }
}

fn topic_row_ui(
    row: &mut TableRow,
    look: &Look,
    shown: &MapRow,
    topic: &SeenTopic,
    state: &MappingState,
) -> Option<Asked> {
    let mut asked = None;
    row.col(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let is_folded = state.folded.contains(&shown.key);
        let (glyph, verb) = match is_folded {
            true => (icon::CARET_RIGHT, "Show the fields of"),
            false => (icon::CARET_DOWN, "Hide the fields of"),
        };
        if icon_button_ui(ui, glyph, &format!("{verb} {}", topic.filter)).clicked() {
            asked = Some(Asked::Fold(shown.key.clone()));
        }
        let name = Button::new(strong(&*topic.filter))
            .frame_when_inactive(false)
            .truncate();
        let response = ui
            .add(name)
            .on_hover_text(format!("For example {}", topic.sample_topic));
        if response.clicked() {
            asked = Some(Asked::Select(shown.key.clone()));
        }
    });
    row.col(|ui| {
        if topic.is_retained {
            ui.label(look.quiet("retained"))
                .on_hover_text("The broker had kept the last message; nothing came since.");
        }
    });
    row.col(|ui| {
        let kind = if topic.is_json { "JSON" } else { "bare value" };
        ui.label(look.quiet(kind));
    });
    numbers_ui(row, look, topic.per_s, topic.sources, topic.last_ms);
    row.col(|ui| match &shown.status {
        Status::Read(0) => {
            ui.label(look.quiet("read"));
        }
        Status::Read(unmapped) => {
            let words = format!("{} not mapped yet", format::count(*unmapped as u64));
            mark_ui(ui, look, &words);
        }
        Status::UnknownTurbine => {
            let ids = topic.unknown_turbines.join(", ");
            mark_ui(ui, look, &format!("Not in the scene: {ids}"));
        }
        _ => {
            mark_ui(ui, look, "Fits no filter");
            if ui.button("Add topic…").clicked() {
                asked = Some(Asked::Select(shown.key.clone()));
            }
        }
    });
    asked
}

fn field_row_ui(
    row: &mut TableRow,
    look: &Look,
    scene: &Scene,
    shown: &MapRow,
    field: &SeenField,
    state: &MappingState,
) -> Option<Asked> {
    let mut asked = None;
    row.col(|ui| {
        ui.add_space(28.0);
        let name = match &*field.pointer {
            "" => "(the whole payload)",
            pointer => pointer,
        };
        let button = Button::new(name).frame_when_inactive(false).truncate();
        if ui.add(button).clicked() {
            asked = Some(Asked::Select(shown.key.clone()));
        }
    });
    row.col(|ui| {
        ui.add(Label::new(&field.value).truncate())
            .on_hover_text(&field.value);
    });
    row.col(|ui| {
        let words = match field.is_mixed {
            true => format!("{}, mixed", kind_word(field.kind)),
            false => kind_word(field.kind).to_owned(),
        };
        ui.label(look.quiet(words));
    });
    numbers_ui(row, look, field.per_s, field.sources, field.last_ms);
    row.col(|ui| match &shown.status {
        Status::Mapped(signal) => {
            let unit = signal_unit(scene, field, signal);
            ui.add(Label::new(&**signal).truncate());
            if !unit.is_empty() {
                ui.label(look.quiet(unit));
            }
        }
        Status::OtherKind(signal, kind) => {
            let expected = match kind {
                ValueKind::Number => "a number",
                ValueKind::Boolean => "true or false",
                ValueKind::Text => "a text",
            };
            mark_ui(ui, look, &format!("{signal} is {expected}"));
        }
        Status::NotMapped(models) => {
            let form = SignalForm::propose(field, models, scene);
            let unit = match form.signal.unit.as_str() {
                "" => String::new(),
                unit => format!(" in {unit}"),
            };
            let button = Button::new(format!("{} Make a signal", icon::PLUS));
            let told = format!(
                "Writes {}{unit} into the scene file. Select the row to correct it first.",
                form.signal.name
            );
            let may = state.writer.may();
            let is_ready = !state.writer.is_busy() && form.fault(scene).is_none() && may.is_ok();
            let response = ui.add_enabled(is_ready, button);
            denied_ui(ui, &response, may);
            let name = format!("Make a signal of {}", field.pointer);
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, is_ready, &name));
            if response.on_hover_text(told).clicked() {
                asked = Some(Asked::Map(form));
            }
            mark_ui(ui, look, "not mapped yet");
        }
        Status::Role(role) => {
            ui.label(look.quiet(format!("{role} of the message")));
        }
        _ => {}
    });
    asked
}

fn signal_unit(scene: &Scene, field: &SeenField, signal: &str) -> String {
    let models = field
        .models
        .iter()
        .filter_map(|(at, _)| scene.models.get(*at));
    let mut signals = models.flat_map(|m| m.signals.iter().filter(|s| *s.name == *signal));
    signals
        .next()
        .map_or_else(String::new, |s| match s.conversion {
            Some(_) => format!("{}, converted", crate::wording::unit(&s.unit)),
            None => crate::wording::unit(&s.unit).to_owned(),
        })
}

fn numbers_ui(row: &mut TableRow, look: &Look, per_s: f64, sources: u32, last_ms: i64) {
    row.col(|ui| {
        right_aligned_ui(ui, 52.0, RichText::new(format::rate(per_s)));
    });
    row.col(|ui| {
        let words = match sources {
            0 => String::new(),
            n => format::count(u64::from(n)),
        };
        right_aligned_ui(ui, 52.0, RichText::new(words));
    });
    row.col(|ui| {
        ui.label(look.quiet(format::clock(last_ms, look.zone)))
            .on_hover_text(format::utc(last_ms));
    });
}

/// A word that asks for attention, by shape and not by an alarm's colour.
fn mark_ui(ui: &mut Ui, look: &Look, words: &str) {
    ui.label(RichText::new(icon::CIRCLE_DASHED).color(look.theme.accent));
    let label = Label::new(RichText::new(words).color(look.theme.text)).truncate();
    ui.add(label).on_hover_text(words);
}

/// Where a topic that fits no filter stands, in words.
pub(super) fn matched_words(matched: Matched, scene: &Scene) -> String {
    let filter = |at: usize| scene.topics.get(at).map_or("", |t| t.filter.as_str());
    match matched {
        Matched::Mapping(at) => format!("Read by the filter {}", filter(at)),
        Matched::UnknownTurbine(at) => {
            format!("Fits {}, but the scene has no such turbine", filter(at))
        }
        Matched::Not => "No filter of the scene fits it".to_owned(),
    }
}
