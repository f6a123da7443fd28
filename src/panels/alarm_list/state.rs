//! What the alarm list remembers: filter, order, groups, columns, and which rows are selected.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::alarms::{Alarm, AlarmId, AlarmKey};
use crate::panels::alarm_list::columns::Columns;
use crate::panels::alarm_rows::{AlarmFilter, Asked, GroupBy, Shown, SortBy, StateFilter, shown};
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
    /// What is a group while there is no flood.
    pub group_by: GroupBy,
    /// Which columns there are, and how wide they are.
    pub columns: Columns,
    /// The rows that are selected.
    pub selected: HashSet<AlarmKey>,
    /// Where a selection with Shift begins, and where the arrow keys stand.
    pub(super) cursor: Option<AlarmKey>,
    /// The filter takes the keyboard in the next frame.
    pub focus_filter: bool,
    /// Scroll to the cursor in the next frame.
    pub(super) follow_cursor: bool,
    /// Groups of which only the heading is shown.
    pub(super) folded: HashSet<Arc<str>>,
    /// The flood that is not to be grouped, by when it began.
    pub(super) left_flood_ms: Option<i64>,
    /// The rows that were wholly on the screen when the list was last drawn.
    on_screen: Vec<AlarmKey>,
    cached: Option<Cached>,
    /// How many turbines are known, and the second in which they were counted.
    pub(super) known: Option<(i64, usize)>,
}

/// What was last computed, and from what.
#[derive(Debug)]
struct Cached {
    revision: u64,
    asked: Asked,
    shown: Arc<Shown>,
}

/// What of the list is kept between runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlarmListSettings {
    /// Ids of the columns that are shown.
    pub columns: Vec<String>,
    /// Widths of columns by their ids, points.
    pub widths: BTreeMap<String, f32>,
    /// What is a group.
    pub group_by: String,
    /// Reasons that were given for shelving, newest first.
    pub reasons: Vec<String>,
}

impl AlarmListState {
    /// Takes up what was kept.
    pub fn remember(&mut self, settings: &AlarmListSettings) {
        self.columns = Columns::from_settings(&settings.columns, &settings.widths);
        let mut choices = GroupBy::CHOICES.iter();
        self.group_by = choices
            .find(|(_, id, _)| *id == settings.group_by)
            .map_or(GroupBy::Nothing, |(group_by, ..)| *group_by);
    }

    /// What is to be kept, with these reasons.
    pub fn settings(&self, reasons: &[String]) -> AlarmListSettings {
        let (columns, widths) = self.columns.to_settings();
        let mut choices = GroupBy::CHOICES.iter();
        let group_by = choices.find(|(group_by, ..)| *group_by == self.group_by);
        AlarmListSettings {
            columns,
            widths,
            group_by: group_by.map_or_else(String::new, |(_, id, _)| (*id).to_owned()),
            reasons: reasons.to_vec(),
        }
    }

    /// What is a group now: in a flood what was begun by the same, until somebody leaves that.
    pub fn grouped_by(&self, farm: &Farm) -> GroupBy {
        match farm.desk.flood {
            Some(flood)
                if self.left_flood_ms != Some(flood.since_ms)
                    && self.filter.state != StateFilter::Past =>
            {
                GroupBy::Cause
            }
            _ => self.group_by,
        }
    }

    /// What is shown, from top to bottom. Computed anew only when something of it has changed.
    pub fn shown(&mut self, farm: &Farm, now_ms: i64) -> Arc<Shown> {
        let group_by = self.grouped_by(farm);
        let flood_since_ms = farm.desk.flood.map(|flood| flood.since_ms);
        let is_fresh = |cached: &Cached| {
            let asked = &cached.asked;
            cached.revision == farm.alarms_revision
                && asked.filter == self.filter
                && (asked.sort, asked.reversed) == (self.sort, self.reversed)
                && (asked.group_by, asked.flood_since_ms) == (group_by, flood_since_ms)
                && asked.folded == self.folded
        };
        if let Some(cached) = self.cached.as_ref().filter(|cached| is_fresh(cached)) {
            return Arc::clone(&cached.shown);
        }
        let asked = Asked {
            filter: self.filter.clone(),
            sort: self.sort,
            reversed: self.reversed,
            group_by,
            folded: self.folded.clone(),
            flood_since_ms,
        };
        let shown = Arc::new(shown(farm.standing, farm.past, &asked, now_ms));
        self.cached = Some(Cached {
            revision: farm.alarms_revision,
            asked,
            shown: Arc::clone(&shown),
        });
        shown
    }

