//! The tour through the alarmed turbines: whom it visits, and in which order.

use std::collections::HashMap;

use crate::alarms::Alarm;
use crate::fleet::TurbineRow;
use crate::scene::Priority;

/// Which comes first: unacknowledged, most urgent, longest standing.
type Rank = (bool, Priority, i64);

/// The alarmed turbines, each once, the one to look at first at the front.
pub fn order(standing: &[Alarm]) -> Vec<TurbineRow> {
    let mut first: HashMap<TurbineRow, Rank> = HashMap::new();
    // The program's own troubles are nowhere to be seen.
    for alarm in standing.iter().filter(|a| a.turbine != TurbineRow::NONE) {
        let rank = (!alarm.is_unacknowledged(), alarm.priority, alarm.raised_ms);
        let best = first.entry(alarm.turbine).or_insert(rank);
        *best = rank.min(*best);
    }
    let mut turbines: Vec<(Rank, TurbineRow)> = first
        .into_iter()
        .map(|(turbine, rank)| (rank, turbine))
        .collect();
    turbines.sort_unstable();
    turbines.into_iter().map(|(_, turbine)| turbine).collect()
}

/// The stop after, or before, the one where the tour is; the first (or last) one from elsewhere.
pub fn stop(
    order: &[TurbineRow],
    present: Option<TurbineRow>,
    is_forwards: bool,
) -> Option<TurbineRow> {
    let count = order.len();
    let at = present.and_then(|present| order.iter().position(|t| *t == present));
    let next = match (at, is_forwards) {
        (Some(at), true) => (at + 1) % count,
        (Some(at), false) => (at + count - 1) % count,
        (None, true) => 0,
        (None, false) => count.saturating_sub(1),
    };
    order.get(next).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::alarms::{Actor, AlarmId, AlarmKey, AlarmSource};

    fn ada() -> Actor {
        Actor {
            user: "ada".into(),
            station: "desk 1".into(),
            role: Role::Operator,
        }
    }

    fn alarm(turbine: u32, priority: Priority, raised_ms: i64, is_acknowledged: bool) -> Alarm {
        let id = AlarmId {
            object: "T".into(),
            name: "Hot".into(),
        };
        let (source, row) = (AlarmSource::Rule(0), TurbineRow(turbine));
        Alarm {
            key: AlarmKey(raised_ms as u64),
            acknowledged: is_acknowledged.then(|| (raised_ms, ada())),
            ..Alarm::raised(source, id, row, priority, raised_ms)
        }
    }

    fn rows(of: &[u32]) -> Vec<TurbineRow> {
        of.iter().copied().map(TurbineRow).collect()
    }

    #[test]
    fn the_tour_goes_by_acknowledgement_then_priority_then_age() {
        use Priority::{Critical, High, Low};
        let mut alarms = vec![
            alarm(1, Critical, 10, true),
            alarm(2, Low, 20, false),
            alarm(3, High, 40, false),
            alarm(4, High, 30, false),
            // A turbine with several alarms is visited once, for its worst.
            alarm(2, Low, 5, true),
        ];
        assert_eq!(order(&alarms), rows(&[4, 3, 2, 1]));
        // What is acknowledged meanwhile goes behind the others.
        alarms[3].acknowledged = Some((50, ada()));
        assert_eq!(order(&alarms), rows(&[3, 2, 1, 4]));
    }

    #[test]
    fn the_tour_goes_round_both_ways_and_starts_with_the_most_urgent() {
        let order = rows(&[4, 3, 2]);
        assert_eq!(stop(&order, None, true), Some(TurbineRow(4)));
        assert_eq!(stop(&order, Some(TurbineRow(4)), true), Some(TurbineRow(3)));
        assert_eq!(stop(&order, Some(TurbineRow(2)), true), Some(TurbineRow(4)));
        assert_eq!(
            stop(&order, Some(TurbineRow(4)), false),
            Some(TurbineRow(2))
        );
        assert_eq!(
            stop(&order, Some(TurbineRow(77)), false),
            Some(TurbineRow(2))
        );
        assert_eq!(stop(&[], Some(TurbineRow(1)), true), None);
        assert_eq!(stop(&[], Some(TurbineRow(1)), false), None);
    }
}
