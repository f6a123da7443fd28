//! Every key and every movement of the mouse, in one list: the handlers and the help both read it.
//! None of the keys acts while a text is being typed.

use bevy_egui::egui::{
    Align2, Context, Event, Grid, Key, Modifiers, ScrollArea, Ui, Vec2, Window, vec2,
};

use crate::action::Action;
use crate::fleet::TurbineRow;
use crate::panels::frame::{Look, ViewState};
use crate::theme::strong;
use crate::view::{Manner, Overlay};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// Acknowledge the selected alarms.
    Acknowledge,
    /// Acknowledge the alarms whose rows are on the screen.
    AcknowledgeVisible,
    /// Let go of the selected alarms that are latched.
    Reset,
    /// Shelve the selected alarms.
    Shelve,
    /// End the shelves of the alarms that are selected among those set aside.
    Unshelve,
    /// Take the selected alarms out of service.
    OutOfService,
    /// Write about the selected alarms.
    Comment,
    /// The next alarm in the list.
    NextAlarm,
    /// The previous alarm in the list.
    PreviousAlarm,
    /// Type into the filter of the alarm list.
    Filter,
    /// Fold the panels, or unfold them.
    Fold,
    /// The list of keys.
    Help,
    /// The list of named views.
    Views,
    /// Nothing selected; or no longer on foot.
    Leave,
    /// The selected turbine in view, or the whole farm without one.
    Frame,
    /// The whole farm in view.
    FitAll,
    /// Fly to the selected turbine.
    FlyTo,
    /// The map, or back from it.
    Map,
    /// On foot, or back to turning about a point.
    FirstPerson,
    /// To the view before the last flight.
    Back,
    /// Undo that.
    Forward,
    /// The next alarmed turbine.
    TourNext,
    /// The one before.
    TourPrevious,
    /// The named view of this number, from 0.
    NamedView(u8),
    /// Show or hide the grid.
    Grid,
    /// Select every turbine in view.
    SelectInView,
    /// Stop the sound.
    Silence,
    /// The rule editor, or away with it.
    Rules,
    /// What arrives, and what it is mapped to.
    Mapping,
}

/// What keys are listed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Where the camera goes at one key.
    View,
    /// How it is moved by hand.
    Move,
    /// How it is moved on foot.
    OnFoot,
    /// Turbines.
    Select,
    /// Alarms.
    Alarms,
    /// The window.
    Window,
}

impl Group {
    /// All of them in the order of the list, with their headings.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::View, "Views"),
        (Self::Move, "Moving"),
        (Self::OnFoot, "On foot"),
        (Self::Select, "Selecting"),
        (Self::Alarms, "Alarms"),
        (Self::Window, "Window"),
    ];
}

/// A key, what it asks for, and what is said of it.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    group: Group,
    with: Modifiers,
    key: Key,
    shortcut: Shortcut,
    /// As it is listed; empty for a second key of the same.
    shown: &'static str,
    words: &'static str,
}

const fn entry(
    group: Group,
    (with, key): (Modifiers, Key),
    shortcut: Shortcut,
    shown: &'static str,
    words: &'static str,
) -> Entry {
    Entry {
        group,
        with,
        key,
        shortcut,
        shown,
        words,
    }
}

const NONE: Modifiers = Modifiers::NONE;

