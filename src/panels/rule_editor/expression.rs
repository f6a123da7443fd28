//! The field of a condition: colours, underlined mistakes, and completion by the keyboard.

use std::ops::Range;
use std::sync::Arc;

use bevy_egui::egui::text::{CCursor, CCursorRange, LayoutJob, TextFormat};
use bevy_egui::egui::text_edit::TextEditState;
use bevy_egui::egui::{
    self, Event, EventFilter, FontFamily, FontId, Frame, Galley, Id, Key, Modifiers, Order, Rect,
    RichText, Stroke, TextBuffer, TextEdit, Ui, WidgetInfo, WidgetType, vec2,
};

use super::complete::{Candidate, CandidateKind, SIZES, Wanted, candidates, word_before};
use crate::panels::frame::{Farm, Look};
use crate::rules::{ExpressionError, TokenKind, functions, scan};
use crate::scene::Scene;
use crate::theme::{BODY, SMALL};

/// What could be written at the cursor.
#[derive(Debug, Default)]
pub(super) struct Completion {
    /// The field that it is for; none while the list is not shown.
    field: Option<Id>,
    items: Vec<Candidate>,
    at: usize,
    /// The word that it replaces.
    word: Range<usize>,
    /// The text for which it was closed by hand.
    closed: Option<String>,
    /// It was asked for by its key.
    is_asked: bool,
}

impl Completion {
    fn is_open(&self, field: Id) -> bool {
        self.field == Some(field) && !self.items.is_empty()
    }

    fn close(&mut self) {
        self.field = None;
        self.items.clear();
        self.is_asked = false;
    }
}

/// A field of an expression.
pub(super) struct ExpressionField<'a> {
    pub id: Id,
    /// For screen readers.
    pub name: &'a str,
    pub rows: usize,
    pub hint: &'a str,
    pub errors: &'a [ExpressionError],
    pub scene: &'a Scene,
    /// By model.
    pub applies: &'a [bool],
    /// It is in this program's own language.
    pub is_native: bool,
}

/// Draws the field and below it what is wrong. Whether the text was changed.
pub(super) fn expression_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    field: &ExpressionField,
    text: &mut String,
    completion: &mut Completion,
) -> bool {
    let before = text.clone();
    let is_open = completion.is_open(field.id);
    let chosen = keys(ui, completion, is_open, field.id);
    if let Some(chosen) = chosen {
        accept(ui, field, text, completion, chosen);
    }
    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, width: f32| -> Arc<Galley> {
        let mut job = highlighted(look, field, text.as_str());
        job.wrap.max_width = width;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let edit = TextEdit::multiline(text)
        .id(field.id)
        .desired_rows(field.rows)
        .desired_width(f32::INFINITY)
        .hint_text(RichText::new(field.hint).color(look.theme.quiet))
        .event_filter(EventFilter {
            tab: is_open,
            escape: is_open,
            horizontal_arrows: true,
            vertical_arrows: true,
        })
        .layouter(&mut layouter);
    let output = edit.show(ui);
    let response = &output.response.response;
    let name = field.name.to_owned();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, &name));
    let cursor = output.cursor_range.map(|range| range.primary);
    match cursor.filter(|_| response.has_focus()) {
        Some(cursor) => {
            let at = byte_of(text, usize::from(cursor.index));
            find(ui, farm, field, text, at, completion, *text != before);
            if completion.is_open(field.id) {
                let place = output.galley.pos_from_cursor(cursor);
                let place = place.translate(output.galley_pos.to_vec2());
                if let Some(chosen) = popup_ui(ui, look, field.id, place, completion) {
                    accept(ui, field, text, completion, chosen);
                }
            }
        }
        None if completion.field == Some(field.id) => completion.close(),
        None => {}
    }
    errors_ui(ui, look, field.errors, text);
    *text != before
}

