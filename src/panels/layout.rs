//! The docked panes: where they stand, and what is drawn in each.

use std::collections::HashSet;

use bevy_egui::egui::{self, Color32, Frame, Margin, Rect, Stroke, Ui, Vec2, Visuals, WidgetText};
use egui_tiles::{
    Behavior, Container, Linear, LinearDir, ResizeState, SimplificationOptions, TabState, Tabs,
    Tile, TileId, Tiles, Tree, UiResponse,
};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::panels::alarm_detail::alarm_detail_ui;
use crate::panels::alarm_list::{AlarmListState, alarm_list_ui};
use crate::panels::alarm_panes::AlarmPanes;
use crate::panels::connection::connection_ui;
use crate::panels::focus::FocusStops;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::inspector::inspector_ui;
use crate::panels::journal::journal_ui;
use crate::panels::mapping::{MappingState, mapping_ui};
use crate::panels::performance::performance_ui;
use crate::panels::problems::problems_ui;
use crate::panels::program::{ProgramState, welcome_ui};
use crate::panels::rejects::rejects_ui;
use crate::panels::rule_editor::{EditorState, rule_editor_ui};
use crate::panels::set_aside::{set_aside_count, set_aside_ui};

/// What a pane shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pane {
    /// The farm; nothing of egui is drawn there.
    View,
    /// The selected turbine.
    Turbine,
    /// The alarm list.
    Alarms,
    /// The connection to the broker.
    Connection,
    /// What is wrong with the scene files.
    Problems,
    /// Payloads that could not be used.
    Rejected,
    /// The rule editor; hidden until it is asked for.
    Rules,
    /// What arrives, and what it is mapped to.
    Mapping,
    /// One alarm in full.
    Alarm,
    /// Shelved, suppressed and out of service.
    SetAside,
    /// The alarm journal.
    Journal,
    /// How well the alarm system itself does.
    Performance,
}

impl Pane {
    /// Every pane; each stands in the layout once.
    pub const ALL: [Self; 12] = [
        Self::View,
        Self::Turbine,
        Self::Alarms,
        Self::Connection,
        Self::Problems,
        Self::Rejected,
        Self::Rules,
        Self::Mapping,
        Self::Alarm,
        Self::SetAside,
        Self::Journal,
        Self::Performance,
    ];

    /// The name for screen readers.
    fn name(self) -> &'static str {
        match self {
            Self::View => crate::panels::focus::VIEW,
            Self::Turbine => "Turbine pane",
            Self::Alarms => "Alarms pane",
            Self::Connection => "Connection pane",
            Self::Problems => "Scene problems pane",
            Self::Rejected => "Rejected payloads pane",
            Self::Rules => "Rules pane",
            Self::Mapping => "Mapping pane",
            Self::Alarm => "Alarm pane",
            Self::SetAside => "Set aside pane",
            Self::Journal => "Journal pane",
            Self::Performance => "Alarm performance pane",
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::View => "Farm",
            Self::Turbine => "Turbine",
            Self::Alarms => "Alarms",
            Self::Connection => "Connection",
            Self::Problems => "Scene problems",
            Self::Rejected => "Rejected payloads",
            Self::Rules => "Rules",
            Self::Mapping => "Mapping",
            Self::Alarm => "Alarm",
            Self::SetAside => "Set aside",
            Self::Journal => "Journal",
            Self::Performance => "Performance",
        }
    }
}

/// Draws a pane other than the view and the rule editor, which there is once only.
pub fn pane_ui(
    ui: &mut Ui,
    pane: Pane,
    look: &Look,
    farm: &Farm,
    list: &mut AlarmListState,
    panes: &mut AlarmPanes,
    actions: &mut Vec<Action>,
) {
    match pane {
        // The view is drawn beneath; the others have states of their own.
        Pane::View | Pane::Rules | Pane::Mapping => {}
        Pane::Turbine => inspector_ui(ui, look, farm, actions),
        Pane::Alarms => alarm_list_ui(ui, look, farm, list, &mut panes.dialogs, actions),
        Pane::Connection => connection_ui(ui, look, farm),
        Pane::Problems => problems_ui(ui, look, farm),
        Pane::Rejected => rejects_ui(ui, look, farm),
        Pane::Alarm => alarm_detail_ui(ui, look, farm, &mut panes.detail, actions),
        Pane::SetAside => {
            let (state, dialogs) = (&mut panes.set_aside, &mut panes.dialogs);
            set_aside_ui(ui, look, farm, state, dialogs, actions);
        }
        Pane::Journal => journal_ui(ui, look, farm, &mut panes.journal, actions),
        Pane::Performance => performance_ui(ui, look, farm, &mut panes.performance, actions),
    }
}

