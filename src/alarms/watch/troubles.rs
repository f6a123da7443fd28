//! The program's own troubles: gathered from wherever they are met, told when they come and go.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bevy::prelude::*;

use super::ReadAnew;
use crate::alarms::{AlarmSet, AlarmSource, Condition, Reading, Readings, Trouble};
use crate::clock::Clock;
use crate::fleet::TurbineRow;
use crate::scene::{ActiveScene, Problem, SceneProblems, SceneReplaced, Severity};
use crate::telemetry::{Link, TelemetryStatus};
use crate::wording;

/// Samples that were merged longer ago than this are no sign of overload any more.
const OVERLOAD_OVER: Duration = Duration::from_secs(10);
/// Between counts of merged samples.
const OVERLOAD_STEP: Duration = Duration::from_secs(1);
/// What is said of a trouble is a line of a list.
const LONGEST_WORDS: usize = 300;

/// Sent by whoever meets a trouble of the program: that it is there, or that it is over. It may be
/// sent again; only changes are told.
#[derive(Message, Debug, Clone, PartialEq, Eq)]
pub struct TroubleReport {
    /// Which.
    pub trouble: Trouble,
    /// It is there now.
    pub is_present: bool,
    /// What was seen, as people read it: `No space left on device`. Not shown once it is over.
    pub what: String,
}

/// The troubles that are there now, and what was told of them.
#[derive(Resource, Debug, Default)]
pub(super) struct Troubles {
    present: BTreeMap<Trouble, String>,
    told: BTreeMap<Trouble, String>,
}

impl Troubles {
    /// Takes note that a trouble is there, or not.
    pub fn set(&mut self, trouble: Trouble, what: Option<&str>) {
        match what {
            None => {
                self.present.remove(&trouble);
            }
            Some(what) if self.present.get(&trouble).is_some_and(|p| p == what) => {}
            Some(what) => {
                let what: String = what.chars().take(LONGEST_WORDS).collect();
                self.present.insert(trouble, what);
            }
        }
    }

    /// What changed since the last call.
    fn changes(&mut self) -> Vec<Reading> {
        if self.present == self.told {
            return Vec::new();
        }
        let over = self.told.keys().filter(|t| !self.present.contains_key(t));
        let over = over.map(|trouble| reading(*trouble, Condition::Normal, ""));
        let news = self
            .present
            .iter()
            .filter(|(t, what)| self.told.get(t) != Some(what));
        let news = news.map(|(trouble, what)| reading(*trouble, Condition::Abnormal, what));
        let changes = over.chain(news).collect();
        self.told.clone_from(&self.present);
        changes
    }
}