/// Takes the keys of the list while it is open. The choice, once one was made.
fn keys(ui: &Ui, completion: &mut Completion, is_open: bool, field: Id) -> Option<usize> {
    let is_mine = ui.memory(|m| m.has_focus(field));
    if !is_mine {
        return None;
    }
    let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
    if ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Space)) {
        completion.closed = None;
        completion.is_asked = true;
    }
    if !is_open {
        return None;
    }
    let count = completion.items.len().max(1);
    if pressed(Key::ArrowDown) {
        completion.at = (completion.at + 1) % count;
    }
    if pressed(Key::ArrowUp) {
        completion.at = (completion.at + count - 1) % count;
    }
    if pressed(Key::Escape) {
        completion.closed = Some(String::new());
        completion.close();
        return None;
    }
    let is_accepted = pressed(Key::Tab) | pressed(Key::Enter);
    // What a key also gives as text must not be typed.
    if is_accepted {
        ui.input_mut(|i| {
            i.events
                .retain(|e| !matches!(e, Event::Text(t) if t == "\n" || t == "\t"));
        });
    }
    is_accepted.then_some(completion.at)
}

/// Looks what could be written at the cursor.
fn find(
    ui: &Ui,
    farm: &Farm,
    field: &ExpressionField,
    text: &str,
    cursor: usize,
    completion: &mut Completion,
    is_edited: bool,
) {
    let range = word_before(text, cursor);
    let word = text.get(range.clone()).unwrap_or_default();
    if is_edited {
        completion.closed = None;
    }
    let is_wanted = completion.is_asked || (is_edited && !word.is_empty());
    let was_open = completion.is_open(field.id) && completion.word.start == range.start;
    if completion.closed.is_some()
        || !(is_wanted || was_open)
        || (word.is_empty() && !completion.is_asked)
    {
        if completion.field == Some(field.id) {
            completion.close();
        }
        return;
    }
    let items = candidates(&Wanted {
        scene: field.scene,
        fleet: farm.fleet,
        applies: field.applies,
        is_native: field.is_native,
        before: text.get(..range.start).unwrap_or_default(),
        word,
    });
    // What is written in full already needs no list.
    let is_done = items.first().is_some_and(|c| c.text == word) && !completion.is_asked;
    if is_done || items.is_empty() {
        completion.close();
        return;
    }
    let is_same = completion
        .items
        .iter()
        .map(|c| &c.text)
        .eq(items.iter().map(|c| &c.text));
    if !is_same {
        completion.at = 0;
    }
    if completion.field != Some(field.id) {
        ui.request_repaint();
    }
    completion.field = Some(field.id);
    completion.items = items;
    completion.word = range;
}

/// Writes a choice in place of the word, and puts the cursor behind it.
fn accept(
    ui: &Ui,
    field: &ExpressionField,
    text: &mut String,
    completion: &mut Completion,
    chosen: usize,
) {
    let Some(item) = completion.items.get(chosen).cloned() else {
        return;
    };
    let range = completion.word.clone();
    completion.close();
    completion.closed = Some(String::new());
    if text.get(range.clone()).is_none() {
        return;
    }
    let written = match item.kind {
        CandidateKind::Function => format!("{}(", item.text),
        _ => item.text,
    };
    text.replace_range(range.clone(), &written);
    let before = text.get(..range.start + written.len()).unwrap_or_default();
    let cursor = CCursor::new(before.chars().count());
    let mut state = TextEditState::load(ui.ctx(), field.id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::one(cursor)));
    state.store(ui.ctx(), field.id);
    ui.memory_mut(|m| m.request_focus(field.id));
}

fn popup_ui(
    ui: &Ui,
    look: &Look,
    field: Id,
    cursor: Rect,
    completion: &Completion,
) -> Option<usize> {
    let mut chosen = None;
    let width = 380.0;
    let screen = ui.ctx().content_rect();
    let height = 12.0 + 24.0 * completion.items.len() as f32;
    let x = cursor.left().min(screen.right() - width - 16.0);
    let is_below = cursor.bottom() + height < screen.bottom();
    let y = if is_below {
        cursor.bottom() + 2.0
    } else {
        cursor.top() - height - 4.0
    };
    egui::Area::new(field.with("completion"))
        .order(Order::Foreground)
        .fixed_pos(egui::pos2(x, y))
        .constrain(true)
        .show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).inner_margin(4).show(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(4.0, 0.0);
                ui.set_width(width);
                for (at, item) in completion.items.iter().enumerate() {
                    if item_ui(ui, look, item, at == completion.at) {
                        chosen = Some(at);
                    }
                }
            });
        });
    chosen
}

