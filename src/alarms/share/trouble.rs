//! What is wrong with sharing becomes an alarm; what an operator is told of it.

use std::time::Duration;

use bevy::prelude::*;

use super::peers::CLOCKS_AGREE_MS;
use super::station::Station;
use super::status::{SharingStatus, StationSeen};
use crate::alarms::{AlarmSource, Condition, Reading, Readings, Trouble};
use crate::clock::Clock;
use crate::fleet::TurbineRow;
use crate::telemetry::Link;

/// How often the status is brought up to date.
const EVERY: Duration = Duration::from_millis(500);
/// Messages that cannot be used are trouble while so many came within [`LATELY_MS`].
const MANY: usize = 3;
const LATELY_MS: i64 = 60_000;

/// Brings the status up to date.
pub(super) fn status(
    station: Res<Station>,
    clock: Res<Clock>,
    mut status: ResMut<SharingStatus>,
    mut last: Local<Option<Duration>>,
) {
    let is_due = last.is_none_or(|at| clock.monotonic.saturating_sub(at) >= EVERY);
    if !is_due {
        return;
    }
    *last = Some(clock.monotonic);
    let mut now = SharingStatus::default();
    if let Some(line) = &station.line {
        let held = station.post.lock();
        let seen = |(name, peer): (&std::sync::Arc<str>, &super::peers::Peer)| StationSeen {
            name: std::sync::Arc::clone(name),
            lives: peer.lives(),
            ahead_ms: peer.ahead_ms.filter(|_| peer.lives()),
        };
        now = SharingStatus {
            station: std::sync::Arc::clone(station.replica.me()),
            prefix: line.topics.prefix().to_owned(),
            broker: held.broker.clone(),
            link: held.link.clone(),
            is_synced: held.synced == held.connection && held.link == Link::Connected,
            stations: held
                .peers
                .iter()
                .filter(|(_, peer)| peer.watches)
                .map(seen)
                .collect(),
            notices: held.notices.clone(),
            refused: held.refused_count,
            recent_refused: match status.refused == held.refused_count {
                true => std::mem::take(&mut status.bypass_change_detection().recent_refused),
                false => held.refused.clone(),
            },
            strangers: station.replica.strangers(),
        };
        if held.left_out > 0 {
            let words = format!(
                "{} alarms of others were left out: too many wait.",
                held.left_out
            );
            now.notices.push(words);
        }
        drop(held);
        now.stations.sort_by(|a, b| a.name.cmp(&b.name));
        let me = &now.station;
        let apart = now
            .stations
            .iter()
            .filter(|s| s.ahead_ms.is_some_and(|a| a.abs() > CLOCKS_AGREE_MS));
        let apart: Vec<String> = apart
            .map(|other| clocks(other, me, clock.wall_ms))
            .collect();
        now.notices.extend(apart);
        if station.replica.me() != &station.own_name() {
            now.notices.push(format!(
                "Another program is the station {}: this one goes by {me}. Give one of them another \
                 name in the access file.",
                station.own_name()
            ));
        }
    }
    now.notices.extend(station.failure.clone());
    // The age of a clock's offset is no news.
    for (new, old) in now
        .stations
        .iter_mut()
        .zip(&status.bypass_change_detection().stations)
    {
        if let (Some(a), Some(b)) = (new.ahead_ms, old.ahead_ms)
            && new.name == old.name
            && a.abs_diff(b) < 500
        {
            new.ahead_ms = Some(b);
        }
    }
    status.set_if_neq(now);
}

/// `The clock of desk-2 shows 07:12:03, that of desk-1 06:12:03.`
fn clocks(other: &StationSeen, me: &str, now_ms: i64) -> String {
    let time = |ms: i64| {
        let time = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
        time.strftime("%H:%M").to_string()
    };
    let ahead_ms = other.ahead_ms.unwrap_or_default();
    let by = Duration::from_secs(ahead_ms.unsigned_abs() / 1_000);
    format!(
        "The clock of {} is {} {} that of {me} ({} there, {} here, UTC). Set them by a time server.",
        other.name,
        humantime::format_duration(by),
        if ahead_ms > 0 { "ahead of" } else { "behind" },
        time(now_ms.saturating_add(ahead_ms)),
        time(now_ms),
    )
}

/// The program's own alarm "Other stations not reached".
pub(super) fn trouble(
    status: Res<SharingStatus>,
    clock: Res<Clock>,
    mut readings: ResMut<Readings>,
    mut last: Local<Option<String>>,
) {
    let recent = status.recent_refused.iter().rev();
    let lately = recent.take_while(|r| clock.wall_ms.saturating_sub(r.at_ms) < LATELY_MS);
    let refused = lately.count();
    let has_others = !status.stations.is_empty();
    let words = match &status.link {
        Link::Disconnected { reason, .. } if has_others || reason.contains("[sharing]") => {
            Some(reason.clone())
        }
        _ if !status.notices.is_empty() => status.notices.first().cloned(),
        _ if refused >= MANY => status.recent_refused.back().map(|r| {
            format!(
                "{refused} messages of others refused in a minute, the last: {}",
                r.reason
            )
        }),
        _ => None,
    };
    if *last == words {
        return;
    }
    // Whether it stands is one thing, the words are another: they follow without a new alarm.
    let condition = match &words {
        Some(_) => Condition::Abnormal,
        None => Condition::Normal,
    };
    let value = words.clone().unwrap_or_default();
    *last = words;
    let source = (AlarmSource::Trouble(Trouble::Sharing), TurbineRow::NONE);
    readings.0.push(Reading {
        source,
        condition,
        value,
    });
}
