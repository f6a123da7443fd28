//! What an operator can do, as messages: the only way back against the flow of the data.

use std::path::PathBuf;
use std::time::Duration;

use bevy::prelude::*;

use crate::alarms::{AlarmId, AlarmKey};
use crate::fleet::TurbineRow;
use crate::view::{ColourBy, Overlay};

/// A request by the operator. Panels and the view send them; the room that owns the state that
/// changes carries them out.
#[derive(Message, Debug, Clone, PartialEq)]
pub enum Action {
    /// Acknowledge these alarms, all of which were on screen when the operator asked.
    Acknowledge(Vec<AlarmKey>),
    /// Let go of these latched alarms, which have cleared.
    Reset(Vec<AlarmKey>),
    /// Lay these alarms aside for a time.
    Shelve {
        /// Which.
        alarms: Vec<AlarmId>,
        /// For how long; at most as long as the alarm's definition allows.
        duration: Duration,
        /// Until the alarm clears, if that is sooner.
        is_one_shot: bool,
        /// Why.
        reason: String,
    },
    /// End the shelves of these alarms.
    Unshelve(Vec<AlarmId>),
    /// Take these alarms out of service.
    TakeOutOfService {
        /// Which.
        alarms: Vec<AlarmId>,
        /// Why.
        reason: String,
    },
    /// Return these alarms to service.
    ReturnToService(Vec<AlarmId>),
    /// Write this about an alarm.
    Comment {
        /// Which.
        alarm: AlarmId,
        /// What.
        text: String,
    },
    /// Show this alarm's detail.
    ShowAlarm(AlarmKey),
    /// Stop the sound that is heard now. It acknowledges nothing; a new alarm is heard again.
    Silence,
    /// Let alarms be heard, or not.
    SetSound(bool),
    /// How loud alarms are heard, 0 to 1.
    SetVolume(f32),
    /// Make this turbine the selected one, or none.
    Select(Option<TurbineRow>),
    /// Select these turbines: the first is the one that panels tell about.
    SelectSeveral(Vec<TurbineRow>),
    /// Select this turbine and fly the camera to it.
    FlyTo(TurbineRow),
    /// Fly the camera back so that the whole farm is in view.
    FitAll,
    /// Fly to the view of this name: one of the scene's, of the user's, or a direction such as `north`.
    GoToView(String),
    /// Keep the present view under this name.
    SaveView(String),
    /// Forget the user's view of this name.
    ForgetView(String),
    /// Fly to where the camera was before its last flight.
    Back,
    /// Undo [`Action::Back`].
    Forward,
    /// Look straight down on a map, or back from it.
    ToggleMap,
    /// Walk or fly through the farm as in a first-person program, or back to orbiting.
    ToggleFirstPerson,
    /// Fly to the next alarmed turbine of the tour: unacknowledged first, most urgent first.
    TourNext,
    /// Fly to the one before.
    TourPrevious,
    /// Show or hide something in the view.
    Show(Overlay, bool),
    /// What the turbines' colours tell.
    ColourBy(ColourBy),
    /// Open one more window on the farm.
    NewWindow,
    /// Show the rule editor, at this rule of the scene if one is named.
    EditRule(Option<u16>),
    /// Show what arrives over MQTT and what it is mapped to.
    ShowMapping,
    /// Open this scene file in place of the present one.
    OpenScene(PathBuf),
    /// Run the demo: a simulated farm on a broker of its own, in place of the present scene.
    RunDemo,
}
