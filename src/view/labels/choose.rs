//! Which turbines get a label: the selected, the alarmed, the unknown, then the nearest.

use std::collections::{HashMap, HashSet};

use bevy::math::Vec3;
use bevy_egui::egui::Pos2;

use crate::alarms::Alarms;
use crate::fleet::TurbineRow;
use crate::rules::RuleStates;
use crate::scene::{Priority, Scene};
use crate::view::Selection;
use crate::view::farm::Farm;
use crate::view::project::Frozen;

/// Labels without an alarm, at most.
const MOST_CALM: usize = 28;
/// Labels and marks in all, at most.
const MOST: usize = 4_000;
/// A calm turbine is named when its tower is at least this high on the screen, points.
const NAMED_FROM: f32 = 46.0;
/// One of which a rule tells something is labelled from this height on.
const TOLD_OF_FROM: f32 = 26.0;
/// On the map one is named from this height on: a hub's height then tells the scale alone.
const NAMED_FROM_ON_MAP: f32 = 5.5;
/// And more of them: they stand beside each other, not behind.
const MOST_CALM_ON_MAP: usize = 160;
/// An unknown one is marked from this height on.
const UNKNOWN_FROM: f32 = 5.0;

/// One turbine to be labelled.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub turbine: TurbineRow,
    /// The top of the nacelle on the screen.
    pub anchor: Pos2,
    /// Of the tower, in points.
    pub height: f32,
    pub depth_m: f32,
    pub alarm: Option<StandingAlarm>,
    pub unknown: bool,
    pub selected: bool,
    pub hovered: bool,
    /// A rule has a text for its label.
    pub is_told_of: bool,
    /// It had a label in the last frame.
    pub is_kept: bool,
}

impl Candidate {
    /// Whether a mark says what is wrong with it.
    pub fn has_mark(&self) -> bool {
        self.alarm.is_some() || self.unknown
    }
}

/// The most urgent alarm of a turbine.
#[derive(Debug, Clone, Copy)]
pub(super) struct StandingAlarm {
    pub priority: Priority,
    /// The rule that raises it; nothing where no rule does.
    pub rule: Option<u16>,
    pub unacknowledged: bool,
}

/// The most urgent standing alarm of each turbine; unacknowledged before acknowledged.
pub(super) fn alarmed(alarms: &Alarms) -> HashMap<TurbineRow, StandingAlarm> {
    let mut most_urgent: HashMap<TurbineRow, StandingAlarm> = HashMap::new();
    let of_turbines = alarms.standing().iter();
    for alarm in of_turbines.filter(|a| a.turbine != TurbineRow::NONE) {
        let this = StandingAlarm {
            priority: alarm.priority,
            rule: alarm.source.rule(),
            unacknowledged: alarm.is_unacknowledged(),
        };
        let key = |a: &StandingAlarm| (a.priority, !a.unacknowledged);
        most_urgent
            .entry(alarm.turbine)
            .and_modify(|a| {
                if key(&this) < key(a) {
                    *a = this;
                }
            })
            .or_insert(this);
    }
    most_urgent
}

/// The turbines to label, most important first.
pub(super) fn candidates(
    scene: &Scene,
    farm: &Farm,
    states: Option<&RuleStates>,
    alarms: &HashMap<TurbineRow, StandingAlarm>,
    selection: &Selection,
    view: &Frozen,
    kept: &HashMap<TurbineRow, u8>,
) -> Vec<Candidate> {
    let also: HashSet<TurbineRow> = selection.also.iter().copied().collect();
    let shown = view.area.expand(40.0);
    let (named_from, most_calm) = if view.is_map() {
        (NAMED_FROM_ON_MAP, MOST_CALM_ON_MAP)
    } else {
        (NAMED_FROM, MOST_CALM)
    };
    let mut found = Vec::new();
    for (index, (turbine, &foot)) in scene.turbines.iter().zip(&farm.feet).enumerate() {
        let row = TurbineRow(index as u32);
        let Some(d) = farm.dimensions.get(turbine.model) else {
            continue;
        };
        let (selected, hovered) = (
            selection.turbine == Some(row) || also.contains(&row),
            selection.hovered == Some(row),
        );
        let alarm = alarms.get(&row).copied();
        let top = foot + Vec3::Y * (d.hub_height_m + d.nacelle_half_height_m);
        let Some((anchor, depth_m)) = view.point(top) else {
            continue;
        };
        let height = view.points_a_metre(depth_m) * d.hub_height_m;
        let special = selected || hovered || alarm.is_some();
        if !shown.contains(anchor) || (!special && height < UNKNOWN_FROM) {
            continue;
        }
        let unknown = states.is_some_and(|s| s.is_unknown(row));
        let is_told_of = states.is_some_and(|s| s.outputs(row).labels().next().is_some());
        // One that has a label keeps it until it is clearly too far away: no flicker at the border.
        let is_kept = kept.contains_key(&row);
        let mut named_from = if is_told_of {
            named_from.min(TOLD_OF_FROM)
        } else {
            named_from
        };
        if is_kept {
            named_from *= 0.85;
        }
        if special || height >= named_from || unknown {
            found.push(Candidate {
                turbine: row,
                anchor,
                height,
                depth_m,
                alarm,
                unknown,
                selected,
                hovered,
                is_told_of,
                is_kept,
            });
        }
    }
    found.sort_by(|a, b| {
        rank(a)
            .partial_cmp(&rank(b))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut calm = 0;
    found.retain(|c| {
        let is_calm = !c.selected && !c.hovered && c.alarm.is_none();
        calm += usize::from(is_calm);
        !is_calm || calm <= most_calm
    });
    found.truncate(MOST);
    found
}

fn rank(c: &Candidate) -> (u8, u8, bool, f32) {
    // One that has a label anyway keeps its turn: the label would move from under the pointer.
    let is_pointed_out = c.hovered && c.height < NAMED_FROM && c.alarm.is_none() && !c.unknown;
    let class = match (c.selected || is_pointed_out, c.alarm.is_some(), c.unknown) {
        (true, ..) => 0,
        (_, true, _) => 1,
        (_, _, true) => 2,
        _ if c.is_told_of => 3,
        _ => 4,
    };
    let urgency = c
        .alarm
        .map_or(9, |a| a.priority.number() * 2 + u8::from(!a.unacknowledged));
    (class, urgency, !c.is_kept, c.depth_m)
}
