//! What one rule costs for one turbine: compiled, as a hand-written loop, and in the `cel` crate's
//! interpreter; what the engine costs for one rule and one turbine; and what a computed column costs.
//!
//! `cargo bench --bench rules`. Throughput is in rule-rows: 200 Melem/s are 5 ns a rule and turbine.

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
use std::sync::Arc;
use std::time::Duration;

use cel::{Context, Program as CelProgram, Value as CelValue};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use windvane::fleet::{Fleet, FleetTime, Quality, Sample, SignalColumn, TurbineRow};
use windvane::rules::{
    AcrossStatistic, ComputeStage, Computed, Formula, RuleEngine, RuleStates, Scope, Texts, Truth,
    WindowStatistic, compile, compile_jexl,
};
use windvane::scene::{
    Broker, Expression, Ground, Model, Part, Rule, Scene, Signal, Site, Turbine, ValueKind,
};

const ROWS: usize = 75_000;

/// Of 20 rows one is unknown.
const UNKNOWN_SHARE: f64 = 0.05;

#[derive(Default)]
struct Signals(Texts);

const NAMES: [(&str, ValueKind); 4] = [
    ("a", ValueKind::Number),
    ("b", ValueKind::Number),
    ("c", ValueKind::Number),
    ("state", ValueKind::Text),
];

impl Scope for Signals {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        let index = NAMES.iter().position(|(n, _)| *n == name)?;
        Some((SignalColumn(index as u16), NAMES[index].1))
    }

    fn names(&self) -> Vec<&str> {
        NAMES.iter().map(|(n, _)| *n).collect()
    }

    fn texts(&self) -> &Texts {
        &self.0
    }
}

fn columns(signals: &Signals) -> Vec<Vec<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let ids = ["run", "stop", "idle"].map(|t| f64::from(signals.0.intern(t).unwrap()));
    NAMES
        .iter()
        .map(|(_, kind)| {
            (0..ROWS)
                .map(|_| match kind {
                    _ if rng.random_bool(UNKNOWN_SHARE) => f64::NAN,
                    ValueKind::Text => ids[rng.random_range(0..3)],
                    _ => rng.random_range(0.0..100.0),
                })
                .collect()
        })
        .collect()
}

/// A rule and the same by hand: three-valued as rules are, and as a plain comparison that takes NaN
/// for false.
struct Case {
    name: &'static str,
    source: &'static str,
    by_hand: fn(&[Vec<f64>], f64, &mut Vec<Truth>),
    plain: fn(&[Vec<f64>], f64, &mut Vec<bool>),
}

fn truth(holds: bool) -> Truth {
    if holds { Truth::True } else { Truth::False }
}

fn rows3(columns: &[Vec<f64>]) -> impl Iterator<Item = (f64, f64, f64)> {
    let (a, b, c) = (&columns[0], &columns[1], &columns[2]);
    a.iter().zip(b).zip(c).map(|((&a, &b), &c)| (a, b, c))
}

const CASES: [Case; 4] = [
    Case {
        name: "comparison",
        source: "a > 80.0",
        by_hand: |columns, _, out| {
            out.extend(columns[0].iter().map(|&a| match a {
                a if a.is_nan() => Truth::Unknown,
                a => truth(a > 80.0),
            }));
        },
        plain: |columns, _, out| out.extend(columns[0].iter().map(|&a| a > 80.0)),
    },
    Case {
        name: "two comparisons",
        source: "a > 80.0 && b < 5.0",
        by_hand: |columns, _, out| {
            let rows = columns[0].iter().zip(&columns[1]);
            out.extend(rows.map(|(&a, &b)| {
                if a <= 80.0 || b >= 5.0 {
                    Truth::False
                } else if a.is_nan() || b.is_nan() {
                    Truth::Unknown
                } else {
                    Truth::True
                }
            }));
        },
        plain: |columns, _, out| {
            let rows = columns[0].iter().zip(&columns[1]);
            out.extend(rows.map(|(&a, &b)| a > 80.0 && b < 5.0));
        },
    },
    Case {
        name: "arithmetic",
        source: "abs(a - b) > (c > 50.0 ? 10.0 : 5.0) + 0.1 * c",
        by_hand: |columns, _, out| {
            out.extend(rows3(columns).map(|(a, b, c)| {
                if a.is_nan() || b.is_nan() || c.is_nan() {
                    return Truth::Unknown;
                }
                let limit = if c > 50.0 { 10.0 } else { 5.0 } + 0.1 * c;
                truth((a - b).abs() > limit)
            }));
        },
        plain: |columns, _, out| {
            out.extend(rows3(columns).map(|(a, b, c)| {
                let limit = if c > 50.0 { 10.0 } else { 5.0 } + 0.1 * c;
                (a - b).abs() > limit
            }));
        },
    },
    Case {
        name: "text",
        source: "state == \"run\"",
        by_hand: |columns, run, out| {
            out.extend(columns[3].iter().map(|&state| match state {
                state if state.is_nan() => Truth::Unknown,
                state => truth(state == run),
            }));
        },
        plain: |columns, run, out| out.extend(columns[3].iter().map(|&state| state == run)),
    },
];