    /// Takes note of which rows are on the screen.
    pub(super) fn set_on_screen(&mut self, keys: Vec<AlarmKey>) {
        self.on_screen = keys;
    }

    /// The list is not drawn: nothing of it is on the screen.
    pub fn leave_screen(&mut self) {
        self.on_screen.clear();
    }

    /// The rows on the screen that still stand, and of them only the selected ones if so asked.
    pub fn on_screen<'a>(&self, farm: &Farm<'a>, only_selected: bool) -> Vec<&'a Alarm> {
        let wanted = |key: &&AlarmKey| !only_selected || self.selected.contains(key);
        self.on_screen
            .iter()
            .filter(wanted)
            .filter_map(|key| standing(farm, *key))
            .collect()
    }

    /// The alarms of the selected rows, without those in folded groups or hidden by the filter.
    pub fn selected_ids(&mut self, farm: &Farm, now_ms: i64) -> Vec<AlarmId> {
        if self.selected.is_empty() {
            return Vec::new();
        }
        let shown = self.shown(farm, now_ms);
        let rows =
            (0..shown.lines.len()).filter_map(|line| shown.alarm(farm.standing, farm.past, line));
        rows.filter(|alarm| self.selected.contains(&alarm.key))
            .map(Alarm::id)
            .collect()
    }

    /// The row where the arrow keys stand.
    pub fn cursor(&self) -> Option<AlarmKey> {
        self.cursor
    }

    pub(super) fn select_only(&mut self, key: AlarmKey) {
        self.selected = HashSet::from([key]);
        self.cursor = Some(key);
    }

    pub(super) fn select_to(&mut self, key: AlarmKey, farm: &Farm, shown: &Shown) {
        let from = self.cursor.and_then(|cursor| line_of(farm, shown, cursor));
        let (Some(from), Some(to)) = (from, line_of(farm, shown, key)) else {
            return self.select_only(key);
        };
        self.selected = (from.min(to)..=from.max(to))
            .filter_map(|line| shown.alarm(farm.standing, farm.past, line))
            .map(|alarm| alarm.key)
            .collect();
    }

    /// Moves the selection by a row, over headings, and flies to the turbine it comes to.
    pub(super) fn step(
        &mut self,
        is_down: bool,
        farm: &Farm,
        now_ms: i64,
        actions: &mut Vec<Action>,
    ) {
        let shown = self.shown(farm, now_ms);
        let at = self.cursor.and_then(|cursor| line_of(farm, &shown, cursor));
        let alarm = |line: usize| shown.alarm(farm.standing, farm.past, line);
        let next = match (at, is_down) {
            (None, _) => (0..shown.lines.len()).find_map(alarm),
            (Some(at), true) => (at + 1..shown.lines.len()).find_map(alarm),
            (Some(at), false) => (0..at).rev().find_map(alarm),
        };
        if let Some(alarm) = next.or_else(|| at.and_then(alarm)) {
            self.select_only(alarm.key);
            self.follow_cursor = true;
            actions.extend(fly_to(farm, alarm));
        }
    }

    /// Makes one alarm the selected one, in sight if the filter and the groups let it be.
    pub fn go_to(&mut self, alarm: &Alarm) {
        self.filter = AlarmFilter::default();
        self.folded.clear();
        self.select_only(alarm.key);
        self.follow_cursor = true;
    }
}

/// The line that an alarm is on.
pub(super) fn line_of(farm: &Farm, shown: &Shown, key: AlarmKey) -> Option<usize> {
    let is_it = |line: &usize| {
        let alarm = shown.alarm(farm.standing, farm.past, *line);
        alarm.is_some_and(|alarm| alarm.key == key)
    };
    (0..shown.lines.len()).find(is_it)
}

/// An alarm that stands; they are sorted by key.
fn standing<'a>(farm: &Farm<'a>, key: AlarmKey) -> Option<&'a Alarm> {
    let at = farm.standing.binary_search_by_key(&key, |alarm| alarm.key);
    farm.standing.get(at.ok()?)
}

/// To the turbine of an alarm, if the scene that is open still has it: a past alarm may be of one
/// that is gone.
pub(in crate::panels) fn fly_to(farm: &Farm, alarm: &Alarm) -> Option<Action> {
    let turbine = farm.scene?.turbine(alarm.turbine)?;
    (turbine.id == alarm.turbine_id).then_some(Action::FlyTo(alarm.turbine))
}
