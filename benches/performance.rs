//! What the figures of the alarm system cost: a month of an 80-turbine farm, and a million records.
//!
//! `cargo bench --bench performance`. Throughput is in records.

#![allow(
    missing_docs,
    reason = "criterion's macros make functions without docs"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench may panic"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::tz::TimeZone;
use windvane::alarms::performance::{By, KnownAlarms, Periods, Span, figures};

#[allow(dead_code, reason = "tests and pictures use more of it")]
mod alarm_journal;

const FROM_MS: i64 = 1_793_487_600_000;
const DAY_MS: i64 = 86_400_000;

fn month(c: &mut Criterion) {
    let mut group = c.benchmark_group("alarm figures");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(5));
    let month = alarm_journal::month_of_80(FROM_MS);
    let million = alarm_journal::Plan {
        days: 365,
        alarms_a_day: 960,
        ..month.clone()
    };
    for (name, plan) in [("a month", month), ("a million records", million)] {
        let mut records = alarm_journal::records(&plan);
        records.truncate(1_000_000);
        let span = Span {
            from_ms: FROM_MS,
            until_ms: FROM_MS + plan.days * DAY_MS,
        };
        let known = KnownAlarms::default();
        group.throughput(Throughput::Elements(records.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| black_box(figures(&records, span, 1, &known, None)));
        });
        let divided = Periods {
            by: By::Shift,
            zone: TimeZone::get("Europe/Copenhagen").unwrap(),
            shifts: Vec::new(),
        };
        group.bench_function(format!("{name}, by shift"), |b| {
            b.iter(|| black_box(figures(&records, span, 1, &known, Some(&divided))));
        });
    }
    group.finish();
}

criterion_group!(benches, month);
criterion_main!(benches);
