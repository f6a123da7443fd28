//! The whole desk of a frame: the bars, the docked panes, and what the keys ask for.

use bevy_egui::egui::{
    CentralPanel, Context, Frame, Id, LayerId, Margin, Panel, Popup, Rect, Stroke, Ui, UiBuilder,
    Vec2,
};
use egui_tiles::Tree;

use crate::action::Action;
use crate::alarms::{Alarm, AlarmKey};
use crate::fleet::TurbineRow;
use crate::panels::alarm_deeds::{AskFor, dialogs_ui};
use crate::panels::alarm_detail::Question;
use crate::panels::alarm_list::{self, AlarmListState};
use crate::panels::alarm_panes::AlarmPanes;
use crate::panels::alarm_rows::{AlarmFilter, StateFilter};
use crate::panels::commands::{self, DeskCommand};
use crate::panels::focus::{FocusStops, VIEW};
use crate::panels::frame::{Farm, Look};
use crate::panels::hover_card::hover_card_ui;
use crate::panels::layout::{
    Pane, Panes, Shares, bring_forward, default_tree, has_rules, hide_rules, show_rules,
};
use crate::panels::legend::{LegendState, legend_ui};
use crate::panels::mapping::MappingState;
use crate::panels::overlay_bar::overlay_bar_ui;
use crate::panels::palette::{Palette, palette_ui};
use crate::panels::program::{self, MenuRequest, ProgramState, welcome_ui};
use crate::panels::rule_editor::{EditorState, asking_ui};
use crate::panels::set_aside;
use crate::panels::shortcuts::{Shortcut, help_ui, pressed, view_action};
use crate::panels::status_bar::status_bar_ui;
use crate::panels::top_bar::{TopBarRequest, top_bar_ui};
use crate::panels::views::{ViewsState, views_window_ui};
use crate::view::Manner;

const TOP_BAR_HEIGHT: f32 = 40.0;
const STATUS_BAR_HEIGHT: f32 = 24.0;
/// From this frame on the window has its size.
const SETTLED: u32 = 8;

/// What the desk remembers between frames.
#[derive(Debug, Default)]
pub struct DeskState {
    /// The alarm list.
    pub list: AlarmListState,
    /// The other panes of alarms.
    pub alarm_panes: AlarmPanes,
    /// The search.
    pub palette: Palette,
    /// The legend of the view.
    pub legend: LegendState,
    /// Where the panes stand; made for the window's size at the first frame.
    pub tree: Option<Tree<Pane>>,
    /// Only the bars are shown.
    pub folded: bool,
    /// A quiet word of the program itself: settings that cannot be saved.
    pub note: Option<String>,
    /// Where the user's role comes from.
    pub role: RoleWords,
    /// The list of keys is shown.
    pub is_help_open: bool,
    /// The list of named views.
    pub views: ViewsState,
    /// What arrives, and what it is mapped to.
    pub mapping: MappingState,
    /// The program around the farm.
    pub program: ProgramState,
    /// The rule editor.
    pub editor: EditorState,
    /// The pane that is to be in front at the start.
    pub asked_pane: Option<Pane>,
    /// How the room was divided before the rule editor was shown.
    before_rules: Option<Shares>,
    /// Where the keyboard can stand.
    stops: FocusStops,
    /// The size that the panes' places were made for, and the frames since the start.
    made_for: Option<Vec2>,
    frames: u32,
    /// A text was being typed at the end of the last frame.
    is_typing: bool,
    /// The alarm list was on the screen in the last frame.
    is_list_shown: bool,
    /// What is set aside was on the screen in the last frame.
    is_set_aside_shown: bool,
    /// Where the view was when it last was in sight.
    view_area: Option<Rect>,
}

/// What is said of the user's role.
#[derive(Debug, Default)]
pub struct RoleWords {
    /// Where it comes from; where it is not known, nothing.
    pub origin: Option<String>,
    /// What is wrong with the access files.
    pub problem: Option<String>,
}