/// Every key that is pressed once.
pub const KEYS: [Entry; 41] = [
    entry(
        Group::View,
        (NONE, Key::F),
        Shortcut::Frame,
        "F",
        "The selected turbine, or the whole farm",
    ),
    entry(
        Group::View,
        (NONE, Key::Home),
        Shortcut::FitAll,
        "Home",
        "The whole farm in view",
    ),
    entry(
        Group::View,
        (NONE, Key::Enter),
        Shortcut::FlyTo,
        "Enter",
        "Show the selected alarm; else fly to the turbine",
    ),
    entry(
        Group::View,
        (NONE, Key::M),
        Shortcut::Map,
        "M",
        "Map, or back from it",
    ),
    entry(
        Group::View,
        (NONE, Key::P),
        Shortcut::FirstPerson,
        "P",
        "On foot, or back from it",
    ),
    entry(
        Group::View,
        (NONE, Key::N),
        Shortcut::TourNext,
        "N",
        "Next alarmed turbine",
    ),
    entry(
        Group::View,
        (Modifiers::SHIFT, Key::N),
        Shortcut::TourPrevious,
        "Shift N",
        "The alarmed turbine before",
    ),
    entry(
        Group::View,
        (Modifiers::ALT, Key::ArrowLeft),
        Shortcut::Back,
        "Alt ←",
        "Back to where the camera was",
    ),
    entry(
        Group::View,
        (Modifiers::ALT, Key::ArrowRight),
        Shortcut::Forward,
        "Alt →",
        "Forward again",
    ),
    entry(Group::View, (NONE, Key::Backspace), Shortcut::Back, "", ""),
    entry(
        Group::View,
        (NONE, Key::V),
        Shortcut::Views,
        "V",
        "Named views: go to, save, copy",
    ),
    entry(
        Group::View,
        (NONE, Key::Num1),
        Shortcut::NamedView(0),
        "1 to 9",
        "The first nine named views",
    ),
    entry(
        Group::View,
        (NONE, Key::Num2),
        Shortcut::NamedView(1),
        "",
        "",
    ),
    entry(
        Group::View,
        (NONE, Key::Num3),
        Shortcut::NamedView(2),
        "",
        "",
    ),
    entry(
        Group::View,
        (NONE, Key::Num4),
        Shortcut::NamedView(3),
        "",
        "",
    ),
    entry(
        Group::View,
        (NONE, Key::Num5),
        Shortcut::NamedView(4),
        "",
        "",
    ),
    entry(
        Group::View,
        (NONE, Key::Num6),
        Shortcut::NamedView(5),
        "",
        "",
    ),
    entry(
        Group::View,
        (NONE, Key::Num7),
        Shortcut::NamedView(6),
        "",
        "",
    ),
    entry(
        Group::View,
        (NONE, Key::Num8),
        Shortcut::NamedView(7),
        "",
        "",
    ),
    entry(
        Group::View,
        (NONE, Key::Num9),
        Shortcut::NamedView(8),
        "",
        "",
    ),
    entry(
        Group::View,
        (NONE, Key::G),
        Shortcut::Grid,
        "G",
        "Grid lines with coordinates",
    ),
    entry(
        Group::Select,
        (Modifiers::COMMAND, Key::A),
        Shortcut::SelectInView,
        "Ctrl A",
        "Every turbine in view",
    ),
    entry(
        Group::Select,
        (NONE, Key::Escape),
        Shortcut::Leave,
        "Esc",
        "Nothing selected",
    ),
    entry(
        Group::Alarms,
        (NONE, Key::A),
        Shortcut::Acknowledge,
        "A",
        "Acknowledge the selected alarms",
    ),
    entry(
        Group::Alarms,
        (NONE, Key::Q),
        Shortcut::Silence,
        "Q",
        "Silence what sounds, and acknowledge nothing",
    ),
    entry(
        Group::Alarms,
        (Modifiers::SHIFT, Key::A),
        Shortcut::AcknowledgeVisible,
        "Shift A",
        "Acknowledge the alarms on the screen",
    ),
    entry(
        Group::Alarms,
        (NONE, Key::X),
        Shortcut::Reset,
        "X",
        "Reset the selected latched alarms",
    ),
    entry(
        Group::Alarms,
        (NONE, Key::S),
        Shortcut::Shelve,
        "S",
        "Shelve the selected alarms",
    ),
    entry(
        Group::Alarms,
        (NONE, Key::U),
        Shortcut::Unshelve,
        "U",
        "Set aside: unshelve, return to service",
    ),
    entry(
        Group::Alarms,
        (NONE, Key::C),
        Shortcut::Comment,
        "C",
        "Comment on the selected alarms",
    ),
    entry(
        Group::Alarms,
        (NONE, Key::O),
        Shortcut::OutOfService,
        "O",
        "Take the selected alarms out of service",
    ),
    entry(
        Group::Alarms,
        (NONE, Key::ArrowDown),
        Shortcut::NextAlarm,
        "↓",
        "Next alarm in the list",
    ),
    entry(
        Group::Alarms,
        (NONE, Key::ArrowUp),
        Shortcut::PreviousAlarm,
        "↑",
        "Previous alarm in the list",
    ),
    entry(
        Group::Alarms,
        (NONE, Key::Slash),
        Shortcut::Filter,
        "/",
        "Filter the alarms",
    ),
    entry(
        Group::Window,
        (NONE, Key::F10),
        Shortcut::Fold,
        "F10",
        "Fold the panels, or show them",
    ),
    entry(
        Group::Window,
        (NONE, Key::R),
        Shortcut::Rules,
        "R",
        "Edit the rules, or close the editor",
    ),
    entry(
        Group::Window,
        (NONE, Key::Questionmark),
        Shortcut::Help,
        "?",
        "This list",
    ),
    entry(
        Group::Window,
        (NONE, Key::T),
        Shortcut::Mapping,
        "T",
        "Topics and fields, and what they are mapped to",
    ),
    // Many keyboards have these two on Shift.
    entry(
        Group::Alarms,
        (Modifiers::SHIFT, Key::Slash),
        Shortcut::Filter,
        "",
        "",
    ),
    entry(Group::Window, (NONE, Key::F1), Shortcut::Help, "", ""),
    entry(
        Group::Window,
        (Modifiers::SHIFT, Key::Questionmark),
        Shortcut::Help,
        "",
        "",
    ),
];

