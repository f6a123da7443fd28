//! A fleet and the stage that works out its columns, with a clock that is set by hand.

use std::sync::Arc;
use std::time::Duration;

use windvane::fleet::{Fleet, FleetTime, Quality, Sample, SignalColumn, TurbineRow};
use windvane::rules::{
    AcrossStatistic, ComputeStage, Computed, Formula, Scope, Texts, WindowStatistic, compile_any,
};
use windvane::scene::{Broker, Model, Scene, Signal, Turbine, ValueKind};

/// Columns that are heard: `x`, `y`, and the condition `on`. Those that are worked out follow.
pub const X: SignalColumn = SignalColumn(0);
pub const Y: SignalColumn = SignalColumn(1);
pub const ON: SignalColumn = SignalColumn(2);
pub const FIRST: u16 = 3;

/// 21 June 2026, noon, milliseconds since 1970 UTC.
pub const NOON_MS: i64 = 1_782_043_200_000;

#[derive(Default)]
pub struct Names(Texts);

impl Scope for Names {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        match name {
            "x" => Some((X, ValueKind::Number)),
            "y" => Some((Y, ValueKind::Number)),
            "on" => Some((ON, ValueKind::Boolean)),
            _ => None,
        }
    }

    fn names(&self) -> Vec<&str> {
        vec!["x", "y", "on"]
    }

    fn texts(&self) -> &Texts {
        &self.0
    }
}

pub fn expression(source: &str) -> Formula {
    Formula::Expression(Arc::new(compile_any(source, &Names::default()).unwrap()))
}

pub fn window(statistic: WindowStatistic, of: SignalColumn, seconds: f64) -> Formula {
    Formula::Window {
        statistic,
        of,
        over: Duration::from_secs_f64(seconds),
    }
}

pub fn held(of: SignalColumn, seconds: u64) -> Formula {
    Formula::Held {
        of,
        over: Duration::from_secs(seconds),
    }
}

pub fn across(statistic: AcrossStatistic, of: SignalColumn, nearest: Option<u16>) -> Formula {
    Formula::Across {
        statistic,
        of,
        nearest,
    }
}

/// A scene of turbines on a lattice, of one model in turn, and of formulas in the columns after those
/// that are heard. A formula applies to the models given, or to all.
pub fn scene(turbines: usize, models: usize, formulas: Vec<(Formula, Option<usize>)>) -> Scene {
    let signal = |column, name: &str, kind| Signal {
        column,
        name: name.into(),
        kind,
        ..Signal::default()
    };
    let model = |index: usize| Model {
        id: format!("m{index}").into(),
        signals: vec![
            signal(X, "x", ValueKind::Number),
            signal(Y, "y", ValueKind::Number),
            signal(ON, "on", ValueKind::Boolean),
        ],
        ..Model::default()
    };
    let turbine = |index: usize| Turbine {
        id: format!("T{index}").into(),
        model: index % models,
        east_m: (index % 7) as f64 * 500.0,
        north_m: (index / 7) as f64 * 700.0,
        ..Turbine::default()
    };
    let mut kinds = vec![ValueKind::Number, ValueKind::Number, ValueKind::Boolean];
    let mut computed = Vec::new();
    for (at, (formula, of_model)) in formulas.into_iter().enumerate() {
        kinds.push(match &formula {
            Formula::Held { .. } => ValueKind::Boolean,
            Formula::Expression(program) => program.kind(),
            _ => ValueKind::Number,
        });
        computed.push(Computed {
            column: SignalColumn(FIRST + at as u16),
            applies: (0..models)
                .map(|m| of_model.is_none_or(|o| o == m))
                .collect(),
            source: format!("{at}").into(),
            formula,
        });
    }
    Scene {
        signals: ["x", "y", "on"].map(Arc::from).to_vec(),
        kinds,
        computed,
        broker: Broker {
            stale_after: Duration::from_secs(30),
            ..Broker::default()
        },
        models: (0..models).map(model).collect(),
        turbines: (0..turbines).map(turbine).collect(),
        ..Scene::default()
    }
}

pub struct Rig {
    pub fleet: Fleet,
    pub stage: ComputeStage,
    pub now_ms: i64,
    pub stale_after_ms: i64,
    heard: Vec<Sample>,
    scene: Arc<Scene>,
}

impl Rig {
    pub fn new(scene: Scene) -> Self {
        let scene = Arc::new(scene);
        let mut rig = Self {
            fleet: Fleet::of(&scene),
            stage: ComputeStage::default(),
            now_ms: 5_000,
            stale_after_ms: 30_000,
            heard: Vec::new(),
            scene: Arc::clone(&scene),
        };
        let now = rig.now();
        rig.stage.open(&scene, false, &mut rig.fleet, now);
        rig
    }

    /// One turbine and formulas.
    pub fn of(formulas: Vec<Formula>) -> Self {
        let formulas = formulas.into_iter().map(|f| (f, None)).collect();
        Self::new(scene(1, 1, formulas))
    }

    pub fn now(&self) -> FleetTime {
        FleetTime {
            wall_ms: NOON_MS + self.now_ms,
            monotonic_ms: self.now_ms,
            stale_after_ms: self.stale_after_ms,
        }
    }

    /// A value of a turbine, measured some time ago, arrives in the next frame.
    pub fn hear(&mut self, turbine: u32, signal: SignalColumn, value: f64, ago_ms: i64) {
        self.hear_as(turbine, signal, value, ago_ms, Quality::Good);
    }

    pub fn hear_as(
        &mut self,
        turbine: u32,
        signal: SignalColumn,
        value: f64,
        ago_ms: i64,
        quality: Quality,
    ) {
        self.heard.push(Sample {
            source_time_ms: NOON_MS + self.now_ms - ago_ms,
            arrival_ms: NOON_MS + self.now_ms,
            value,
            turbine: TurbineRow(turbine),
            signal,
            quality,
            timed_by_source: true,
        });
    }

    /// One frame: what was heard is written and the columns are worked out.
    pub fn frame(&mut self) {
        self.fleet.clear_dirty();
        let now = self.now();
        for sample in self.heard.drain(..) {
            self.fleet.apply(&sample, now);
        }
        self.fleet.sweep_stale(now);
        self.stage.run(&mut self.fleet, now);
    }

    /// Time passes, then a frame.
    pub fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
        self.frame();
    }

    /// Reads the scene anew, in a frame of its own.
    pub fn reload(&mut self, scene: Scene) {
        let scene = Arc::new(scene);
        let mut next = Fleet::of(&scene);
        next.carry_over(&self.fleet, &self.scene, &scene);
        self.fleet = next;
        self.scene = Arc::clone(&scene);
        let now = self.now();
        self.stage.open(&scene, true, &mut self.fleet, now);
    }

    /// The value of a formula for a turbine; `None` where it is unknown.
    pub fn value(&self, turbine: u32, formula: u16) -> Option<f64> {
        let column = SignalColumn(FIRST + formula);
        self.fleet.usable(TurbineRow(turbine), column)
    }

    pub fn is_dirty(&self, turbine: u32) -> bool {
        self.fleet.dirty_rows().contains(&TurbineRow(turbine))
    }
}