/// What came of a frame.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct DeskOutput {
    /// Where the 3D view is, in points.
    pub view_area: Option<Rect>,
    /// Another pane lies in front of it.
    pub view_covered: bool,
    /// The operator wants the other theme.
    pub switch_theme: bool,
    /// Where cards lie over the view, in points.
    pub cards: Vec<Rect>,
    /// Turbines for which the rule holds that is being edited.
    pub preview: Vec<TurbineRow>,
    /// The operator was asked about unsaved changes, and wants the program to end.
    pub quit: bool,
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
    program::keys(ctx, &mut state.program);
    state.stops.begin(ctx);
    let has_modal = state.program.has_modal() || state.alarm_panes.dialogs.is_open();
    let is_taken = Popup::is_any_open(ctx) || has_modal || state.palette.is_open();
    let is_typing = std::mem::take(&mut state.is_typing);
    if !has_modal && commands::asks_for_palette(ctx) {
        state.palette.toggle();
    } else if !is_typing && !is_taken {
        let is_at_widget = state.stops.is_at_widget(ctx);
        for shortcut in pressed(ctx, farm.view.manner) {
            follow_shortcut(shortcut, is_at_widget, look, farm, state, actions);
        }
    }
    state.alarm_panes.detail.begin_frame();
    let request = bars_ui(&mut ui, look, farm, state);
    follow_top_bar(&request, farm, state, actions);
    actions.extend(request.sound.clone());
    let mut output = DeskOutput {
        switch_theme: request.switch_theme,
        ..DeskOutput::default()
    };
    let room = ui.available_size();
    if state.tree.is_none()
        || (state.made_for.is_some_and(|of| of != room) && state.frames < SETTLED)
    {
        // The first frames do not know the window's scale yet.
        state.tree = Some(default_tree(room));
        state.made_for = Some(room);
    }
    state.frames = state.frames.saturating_add(1);
    state.editor.matching.clear();
    state.editor.follow(farm);
    if let Some(pane) = state.asked_pane {
        if pane == Pane::Rules && state.frames < SETTLED {
            state.editor.ask(None);
        }
        if pane == Pane::Alarm {
            state.alarm_panes.detail.ask_first();
        }
        show_pane(state, pane);
        // Until the window has its size, the panes may be laid out anew.
        state.asked_pane = (state.frames < SETTLED).then_some(pane);
    }
    if state.editor.is_asked() {
        show_pane(state, Pane::Rules);
    }
    if state.alarm_panes.detail.take_asked() {
        show_pane(state, Pane::Alarm);
    }
    let tree = state.tree.get_or_insert_with(|| default_tree(room));
    let mut view_area = None;
    let (mut is_list_shown, mut is_set_aside_shown) = (false, false);
    let mut show_problems = false;
    CentralPanel::no_frame().show(&mut ui, |ui| {
        // A program without a scene has nothing to put into panes but what is wrong with one.
        let is_alone = farm.scene.is_none() && farm.problems.is_empty();
        if state.folded || is_alone {
            view_area = Some(ui.max_rect());
            state.stops.pane(ui, VIEW, ui.max_rect());
            if farm.scene.is_none() {
                ui.painter()
                    .rect_filled(ui.max_rect(), 0.0, look.theme.ground);
                show_problems = welcome_ui(ui, look, farm, &mut state.program, actions);
            }
            return;
        }
        let mut panes = Panes {
            look,
            farm,
            list: &mut state.list,
            panes: &mut state.alarm_panes,
            actions,
            stops: &mut state.stops,
            program: &mut state.program,
            editor: &mut state.editor,
            mapping: &mut state.mapping,
            view_area: None,
            is_list_shown: false,
            is_set_aside_shown: false,
            show_problems: false,
        };
        tree.ui(&mut panes, ui);
        view_area = panes.view_area;
        is_list_shown = panes.is_list_shown;
        is_set_aside_shown = panes.is_set_aside_shown;
        show_problems = panes.show_problems;
    });
    state.is_list_shown = is_list_shown;
    state.is_set_aside_shown = is_set_aside_shown;
    if !is_list_shown {
        state.list.leave_screen();
    }
    state.alarm_panes.detail.follow(state.list.cursor());
    match state.alarm_panes.journal.take_shown() {
        Some((_, Some(key))) if state.alarm_panes.detail.knows(farm, key) => {
            state.alarm_panes.detail.ask(key);
        }
        Some((id, _)) => state.alarm_panes.detail.ask_of(id),
        None => {}
    }
    if let Some((question, id)) = state.alarm_panes.detail.take_question() {
        let what = match question {
            Question::Shelve => AskFor::Shelve,
            Question::TakeOutOfService => AskFor::TakeOutOfService,
        };
        state.alarm_panes.dialogs.ask(what, vec![id]);
    }
    if state.alarm_panes.detail.take_back() {
        show_pane(state, Pane::Turbine);
    }
    if let Some(area) = view_area.filter(|_| farm.scene.is_some()) {
        output.cards = cards_ui(ctx, look, farm, area, state, actions);
    }
    windows_ui(ctx, look, farm, state, view_area, actions);
    output.quit = asking_ui(ctx, &mut state.editor);
    if state.editor.leaves()
        && let Some(tree) = &mut state.tree
    {
        hide_rules(tree, state.before_rules.take());
    }
    output.preview.clone_from(&state.editor.matching);
    if let Some(command) = palette_ui(ctx, look, farm, &mut state.palette, actions) {
        output.switch_theme |= command == DeskCommand::SwitchTheme;
        follow_command(command, look, farm, state, actions);
    }
    dialogs_ui(ctx, look, farm, &mut state.alarm_panes.dialogs, actions);
    state.is_typing = ctx.text_edit_focused();
    let view_covered = view_area.is_none();
    // While another pane covers it, the view stays as large as it was.
    state.view_area = view_area.or(state.view_area);
    let view = state.view_area.unwrap_or_else(|| ctx.content_rect());
    let menu = request.menu.clone();
    show_problems |= program::overlays_ui(ctx, look, farm, &mut state.program, view, menu, actions);
    if show_problems {
        show_pane(state, Pane::Problems);
    }
    state.stops.ring(ctx, look.theme);
    output.view_area = state.view_area;
    output.view_covered = view_covered;
    output
}

