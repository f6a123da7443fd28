//! Groups of alarms: their headings, what is folded, and which alarm of a burst came first.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::alarms::{Alarm, AlarmKey};
use crate::fleet::TurbineRow;
use crate::panels::alarm_rows::cause::causes;
use crate::panels::alarm_rows::{Asked, SortBy, at};
use crate::scene::Priority;

/// What is a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupBy {
    /// Nothing.
    #[default]
    Nothing,
    /// The alarms of a turbine.
    Turbine,
    /// The alarms of a name.
    Alarm,
    /// What was begun by the same: the list in a flood.
    Cause,
}

impl GroupBy {
    /// What an operator can choose, as it is kept in the settings and as it is shown.
    pub const CHOICES: [(Self, &'static str, &'static str); 3] = [
        (Self::Nothing, "nothing", "Not grouped"),
        (Self::Turbine, "turbine", "By turbine"),
        (Self::Alarm, "alarm", "By alarm"),
    ];
}

/// A group's heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The turbine, the alarm or the cause.
    pub name: Arc<str>,
    /// How urgent its most urgent alarm is: of the unacknowledged ones, where there are any.
    pub worst: Priority,
    /// How many alarms it has.
    pub count: u32,
    /// How many of them are unacknowledged.
    pub unacknowledged: u32,
    /// At how many turbines.
    pub turbines: u32,
    /// Any of them was raised in the flood that lasts.
    pub is_of_burst: bool,
    /// Only the heading is shown.
    pub is_folded: bool,
}

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A heading: an index into [`Shown::groups`].
    Group(u32),
    /// An alarm.
    Alarm {
        /// Its place in `standing` followed by `past`.
        place: u32,
        /// The first alarm of its group in the flood that lasts.
        is_first: bool,
    },
}

/// What the list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Headings and alarms from top to bottom, without those in folded groups.
    pub lines: Vec<Line>,
    /// The headings.
    pub groups: Vec<Group>,
    /// How many alarms pass the filter, in folded groups too.
    pub count: usize,
}

impl Shown {
    /// The alarm of a line.
    pub fn alarm<'a>(
        &self,
        standing: &'a [Alarm],
        past: &'a [Alarm],
        line: usize,
    ) -> Option<&'a Alarm> {
        match self.lines.get(line)? {
            Line::Alarm { place, .. } => at(standing, past, *place),
            Line::Group(_) => None,
        }
    }

    /// How many causes the flood that lasts has.
    pub fn causes(&self) -> usize {
        self.groups.iter().filter(|g| g.is_of_burst).count()
    }
}

/// The lines of alarms in order.
pub(super) fn lines(standing: &[Alarm], past: &[Alarm], order: Vec<u32>, asked: &Asked) -> Shown {
    let count = order.len();
    if asked.group_by == GroupBy::Nothing {
        let line = |place| Line::Alarm {
            place,
            is_first: false,
        };
        return Shown {
            lines: order.into_iter().map(line).collect(),
            groups: Vec::new(),
            count,
        };
    }
    let since_ms = asked.flood_since_ms;
    let is_of_burst = |alarm: &Alarm| since_ms.is_some_and(|since| alarm.raised_ms >= since);
    let causes: HashMap<AlarmKey, &Arc<str>> = match (asked.group_by, since_ms) {
        (GroupBy::Cause, Some(since)) => causes(standing.iter().chain(past), since),
        _ => HashMap::new(),
    };
    // Groups stand where the first of their alarms would.
    let mut of_name: HashMap<&str, usize> = HashMap::new();
    let mut members: Vec<(&Arc<str>, Vec<(u32, &Alarm)>)> = Vec::new();
    for place in order {
        let Some(alarm) = at(standing, past, place) else {
            continue;
        };
        let name = match asked.group_by {
            GroupBy::Turbine => &alarm.turbine_id,
            _ => causes.get(&alarm.key).copied().unwrap_or(&alarm.name),
        };
        let next = members.len();
        let group = *of_name.entry(name).or_insert(next);
        match members.get_mut(group) {
            Some((_, of)) => of.push((place, alarm)),
            None => members.push((name, vec![(place, alarm)])),
        }
    }
    let mut shown = Shown {
        count,
        ..Shown::default()
    };
    for (name, mut of) in members {
        let came = |(_, alarm): &(u32, &Alarm)| (alarm.raised_ms, alarm.key);
        let first = of
            .iter()
            .filter(|(_, a)| is_of_burst(a))
            .min_by_key(|m| came(m));
        let first = first.map(|(place, _)| *place);
        // In a flood what came first says most, unless another order was asked for.
        if first.is_some() && asked.sort == SortBy::Urgency {
            of.sort_by_key(came);
        }
        let group = heading(name, &of, first.is_some(), asked.folded.contains(name));
        let is_folded = group.is_folded;
        shown.lines.push(Line::Group(shown.groups.len() as u32));
        shown.groups.push(group);
        if !is_folded {
            let line = |(place, _): (u32, &Alarm)| Line::Alarm {
                place,
                is_first: Some(place) == first,
            };
            shown.lines.extend(of.into_iter().map(line));
        }
    }
    shown
}

