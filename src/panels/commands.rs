//! Every command of the program, in one table: what the search finds and the help tells.

use bevy_egui::egui::{Context, Key, Modifiers};
use egui_phosphor::regular as icon;

use crate::access::Permission;
use crate::action::Action;
use crate::panels::frame::{Farm, Look};
use crate::panels::layout::Pane;
use crate::panels::shortcuts::Shortcut;
use crate::theme::Variant;
use crate::view::{ColourBy, Overlay};

/// A command that the desk carries out itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskCommand {
    /// The other theme.
    SwitchTheme,
    /// Let a scene file be chosen.
    ChooseFile,
    /// Run the demo.
    RunDemo,
    /// The list of keys.
    Keys,
    /// The list of named views.
    Views,
    /// Fold the panels, or unfold them.
    Fold,
    /// Fold the legend, or unfold it.
    FoldLegend,
    /// Bring a pane to the front.
    Show(Pane),
    /// Acknowledge the selected alarms; shows the alarm list first if it is out of sight.
    Acknowledge,
    /// What a key of the alarm list does; shows the list first if it is out of sight.
    OfAlarms(Shortcut),
    /// Type into the filter of the alarm list.
    FilterAlarms,
    /// Stop the sound.
    Silence,
    /// Show what waits for acknowledgement.
    ShowUnacknowledged,
}

/// What a command does.
#[derive(Debug, Clone, Copy)]
pub enum Does {
    /// Asks the rooms for this.
    Act(fn() -> Action),
    /// Shows something in the view, or hides it.
    Toggle(Overlay),
    /// Something of the desk.
    Desk(DeskCommand),
    /// Goes on in the search, with this typed.
    Type(&'static str),
}

/// One command.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    /// Identifies it among what was used recently; never changes.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Other words that it is looked for by.
    pub also: &'static str,
    /// Its keys as they are told: `F10`. Empty without any.
    pub keys: &'static str,
    /// From the icon font.
    pub icon: &'static str,
    /// What it does.
    pub does: Does,
}

const fn command(
    id: &'static str,
    name: &'static str,
    also: &'static str,
    keys: &'static str,
    icon: &'static str,
    does: Does,
) -> Command {
    Command {
        id,
        name,
        also,
        keys,
        icon,
        does,
    }
}