/// What lies over the view, and where.
fn cards_ui(
    ctx: &Context,
    look: &Look,
    farm: &Farm,
    area: Rect,
    state: &mut DeskState,
    actions: &mut Vec<Action>,
) -> Vec<Rect> {
    let legend = legend_ui(ctx, look, farm, area, &mut state.legend, actions);
    let bar = overlay_bar_ui(ctx, look, farm, area, actions);
    if !state.palette.is_open() {
        hover_card_ui(ctx, look, farm, area);
    }
    legend.into_iter().chain(bar).collect()
}

/// What lies over the view until it is closed.
fn windows_ui(
    ctx: &Context,
    look: &Look,
    farm: &Farm,
    state: &mut DeskState,
    view_area: Option<Rect>,
    actions: &mut Vec<Action>,
) {
    if state.is_help_open {
        help_ui(ctx, look, &mut state.is_help_open);
    }
    if state.views.is_open
        && let (Some(named), Some(at)) = (farm.view.views, view_area)
    {
        views_window_ui(ctx, look, named, at, &mut state.views, actions);
    }
}

fn bars_ui(ui: &mut Ui, look: &Look, farm: &Farm, state: &mut DeskState) -> TopBarRequest {
    let bar = |margin| Frame::new().fill(look.theme.panel).inner_margin(margin);
    let request = Panel::top("top bar")
        .exact_size(TOP_BAR_HEIGHT)
        .show_separator_line(true)
        .frame(bar(Margin::symmetric(12, 0)))
        .show(ui, |ui| {
            state.stops.pane(ui, "Top bar", ui.max_rect());
            top_bar_ui(ui, look, farm, state.folded, &state.program.recent)
        })
        .inner;
    Panel::bottom("status bar")
        .exact_size(STATUS_BAR_HEIGHT)
        .frame(bar(Margin::symmetric(12, 0)).stroke(Stroke::NONE))
        .show(ui, |ui| {
            let sound = farm.desk.sound.and_then(|sound| sound.trouble.as_deref());
            let note = state
                .role
                .problem
                .as_deref()
                .or(state.note.as_deref())
                .or(sound);
            status_bar_ui(ui, look, farm, note, state.role.origin.as_deref());
        });
    request
}

fn follow_shortcut(
    shortcut: Shortcut,
    is_at_widget: bool,
    look: &Look,
    farm: &Farm,
    state: &mut DeskState,
    actions: &mut Vec<Action>,
) {
    let dialogs = &mut state.alarm_panes.dialogs;
    if state.is_set_aside_shown && !state.folded {
        let of_pane = &mut state.alarm_panes.set_aside;
        set_aside::follow_key(shortcut, farm, of_pane, dialogs, actions);
    }
    let is_list_shown = state.is_list_shown && !state.folded;
    if alarm_list::is_of_list(shortcut) {
        // With the keyboard at a widget, the arrows lead to the next one.
        let is_arrow = matches!(shortcut, Shortcut::NextAlarm | Shortcut::PreviousAlarm);
        // Nothing is acknowledged, or moved in, that is not on the screen.
        if is_list_shown && !(is_arrow && is_at_widget) {
            alarm_list::follow_key(shortcut, look, farm, &mut state.list, dialogs, actions);
        }
        return;
    }
    match shortcut {
        Shortcut::Silence => actions.push(Action::Silence),
        Shortcut::FlyTo
            if is_list_shown && alarm_list::show_selected(farm, &state.list, actions) => {}
        // Of what is set aside only.
        Shortcut::Unshelve => {}
        Shortcut::Filter => {
            show_alarms(state);
            state.list.focus_filter = true;
        }
        Shortcut::Fold => state.folded = !state.folded,
        Shortcut::Help => state.is_help_open = !state.is_help_open,
        Shortcut::Views => state.views.is_open = !state.views.is_open,
        Shortcut::Rules => toggle_rules(state),
        Shortcut::Mapping => show_pane(state, Pane::Mapping),
        Shortcut::Leave if state.is_help_open => state.is_help_open = false,
        Shortcut::Leave if state.views.is_open => state.views.is_open = false,
        Shortcut::Leave
            if state.alarm_panes.detail.is_drawn() && farm.view.manner != Manner::Person =>
        {
            show_pane(state, Pane::Turbine);
        }
        of_view => {
            if of_view == Shortcut::Leave && farm.view.manner != Manner::Person {
                state.list.selected.clear();
            }
            actions.extend(view_action(of_view, farm.selected, &farm.view));
        }
    }
}