/// The layout for a window of this size: the view, the turbine at its right, lists below.
pub fn default_tree(size: Vec2) -> Tree<Pane> {
    let mut tiles = Tiles::default();
    let view = tiles.insert_pane(Pane::View);
    let turbine = tiles.insert_pane(Pane::Turbine);
    let alarm = tiles.insert_pane(Pane::Alarm);
    let turbine = tiles.insert_tab_tile(vec![turbine, alarm]);
    let lists = [
        Pane::Alarms,
        Pane::SetAside,
        Pane::Journal,
        Pane::Performance,
        Pane::Connection,
        Pane::Problems,
        Pane::Rejected,
        Pane::Mapping,
        Pane::Rules,
    ];
    let lists = lists.map(|pane| tiles.insert_pane(pane)).to_vec();
    if let Some(rules) = lists.last() {
        tiles.set_visible(*rules, false);
    }
    let lists = tiles.insert_tab_tile(lists);
    let right = ((size.x * 0.22).clamp(380.0, 460.0) / size.x.max(1.0)).min(0.5);
    let below = ((size.y * 0.31).clamp(250.0, 420.0) / size.y.max(1.0)).min(0.5);
    let top = Linear::new_binary(LinearDir::Horizontal, [view, turbine], 1.0 - right);
    let top = tiles.insert_container(top);
    let all = Linear::new_binary(LinearDir::Vertical, [top, lists], 1.0 - below);
    let root = tiles.insert_container(all);
    Tree::new("panels", root, tiles)
}

/// Whether a layout that was read from a file can be used: every pane once, no tile within itself.
pub fn is_sound(tree: &Tree<Pane>) -> bool {
    panes_of(tree).is_some_and(|panes| panes == Pane::ALL)
}

/// The panes of a layout, sorted; `None` where a tile is missing, within itself or without a size.
pub(super) fn panes_of(tree: &Tree<Pane>) -> Option<Vec<Pane>> {
    const DEEPEST: usize = 32;
    let mut panes = Vec::new();
    let mut seen = HashSet::new();
    let mut open: Vec<(TileId, usize)> = tree.root().map(|root| (root, 0)).into_iter().collect();
    while let Some((id, depth)) = open.pop() {
        if depth > DEEPEST || !seen.insert(id) {
            return None;
        }
        match tree.tiles.get(id) {
            Some(Tile::Pane(pane)) => panes.push(*pane),
            Some(Tile::Container(container)) => {
                if let Container::Linear(linear) = container
                    && !linear.shares.iter().all(|(_, s)| s.is_finite() && *s > 0.0)
                {
                    return None;
                }
                open.extend(container.children().map(|child| (*child, depth + 1)));
            }
            None => return None,
        }
    }
    panes.sort();
    Some(panes)
}

/// Brings a pane to the front of its tabs.
pub fn bring_forward(tree: &mut Tree<Pane>, pane: Pane) {
    tree.make_active(|_, tile| matches!(tile, Tile::Pane(p) if *p == pane));
}

/// Of the window's height, what the rule editor has at least when it is shown below the view.
const LEAST_SHARE: f32 = 0.52;

/// Whether the rule editor is in the layout.
pub fn has_rules(tree: &Tree<Pane>) -> bool {
    let rules = tree.tiles.find_pane(&Pane::Rules);
    rules.is_some_and(|id| tree.tiles.is_visible(id))
}