/// Every command, the most useful first.
pub const COMMANDS: &[Command] = &[
    command(
        "fit-all",
        "Show the whole farm",
        "fit all zoom home overview",
        "Home",
        icon::FRAME_CORNERS,
        Does::Act(|| Action::FitAll),
    ),
    command(
        "tour-next",
        "Fly to the next alarmed turbine",
        "tour alarms next",
        "N",
        icon::SKIP_FORWARD,
        Does::Act(|| Action::TourNext),
    ),
    command(
        "map",
        "Map: look straight down, or back",
        "top down plan orthographic above",
        "M",
        icon::MAP_TRIFOLD,
        Does::Act(|| Action::ToggleMap),
    ),
    command(
        "theme",
        "Switch between light and dark",
        "theme colours night day",
        "",
        icon::CIRCLE_HALF,
        Does::Desk(DeskCommand::SwitchTheme),
    ),
    command(
        "views",
        "Named views: go to one, keep this one",
        "bookmarks camera save",
        "V",
        icon::BOOKMARK_SIMPLE,
        Does::Desk(DeskCommand::Views),
    ),
    command(
        "open",
        "Open a scene file",
        "load file toml",
        "Ctrl O",
        icon::FOLDER_OPEN,
        Does::Desk(DeskCommand::ChooseFile),
    ),
    command(
        "demo",
        "Run the demo",
        "example simulate horns rev",
        "",
        icon::PLAY,
        Does::Desk(DeskCommand::RunDemo),
    ),
    command(
        "keys",
        "Keys and mouse",
        "help shortcuts keyboard",
        "?",
        icon::KEYBOARD,
        Does::Desk(DeskCommand::Keys),
    ),
    command(
        "colour-by-rules",
        "Colour by the rules",
        "color alarms default reset",
        "",
        icon::PALETTE,
        Does::Act(|| Action::ColourBy(ColourBy::Rules)),
    ),
    command(
        "tour-previous",
        "Fly to the alarmed turbine before",
        "tour alarms previous back",
        "Shift N",
        icon::SKIP_BACK,
        Does::Act(|| Action::TourPrevious),
    ),
    command(
        "back",
        "Back to where the camera was",
        "undo previous view",
        "Alt ←",
        icon::ARROW_LEFT,
        Does::Act(|| Action::Back),
    ),
    command(
        "forward",
        "Forward again",
        "redo next view",
        "Alt →",
        icon::ARROW_RIGHT,
        Does::Act(|| Action::Forward),
    ),
    command(
        "first-person",
        "Walk or fly through the farm, or orbit again",
        "first person wasd fps",
        "P",
        icon::PERSON_SIMPLE_WALK,
        Does::Act(|| Action::ToggleFirstPerson),
    ),
    command(
        "save-view",
        "Save this view as …",
        "keep bookmark camera name",
        "",
        icon::BOOKMARK_SIMPLE,
        Does::Type(SAVE_VIEW),
    ),
    command(
        "deselect",
        "Select nothing",
        "deselect clear selection",
        "Esc",
        icon::SELECTION_SLASH,
        Does::Act(|| Action::Select(None)),
    ),
    command(
        "labels",
        "Labels",
        "names overlay",
        "",
        icon::TAG,
        Does::Toggle(Overlay::Labels),
    ),
    command(
        "numbers",
        "Numbers",
        "values overlay power digits",
        "",
        icon::HASH,
        Does::Toggle(Overlay::Numbers),
    ),
    command(
        "grid",
        "Grid",
        "lines coordinates overlay",
        "G",
        icon::GRID_FOUR,
        Does::Toggle(Overlay::Grid),
    ),
    command(
        "wind",
        "Wind",
        "arrows direction speed overlay",
        "",
        icon::WIND,
        Does::Toggle(Overlay::Wind),
    ),
    command(
        "wakes",
        "Wakes",
        "slow air overlay",
        "",
        icon::WAVES,
        Does::Toggle(Overlay::Wakes),
    ),
    command(
        "acknowledge",
        "Acknowledge the selected alarms",
        "ack alarm",
        "A",
        icon::CHECK_CIRCLE,
        Does::Desk(DeskCommand::Acknowledge),
    ),
    command(
        "silence",
        "Silence the alarms",
        "quiet sound horn mute",
        "Q",
        icon::SPEAKER_SLASH,
        Does::Desk(DeskCommand::Silence),
    ),
    command(
        "acknowledge-visible",
        "Acknowledge the alarms on the screen",
        "ack alarm visible all",
        "Shift A",
        icon::CHECKS,
        Does::Desk(DeskCommand::OfAlarms(Shortcut::AcknowledgeVisible)),
    ),
    command(
        "reset-alarms",
        "Reset the selected latched alarms",
        "unlatch let go",
        "X",
        icon::LOCK_SIMPLE_OPEN,
        Does::Desk(DeskCommand::OfAlarms(Shortcut::Reset)),
    ),
    command(
        "shelve",
        "Shelve the selected alarms",
        "lay aside suppress snooze",
        "S",
        icon::CLOCK_COUNTDOWN,
        Does::Desk(DeskCommand::OfAlarms(Shortcut::Shelve)),
    ),
    command(
        "out-of-service",
        "Take the selected alarms out of service",
        "maintenance disable",
        "O",
        icon::WRENCH,
        Does::Desk(DeskCommand::OfAlarms(Shortcut::OutOfService)),
    ),
    command(
        "comment",
        "Comment on the selected alarms",
        "note write",
        "C",
        icon::CHAT_TEXT,
        Does::Desk(DeskCommand::OfAlarms(Shortcut::Comment)),
    ),
    command(
        "unacknowledged",
        "Show the unacknowledged alarms",
        "ack waiting list",
        "",
        icon::BELL_RINGING,
        Does::Desk(DeskCommand::ShowUnacknowledged),
    ),
    command(
        "filter-alarms",
        "Filter the alarms",
        "search list text",
        "/",
        icon::FUNNEL,
        Does::Desk(DeskCommand::FilterAlarms),
    ),
    command(
        "show-alarms",
        "Go to the alarm list",
        "panel tab alarms",
        "",
        icon::LIST_BULLETS,
        Does::Desk(DeskCommand::Show(Pane::Alarms)),
    ),
    command(
        "show-alarm",
        "Go to the alarm in full",
        "panel tab detail trend history response",
        "",
        icon::BELL,
        Does::Desk(DeskCommand::Show(Pane::Alarm)),
    ),
    command(
        "show-set-aside",
        "Go to what is set aside",
        "panel tab shelved suppressed out of service unshelve",
        "",
        icon::CLOCK_COUNTDOWN,
        Does::Desk(DeskCommand::Show(Pane::SetAside)),
    ),
    command(
        "show-journal",
        "Go to the journal",
        "panel tab history events search print export",
        "",
        icon::CLOCK_COUNTER_CLOCKWISE,
        Does::Desk(DeskCommand::Show(Pane::Journal)),
    ),
    command(
        "show-performance",
        "Go to the performance of the alarm system",
        "panel tab rate flood chattering stale report",
        "",
        icon::GAUGE,
        Does::Desk(DeskCommand::Show(Pane::Performance)),
    ),
    command(
        "show-turbine",
        "Go to the turbine",
        "panel tab inspector values signals",
        "",
        icon::FAN,
        Does::Desk(DeskCommand::Show(Pane::Turbine)),
    ),
    command(
        "show-connection",
        "Go to the connection",
        "panel tab broker mqtt telemetry",
        "",
        icon::PLUGS_CONNECTED,
        Does::Desk(DeskCommand::Show(Pane::Connection)),
    ),
    command(
        "show-problems",
        "Go to the scene's problems",
        "panel tab errors warnings files",
        "",
        icon::FILE_X,
        Does::Desk(DeskCommand::Show(Pane::Problems)),
    ),
    command(
        "show-rejected",
        "Go to the rejected payloads",
        "panel tab messages bad",
        "",
        icon::ENVELOPE_SIMPLE,
        Does::Desk(DeskCommand::Show(Pane::Rejected)),
    ),
    command(
        "rules",
        "Edit the rules",
        "rule editor expression condition alarm limit threshold",
        "R",
        icon::LIST_CHECKS,
        Does::Act(|| Action::EditRule(None)),
    ),
    command(
        "show-mapping",
        "Topics and fields: map them to signals",
        "panel tab mapping mqtt unmapped signal json payload",
        "T",
        icon::TREE_STRUCTURE,
        Does::Act(|| Action::ShowMapping),
    ),
    command(
        "fold",
        "Fold the panels, or show them",
        "toggle hide panels full view",
        "F10",
        icon::SIDEBAR_SIMPLE,
        Does::Desk(DeskCommand::Fold),
    ),
    command(
        "legend",
        "Fold the legend, or show it",
        "toggle hide colours",
        "",
        icon::LIST_DASHES,
        Does::Desk(DeskCommand::FoldLegend),
    ),
    command(
        "new-window",
        "Open one more window",
        "new monitor screen",
        "",
        icon::APP_WINDOW,
        Does::Act(|| Action::NewWindow),
    ),
];

