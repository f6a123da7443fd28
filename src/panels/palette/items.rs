//! What can be found beside turbines, and what choosing it does.

use std::borrow::Cow;

use egui_phosphor::regular as icon;

use super::search::Found;
use crate::access::Denied;
use crate::action::Action;
use crate::alarms::AlarmKey;
use crate::fleet::{SignalColumn, TurbineRow};
use crate::panels::commands::{self, COMMANDS, Command, DeskCommand, Does, SAVE_VIEW};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::scene::Priority;
use crate::view::ColourBy;

/// Standing alarms that can be found, the most urgent: more are found by their turbine.
const MOST_ALARMS: usize = 500;
/// Of what was chosen before, shown while nothing is typed.
const MOST_RECENT: usize = 5;
/// Commands shown while nothing is typed.
const MOST_SUGGESTED: usize = 9;

/// Directions that the camera can look from, as the view knows and as people call them.
const DIRECTIONS: [(&str, &str); 5] = [
    ("north", "View from the north"),
    ("east", "View from the east"),
    ("south", "View from the south"),
    ("west", "View from the west"),
    ("above", "View from above"),
];

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Fly to a turbine.
    Turbine(TurbineRow),
    /// Colour by a signal.
    Signal(SignalColumn),
    /// Fly to a view.
    View(String),
    /// Fly to the turbine of an alarm.
    Alarm(AlarmKey, TurbineRow, Priority),
    /// Carry out a command, by its id.
    Command(&'static str),
    /// Keep the present view under a name.
    SaveView(String),
}

/// What a choice asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// Of the rooms.
    Act(Action),
    /// Of the desk.
    Desk(DeskCommand),
    /// Go on with this typed.
    Type(&'static str),
}

/// Something that can be found, other than a turbine.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is.
    pub target: Target,
    /// How it is remembered.
    pub key: String,
    /// More words that it is found by.
    pub also: String,
    /// What is told beside its name.
    pub detail: String,
    /// What its kind adds to its score.
    pub weight: u32,
    words: String,
}

impl Item {
    /// Its name as things are now.
    pub fn name(&self, look: &Look, farm: &Farm) -> Cow<'_, str> {
        match self.target {
            Target::Command(id) => commands::by_id(id).map_or(Cow::Borrowed(""), |command| {
                Cow::Owned(commands::name_now(command, look, farm))
            }),
            _ => Cow::Borrowed(&self.words),
        }
    }
}

/// How a turbine is remembered.
pub fn turbine_key(id: &str) -> String {
    format!("turbine:{id}")
}

/// The name in `save view NAME`.
pub fn view_to_save(query: &str) -> Option<&str> {
    let head = query.get(..SAVE_VIEW.len())?;
    let name = query.get(SAVE_VIEW.len()..)?.trim();
    (head.eq_ignore_ascii_case(SAVE_VIEW) && !name.is_empty()).then_some(name)
}

/// All that can be found but turbines.
pub fn items(look: &Look, farm: &Farm) -> Vec<Item> {
    let mut items: Vec<Item> = COMMANDS.iter().map(of_command).collect();
    items.extend(DIRECTIONS.map(|(name, words)| of_view(name, words)));
    let Some(scene) = farm.scene else {
        return items;
    };
    items.extend(scene.views.iter().map(|v| of_view(&v.name, &v.name)));
    items.extend((0..=u16::MAX).zip(&scene.signals).map(|(column, name)| {
        let of_model = |m: &crate::scene::Model| m.signal(SignalColumn(column)).cloned();
        let signal = scene.models.iter().find_map(of_model);
        let unit = signal.map_or_else(String::new, |s| crate::wording::unit(&s.unit).to_owned());
        Item {
            target: Target::Signal(SignalColumn(column)),
            key: format!("signal:{name}"),
            words: format::label(name),
            also: format!("{name} color colour by {unit}"),
            detail: "Colour by this signal".to_owned(),
            weight: 10,
        }
    }));
    let mut alarms: Vec<_> = farm.standing.iter().collect();
    alarms.sort_by_key(|a| (a.priority, a.acknowledged.is_some(), -a.raised_ms));
    items.extend(alarms.into_iter().take(MOST_ALARMS).map(|alarm| Item {
        target: Target::Alarm(alarm.key, alarm.turbine, alarm.priority),
        key: String::new(),
        words: format!("{} · {}", alarm.name, alarm.turbine_id),
        also: format!("{} alarm {}", alarm.turbine_id, alarm.priority.name()),
        detail: format!(
            "Alarm · {}",
            format::time(alarm.raised_ms, look.now_ms, look.zone)
        ),
        weight: 6,
    }));
    items
}

fn of_command(command: &Command) -> Item {
    Item {
        target: Target::Command(command.id),
        key: format!("command:{}", command.id),
        words: String::new(),
        also: format!("{} {}", command.name, command.also),
        detail: command.keys.to_owned(),
        weight: 14,
    }
}

