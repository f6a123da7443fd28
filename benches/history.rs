//! What keeping the last hour costs: for each value that changed, for each slot that ends, and for
//! reading an hour of one signal.
//!
//! `cargo bench --bench history`. Throughput is in values: 100 Melem/s are 10 ns a value.

#![allow(
    missing_docs,
    reason = "criterion's macros make functions without docs"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench may panic"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use windvane::fleet::{Fleet, FleetTime, Quality, Sample, SignalColumn, TurbineRow};
use windvane::history::{History, HistoryConfig};
use windvane::scene::{LoadOptions, Scene, load};

const TURBINES: u32 = 5_000;
const SIGNALS: u16 = 10;
const BEGIN_MS: i64 = 1_763_821_920_000;

/// A farm whose every signal is read by the rule of an alarm.
fn scene() -> Arc<Scene> {
    let mut text = String::from(
        "title = \"Bench\"\n[site]\nlatitude = 55\nlongitude = 8\n[broker]\nurl = \"mqtt://127.0.0.1:1\"\n\
         [[topics]]\nfilter = \"farm/{turbine}\"\npayload = \"json\"\n\
         [models.m]\nname = \"M\"\nhub_height_m = 70\nrotor_diameter_m = 80\nrated_power_kw = 2000\n\
         [models.m.signals]\n",
    );
    for signal in 0..SIGNALS {
        writeln!(text, "s{signal} = {{ field = \"/s{signal}\" }}").unwrap();
    }
    for signal in 0..SIGNALS {
        writeln!(
            text,
            "[[rules]]\nname = \"r{signal}\"\nwhen = \"s{signal} > 1e6\"\n[rules.alarm]\npriority = \"low\""
        )
        .unwrap();
    }
    for turbine in 0..TURBINES {
        writeln!(
            text,
            "[[turbines]]\nid = \"T{turbine}\"\nmodel = \"m\"\neast_m = {turbine}\nnorth_m = 0"
        )
        .unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.toml");
    std::fs::write(&path, text).unwrap();
    match load(&path, &LoadOptions::default()) {
        Ok(loaded) => loaded.scene,
        Err(problems) => panic!("{problems}"),
    }
}

/// Every signal of every turbine has a new value.
fn hear_all(fleet: &mut Fleet, value: f64) {
    let now = FleetTime {
        wall_ms: BEGIN_MS,
        monotonic_ms: BEGIN_MS,
        stale_after_ms: 1 << 40,
    };
    fleet.clear_dirty();
    for turbine in 0..TURBINES {
        for signal in 0..SIGNALS {
            let sample = Sample {
                source_time_ms: BEGIN_MS,
                arrival_ms: BEGIN_MS,
                value: value + f64::from(turbine),
                turbine: TurbineRow(turbine),
                signal: SignalColumn(signal),
                quality: Quality::Good,
                timed_by_source: false,
            };
            fleet.apply(&sample, now);
        }
    }
}

fn keeping(c: &mut Criterion) {
    let scene = scene();
    let mut fleet = Fleet::of(&scene);
    let values = u64::from(TURBINES) * u64::from(SIGNALS);
    let mut group = c.benchmark_group("history");
    group.throughput(Throughput::Elements(values));

    hear_all(&mut fleet, 1.0);
    let mut history = History::default();
    history.follow(&scene, None, HistoryConfig::default());
    history.keep(&fleet, BEGIN_MS);
    group.bench_function("a value that changed", |b| {
        b.iter(|| history.keep(black_box(&fleet), BEGIN_MS));
    });

    fleet.clear_dirty();
    let mut now_ms = BEGIN_MS;
    group.bench_function("a value of a slot that ends", |b| {
        b.iter(|| {
            // Each frame falls into the next slot, whatever their length.
            now_ms += 60_000;
            history.keep(black_box(&fleet), now_ms);
        });
    });
    group.finish();
    println!("{} MiB", history.bytes() >> 20);

    c.bench_function("an hour of one signal", |b| {
        let row = TurbineRow(TURBINES / 2);
        b.iter(|| history.trend(black_box(row), SignalColumn(3), 0, i64::MAX));
    });
}

criterion_group!(benches, keeping);
criterion_main!(benches);
