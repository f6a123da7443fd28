//! What can raise an alarm.

use super::Condition;
use crate::fleet::TurbineRow;
use bevy::prelude::Resource;

/// What raises an alarm, in terms of the present scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlarmSource {
    /// A rule: an index into `Scene::rules`.
    Rule(u16),
    /// Nothing comes from a turbine any more.
    Communication,
    /// Some of a turbine's signals have stopped coming.
    StaleData,
    /// The turbine's own alarm code: an index into the scene's codes.
    Code(u16),
    /// The program is in trouble itself.
    Trouble(Trouble),
}

impl AlarmSource {
    /// The rule that raises it, as an index into `Scene::rules`.
    pub fn rule(self) -> Option<u16> {
        match self {
            Self::Rule(rule) => Some(rule),
            _ => None,
        }
    }
}

/// What the program itself can be in trouble with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trouble {
    /// No connection to the broker.
    BrokerLost,
    /// The broker is there, and nothing comes from any turbine.
    NoTelemetry,
    /// The journal cannot be written: the disk is full, read-only or gone.
    JournalFailed,
    /// The disk is nearly full.
    DiskSpace,
    /// More arrives than can be followed.
    Overload,
    /// The files of the scene have errors; the scene before goes on.
    SceneRejected,
    /// Other stations cannot be told, or what they tell cannot be used.
    Sharing,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::BrokerLost,
        Self::NoTelemetry,
        Self::JournalFailed,
        Self::DiskSpace,
        Self::Overload,
        Self::SceneRejected,
        Self::Sharing,
    ];

    /// The name of its alarm.
    pub fn name(self) -> &'static str {
        match self {
            Self::BrokerLost => "Broker lost",
            Self::NoTelemetry => "No telemetry",
            Self::JournalFailed => "Journal not written",
            Self::DiskSpace => "Disk nearly full",
            Self::Overload => "Telemetry not followed",
            Self::SceneRejected => "Scene file rejected",
            Self::Sharing => "Other stations not reached",
        }
    }
}

/// An alarm of a scene: what raises it, at which turbine.
pub type Source = (AlarmSource, TurbineRow);

/// A condition that is not a rule's.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Of which alarm.
    pub source: Source,
    /// What is the case now.
    pub condition: Condition,
    /// What was seen, as people read it: `no data for 42 s`.
    pub value: String,
}

/// Conditions beside those of the rules that changed in this frame. Whoever watches something appends
/// to it before the alarms are followed.
#[derive(Resource, Debug, Default)]
pub struct Readings(pub Vec<Reading>);
