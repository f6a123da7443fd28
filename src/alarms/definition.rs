//! What the scene, or the program, says of an alarm.

use std::sync::Arc;
use std::time::Duration;

use super::occurrence::AlarmId;
use super::source::{AlarmSource, Source, Trouble};
use crate::scene::{AlarmDefinition, Priority, Scene};

/// The definition of an alarm of a scene; `None` where the scene has no such alarm.
pub fn definition(scene: &Scene, source: AlarmSource) -> Option<&AlarmDefinition> {
    match source {
        AlarmSource::Rule(rule) => scene.rules.get(usize::from(rule))?.alarm.as_ref(),
        AlarmSource::Communication => scene.other_alarms.communication.as_ref(),
        AlarmSource::StaleData => scene.other_alarms.stale_data.as_ref(),
        AlarmSource::Code(code) => {
            let code = scene.other_alarms.codes.get(usize::from(code))?;
            Some(&code.alarm)
        }
        AlarmSource::Trouble(trouble) => Some(trouble.definition()),
    }
}

/// Which alarm a source of a scene is, at every station and over every reload.
pub fn id_of(scene: &Scene, (source, turbine): Source, station: &Arc<str>) -> Option<AlarmId> {
    let name = source.name(scene)?;
    let object = match source {
        AlarmSource::Trouble(_) => Arc::clone(station),
        _ => Arc::clone(&scene.turbine(turbine)?.id),
    };
    Some(AlarmId { object, name })
}

impl Trouble {
    /// What alarm it is: the same in every scene.
    pub fn definition(self) -> &'static AlarmDefinition {
        use std::sync::LazyLock;
        type Defined = LazyLock<AlarmDefinition>;
        static BROKER: Defined = LazyLock::new(|| define(Trouble::BrokerLost));
        static TELEMETRY: Defined = LazyLock::new(|| define(Trouble::NoTelemetry));
        static JOURNAL: Defined = LazyLock::new(|| define(Trouble::JournalFailed));
        static DISK: Defined = LazyLock::new(|| define(Trouble::DiskSpace));
        static OVERLOAD: Defined = LazyLock::new(|| define(Trouble::Overload));
        static SCENE: Defined = LazyLock::new(|| define(Trouble::SceneRejected));
        static SHARING: Defined = LazyLock::new(|| define(Trouble::Sharing));
        match self {
            Self::BrokerLost => &BROKER,
            Self::NoTelemetry => &TELEMETRY,
            Self::JournalFailed => &JOURNAL,
            Self::DiskSpace => &DISK,
            Self::Overload => &OVERLOAD,
            Self::SceneRejected => &SCENE,
            Self::Sharing => &SHARING,
        }
    }
}

fn define(trouble: Trouble) -> AlarmDefinition {
    let (priority, on_delay_secs, consequence, response) = match trouble {
        Trouble::BrokerLost => (
            Priority::High,
            5,
            "No turbine is watched from this desk",
            "Check the network and the broker; watch the farm from another desk until then",
        ),
        Trouble::NoTelemetry => (
            Priority::High,
            5,
            "No turbine is watched from this desk",
            "Check the gateway between the farm and the broker, and who may publish there",
        ),
        Trouble::JournalFailed => (
            Priority::High,
            0,
            "What happens now may be missing from the journal after a restart",
            "Free space on the disk or mend its rights; note what you do on paper until then",
        ),
        Trouble::DiskSpace => (
            Priority::Medium,
            0,
            "The journal will stop being written when the disk is full",
            "Free space on the disk",
        ),
        Trouble::Overload => (
            Priority::Low,
            30,
            "Samples between the newest ones are not seen",
            "Close other programs on this machine; have the rate of telemetry lowered",
        ),
        Trouble::SceneRejected => (
            Priority::Low,
            0,
            "The scene before goes on; the change has no effect",
            "Call the engineer: the problems are under Scene problems",
        ),
        Trouble::Sharing => (
            Priority::Low,
            10,
            "What is acknowledged or shelved here is not seen at other desks",
            "Agree with the other desks by telephone; check the broker's access rules",
        ),
    };
    AlarmDefinition {
        on_delay: Duration::from_secs(on_delay_secs),
        consequence: consequence.into(),
        response: response.into(),
        ..AlarmDefinition::new(priority)
    }
}
