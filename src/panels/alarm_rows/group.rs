//! Groups of alarms: their headings, what is folded, and which alarm of a burst came first.

use std::sync::Arc;

use bevy::platform::collections::{HashMap, HashSet};

use crate::alarms::{Alarm, AlarmKey};
use crate::fleet::TurbineRow;
use crate::panels::alarm_rows::cause::causes;
use crate::panels::alarm_rows::names::Names;
use crate::panels::alarm_rows::sort::Member;
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

/// The lines of alarms in order; `places` are those of the same alarms from the first to the last.
pub(super) fn lines(
    standing: &[Alarm],
    past: &[Alarm],
    places: &[u32],
    order: Vec<Member>,
    asked: &Asked,
) -> Shown {
    let mut shown = Shown {
        count: order.len(),
        ..Shown::default()
    };
    if asked.group_by == GroupBy::Nothing {
        let line = |(.., place): Member| Line::Alarm {
            place,
            is_first: false,
        };
        shown.lines = order.into_iter().map(line).collect();
        return shown;
    }
    let gathering = Gathering::of(standing, past, places, asked);
    // Groups stand where the first of their alarms would.
    let mut members: Vec<Vec<Member>> = vec![Vec::new(); gathering.groups.len()];
    let mut groups_in_order = Vec::with_capacity(members.len());
    let from = places.first().copied().unwrap_or_default();
    for member in order {
        let group = member.2.checked_sub(from).and_then(|at| {
            let group = gathering.of_place.get(at as usize)?;
            Some(*group)
        });
        let Some(group) = group else { continue };
        if let Some(of) = members.get_mut(group as usize) {
            if of.is_empty() {
                groups_in_order.push(group as usize);
            }
            of.push(member);
        }
    }
    for at in groups_in_order {
        let (Some(gathered), Some(members)) = (gathering.groups.get(at), members.get_mut(at))
        else {
            continue;
        };
        let mut group = gathered.group.clone();
        let first = gathered.first;
        group.is_folded = asked.folded.contains(&group.name);
        // In a flood what came first says most, unless another order was asked for.
        if first.is_some() && asked.sort == SortBy::Urgency {
            members.sort_unstable();
        }
        shown.lines.push(Line::Group(shown.groups.len() as u32));
        if !group.is_folded {
            let line = |member: &Member| Line::Alarm {
                place: member.2,
                is_first: first == Some(*member),
            };
            shown.lines.extend(members.iter().map(line));
        }
        shown.groups.push(group);
    }
    shown
}

/// A group while its alarms are gathered.
struct Gathered {
    group: Group,
    /// The first in the flood that lasts.
    first: Option<Member>,
    /// Acknowledged, and the priority: the least is the worst.
    worst: (bool, Priority),
}

/// Alarms on the way into their groups: each is looked at once, in the order in which they lie in memory.
#[derive(Default)]
struct Gathering<'a> {
    groups: Vec<Gathered>,
    names: Names<'a>,
    /// The group of each distinct name.
    of_name: Vec<usize>,
    by_text: HashMap<&'a str, usize>,
    seen: HashSet<(usize, TurbineRow)>,
    /// The group of each place, from the first place on.
    of_place: Vec<u32>,
}

impl<'a> Gathering<'a> {
    fn of(standing: &'a [Alarm], past: &'a [Alarm], places: &[u32], asked: &Asked) -> Self {
        let since_ms = asked.flood_since_ms;
        let causes: HashMap<AlarmKey, &Arc<str>> = match (asked.group_by, since_ms) {
            (GroupBy::Cause, Some(since)) => causes(standing.iter().chain(past), since),
            _ => HashMap::default(),
        };
        let mut gathering = Self::default();
        let from = places.first().copied().unwrap_or_default();
        for place in places {
            let Some(alarm) = at(standing, past, *place) else {
                continue;
            };
            let is_of_burst = since_ms.is_some_and(|since| alarm.raised_ms >= since);
            let name = match asked.group_by {
                GroupBy::Turbine => &alarm.turbine_id,
                _ if causes.is_empty() => &alarm.name,
                _ => causes.get(&alarm.key).copied().unwrap_or(&alarm.name),
            };
            let group = gathering.add(name, alarm, *place, is_of_burst);
            let at = place.saturating_sub(from) as usize;
            gathering.of_place.resize(at + 1, group);
        }
        gathering
    }

    /// Adds an alarm; gives its group.
    fn add(&mut self, name: &'a Arc<str>, alarm: &Alarm, place: u32, is_of_burst: bool) -> u32 {
        let at = self.group(name);
        let is_new_turbine = self.seen.insert((at, alarm.turbine));
        let Some(gathered) = self.groups.get_mut(at) else {
            return at as u32;
        };
        let member = (alarm.raised_ms, alarm.key, place);
        if is_of_burst {
            gathered.first = Some(gathered.first.map_or(member, |first| first.min(member)));
        }
        let urgency = (!alarm.is_unacknowledged(), alarm.priority);
        gathered.worst = gathered.worst.min(urgency);
        let group = &mut gathered.group;
        group.worst = gathered.worst.1;
        group.count += 1;
        group.unacknowledged += u32::from(alarm.is_unacknowledged());
        group.turbines += u32::from(is_new_turbine);
        group.is_of_burst |= is_of_burst;
        at as u32
    }

    /// The group of a name, made where there is none.
    fn group(&mut self, name: &'a Arc<str>) -> usize {
        let at = self.names.add(name) as usize;
        if let Some(group) = self.of_name.get(at) {
            return *group;
        }
        // It may read the same as one that is elsewhere in memory.
        let next = self.groups.len();
        let group = *self.by_text.entry(name).or_insert(next);
        self.of_name.push(group);
        if group == next {
            self.groups.push(Gathered {
                group: Group {
                    name: Arc::clone(name),
                    worst: Priority::Low,
                    count: 0,
                    unacknowledged: 0,
                    turbines: 0,
                    is_of_burst: false,
                    is_folded: false,
                },
                first: None,
                worst: (true, Priority::Low),
            });
        }
        group
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