fn one_rule(criterion: &mut Criterion) {
    let signals = Signals::default();
    let columns = columns(&signals);
    let run = f64::from(signals.0.intern("run").unwrap());
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let some: Vec<TurbineRow> = (0..ROWS as u32 / 10)
        .map(|_| TurbineRow(rng.random_range(0..ROWS as u32)))
        .collect();
    for case in CASES {
        let program = compile(case.source, &signals).unwrap();
        let mut group = criterion.benchmark_group(case.name);
        group
            .sample_size(50)
            .throughput(Throughput::Elements(ROWS as u64));
        let mut out = Vec::with_capacity(ROWS);
        group.bench_function("compiled", |bencher| {
            bencher.iter(|| program.evaluate_all(black_box(&columns), ROWS, &mut out));
        });
        let compiled = out.clone();
        group.bench_function("by hand", |bencher| {
            bencher.iter(|| {
                out.clear();
                (case.by_hand)(black_box(&columns), run, &mut out);
            });
        });
        assert_eq!(compiled, out, "the loop by hand is another rule");
        let mut plain = Vec::with_capacity(ROWS);
        group.bench_function("by hand, two-valued", |bencher| {
            bencher.iter(|| {
                plain.clear();
                (case.plain)(black_box(&columns), run, &mut plain);
            });
        });
        group.throughput(Throughput::Elements(some.len() as u64));
        group.bench_function("compiled, some rows", |bencher| {
            bencher.iter(|| program.evaluate(black_box(&columns), &some, &mut out));
        });
        interpreted(&mut group, case.source, &signals, &columns);
        // Jexl has no functions.
        if !case.source.contains("abs(") {
            let jexl = compile_jexl(case.source, &signals).unwrap();
            group.throughput(Throughput::Elements(some.len() as u64));
            group.bench_function("jexl, some rows", |bencher| {
                bencher.iter(|| jexl.evaluate(black_box(&columns), &some, &mut out));
            });
        }
        group.finish();
    }
}

/// The same rule in the interpreter, with its variables already in place: only the evaluation counts.
fn interpreted(
    group: &mut criterion::BenchmarkGroup<criterion::measurement::WallTime>,
    source: &str,
    signals: &Signals,
    columns: &[Vec<f64>],
) {
    let program = CelProgram::compile(source).unwrap();
    let contexts: Vec<Context> = (0..100)
        .map(|row| {
            let mut context = Context::default();
            context.add_function("abs", f64::abs).unwrap();
            for ((name, kind), column) in NAMES.iter().zip(columns) {
                let value = column[row];
                let text = || signals.0.text(value as u32).unwrap().to_string();
                context.add_variable_from_value(
                    *name,
                    match kind {
                        ValueKind::Text => CelValue::from(text()),
                        // It cannot do with NaN.
                        _ if value.is_nan() => CelValue::from(0.0),
                        _ => CelValue::from(value),
                    },
                );
            }
            context
        })
        .collect();
    group.throughput(Throughput::Elements(contexts.len() as u64));
    group.bench_function("cel interpreter", |bencher| {
        bencher.iter(|| {
            for context in &contexts {
                black_box(program.execute(black_box(context))).unwrap();
            }
        });
    });
}

