//! The search, which is also the command palette: a field, what it finds, and the keys in it.

use bevy_egui::egui::{
    Align2, Color32, Context, Frame, Id, Key, Margin, Modal, Modifiers, ScrollArea, Stroke,
    TextEdit, Ui, vec2,
};

use crate::action::Action;
use crate::panels::commands::DeskCommand;
use crate::panels::frame::{Farm, Look};
use crate::theme::LARGE;

mod items;
mod row;
mod search;

pub use items::Target;
pub use search::{Found, Search};

use items::{Choice, choice, key_of, may};
use row::{ROW, row_ui};

/// Rows that are seen without scrolling.
const ROWS: f32 = 11.0;
/// What is remembered of what was chosen.
const MOST_RECENT: usize = 12;
const WIDTH: f32 = 560.0;

/// What the search remembers between frames.
#[derive(Debug, Default)]
pub struct Palette {
    /// What was chosen, newest first.
    pub recent: Vec<String>,
    /// What is typed.
    pub query: String,
    is_open: bool,
    is_just_opened: bool,
    /// The row that Enter chooses.
    cursor: usize,
    search: Search,
}

impl Palette {
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Opens it, empty.
    pub fn open(&mut self) {
        self.is_open = true;
        self.is_just_opened = true;
        self.query.clear();
        self.cursor = 0;
        self.search.forget();
    }

    /// Opens it, or closes it.
    pub fn toggle(&mut self) {
        if self.is_open {
            self.is_open = false;
        } else {
            self.open();
        }
    }

    fn remember(&mut self, key: String) {
        self.recent.retain(|r| *r != key);
        self.recent.insert(0, key);
        self.recent.truncate(MOST_RECENT);
    }
}

/// The search, where it is open. Returns a command that is the desk's to carry out.
pub fn palette_ui(
    ctx: &Context,
    look: &Look,
    farm: &Farm,
    state: &mut Palette,
    actions: &mut Vec<Action>,
) -> Option<DeskCommand> {
    if !state.is_open {
        return None;
    }
    let moved = move_cursor(ctx, state);
    let enter = ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
    let id = Id::new("search");
    let area = Modal::default_area(id)
        .anchor(Align2::CENTER_TOP, vec2(0.0, 52.0))
        .fade_in(false);
    let width = WIDTH.min(ctx.viewport_rect().width() - 48.0);
    let frame = Frame::popup(&ctx.global_style()).inner_margin(Margin::same(8));
    let response = Modal::new(id)
        .area(area)
        .backdrop_color(Color32::TRANSPARENT)
        .frame(frame)
        .show(ctx, |ui| {
            ui.set_width(width);
            field_ui(ui, look, state);
            if state.search.follow(&state.query, &state.recent, look, farm) {
                ui.ctx().request_repaint();
            }
            let most = state.search.results().len().saturating_sub(1);
            state.cursor = state.cursor.min(most);
            results_ui(ui, look, farm, state, moved)
        });
    if response.should_close() {
        state.is_open = false;
    }
    let clicked = response.inner;
    state.is_just_opened = false;
    let chosen = clicked.or_else(|| {
        let at_cursor = state.search.results().get(state.cursor);
        enter.then(|| at_cursor.map(|f| f.target.clone())).flatten()
    });
    chosen.and_then(|target| choose(&target, farm, state, actions))
}

/// Moves the cursor as the keys ask; whether it moved.
fn move_cursor(ctx: &Context, state: &mut Palette) -> bool {
    let count = state.search.results().len();
    let pressed = |key| ctx.input_mut(|i| i.count_and_consume_key(Modifiers::NONE, key));
    let (up, down) = (pressed(Key::ArrowUp), pressed(Key::ArrowDown));
    let page = ROWS as usize;
    let (back, on) = (pressed(Key::PageUp) * page, pressed(Key::PageDown) * page);
    let to = (state.cursor + down + on).min(count.saturating_sub(1));
    let to = to.saturating_sub(up + back);
    std::mem::replace(&mut state.cursor, to) != to
}

fn field_ui(ui: &mut Ui, look: &Look, state: &mut Palette) {
    let hint = "Find a turbine, a signal, a view, an alarm or a command";
    let edit = TextEdit::singleline(&mut state.query)
        .id(Id::new("search field"))
        .hint_text(look.quiet(hint).size(LARGE))
        .font(bevy_egui::egui::FontId::proportional(LARGE))
        .margin(Margin::symmetric(8, 7))
        .desired_width(f32::INFINITY);
    let response = ui.add(edit);
    let name = || {
        let mut info = bevy_egui::egui::WidgetInfo::labeled(
            bevy_egui::egui::WidgetType::TextEdit,
            true,
            "Search",
        );
        info.current_text_value = Some(state.query.clone());
        info
    };
    response.widget_info(name);
    if !response.has_focus() {
        response.request_focus();
    }
    if state.is_just_opened {
        response.request_focus();
    }
    if response.changed() {
        state.cursor = 0;
    }
}

/// The rows; the target that was clicked.
fn results_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut Palette,
    moved: bool,
) -> Option<Target> {
    ui.add_space(4.0);
    let count = state.search.results().len();
    if count == 0 {
        ui.label(look.quiet("Nothing is called so."));
        return None;
    }
    let mut clicked = None;
    ui.spacing_mut().item_spacing.y = 0.0;
    let cursor_top = state.cursor as f32 * ROW;
    let mut scroll = ScrollArea::vertical()
        .id_salt("found")
        .max_height(ROWS * ROW)
        .auto_shrink([false, true]);
    if state.is_just_opened {
        scroll = scroll.vertical_scroll_offset(0.0);
    }
    scroll.show_rows(ui, ROW, count, |ui, rows| {
        let first = rows.start;
        for at in rows {
            let Some(found) = state.search.results().get(at).cloned() else {
                continue;
            };
            let is_chosen = at == state.cursor;
            if row_ui(ui, look, farm, &mut state.search, &found.target, is_chosen).clicked() {
                clicked = Some(found.target);
            }
        }
        if moved {
            let top = ui.min_rect().top() - first as f32 * ROW + cursor_top;
            let rect = bevy_egui::egui::Rect::from_min_size(
                bevy_egui::egui::pos2(ui.min_rect().left(), top),
                vec2(ui.available_width(), ROW),
            );
            ui.scroll_to_rect(rect, None);
        }
    });
    ui.add_space(4.0);
    let line = ui.available_rect_before_wrap();
    let stroke = Stroke::new(1.0, look.theme.line);
    ui.painter().hline(line.x_range(), line.top(), stroke);
    ui.add_space(4.0);
    ui.label(look.quiet("↑ ↓ to move · Enter to choose · Esc to close"));
    clicked
}

/// Carries out what was chosen, or hands it on. What the role forbids leaves the search as it is: the
/// row says why.
fn choose(
    target: &Target,
    farm: &Farm,
    state: &mut Palette,
    actions: &mut Vec<Action>,
) -> Option<DeskCommand> {
    may(target, farm).ok()?;
    let choice = choice(target, farm)?;
    if let Choice::Type(text) = choice {
        text.clone_into(&mut state.query);
        state.cursor = 0;
        return None;
    }
    if let Some(key) = key_of(target, farm) {
        state.remember(key);
    }
    state.is_open = false;
    match choice {
        Choice::Act(action) => actions.push(action),
        Choice::Desk(command) => return Some(command),
        Choice::Type(_) => {}
    }
    None
}