fn heading(
    name: &Arc<str>,
    members: &[(u32, &Alarm)],
    is_of_burst: bool,
    is_folded: bool,
) -> Group {
    let unacknowledged = |alarm: &&Alarm| alarm.is_unacknowledged();
    let alarms = || members.iter().map(|(_, alarm)| *alarm);
    let worst = alarms().min_by_key(|a| (!a.is_unacknowledged(), a.priority));
    let turbines: HashSet<TurbineRow> = alarms().map(|a| a.turbine).collect();
    Group {
        name: Arc::clone(name),
        worst: worst.map_or(Priority::Low, |alarm| alarm.priority),
        count: members.len() as u32,
        unacknowledged: alarms().filter(unacknowledged).count() as u32,
        turbines: turbines.len() as u32,
        is_of_burst,
        is_folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarms::{AlarmId, AlarmSource};
    use crate::panels::alarm_rows::shown;

    fn alarm(key: u64, turbine: u32, name: &str, priority: Priority, raised_ms: i64) -> Alarm {
        let id = AlarmId {
            object: format!("T{turbine:02}").into(),
            name: name.into(),
        };
        let row = TurbineRow(turbine);
        Alarm {
            key: AlarmKey(key),
            ..Alarm::raised(AlarmSource::Rule(0), id, row, priority, raised_ms)
        }
    }

    fn four() -> Vec<Alarm> {
        vec![
            alarm(1, 2, "Hot", Priority::Low, 1_000),
            alarm(2, 1, "Still", Priority::High, 2_000),
            alarm(3, 2, "Still", Priority::High, 3_000),
            alarm(4, 1, "Hot", Priority::Critical, 500),
        ]
    }

    fn asked(group_by: GroupBy) -> Asked {
        Asked {
            group_by,
            ..Asked::everything(None)
        }
    }

    fn text(alarms: &[Alarm], shown: &Shown) -> Vec<String> {
        let line = |line: &Line| match line {
            Line::Group(at) => shown.groups[*at as usize].name.to_string(),
            Line::Alarm { place, is_first } => {
                let first = if *is_first { " first" } else { "" };
                format!("  {}{first}", alarms[*place as usize].key.0)
            }
        };
        shown.lines.iter().map(line).collect()
    }

    #[test]
    fn groups_stand_in_the_order_of_their_first_alarm_and_say_how_bad_they_are() {
        let mut alarms = four();
        let shown_by = |alarms: &[Alarm]| shown(alarms, &[], &asked(GroupBy::Turbine), 9_000);
        let found = shown_by(&alarms);
        assert_eq!(
            text(&alarms, &found),
            ["T01", "  4", "  2", "T02", "  3", "  1"]
        );
        let first = found.groups.first().unwrap();
        assert_eq!((first.worst, first.count), (Priority::Critical, 2));
        // What is acknowledged no longer is what is worst while something waits.
        alarms[3].acknowledged = Some((
            9_000,
            crate::alarms::Actor {
                user: "ada".into(),
                station: "desk".into(),
                role: crate::access::Role::Operator,
            },
        ));
        let found = shown_by(&alarms);
        let one = found.groups.iter().find(|g| &*g.name == "T01").unwrap();
        assert_eq!((one.worst, one.unacknowledged), (Priority::High, 1));
    }

    #[test]
    fn a_folded_group_shows_its_heading_only_and_is_still_counted() {
        let alarms = four();
        let mut asked = asked(GroupBy::Alarm);
        asked.folded.insert("Hot".into());
        let found = shown(&alarms, &[], &asked, 9_000);
        assert_eq!(text(&alarms, &found), ["Hot", "Still", "  3", "  2"]);
        assert_eq!((found.count, found.groups[0].count), (4, 2));
    }

    #[test]
    fn in_a_flood_the_first_alarm_of_a_cause_stands_on_top_of_its_group() {
        let alarms = four();
        let mut asked = asked(GroupBy::Cause);
        asked.flood_since_ms = Some(1_000);
        let found = shown(&alarms, &[], &asked, 9_000);
        // The critical one stood before; the low one began what followed at its turbine.
        let lines = ["Hot", "  4", "  1 first", "  3", "Still", "  2 first"];
        assert_eq!(text(&alarms, &found), lines);
        assert_eq!(found.causes(), 2);
    }
}