/// 20 rules, half of them for the whole turbine.
fn scene(turbines: usize, signals: &Signals) -> Scene {
    let rule = |index: usize| {
        let source = match index % 4 {
            0 => format!("a > {}", 99 - index / 4),
            1 => format!("b > {} && c < 5", 90 + index / 4),
            2 => format!("abs(a - b) > {}", 95 - index / 4),
            _ => "state in [\"fault\", \"stop\"] && a > 99".to_owned(),
        };
        Rule {
            name: source.as_str().into(),
            applies: vec![true],
            part: index.is_multiple_of(2).then_some(Part::Nacelle),
            when: Expression {
                source: source.as_str().into(),
                program: Arc::new(compile(&source, signals).unwrap()),
            },
            color: Some(windvane::scene::RuleColor::Fixed([200, 0, 0])),
            icon: None,
            label: None,
            opacity: 1.0,
            alarm: None,
            language: windvane::scene::Language::Native,
            is_enabled: true,
            origin: windvane::scene::Origin::default(),
        }
    };
    Scene {
        path: "scene.toml".into(),
        files: Vec::new(),
        title: String::new(),
        site: Site {
            latitude_deg: 0.0,
            longitude_deg: 0.0,
            ground: Ground::Sea,
            time_zone: None,
            ..Site::default()
        },
        broker: Broker {
            url: String::new(),
            stale_after: Duration::from_secs(30),
            username_env: None,
            password_env: None,
        },
        topics: Vec::new(),
        signals: Vec::new(),
        kinds: Vec::new(),
        models: vec![Model {
            id: "m".into(),
            name: String::new(),
            hub_height_m: 70.0,
            rotor_diameter_m: 80.0,
            rated_power_kw: 2000.0,
            shape: windvane::scene::TurbineShape::default(),
            gltf: None,
            signals: Vec::new(),
            ..Model::default()
        }],
        turbines: (0..turbines)
            .map(|index| Turbine {
                id: format!("T{index}").into(),
                model: 0,
                east_m: 0.0,
                north_m: 0.0,
                up_m: 0.0,
                ..Turbine::default()
            })
            .collect(),
        views: Vec::new(),
        rules: (0..20).map(rule).collect(),
        texts: Arc::default(),
        ..Scene::default()
    }
}

fn engine(criterion: &mut Criterion) {
    let signals = Signals::default();
    let mut now = columns(&signals);
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut group = criterion.benchmark_group("engine, 20 rules");
    // (turbines, of which change in a frame): a whole country at once; one update of each turbine in
    // five frames; 50,000 messages a second at 60 frames a second; a quiet farm.
    for (turbines, dirty) in [(ROWS, ROWS), (ROWS, ROWS / 5), (10_000, 833), (10_000, 5)] {
        let mut states = RuleStates::default();
        let mut engine = RuleEngine::default();
        engine.rebuild(&scene(turbines, &signals), &mut states, &now);
        group.throughput(Throughput::Elements(dirty as u64 * 20));
        group.bench_function(format!("{dirty} of {turbines} turbines"), |bencher| {
            bencher.iter_custom(|times| {
                let mut spent = Duration::ZERO;
                for _ in 0..times {
                    // Values move a little, so that some outcomes change, as they do.
                    let rows: Vec<TurbineRow> = match dirty == turbines {
                        true => (0..turbines as u32).map(TurbineRow).collect(),
                        false => (0..dirty)
                            .map(|_| TurbineRow(rng.random_range(0..turbines as u32)))
                            .collect(),
                    };
                    for row in &rows {
                        for column in now.iter_mut().take(3) {
                            column[row.index()] += rng.random_range(-1.0..1.0);
                        }
                    }
                    let start = std::time::Instant::now();
                    engine.run(&mut states, black_box(&now), &rows);
                    spent += start.elapsed();
                }
                spent
            });
        });
    }
    group.finish();
}

/// What TwinMaker's evaluator takes for a rule of one statement, nanoseconds.
const TWINMAKER_NS: f64 = 11_000.0;

/// 20 rules over a whole country in one pass beside the same written by hand: every case five times,
/// three-valued, with outcomes stored and compared as the engine does.
fn one_pass(criterion: &mut Criterion) {
    let signals = Signals::default();
    let columns = columns(&signals);
    let run = f64::from(signals.0.intern("run").unwrap());
    let mut scene = scene(ROWS, &signals);
    for (index, rule) in scene.rules.iter_mut().enumerate() {
        let source = CASES[index % CASES.len()].source;
        rule.when = Expression {
            source: source.into(),
            program: Arc::new(compile(source, &signals).unwrap()),
        };
    }
    let rows: Vec<TurbineRow> = (0..ROWS as u32).map(TurbineRow).collect();
    let mut states = RuleStates::default();
    let mut engine = RuleEngine::default();
    engine.rebuild(&scene, &mut states, &columns);
    let mut group = criterion.benchmark_group("20 rules over 75,000 turbines");
    group.throughput(Throughput::Elements(20 * ROWS as u64));
    let mut best = Duration::MAX;
    group.bench_function("engine", |bencher| {
        bencher.iter(|| {
            let start = std::time::Instant::now();
            engine.run(&mut states, black_box(&columns), &rows);
            best = best.min(start.elapsed());
        });
    });
    let mut truths = vec![Vec::new(); 20];
    let mut out = Vec::with_capacity(ROWS);
    group.bench_function("by hand", |bencher| {
        bencher.iter(|| {
            for (index, truths) in truths.iter_mut().enumerate() {
                out.clear();
                (CASES[index % CASES.len()].by_hand)(black_box(&columns), run, &mut out);
                // Whether a turbine shows something else is asked of hand-written rules too.
                black_box(*truths == out);
                truths.clone_from(&out);
            }
        });
    });
    group.finish();
    let ns = best.as_secs_f64() * 1e9 / (20 * ROWS) as f64;
    println!(
        "{ns:.2} ns a rule and turbine: TwinMaker's evaluator takes {:.0} times as long",
        TWINMAKER_NS / ns
    );
}