/// Shows the rule editor, with enough room for it. Gives the shares that its part of the window and
/// the others had, to be given back.
pub fn show_rules(tree: &mut Tree<Pane>) -> Option<Shares> {
    let id = tree.tiles.find_pane(&Pane::Rules)?;
    let is_new = !tree.tiles.is_visible(id);
    tree.tiles.set_visible(id, true);
    bring_forward(tree, Pane::Rules);
    if !is_new {
        return None;
    }
    let (linear, child) = enclosing(tree, id)?;
    let Some(Tile::Container(Container::Linear(of))) = tree.tiles.get_mut(linear) else {
        return None;
    };
    let before: Vec<(TileId, f32)> = of.shares.iter().map(|(id, share)| (*id, *share)).collect();
    let share = |of: TileId| {
        before
            .iter()
            .find(|(id, _)| *id == of)
            .map_or(1.0, |(_, s)| *s)
    };
    let others: f32 = of
        .children
        .iter()
        .filter(|c| **c != child)
        .map(|c| share(*c))
        .sum();
    let wanted = others * LEAST_SHARE / (1.0 - LEAST_SHARE);
    if share(child) >= wanted {
        return None;
    }
    of.shares.set_share(child, wanted);
    Some(Shares { linear, before })
}

/// Puts the rule editor away.
pub fn hide_rules(tree: &mut Tree<Pane>, shares: Option<Shares>) {
    if let Some(id) = tree.tiles.find_pane(&Pane::Rules) {
        tree.tiles.set_visible(id, false);
    }
    let Some(Shares { linear, before }) = shares else {
        return;
    };
    if let Some(Tile::Container(Container::Linear(of))) = tree.tiles.get_mut(linear) {
        for (id, share) in before {
            of.shares.set_share(id, share);
        }
    }
}

/// How the room was divided before the rule editor was shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    linear: TileId,
    before: Vec<(TileId, f32)>,
}

/// The nearest column of tiles that a tile is in, and which of its children the tile is in.
fn enclosing(tree: &Tree<Pane>, tile: TileId) -> Option<(TileId, TileId)> {
    let mut child = tile;
    for _ in 0..32 {
        let parent = tree.tiles.parent_of(child)?;
        if let Some(Tile::Container(Container::Linear(linear))) = tree.tiles.get(parent)
            && linear.dir == LinearDir::Vertical
        {
            return Some((parent, child));
        }
        child = parent;
    }
    None
}

/// Draws the panes of a frame.
pub(super) struct Panes<'a, 'f> {
    pub look: &'a Look<'f>,
    pub farm: &'a Farm<'f>,
    pub list: &'a mut AlarmListState,
    pub panes: &'a mut AlarmPanes,
    pub actions: &'a mut Vec<Action>,
    pub stops: &'a mut FocusStops,
    pub program: &'a mut ProgramState,
    pub editor: &'a mut EditorState,
    pub mapping: &'a mut MappingState,
    /// Where the view is, once its pane was drawn.
    pub view_area: Option<Rect>,
    /// The alarm list was drawn.
    pub is_list_shown: bool,
    /// What is set aside was drawn.
    pub is_set_aside_shown: bool,
    /// The welcome page asked for the scene's problems.
    pub show_problems: bool,
}

impl Panes<'_, '_> {
    fn content_ui(&mut self, ui: &mut Ui, pane: Pane) {
        match pane {
            Pane::View if self.farm.scene.is_none() => {
                let (look, farm) = (self.look, self.farm);
                self.view_area = Some(ui.max_rect());
                self.show_problems |= welcome_ui(ui, look, farm, self.program, self.actions);
            }
            Pane::View => self.view_area = Some(ui.max_rect()),
            Pane::Alarms => self.is_list_shown = true,
            Pane::SetAside => self.is_set_aside_shown = true,
            Pane::Rules => {
                let (look, farm) = (self.look, self.farm);
                rule_editor_ui(ui, look, farm, self.editor, self.actions);
            }
            Pane::Mapping => mapping_ui(ui, self.look, self.farm, self.mapping),
            _ => {}
        }
        let (list, panes) = (&mut *self.list, &mut *self.panes);
        pane_ui(ui, pane, self.look, self.farm, list, panes, self.actions);
    }
}

