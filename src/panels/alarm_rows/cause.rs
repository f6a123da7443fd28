//! What began it: in a flood, the alarms of a turbine that follow each other stand under the first.
//!
//! A failure raises one alarm at a turbine and others follow within moments; a failure of the grid or
//! the network does so at many turbines. Read in the order in which they came they are hundreds of
//! rows, of which the first of each turbine matters. So the alarms of a turbine that follow each other
//! within a minute are a chain, a chain's cause is its first alarm, or the loss of communication where
//! it has one, and chains of the same cause are one group, whatever the turbine.

use std::sync::Arc;

use bevy::platform::collections::HashMap;

use crate::alarms::{Alarm, AlarmKey, AlarmSource};

/// An alarm that comes later than this after the one before has a cause of its own, milliseconds.
const CHAIN_MS: i64 = 60_000;

/// The name of the alarm that began it, for each alarm raised since the flood began.
pub(super) fn causes<'a>(
    alarms: impl Iterator<Item = &'a Alarm>,
    since_ms: i64,
) -> HashMap<AlarmKey, &'a Arc<str>> {
    let mut burst: Vec<&Alarm> = alarms.filter(|a| a.raised_ms >= since_ms).collect();
    burst.sort_unstable_by(|a, b| {
        let came = |alarm: &Alarm| (alarm.raised_ms, alarm.key);
        let turbine = a.turbine_id.cmp(&b.turbine_id);
        turbine.then_with(|| came(a).cmp(&came(b)))
    });
    let follows = |a: &&Alarm, b: &&Alarm| {
        a.turbine_id == b.turbine_id && b.raised_ms - a.raised_ms <= CHAIN_MS
    };
    let mut causes = HashMap::default();
    for chain in burst.chunk_by(follows) {
        let is_silence = |a: &&&Alarm| a.source == AlarmSource::Communication;
        let lead = chain.iter().find(is_silence).or(chain.first());
        if let Some(lead) = lead {
            causes.extend(chain.iter().map(|alarm| (alarm.key, &lead.name)));
        }
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarms::AlarmId;
    use crate::fleet::TurbineRow;
    use crate::scene::Priority;

    fn alarm(key: u64, turbine: &str, name: &str, raised_ms: i64) -> Alarm {
        let source = match name {
            "No communication" => AlarmSource::Communication,
            _ => AlarmSource::Rule(0),
        };
        let id = AlarmId {
            object: turbine.into(),
            name: name.into(),
        };
        Alarm {
            key: AlarmKey(key),
            ..Alarm::raised(source, id, TurbineRow(0), Priority::Low, raised_ms)
        }
    }

    fn of(alarms: &[Alarm], key: u64) -> Option<&str> {
        let causes = causes(alarms.iter(), 1_000);
        causes.get(&AlarmKey(key)).map(|name| &***name)
    }

    #[test]
    fn what_follows_at_a_turbine_within_a_minute_stands_under_the_first() {
        let alarms = [
            alarm(1, "T1", "Grid lost", 1_000),
            alarm(2, "T2", "Grid lost", 1_200),
            alarm(3, "T1", "Pitch fault", 5_000),
            alarm(4, "T1", "Stopped", 64_000),
            alarm(5, "T2", "Gearbox hot", 90_000),
            alarm(6, "T3", "Yaw error", 5_000),
        ];
        assert_eq!(of(&alarms, 1), Some("Grid lost"));
        assert_eq!(of(&alarms, 2), Some("Grid lost"), "at every turbine");
        assert_eq!(of(&alarms, 3), Some("Grid lost"));
        assert_eq!(
            of(&alarms, 4),
            Some("Grid lost"),
            "within a minute of the last"
        );
        assert_eq!(of(&alarms, 5), Some("Gearbox hot"), "it came much later");
        assert_eq!(of(&alarms, 6), Some("Yaw error"));
    }

    #[test]
    fn lost_communication_leads_what_it_came_with() {
        let alarms = [
            alarm(1, "T1", "Data not updated", 2_000),
            alarm(2, "T1", "No communication", 30_000),
        ];
        assert_eq!(of(&alarms, 1), Some("No communication"));
    }

    #[test]
    fn what_stood_before_the_flood_is_no_part_of_it() {
        let alarms = [
            alarm(1, "T1", "Yaw error", 900),
            alarm(2, "T1", "Grid lost", 1_000),
        ];
        assert_eq!(of(&alarms, 1), None);
        assert_eq!(of(&alarms, 2), Some("Grid lost"));
    }
}