/// What the pointer and held keys do: `view::camera::hand` and `view::camera::held` read them.
pub const MOVEMENTS: [(Group, &str, &str); 30] = [
    (
        Group::Window,
        "Ctrl K",
        "Find turbines, signals, views, commands",
    ),
    (
        Group::Window,
        "Ctrl Shift N",
        "One more window, for another monitor",
    ),
    (Group::Window, "Ctrl W", "Close a further window"),
    (Group::Window, "F11", "This window on its whole monitor"),
    (Group::Window, "Ctrl O", "Open a scene file"),
    (Group::Window, "Ctrl Z, Ctrl Y", "Rules: undo, redo"),
    (Group::Window, "Ctrl S", "Rules: save; Alt ↑ ↓ moves one"),
    (Group::Window, "Ctrl + − 0", "Larger, smaller, as usual"),
    (Group::Window, "F6", "To the next pane; Shift F6 back"),
    (
        Group::Window,
        "Tab",
        "To the next button; Enter or Space presses it",
    ),
    (Group::Move, "Drag", "Turn; on the map, draw it along"),
    (Group::Move, "Right or middle drag", "Draw the ground along"),
    (
        Group::Move,
        "Wheel or pinch",
        "Nearer to what is under the pointer, or away",
    ),
    (Group::Move, "← → or Ctrl arrows", "Turn"),
    (Group::Move, "Shift arrows", "Over the ground"),
    (Group::Move, "+ −", "Nearer, away"),
    (Group::Move, "Page ↑ ↓", "Up, down"),
    (Group::Move, "Mouse buttons 4, 5", "Back, forward"),
    (Group::OnFoot, "Mouse", "Look around"),
    (Group::OnFoot, "W A S D or arrows", "Go"),
    (Group::OnFoot, "E Q or Page ↑ ↓", "Up, down"),
    (Group::OnFoot, "Shift", "Faster"),
    (Group::OnFoot, "Click", "Select what is straight ahead"),
    (Group::OnFoot, "Esc or P", "Back to turning about a point"),
    (
        Group::Select,
        "Click",
        "One turbine; in the alarm list, its turbine too",
    ),
    (Group::Select, "Double click", "Fly there"),
    (Group::Select, "Ctrl click", "One more, or one less"),
    (
        Group::Select,
        "Shift drag",
        "Those within a frame; with Ctrl, beside the others",
    ),
    (Group::Alarms, "Ctrl click", "Select another alarm as well"),
    (
        Group::Alarms,
        "Shift click",
        "Select every alarm up to here",
    ),
];

impl Entry {
    fn matches(&self, key: Key, modifiers: Modifiers) -> bool {
        key == self.key && modifiers.matches_exact(self.with)
    }
}

impl Shortcut {
    /// Whether a key that is held goes on asking.
    fn repeats(self) -> bool {
        matches!(self, Self::NextAlarm | Self::PreviousAlarm)
    }

    /// Whether it is meant while somebody walks: letters are steps then.
    fn is_meant_on_foot(self) -> bool {
        matches!(
            self,
            Self::Leave | Self::FirstPerson | Self::Map | Self::FitAll | Self::Help | Self::Fold
        )
    }
}

/// The shortcuts pressed in this frame; they are taken, so that nothing else acts on them.
pub fn pressed(ctx: &Context, manner: Manner) -> Vec<Shortcut> {
    take_pressed(ctx, manner, |shortcut| shortcut != Shortcut::SelectInView)
}

/// The same for some of them only: the others stay for whoever they are for.
pub fn take_pressed(
    ctx: &Context,
    manner: Manner,
    is_mine: impl Fn(Shortcut) -> bool,
) -> Vec<Shortcut> {
    if ctx.text_edit_focused() {
        return Vec::new();
    }
    let has_focus = ctx.memory(|memory| memory.focused().is_some());
    let asked_for = |event: &Event| {
        let Event::Key {
            key,
            pressed: true,
            repeat,
            modifiers,
            ..
        } = event
        else {
            return None;
        };
        let shortcut = KEYS.iter().find(|e| e.matches(*key, *modifiers))?.shortcut;
        let is_on_foot = manner == Manner::Person;
        // Enter presses the button that has the keyboard's focus.
        let is_meant = (!is_on_foot || shortcut.is_meant_on_foot())
            && (!has_focus || shortcut != Shortcut::FlyTo)
            && is_mine(shortcut);
        is_meant.then_some((shortcut, *repeat))
    };
    let mut found = Vec::new();
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let Some((shortcut, is_repeat)) = asked_for(event) else {
                return true;
            };
            if !is_repeat || shortcut.repeats() {
                found.push(shortcut);
            }
            false
        });
    });
    found
}

