//! What the alarm list remembers: filter, order, and which rows are selected.

use std::collections::HashSet;

use crate::action::Action;
use crate::alarms::{Alarm, AlarmKey};
use crate::panels::alarm_rows::{AlarmFilter, SortBy, acknowledgeable_selected, shown};
use crate::panels::frame::Farm;

/// What the list remembers between frames.
#[derive(Debug, Default)]
pub struct AlarmListState {
    /// What it is filtered by.
    pub filter: AlarmFilter,
    /// What it is sorted by.
    pub sort: SortBy,
    /// The other way round.
    pub reversed: bool,
    /// The rows that are selected.
    pub selected: HashSet<AlarmKey>,
    /// Where a selection with Shift begins, and where the arrow keys stand.
    pub(super) cursor: Option<AlarmKey>,
    /// The filter takes the keyboard in the next frame.
    pub focus_filter: bool,
    /// Scroll to the cursor in the next frame.
    pub(super) follow_cursor: bool,
    cached: Option<Cached>,
    /// How many turbines are known, and the second in which they were counted.
    pub(super) known: Option<(i64, usize)>,
}

/// The order that was last computed, and from what.
#[derive(Debug)]
struct Cached {
    revision: u64,
    filter: AlarmFilter,
    sort: SortBy,
    reversed: bool,
    order: Vec<u32>,
}

impl AlarmListState {
    /// The alarms that are shown, in order.
    pub fn rows<'a>(&mut self, farm: &Farm<'a>, now_ms: i64) -> Vec<&'a Alarm> {
        let fresh = self.cached.take().filter(|c| {
            c.revision == farm.alarms_revision
                && c.filter == self.filter
                && (c.sort, c.reversed) == (self.sort, self.reversed)
        });
        let cached = self.cached.insert(fresh.unwrap_or_else(|| Cached {
            revision: farm.alarms_revision,
            filter: self.filter.clone(),
            sort: self.sort,
            reversed: self.reversed,
            order: shown(
                farm.standing,
                farm.past,
                &self.filter,
                self.sort,
                self.reversed,
                now_ms,
            ),
        }));
        let at = |&index: &u32| {
            let index = index as usize;
            let in_past = || farm.past.get(index.checked_sub(farm.standing.len())?);
            farm.standing.get(index).or_else(in_past)
        };
        cached.order.iter().filter_map(at).collect()
    }

    /// The row where the arrow keys stand.
    pub fn cursor(&self) -> Option<AlarmKey> {
        self.cursor
    }

    pub(super) fn select_only(&mut self, key: AlarmKey) {
        self.selected = HashSet::from([key]);
        self.cursor = Some(key);
    }

    pub(super) fn select_to(&mut self, key: AlarmKey, rows: &[&Alarm]) {
        let place = |wanted| rows.iter().position(|a| Some(a.key) == wanted);
        match (place(self.cursor), place(Some(key))) {
            (Some(from), Some(to)) => {
                let between = rows.iter().skip(from.min(to)).take(from.abs_diff(to) + 1);
                self.selected = between.map(|a| a.key).collect();
            }
            _ => self.select_only(key),
        }
    }

    /// Moves the selection by `step` rows and flies to the turbine it comes to.
    pub fn step(&mut self, step: isize, farm: &Farm, rows: &[&Alarm], actions: &mut Vec<Action>) {
        let at = rows.iter().position(|a| Some(a.key) == self.cursor);
        let to = match at {
            Some(at) => at
                .saturating_add_signed(step)
                .min(rows.len().saturating_sub(1)),
            None => 0,
        };
        if let Some(alarm) = rows.get(to) {
            self.select_only(alarm.key);
            self.follow_cursor = true;
            actions.extend(fly_to(farm, alarm));
        }
    }

    /// Acknowledges the selected rows that are shown.
    pub fn acknowledge_selected(&self, rows: &[&Alarm], actions: &mut Vec<Action>) {
        let keys = acknowledgeable_selected(rows, &self.selected);
        if !keys.is_empty() {
            actions.push(Action::Acknowledge(keys));
        }
    }
}

/// To the turbine of an alarm, if the scene that is open still has it: a past alarm may be of one
/// that is gone.
pub(super) fn fly_to(farm: &Farm, alarm: &Alarm) -> Option<Action> {
    let turbine = farm.scene?.turbine(alarm.turbine)?;
    (turbine.id == alarm.turbine_id).then_some(Action::FlyTo(alarm.turbine))
}