fn of_view(name: &str, words: &str) -> Item {
    Item {
        target: Target::View(name.to_owned()),
        key: format!("view:{name}"),
        words: words.to_owned(),
        also: "view camera look from go to".to_owned(),
        detail: "View".to_owned(),
        weight: 8,
    }
}

/// What is shown while nothing is typed: what was chosen lately, then the most useful commands.
pub fn suggested(recent: &[String], farm: &Farm) -> Vec<Found> {
    let recent: Vec<Target> = recent
        .iter()
        .filter_map(|key| target_of(key, farm))
        .take(MOST_RECENT)
        .collect();
    let useful: Vec<Target> = COMMANDS
        .iter()
        .map(|c| Target::Command(c.id))
        .filter(|c| !recent.contains(c))
        .take(MOST_SUGGESTED)
        .collect();
    recent
        .into_iter()
        .chain(useful)
        .map(|target| Found { target, score: 0 })
        .collect()
}

/// What was remembered under this key, if it still is there.
fn target_of(key: &str, farm: &Farm) -> Option<Target> {
    let (kind, name) = key.split_once(':')?;
    let scene = farm.scene;
    match kind {
        "turbine" => {
            let at = scene?.turbines.iter().position(|t| &*t.id == name)?;
            Some(Target::Turbine(TurbineRow(u32::try_from(at).ok()?)))
        }
        "signal" => {
            let at = scene?.signals.iter().position(|s| &**s == name)?;
            Some(Target::Signal(SignalColumn(u16::try_from(at).ok()?)))
        }
        "view" => {
            let is_direction = DIRECTIONS.iter().any(|(d, _)| *d == name);
            let is_of_scene = scene.is_some_and(|s| s.views.iter().any(|v| v.name == name));
            (is_direction || is_of_scene).then(|| Target::View(name.to_owned()))
        }
        "command" => commands::by_id(name).map(|c| Target::Command(c.id)),
        _ => None,
    }
}

/// How a target is remembered; `None` for what is not worth it.
pub fn key_of(target: &Target, farm: &Farm) -> Option<String> {
    match target {
        Target::Turbine(row) => Some(turbine_key(&farm.scene?.turbine(*row)?.id)),
        Target::Signal(column) => {
            let name = farm.scene?.signals.get(column.index())?;
            Some(format!("signal:{name}"))
        }
        Target::View(name) => Some(format!("view:{name}")),
        Target::Command(id) => Some(format!("command:{id}")),
        Target::Alarm(..) | Target::SaveView(_) => None,
    }
}

/// Whether the user's role lets him choose it.
///
/// # Errors
/// Why not, as it is shown.
pub fn may(target: &Target, farm: &Farm) -> Result<(), Denied> {
    let command = match target {
        Target::Command(id) => commands::by_id(id),
        _ => None,
    };
    match command.and_then(Command::takes) {
        Some(permission) => farm.desk.may(permission),
        None => Ok(()),
    }
}

/// What choosing a target asks for.
pub fn choice(target: &Target, farm: &Farm) -> Option<Choice> {
    Some(match target {
        Target::Alarm(key, row, _) if *row == TurbineRow::NONE => {
            Choice::Act(Action::ShowAlarm(*key))
        }
        Target::Turbine(row) | Target::Alarm(_, row, _) => {
            farm.scene?.turbine(*row)?;
            Choice::Act(Action::FlyTo(*row))
        }
        Target::Signal(column) => {
            let name = farm.scene?.signals.get(column.index())?.clone();
            Choice::Act(Action::ColourBy(ColourBy::Signal { name, range: None }))
        }
        Target::View(name) => Choice::Act(Action::GoToView(name.clone())),
        Target::SaveView(name) => Choice::Act(Action::SaveView(name.clone())),
        Target::Command(id) => match commands::by_id(id)?.does {
            Does::Act(action) => Choice::Act(action()),
            Does::Toggle(overlay) => {
                let shown = commands::is_shown(farm, overlay);
                Choice::Act(Action::Show(overlay, !shown))
            }
            Does::Desk(command) => Choice::Desk(command),
            Does::Type(text) => Choice::Type(text),
        },
    })
}

/// The icon of a target; alarms have their mark instead.
pub fn icon_of(target: &Target) -> &'static str {
    match target {
        Target::Turbine(_) => icon::FAN,
        Target::Signal(_) => icon::PALETTE,
        Target::View(_) => icon::CAMERA,
        Target::Alarm(..) => icon::BELL_RINGING,
        Target::SaveView(_) => icon::BOOKMARK_SIMPLE,
        Target::Command(id) => commands::by_id(id).map_or("", |c| c.icon),
    }
}

/// What screen readers say after the name.
pub fn kind_of(target: &Target) -> &'static str {
    match target {
        Target::Turbine(_) => "turbine",
        Target::Signal(_) => "signal",
        Target::View(_) => "view",
        Target::Alarm(..) => "alarm",
        Target::Command(_) | Target::SaveView(_) => "command",
    }
}
