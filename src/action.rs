//! What an operator can do, as messages: the only way back against the flow of the data.

use std::path::PathBuf;

use bevy::prelude::*;

use crate::alarms::AlarmKey;
use crate::fleet::TurbineRow;

/// A request by the operator. Panels and the view send them; the room that owns the state that
/// changes carries them out.
#[derive(Message, Debug, Clone, PartialEq)]
pub enum Action {
    /// Acknowledge these alarms, all of which were on screen when the operator asked.
    Acknowledge(Vec<AlarmKey>),
    /// Make this turbine the selected one, or none.
    Select(Option<TurbineRow>),
    /// Select this turbine and fly the camera to it.
    FlyTo(TurbineRow),
    /// Fly the camera back so that the whole farm is in view.
    FitAll,
    /// Open this scene file in place of the present one.
    OpenScene(PathBuf),
}
