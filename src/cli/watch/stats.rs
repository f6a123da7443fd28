//! The counts at the end of `windvane watch --stats`.

use std::time::Duration;

use bevy::prelude::*;
use cpu_time::ProcessTime;
use serde_json::{Map, Value, json};

use crate::alarms::journal::JournalWaits;
use crate::telemetry::{Link, TelemetryStatus};

/// One JSON object: what was received, and what it cost. `cpu` is the CPU time of the process so far.
pub(super) fn collect(world: &World, cpu: ProcessTime, wall: Duration) -> Value {
    let none = TelemetryStatus::default();
    let status = world.get_resource::<TelemetryStatus>().unwrap_or(&none);
    let waits = world.get_resource::<JournalWaits>().copied();
    let waits = waits.unwrap_or_default();
    let by_reason: Map<String, Value> = status
        .rejected_by_reason
        .iter()
        .map(|(reason, count)| (reason.name().to_owned(), json!(count)))
        .collect();
    let cpu_us = cpu.as_duration().as_secs_f64() * 1e6;
    let per_message = (status.messages > 0).then(|| cpu_us / status.messages as f64);
    let memory = memory_stats::memory_stats();
    json!({
        "messages": status.messages,
        "values": status.values,
        "rejected": status.rejected,
        "rejected_by_reason": by_reason,
        "coalesced": status.coalesced,
        "connected": status.link == Link::Connected,
        "cpu_ms": rounded(cpu_us / 1e3),
        "cpu_us_per_message": per_message.map(rounded),
        "resident_mb": memory.map(|m| rounded(m.physical_mem as f64 / 1e6)),
        "wall_s": rounded(wall.as_secs_f64()),
        "journal": {
            "records": waits.records,
            "frames": waits.frames,
            "frames_late": waits.late,
            "wait_mean_ms": rounded(waits.total.as_secs_f64() * 1e3 / waits.frames.max(1) as f64),
            "wait_longest_ms": rounded(waits.longest.as_secs_f64() * 1e3),
        },
    })
}

fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}