/// What a shortcut of the view asks for; `None` for those of the panels, and where nothing is there
/// to act on.
pub fn view_action(
    shortcut: Shortcut,
    selected: Option<TurbineRow>,
    view: &ViewState,
) -> Option<Action> {
    Some(match shortcut {
        Shortcut::Frame => selected.map_or(Action::FitAll, Action::FlyTo),
        Shortcut::FitAll => Action::FitAll,
        Shortcut::FlyTo => Action::FlyTo(selected?),
        Shortcut::Map => Action::ToggleMap,
        Shortcut::FirstPerson => Action::ToggleFirstPerson,
        Shortcut::Leave if view.manner == Manner::Person => Action::ToggleFirstPerson,
        Shortcut::Leave => Action::Select(None),
        Shortcut::Back => Action::Back,
        Shortcut::Forward => Action::Forward,
        Shortcut::TourNext => Action::TourNext,
        Shortcut::TourPrevious => Action::TourPrevious,
        Shortcut::NamedView(at) => {
            let named = view.views?.all().nth(usize::from(at))?;
            Action::GoToView(named.name.clone())
        }
        Shortcut::Grid => {
            let shown = view.overlays.is_some_and(|o| o.is_shown(Overlay::Grid));
            Action::Show(Overlay::Grid, !shown)
        }
        Shortcut::Acknowledge
        | Shortcut::AcknowledgeVisible
        | Shortcut::Reset
        | Shortcut::Shelve
        | Shortcut::Unshelve
        | Shortcut::OutOfService
        | Shortcut::Comment
        | Shortcut::NextAlarm
        | Shortcut::PreviousAlarm
        | Shortcut::Silence
        | Shortcut::Filter
        | Shortcut::Fold
        | Shortcut::Help
        | Shortcut::Views
        | Shortcut::Rules
        | Shortcut::Mapping
        | Shortcut::SelectInView => return None,
    })
}

/// What the list of keys leaves of the window: its title, and the ground around it.
const HELP_MARGIN: Vec2 = vec2(48.0, 96.0);

/// The list of keys in the middle of the window, until it is closed.
pub fn help_ui(ctx: &Context, look: &Look, is_open: &mut bool) {
    Window::new("Keys and mouse")
        .open(is_open)
        .collapsible(false)
        .auto_sized()
        .anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0))
        .show(ctx, |ui| {
            // Below the title and within the window, however small it is.
            let most = ctx.content_rect().size() - HELP_MARGIN;
            ScrollArea::both()
                .max_width(most.x)
                .max_height(most.y)
                .min_scrolled_width(most.x)
                .min_scrolled_height(most.y)
                .show(ui, |ui| list_ui(ui, look));
        });
}

/// Keys and movements, by group in three columns: two would be higher than a small window.
pub fn list_ui(ui: &mut Ui, look: &Look) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 24.0;
        for side in [
            &[Group::View, Group::Alarms][..],
            &[Group::Move, Group::OnFoot][..],
            &[Group::Select, Group::Window][..],
        ] {
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                for (group, title) in Group::ALL.iter().filter(|(g, _)| side.contains(g)) {
                    group_ui(ui, look, *group, title);
                }
            });
        }
    });
}

fn group_ui(ui: &mut Ui, look: &Look, group: Group, title: &str) {
    ui.label(look.quiet(title));
    let keys = KEYS
        .iter()
        .filter(|e| e.group == group && !e.shown.is_empty())
        .map(|e| (e.shown, e.words));
    let movements = MOVEMENTS
        .iter()
        .filter(|(of, ..)| *of == group)
        .map(|(_, shown, words)| (*shown, *words));
    Grid::new(title)
        .num_columns(2)
        .spacing([16.0, 3.0])
        .min_col_width(76.0)
        .show(ui, |ui| {
            for (shown, words) in keys.chain(movements) {
                ui.label(strong(shown));
                ui.label(words);
                ui.end_row();
            }
        });
    ui.add_space(12.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_shortcuts_share_a_key() {
        for (i, a) in KEYS.iter().enumerate() {
            for b in KEYS.iter().skip(i + 1) {
                assert!(!b.matches(a.key, a.with), "{a:?}\n{b:?}");
            }
        }
    }

    #[test]
    fn every_shortcut_is_listed_in_words() {
        for entry in KEYS {
            let is_of = |e: &&Entry| {
                std::mem::discriminant(&e.shortcut) == std::mem::discriminant(&entry.shortcut)
            };
            let listed = KEYS.iter().filter(is_of).any(|e| !e.words.is_empty());
            assert!(listed, "{entry:?}");
        }
    }
}