fn reading(trouble: Trouble, condition: Condition, value: &str) -> Reading {
    Reading {
        source: (AlarmSource::Trouble(trouble), TurbineRow::NONE),
        condition,
        value: value.to_owned(),
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Troubles>()
        .add_message::<TroubleReport>()
        .add_systems(
            Update,
            (reports, broker, overload, rejected_scene, tell)
                .chain()
                .after(super::silence::watch)
                .in_set(AlarmSet::Watch),
        );
}

fn reports(mut reports: MessageReader<TroubleReport>, mut troubles: ResMut<Troubles>) {
    for report in reports.read() {
        let what = report.is_present.then_some(report.what.as_str());
        troubles.set(report.trouble, what);
    }
}

/// A first attempt that is still under way is no trouble yet; the on-delay gives the retries time.
fn broker(status: Res<TelemetryStatus>, mut troubles: ResMut<Troubles>) {
    if !status.is_changed() {
        return;
    }
    let what = match &status.link {
        Link::Disconnected { reason, .. } => Some(reason.as_str()),
        Link::Idle | Link::Connecting | Link::Connected => None,
    };
    troubles.set(Trouble::BrokerLost, what);
}

/// How many samples were merged, at times.
#[derive(Default)]
struct Merged(VecDeque<(Duration, u64)>);

impl Merged {
    /// How many in the last seconds; nothing where the count began anew.
    fn follow(&mut self, now: Duration, count: u64) -> u64 {
        if self.0.back().is_some_and(|last| last.1 > count) {
            self.0.clear();
        }
        let is_due = |last: &(Duration, u64)| now.saturating_sub(last.0) >= OVERLOAD_STEP;
        if self.0.back().is_none_or(is_due) {
            self.0.push_back((now, count));
        }
        let is_old = |first: &(Duration, u64)| now.saturating_sub(first.0) > OVERLOAD_OVER;
        // The last one from before is kept: what was merged is counted from there, however seldom this is called.
        while self.0.get(1).is_some_and(is_old) {
            self.0.pop_front();
        }
        let before = self.0.front().map_or(count, |first| first.1);
        let last = self.0.back().map_or(count, |last| last.1);
        last.saturating_sub(before)
    }
}

fn overload(
    status: Res<TelemetryStatus>,
    clock: Res<Clock>,
    mut merged: Local<Merged>,
    mut troubles: ResMut<Troubles>,
) {
    if status.coalesced == 0 && merged.0.is_empty() {
        return;
    }
    let what = match merged.follow(clock.monotonic, status.coalesced) {
        0 => None,
        count => Some(format!(
            "{} samples replaced by newer ones in {} s before they were seen",
            wording::grouped(&count.to_string()),
            OVERLOAD_OVER.as_secs()
        )),
    };
    troubles.set(Trouble::Overload, what.as_deref());
}

/// The files of the open scene have errors. Those of another that could not be opened were told to
/// whoever tried.
fn rejected_scene(
    problems: Res<SceneProblems>,
    active: Option<Res<ActiveScene>>,
    mut troubles: ResMut<Troubles>,
) {
    let Some(active) = active else { return };
    if !problems.is_changed() && !active.is_changed() {
        return;
    }
    let is_its = problems.file == active.scene.path && problems.has_failed();
    let is_error = |p: &&Problem| p.severity == Severity::Error;
    let first = problems.problems.list().iter().find(is_error);
    let what = first.map(|p| {
        let file = p.file.file_name().unwrap_or_default().to_string_lossy();
        format!("{file}:{}:{}: {}", p.line, p.column, p.message)
    });
    troubles.set(Trouble::SceneRejected, what.as_deref().filter(|_| is_its));
}

fn tell(
    mut replaced: MessageReader<SceneReplaced>,
    mut anew: MessageReader<ReadAnew>,
    active: Option<Res<ActiveScene>>,
    mut troubles: ResMut<Troubles>,
    mut readings: ResMut<Readings>,
) {
    // Without a scene there is no register to tell.
    if active.is_none() {
        return;
    }
    // With another farm all that stood was withdrawn.
    if replaced.read().any(|replaced| replaced.previous.is_none()) {
        troubles.told.clear();
    }
    for (source, _) in anew.read().flat_map(|anew| &anew.0) {
        if let AlarmSource::Trouble(trouble) = source {
            troubles.told.remove(trouble);
            if !troubles.present.contains_key(trouble) {
                readings.0.push(reading(*trouble, Condition::Normal, ""));
            }
        }
    }
    readings.0.extend(troubles.changes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(changes: &[Reading]) -> Vec<(AlarmSource, Condition)> {
        changes.iter().map(|r| (r.source.0, r.condition)).collect()
    }

    #[test]
    fn a_trouble_is_told_when_it_comes_when_it_changes_and_when_it_goes() {
        let mut troubles = Troubles::default();
        let disk = AlarmSource::Trouble(Trouble::DiskSpace);
        troubles.set(Trouble::DiskSpace, Some("312 MB free"));
        let told = troubles.changes();
        assert_eq!(conditions(&told), [(disk, Condition::Abnormal)]);
        assert_eq!(told[0].source.1, TurbineRow::NONE);
        troubles.set(Trouble::DiskSpace, Some("312 MB free"));
        assert!(troubles.changes().is_empty(), "nothing new");
        troubles.set(Trouble::DiskSpace, Some("100 MB free"));
        assert_eq!(troubles.changes()[0].value, "100 MB free");
        troubles.set(Trouble::DiskSpace, None);
        let told = troubles.changes();
        assert_eq!(conditions(&told), [(disk, Condition::Normal)]);
    }

    #[test]
    fn merged_samples_are_overload_until_none_was_merged_for_ten_seconds() {
        let mut merged = Merged::default();
        let at = Duration::from_secs;
        assert_eq!(merged.follow(at(0), 0), 0);
        assert_eq!(merged.follow(at(1), 500), 500);
        assert_eq!(merged.follow(at(5), 700), 700);
        assert!(merged.follow(at(12), 700) > 0);
        assert_eq!(merged.follow(at(16), 700), 0);
        assert_eq!(merged.follow(at(30), 700), 0);
        assert_eq!(merged.follow(at(31), 10), 0, "another farm: counted anew");
    }
}