fn item_ui(ui: &mut Ui, look: &Look, item: &Candidate, is_chosen: bool) -> bool {
    let size = vec2(ui.available_width(), 24.0);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
    let is_lit = is_chosen || response.hovered();
    if is_lit {
        let fill = ui.visuals().selection.bg_fill;
        ui.painter().rect_filled(rect, 3.0, fill);
    }
    let name = format!("{}, {}, {}", item.text, item.kind.word(), item.detail);
    response
        .widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, is_chosen, &name));
    let builder = egui::UiBuilder::new()
        .max_rect(rect.shrink2(vec2(8.0, 0.0)))
        .layout(egui::Layout::left_to_right(egui::Align::Center));
    ui.scope_builder(builder, |ui| {
        let glyph = match item.kind {
            CandidateKind::Signal => egui_phosphor::regular::WAVE_SINE,
            CandidateKind::Limit => egui_phosphor::regular::RULER,
            CandidateKind::Function => egui_phosphor::regular::FUNCTION,
            CandidateKind::Unit => egui_phosphor::regular::THERMOMETER_SIMPLE,
            CandidateKind::Size => egui_phosphor::regular::WIND,
            CandidateKind::Word => egui_phosphor::regular::TEXT_AA,
        };
        ui.label(RichText::new(glyph).color(look.theme.quiet));
        ui.label(RichText::new(&item.text).color(look.theme.text));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add(egui::Label::new(look.quiet(&item.detail)).truncate());
        });
    });
    response.clicked()
}

/// The text in its colours, mistakes underlined.
fn highlighted(look: &Look, field: &ExpressionField, text: &str) -> LayoutJob {
    let font = FontId::new(BODY + 1.0, FontFamily::Monospace);
    let heavy = FontId::new(BODY + 1.0, crate::theme::semibold());
    let theme = look.theme;
    let (tokens, _) = scan(text);
    let is_wrong = |at: usize| {
        field
            .errors
            .iter()
            .any(|e| touches(&e.span, at, text.len()))
    };
    let format = |kind: Option<TokenKind>, word: &str, at: usize| {
        let is_known = || field.scene.signals.iter().any(|s| &**s == word);
        let (font, color) = match kind {
            Some(TokenKind::Number) => (&font, theme.number),
            Some(TokenKind::Text) => (&font, theme.literal),
            Some(TokenKind::Name) if is_known() => (&heavy, theme.text),
            Some(TokenKind::Name) if is_word(word) => (&font, theme.accent),
            Some(TokenKind::Name) => (&font, theme.text),
            Some(TokenKind::Symbol) => (&font, theme.quiet),
            // Comments, and what is no token.
            None => (&font, theme.quiet),
        };
        let mut format = TextFormat::simple(font.clone(), color);
        if is_wrong(at) {
            format.underline = Stroke::new(2.0, theme.text);
        }
        format
    };
    let mut job = LayoutJob::default();
    let mut done = 0;
    let push = |job: &mut LayoutJob, range: Range<usize>, kind: Option<TokenKind>| {
        let Some(part) = text.get(range.clone()) else {
            return;
        };
        if !part.is_empty() {
            job.append(part, 0.0, format(kind, part, range.start));
        }
    };
    for token in &tokens {
        push(&mut job, done..token.span.start, None);
        push(&mut job, token.span.clone(), Some(token.kind));
        done = token.span.end;
    }
    push(&mut job, done..text.len(), None);
    if job.text.is_empty() {
        job.append("", 0.0, TextFormat::simple(font, theme.text));
    }
    job
}

fn touches(span: &Range<usize>, at: usize, length: usize) -> bool {
    // What is missing at the end is marked at the last character.
    let start = span.start.min(length.saturating_sub(1));
    (start..span.end.max(start + 1)).contains(&at)
}

fn is_word(word: &str) -> bool {
    matches!(
        word,
        "true" | "false" | "in" | "farm" | "nearest" | "limits"
    ) || SIZES.iter().any(|(name, _)| *name == word)
        || functions().any(|(name, _)| name == word)
}

/// What is wrong, each with what to do about it.
fn errors_ui(ui: &mut Ui, look: &Look, errors: &[ExpressionError], text: &str) {
    if text.trim().is_empty() {
        return;
    }
    for error in errors.iter().take(4) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.label(RichText::new(egui_phosphor::regular::X_CIRCLE).color(look.theme.text));
            ui.label(RichText::new(&error.message).size(SMALL + 1.0));
            if let Some(help) = &error.help {
                ui.label(look.quiet(help));
            }
        });
    }
}

fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices()
        .nth(character)
        .map_or(text.len(), |(at, _)| at)
}