impl Behavior<Pane> for Panes<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, pane: &mut Pane) -> UiResponse {
        self.stops.pane(ui, pane.name(), ui.max_rect());
        if *pane == Pane::View {
            self.content_ui(ui, Pane::View);
            return UiResponse::None;
        }
        let room = ui.max_rect();
        let frame = Frame::new()
            .fill(self.look.theme.panel)
            .inner_margin(Margin::symmetric(12, 8));
        frame.show(ui, |ui| {
            ui.set_min_size(room.size() - egui::vec2(24.0, 16.0));
            self.content_ui(ui, *pane);
        });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        let counted = |title: &str, n: u64| match n {
            0 => title.to_owned(),
            n => format!("{title} {}", format::count(n)),
        };
        let title = pane.title();
        let rows = self.farm.scene.map(crate::wording::rows);
        let is_of_entities = rows.is_some_and(|(one, _)| one == "entity");
        match pane {
            Pane::Alarms => counted(title, self.farm.standing.len() as u64),
            Pane::SetAside => counted(title, set_aside_count(self.farm) as u64),
            Pane::Problems => counted(title, self.farm.problems.len() as u64),
            Pane::Turbine if is_of_entities => "Entity".to_owned(),
            Pane::View if is_of_entities => "Scene".to_owned(),
            Pane::Rules if self.editor.is_dirty() => format!("{title} •"),
            Pane::Rejected => counted(title, self.farm.telemetry.map_or(0, |t| t.rejected)),
            _ => title.to_owned(),
        }
        .into()
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        28.0
    }

    fn tab_title_spacing(&self, _visuals: &Visuals) -> f32 {
        12.0
    }

    fn min_size(&self) -> f32 {
        120.0
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            // A pane without a tab could not be dragged elsewhere.
            prune_single_child_tabs: false,
            ..SimplificationOptions::default()
        }
    }

    fn resize_stroke(&self, style: &egui::Style, state: ResizeState) -> Stroke {
        match state {
            ResizeState::Idle => style.visuals.widgets.noninteractive.bg_stroke,
            ResizeState::Hovering | ResizeState::Dragging => {
                Stroke::new(2.0, self.look.theme.accent)
            }
        }
    }

    fn tab_bar_color(&self, _visuals: &Visuals) -> Color32 {
        self.look.theme.ground
    }

    fn tab_bg_color(
        &self,
        _visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        state: &TabState,
    ) -> Color32 {
        if state.active {
            self.look.theme.panel
        } else {
            self.look.theme.ground
        }
    }

    fn tab_outline_stroke(
        &self,
        _visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        _state: &TabState,
    ) -> Stroke {
        Stroke::NONE
    }

    fn tab_bar_hline_stroke(&self, visuals: &Visuals) -> Stroke {
        visuals.widgets.noninteractive.bg_stroke
    }

    fn tab_text_color(
        &self,
        _visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        state: &TabState,
    ) -> Color32 {
        self.look.text_color(state.active)
    }

    fn top_bar_right_ui(
        &mut self,
        _tiles: &Tiles<Pane>,
        _ui: &mut Ui,
        _tile: TileId,
        _tabs: &Tabs,
        _scroll_offset: &mut f32,
    ) {
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_layout_is_sound_and_survives_being_written_and_read() {
        for (width, height) in [(1280.0, 800.0), (3840.0, 2160.0), (1.0, 1.0), (0.0, 0.0)] {
            let tree = default_tree(egui::vec2(width, height));
            assert!(is_sound(&tree), "{width} by {height}");
            let text = serde_json::to_string(&tree).expect("a tree can be written");
            let read: Tree<Pane> = serde_json::from_str(&text).expect("and read");
            assert!(is_sound(&read));
        }
    }

    #[test]
    fn a_layout_without_a_pane_or_with_one_twice_is_not_used() {
        let mut tree = default_tree(egui::vec2(1280.0, 800.0));
        let id = tree.tiles.find_pane(&Pane::Rejected).expect("it is there");
        if let Some(Tile::Pane(pane)) = tree.tiles.get_mut(id) {
            *pane = Pane::Alarms;
        }
        assert!(!is_sound(&tree));
        let mut tree = default_tree(egui::vec2(1280.0, 800.0));
        tree.remove_recursively(id);
        assert!(!is_sound(&tree));
        assert!(!is_sound(&Tree::empty("none")));
    }
}