impl Command {
    /// What the user must be allowed to do for it; most commands take nothing.
    pub fn takes(&self) -> Option<Permission> {
        let Does::Desk(command) = self.does else {
            return None;
        };
        match command {
            DeskCommand::Acknowledge
            | DeskCommand::OfAlarms(Shortcut::Acknowledge | Shortcut::AcknowledgeVisible) => {
                Some(Permission::Acknowledge)
            }
            DeskCommand::OfAlarms(Shortcut::Reset) => Some(Permission::Reset),
            DeskCommand::OfAlarms(Shortcut::Shelve) => Some(Permission::Shelve),
            DeskCommand::OfAlarms(Shortcut::Comment) => Some(Permission::Comment),
            DeskCommand::OfAlarms(Shortcut::OutOfService) => Some(Permission::OutOfService),
            _ => None,
        }
    }
}

/// What the search begins with where a view is to be saved; the view's name follows.
pub const SAVE_VIEW: &str = "save view ";

/// The command with this id.
pub fn by_id(id: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|c| c.id == id)
}

/// A command's name as things are now: `Hide the grid`, `Dark theme`.
pub fn name_now(command: &Command, look: &Look, farm: &Farm) -> String {
    match command.does {
        Does::Toggle(overlay) => {
            let shown = is_shown(farm, overlay);
            let verb = if shown { "Hide" } else { "Show" };
            format!("{verb} {}", command.name.to_lowercase())
        }
        Does::Desk(DeskCommand::SwitchTheme) => match look.theme.variant {
            Variant::Light => "Dark theme".to_owned(),
            Variant::Dark => "Light theme".to_owned(),
        },
        _ => command.name.to_owned(),
    }
}

/// Whether an overlay is shown now.
pub fn is_shown(farm: &Farm, overlay: Overlay) -> bool {
    farm.view.overlays.is_some_and(|o| o.is_shown(overlay))
}

/// Whether the keys of the search were pressed in this frame; they are taken.
pub(super) fn asks_for_palette(ctx: &Context) -> bool {
    ctx.input_mut(|i| {
        let by_k = i.consume_key(Modifiers::COMMAND, Key::K);
        by_k | i.consume_key(Modifiers::COMMAND, Key::P)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_command_has_an_id_and_a_name_of_its_own() {
        let ids: HashSet<_> = COMMANDS.iter().map(|c| c.id).collect();
        let names: HashSet<_> = COMMANDS.iter().map(|c| c.name).collect();
        assert_eq!((ids.len(), names.len()), (COMMANDS.len(), COMMANDS.len()));
    }

    #[test]
    fn every_overlay_has_a_command() {
        for (overlay, name, _) in Overlay::ALL {
            let found = COMMANDS
                .iter()
                .any(|c| matches!(c.does, Does::Toggle(o) if o == overlay));
            assert!(found, "{name}");
        }
    }

    #[test]
    fn no_two_commands_have_the_same_keys() {
        let keys = || COMMANDS.iter().map(|c| c.keys).filter(|k| !k.is_empty());
        let distinct: HashSet<_> = keys().collect();
        assert_eq!(distinct.len(), keys().count());
    }
}
