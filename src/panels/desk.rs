//! The whole desk of a frame: the bars, the docked panes, and what the keys ask for.

use bevy_egui::egui::{
    CentralPanel, Context, Frame, Id, LayerId, Margin, Panel, Popup, Rect, Stroke, Ui, UiBuilder,
};
use egui_tiles::Tree;

use crate::action::Action;
use crate::panels::alarm_list::AlarmListState;
use crate::panels::alarm_rows::{AlarmFilter, StateFilter};
use crate::panels::frame::{Farm, Look};
use crate::panels::layout::{Pane, Panes, bring_forward, default_tree};
use crate::panels::shortcuts::{Shortcut, pressed};
use crate::panels::status_bar::status_bar_ui;
use crate::panels::top_bar::{TopBarRequest, top_bar_ui};

const TOP_BAR_HEIGHT: f32 = 40.0;
const STATUS_BAR_HEIGHT: f32 = 24.0;

/// What the desk remembers between frames.
#[derive(Debug, Default)]
pub struct DeskState {
    /// The alarm list.
    pub list: AlarmListState,
    /// Where the panes stand; made for the window's size at the first frame.
    pub tree: Option<Tree<Pane>>,
    /// Only the bars are shown.
    pub folded: bool,
    /// A quiet word of the program itself: settings that cannot be saved.
    pub note: Option<String>,
    /// A text was being typed at the end of the last frame.
    is_typing: bool,
    /// The alarm list was on the screen in the last frame.
    is_list_shown: bool,
    /// Where the view was when it last was in sight.
    view_area: Option<Rect>,
}

/// What came of a frame.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct DeskOutput {
    /// Where the 3D view is, in points.
    pub view_area: Option<Rect>,
    /// Another pane lies in front of it.
    pub view_covered: bool,
    /// The operator wants the other theme.
    pub switch_theme: bool,
}

/// Draws everything; the view's part of the window stays untouched.
pub fn desk_ui(
    ctx: &Context,
    look: &Look,
    farm: &Farm,
    state: &mut DeskState,
    actions: &mut Vec<Action>,
) -> DeskOutput {
    let builder = UiBuilder::new()
        .layer_id(LayerId::background())
        .max_rect(ctx.viewport_rect());
    let mut ui = Ui::new(ctx.clone(), Id::new("desk"), builder);
    if !std::mem::take(&mut state.is_typing) && !Popup::is_any_open(ctx) {
        for shortcut in pressed(ctx) {
            follow_shortcut(shortcut, look, farm, state, actions);
        }
    }
    let request = bars_ui(&mut ui, look, farm, state);
    follow_top_bar(request, state);
    let tree = state.tree.get_or_insert_with(|| {
        let room = ui.available_size();
        default_tree(room)
    });
    let mut view_area = None;
    let mut is_list_shown = false;
    CentralPanel::no_frame().show(&mut ui, |ui| {
        if state.folded {
            view_area = Some(ui.max_rect());
            return;
        }
        let mut panes = Panes {
            look,
            farm,
            list: &mut state.list,
            actions,
            view_area: None,
            is_list_shown: false,
        };
        tree.ui(&mut panes, ui);
        view_area = panes.view_area;
        is_list_shown = panes.is_list_shown;
    });
    state.is_list_shown = is_list_shown;
    state.is_typing = ctx.text_edit_focused();
    let view_covered = view_area.is_none();
    // While another pane covers it, the view stays as large as it was.
    state.view_area = view_area.or(state.view_area);
    DeskOutput {
        view_area: state.view_area,
        view_covered,
        switch_theme: request.switch_theme,
    }
}

fn bars_ui(ui: &mut Ui, look: &Look, farm: &Farm, state: &DeskState) -> TopBarRequest {
    let bar = |margin| Frame::new().fill(look.theme.panel).inner_margin(margin);
    let request = Panel::top("top bar")
        .exact_size(TOP_BAR_HEIGHT)
        .show_separator_line(true)
        .frame(bar(Margin::symmetric(12, 0)))
        .show(ui, |ui| top_bar_ui(ui, look, farm, state.folded))
        .inner;
    Panel::bottom("status bar")
        .exact_size(STATUS_BAR_HEIGHT)
        .frame(bar(Margin::symmetric(12, 0)).stroke(Stroke::NONE))
        .show(ui, |ui| {
            status_bar_ui(ui, look, farm, state.note.as_deref());
        });
    request
}

fn follow_shortcut(
    shortcut: Shortcut,
    look: &Look,
    farm: &Farm,
    state: &mut DeskState,
    actions: &mut Vec<Action>,
) {
    // Nothing is acknowledged, or moved in, that is not on the screen.
    let of_list = matches!(
        shortcut,
        Shortcut::Acknowledge | Shortcut::NextAlarm | Shortcut::PreviousAlarm
    );
    if of_list && (state.folded || !state.is_list_shown) {
        return;
    }
    let rows = state.list.rows(farm, look.now_ms);
    match shortcut {
        Shortcut::Acknowledge => state.list.acknowledge_selected(&rows, actions),
        Shortcut::NextAlarm => state.list.step(1, farm, &rows, actions),
        Shortcut::PreviousAlarm => state.list.step(-1, farm, &rows, actions),
        Shortcut::FitAll => actions.push(Action::FitAll),
        Shortcut::Filter => {
            show_alarms(state);
            state.list.focus_filter = true;
        }
        Shortcut::Fold => state.folded = !state.folded,
        Shortcut::Deselect => {
            state.list.selected.clear();
            actions.push(Action::Select(None));
        }
    }
}

fn follow_top_bar(request: TopBarRequest, state: &mut DeskState) {
    if request.fold {
        state.folded = !state.folded;
    }
    if let Some(priority) = request.show_priority {
        show_alarms(state);
        state.list.filter = AlarmFilter {
            priorities: vec![priority],
            ..AlarmFilter::default()
        };
    }
    if request.show_unacknowledged {
        show_alarms(state);
        state.list.filter = AlarmFilter {
            state: StateFilter::Unacknowledged,
            ..AlarmFilter::default()
        };
    }
}

fn show_alarms(state: &mut DeskState) {
    state.folded = false;
    if let Some(tree) = &mut state.tree {
        bring_forward(tree, Pane::Alarms);
    }
}