fn stage(formulas: Vec<Formula>) -> (Arc<Scene>, Fleet, ComputeStage) {
    let signals = Signals::default();
    let mut scene = scene(ROWS, &signals);
    let x = SignalColumn(0);
    scene.signals = vec!["x".into()];
    scene.kinds = vec![ValueKind::Number; 1 + formulas.len()];
    scene.models[0].signals = vec![Signal {
        column: x,
        name: "x".into(),
        ..Signal::default()
    }];
    for (index, turbine) in scene.turbines.iter_mut().enumerate() {
        turbine.east_m = (index % 300) as f64 * 560.0;
        turbine.north_m = (index / 300) as f64 * 700.0;
    }
    let computed = formulas.into_iter().zip(1..).map(|(formula, at)| Computed {
        column: SignalColumn(at),
        applies: vec![true],
        source: format!("{formula:?}").into(),
        formula,
    });
    scene.computed = computed.collect();
    let scene = Arc::new(scene);
    let mut fleet = Fleet::of(&scene);
    let mut stage = ComputeStage::default();
    stage.open(&scene, false, &mut fleet, time(0));
    (scene, fleet, stage)
}

fn time(ms: i64) -> FleetTime {
    FleetTime {
        wall_ms: 1_782_043_200_000 + ms,
        monotonic_ms: ms,
        stale_after_ms: 30_000,
    }
}

/// What a computed column costs a value: every turbine is heard once a second, a tenth of them in each
/// frame. "written" is what the fleet takes for a value by itself.
fn over_time(criterion: &mut Criterion) {
    let x = SignalColumn(0);
    let window = |statistic, seconds| Formula::Window {
        statistic,
        of: x,
        over: Duration::from_secs(seconds),
    };
    let across = |statistic, nearest| Formula::Across {
        statistic,
        of: x,
        nearest,
    };
    let cases: Vec<(&str, Vec<Formula>)> = vec![
        ("written", Vec::new()),
        ("avg 10 min", vec![window(WindowStatistic::Avg, 600)]),
        ("max 10 min", vec![window(WindowStatistic::Max, 600)]),
        ("rate 10 min", vec![window(WindowStatistic::Rate, 600)]),
        ("stddev 10 min", vec![window(WindowStatistic::Stddev, 600)]),
        ("avg 1 min", vec![window(WindowStatistic::Avg, 60)]),
        ("max 1 min", vec![window(WindowStatistic::Max, 60)]),
        ("previous", vec![Formula::Previous { of: x }]),
        ("farm.avg", vec![across(AcrossStatistic::Avg, None)]),
        ("farm.median", vec![across(AcrossStatistic::Median, None)]),
        (
            "nearest(5).median",
            vec![across(AcrossStatistic::Median, Some(5))],
        ),
    ];
    let mut group = criterion.benchmark_group("computed columns, a value");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(ROWS as u64 / 10));
    for (name, formulas) in cases {
        let (_scene, mut fleet, mut stage) = stage(formulas);
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut frame = 0;
        let is_written = name == "written";
        let mut step = |count: bool| {
            frame += 1;
            let ms = frame * 100;
            let part = frame as usize % 10;
            let samples: Vec<Sample> = (part * ROWS / 10..(part + 1) * ROWS / 10)
                .map(|turbine| Sample {
                    source_time_ms: time(ms).wall_ms,
                    arrival_ms: time(ms).wall_ms,
                    value: rng.random_range(0.0..2_000.0),
                    turbine: TurbineRow(turbine as u32),
                    signal: x,
                    quality: Quality::Good,
                    timed_by_source: true,
                })
                .collect();
            fleet.clear_dirty();
            let start = std::time::Instant::now();
            for sample in &samples {
                fleet.apply(sample, time(ms));
            }
            let written = start.elapsed();
            stage.run(&mut fleet, time(ms));
            match (count, is_written) {
                (false, _) => Duration::ZERO,
                (true, true) => written,
                (true, false) => start.elapsed() - written,
            }
        };
        // Neighbours are found, and windows are half full.
        (0..320).for_each(|_| {
            step(false);
        });
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| step(true)).sum());
        });
        for (_, bytes) in stage.bytes_a_turbine() {
            println!("{name}: {bytes} bytes a turbine");
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = one_rule, engine, one_pass, over_time
}
criterion_main!(benches);