fn follow_command(
    command: DeskCommand,
    look: &Look,
    farm: &Farm,
    state: &mut DeskState,
    actions: &mut Vec<Action>,
) {
    match command {
        // Carried out by who holds the theme.
        DeskCommand::SwitchTheme => {}
        DeskCommand::ChooseFile => state.program.choose_file(),
        DeskCommand::RunDemo => state.program.run_demo(actions),
        DeskCommand::Keys => state.is_help_open = true,
        DeskCommand::Views => state.views.is_open = true,
        DeskCommand::Fold => state.folded = !state.folded,
        DeskCommand::FoldLegend => state.legend.folded = !state.legend.folded,
        DeskCommand::Show(pane) => show_pane(state, pane),
        DeskCommand::Acknowledge => {
            let command = DeskCommand::OfAlarms(Shortcut::Acknowledge);
            follow_command(command, look, farm, state, actions);
        }
        DeskCommand::OfAlarms(_) if state.folded || !state.is_list_shown => show_alarms(state),
        DeskCommand::OfAlarms(shortcut) => {
            follow_shortcut(shortcut, false, look, farm, state, actions);
        }
        DeskCommand::Silence => actions.push(Action::Silence),
        DeskCommand::FilterAlarms => {
            follow_shortcut(Shortcut::Filter, false, look, farm, state, actions);
        }
        DeskCommand::ShowUnacknowledged => {
            let request = TopBarRequest {
                show_unacknowledged: true,
                ..TopBarRequest::default()
            };
            follow_top_bar(&request, farm, state, actions);
        }
    }
}

fn follow_top_bar(
    request: &TopBarRequest,
    farm: &Farm,
    state: &mut DeskState,
    actions: &mut Vec<Action>,
) {
    match request.menu {
        Some(MenuRequest::Keys) => state.is_help_open = !state.is_help_open,
        Some(MenuRequest::Rules) => state.editor.ask(None),
        _ => {}
    }
    if request.search {
        state.palette.open();
    }
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
    if request.show_set_aside {
        show_pane(state, Pane::SetAside);
    }
    if request.show_flood {
        show_alarms(state);
        state.list.filter = AlarmFilter::default();
    }
    if let Some(alarm) = request.show_alarm.and_then(|key| find(farm, key)) {
        show_alarms(state);
        state.list.go_to(alarm);
        actions.extend(alarm_list::fly_to(farm, alarm));
        actions.push(Action::ShowAlarm(alarm.key));
    }
    if request.show_unacknowledged {
        show_alarms(state);
        state.list.filter = AlarmFilter {
            state: StateFilter::Unacknowledged,
            ..AlarmFilter::default()
        };
    }
}

fn find<'a>(farm: &Farm<'a>, key: AlarmKey) -> Option<&'a Alarm> {
    farm.standing.iter().find(|alarm| alarm.key == key)
}

fn show_alarms(state: &mut DeskState) {
    show_pane(state, Pane::Alarms);
}

/// Brings a pane to the front, unfolding the panels for it.
pub(super) fn show_pane(state: &mut DeskState, pane: Pane) {
    state.folded = false;
    let Some(tree) = &mut state.tree else { return };
    if pane == Pane::Rules {
        let shares = show_rules(tree);
        state.before_rules = shares.or(state.before_rules.take());
    } else {
        bring_forward(tree, pane);
    }
}

/// Shows the rule editor, or puts it away.
fn toggle_rules(state: &mut DeskState) {
    let is_shown = !state.folded && state.tree.as_ref().is_some_and(has_rules);
    if is_shown {
        state.editor.leave();
    } else {
        state.editor.ask(None);
    }
}
