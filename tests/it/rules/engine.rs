//! What the rules of a scene make of turbines as values change.

use std::sync::Arc;
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use windvane::fleet::TurbineRow;
use windvane::rules::{RuleEngine, RuleStates, Shown, Transition, Truth, compile};
use windvane::scene::{
    AlarmDefinition, Broker, Expression, Ground, Model, Part, Priority, Rule, RuleColor, Scene,
    Site, Surface, Turbine,
};

use super::signals::Signals;

const RED: Option<RuleColor> = Some(RuleColor::Fixed([200, 0, 0]));

fn expression(source: &str) -> Expression {
    let program = compile(source, &Signals::default());
    Expression {
        source: source.into(),
        program: Arc::new(program.unwrap()),
    }
}

fn rule(when: &str) -> Rule {
    Rule {
        name: when.into(),
        applies: vec![true, true],
        part: None,
        when: expression(when),
        color: RED,
        icon: None,
        label: None,
        opacity: 1.0,
        alarm: None,
        language: windvane::scene::Language::Native,
        is_enabled: true,
        origin: windvane::scene::Origin::default(),
    }
}

fn on(part: Part, when: &str) -> Rule {
    Rule {
        part: Some(part),
        ..rule(when)
    }
}

fn alarm(when: &str, clear_when: Option<&str>) -> Rule {
    let alarm = AlarmDefinition {
        clear_when: clear_when.map(expression),
        ..AlarmDefinition::new(Priority::High)
    };
    Rule {
        color: None,
        alarm: Some(alarm),
        ..rule(when)
    }
}

/// A scene of two models; turbine `i` is of model `i % 2`.
fn scene(turbines: usize, rules: Vec<Rule>) -> Scene {
    let model = |id: &str| Model {
        id: id.into(),
        name: id.to_owned(),
        hub_height_m: 70.0,
        rotor_diameter_m: 80.0,
        rated_power_kw: 2000.0,
        shape: windvane::scene::TurbineShape::default(),
        gltf: None,
        signals: Vec::new(),
        ..Model::default()
    };
    let turbine = |index: usize| Turbine {
        id: format!("T{index}").into(),
        model: index % 2,
        east_m: 0.0,
        north_m: 0.0,
        up_m: 0.0,
        ..Turbine::default()
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
        models: vec![model("a"), model("b")],
        turbines: (0..turbines).map(turbine).collect(),
        views: Vec::new(),
        rules,
        texts: Arc::default(),
        ..Scene::default()
    }
}

/// A scene's engine, its states and the columns that a test changes.
struct Farm {
    engine: RuleEngine,
    states: RuleStates,
    columns: Vec<Vec<f64>>,
}

impl Farm {
    fn new(turbines: usize, rules: Vec<Rule>) -> Self {
        let mut farm = Self {
            engine: RuleEngine::default(),
            states: RuleStates::default(),
            columns: vec![vec![f64::NAN; turbines]; 8],
        };
        farm.open(&scene(turbines, rules));
        farm
    }

    fn open(&mut self, scene: &Scene) {
        self.engine.rebuild(scene, &mut self.states, &self.columns);
    }

    /// Sets a number signal of a turbine and runs the rules for it.
    fn set(&mut self, turbine: u32, signal: usize, value: f64) {
        self.columns[signal][turbine as usize] = value;
        let dirty = [TurbineRow(turbine)];
        self.engine.run(&mut self.states, &self.columns, &dirty);
    }

    fn shown(&self, turbine: u32, surface: Surface) -> Shown {
        self.states.appearance(TurbineRow(turbine)).surfaces[surface as usize]
    }

    fn changed(&self) -> Vec<u32> {
        self.states.changed().iter().map(|r| r.0).collect()
    }
}

fn well() -> Shown {
    Shown::default()
}

fn rule_shown(rule: u16) -> Shown {
    Shown {
        rule: Some(rule),
        unknown: false,
    }
}

const UNKNOWN: Shown = Shown {
    rule: None,
    unknown: true,
};

#[test]
fn a_turbine_turns_red_when_its_value_passes_the_limit_and_back() {
    let mut farm = Farm::new(8, vec![rule("n0 > 80")]);
    assert_eq!(farm.shown(3, Surface::Tower), UNKNOWN);
    farm.set(3, 0, 79.0);
    assert_eq!(farm.shown(3, Surface::Tower), well());
    assert_eq!(farm.changed(), [3]);
    farm.set(3, 0, 80.5);
    assert_eq!(farm.shown(3, Surface::Tower), rule_shown(0));
    assert_eq!(farm.shown(3, Surface::Blades), rule_shown(0));
    assert_eq!(farm.changed(), [3]);
    farm.set(3, 0, 81.0);
    assert_eq!(farm.changed(), [0; 0], "what shows is the same");
    farm.set(3, 0, 79.0);
    assert_eq!(farm.shown(3, Surface::Tower), well());
    farm.set(3, 0, f64::NAN);
    assert_eq!(farm.shown(3, Surface::Tower), UNKNOWN);
    assert_eq!(farm.shown(2, Surface::Tower), UNKNOWN, "never heard of");
}

#[test]
fn the_first_rule_that_holds_wins_on_each_surface() {
    let rules = vec![
        on(Part::Gearbox, "n0 > 80"),
        on(Part::Nacelle, "n0 > 70"),
        rule("n0 > 60"),
    ];
    let mut farm = Farm::new(2, rules);
    let surfaces = |farm: &Farm| {
        [
            Surface::Foundation,
            Surface::Tower,
            Surface::Nacelle,
            Surface::Hub,
            Surface::Blades,
        ]
        .map(|s| farm.shown(0, s).rule)
    };
    farm.set(0, 0, 65.0);
    assert_eq!(surfaces(&farm), [Some(2); 5]);
    farm.set(0, 0, 75.0);
    assert_eq!(
        surfaces(&farm),
        [Some(2), Some(2), Some(1), Some(2), Some(2)]
    );
    farm.set(0, 0, 85.0);
    assert_eq!(
        surfaces(&farm),
        [Some(2), Some(2), Some(0), Some(2), Some(2)]
    );
    farm.set(0, 0, 55.0);
    assert_eq!(surfaces(&farm), [None; 5]);
}

#[test]
fn an_unknown_rule_marks_the_surfaces_of_its_part_unless_one_before_it_holds() {
    let rules = vec![
        on(Part::Blades, "n0 > 80"),
        on(Part::Nacelle, "n1 > 80"),
        on(Part::Nacelle, "n0 > 80"),
    ];
    let mut farm = Farm::new(1, rules);
    farm.set(0, 0, 81.0);
    let unknown_before = Shown {
        rule: Some(2),
        unknown: true,
    };
    assert_eq!(farm.shown(0, Surface::Nacelle), unknown_before);
    assert_eq!(farm.shown(0, Surface::Blades), rule_shown(0));
    assert_eq!(farm.shown(0, Surface::Tower), well());
    farm.set(0, 1, 81.0);
    assert_eq!(farm.shown(0, Surface::Nacelle), rule_shown(1));
    farm.set(0, 0, f64::NAN);
    assert_eq!(
        farm.shown(0, Surface::Nacelle),
        rule_shown(1),
        "it comes first"
    );
    assert_eq!(farm.shown(0, Surface::Blades), UNKNOWN);
}

#[test]
fn a_rule_without_a_colour_raises_its_alarm_and_covers_no_surface() {
    let mut farm = Farm::new(1, vec![alarm("n0 > 80", None)]);
    assert_eq!(farm.shown(0, Surface::Tower), well(), "nothing colours it");
    farm.set(0, 0, 81.0);
    assert_eq!(farm.shown(0, Surface::Tower), well());
    assert_eq!(farm.changed(), [0; 0]);
    let raised = Transition {
        rule: 0,
        turbine: TurbineRow(0),
        truth: Truth::True,
    };
    assert_eq!(farm.states.transitions(), [raised]);
    assert_eq!(farm.states.clear_truth(0, TurbineRow(0)), None);
}

#[test]
fn a_transition_is_told_once_when_the_rule_or_its_clearing_condition_changes() {
    let mut farm = Farm::new(4, vec![rule("n0 > 0"), alarm("n0 > 80", Some("n0 < 75"))]);
    let mut told = |value: f64| {
        farm.set(2, 0, value);
        let truths: Vec<Truth> = farm.states.transitions().iter().map(|t| t.truth).collect();
        let rules_and_turbines = farm
            .states
            .transitions()
            .iter()
            .map(|t| (t.rule, t.turbine));
        assert!(rules_and_turbines.eq(vec![(1, TurbineRow(2)); truths.len()]));
        (truths, farm.states.clear_truth(1, TurbineRow(2)))
    };
    assert_eq!(told(70.0), (vec![Truth::False], Some(Truth::True)));
    assert_eq!(told(78.0), (vec![Truth::False], Some(Truth::False)));
    assert_eq!(told(79.0), (vec![], Some(Truth::False)));
    assert_eq!(told(81.0), (vec![Truth::True], Some(Truth::False)));
    assert_eq!(told(70.0), (vec![Truth::False], Some(Truth::True)));
    assert_eq!(told(f64::NAN), (vec![Truth::Unknown], Some(Truth::Unknown)));
}

#[test]
fn a_rule_leaves_turbines_of_other_models_alone() {
    let only_b = Rule {
        applies: vec![false, true],
        ..rule("n0 > 80")
    };
    let alarm_b = Rule {
        applies: vec![false, true],
        ..alarm("n0 > 80", Some("n0 < 75"))
    };
    let mut farm = Farm::new(40, vec![only_b, alarm_b]);
    assert_eq!(farm.shown(0, Surface::Tower), well());
    assert_eq!(farm.shown(1, Surface::Tower), UNKNOWN);
    assert_eq!(farm.states.transitions(), [], "nothing holds");
    farm.set(0, 0, 81.0);
    assert_eq!(farm.shown(0, Surface::Tower), well());
    assert_eq!(farm.states.truth(0, TurbineRow(0)), Truth::False);
    assert_eq!(farm.states.transitions(), []);
    farm.set(1, 0, 81.0);
    assert_eq!(farm.shown(1, Surface::Tower), rule_shown(0));
    assert_eq!(farm.states.transitions().len(), 1);
}

#[test]
fn a_replaced_scene_is_evaluated_anew_for_every_turbine() {
    let mut farm = Farm::new(6, vec![rule("n0 > 80"), rule("n0 > 70")]);
    farm.set(5, 0, 75.0);
    assert_eq!(farm.shown(5, Surface::Hub), rule_shown(1));
    assert!(!farm.states.is_rebuilt());
    farm.open(&scene(6, vec![alarm("n0 > 60", None)]));
    assert!(farm.states.is_rebuilt());
    assert_eq!(farm.shown(5, Surface::Hub), well());
    assert_eq!(farm.changed(), [0, 1, 2, 3, 4, 5]);
    let holding = farm.states.transitions().iter().map(|t| t.turbine.0);
    assert!(holding.eq([5]), "of a new scene only what holds is told");
    assert_eq!(farm.states.truth(0, TurbineRow(5)), Truth::True);
    assert_eq!(
        farm.states.truth(1, TurbineRow(5)),
        Truth::Unknown,
        "no such rule"
    );
    farm.set(5, 0, 50.0);
    assert!(!farm.states.is_rebuilt());
    assert_eq!(farm.states.transitions().len(), 1);
}

#[test]
fn dirty_rows_alone_lead_to_what_all_rows_lead_to() {
    const TURBINES: usize = 2500;
    let rules = || {
        vec![
            on(Part::Gearbox, "n0 > 1 && n1 < 2"),
            Rule {
                applies: vec![true, false],
                ..on(Part::Blades, "abs(n1) >= 2 || b0")
            },
            alarm("n0 + n1 > 3", Some("n0 < 0")),
            rule("b0 && !b1"),
        ]
    };
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let signals = Signals::default();
    let mut farm = Farm::new(TURBINES, rules());
    for round in 0..40 {
        let fresh = signals.random_columns(&mut rng, TURBINES, 0.2);
        // From a few rows to nearly all: both ways of running.
        let share = [0.001, 0.05, 0.4, 0.6, 0.99][round % 5];
        let mut dirty = Vec::new();
        for row in (0..TURBINES as u32).rev() {
            if rng.random_bool(share) {
                dirty.push(TurbineRow(row));
                for (column, fresh) in farm.columns.iter_mut().zip(&fresh) {
                    column[row as usize] = fresh[row as usize];
                }
            }
        }
        let before: Vec<_> = (0..TURBINES as u32)
            .map(|row| farm.states.appearance(TurbineRow(row)))
            .collect();
        farm.engine.run(&mut farm.states, &farm.columns, &dirty);
        let mut anew = RuleStates::default();
        let mut engine = RuleEngine::default();
        engine.rebuild(&scene(TURBINES, rules()), &mut anew, &farm.columns);
        let mut changed = Vec::new();
        for row in (0..TURBINES as u32).map(TurbineRow) {
            assert_eq!(farm.states.appearance(row), anew.appearance(row), "{row:?}");
            for rule in 0..4 {
                assert_eq!(
                    farm.states.truth(rule, row),
                    anew.truth(rule, row),
                    "{rule} {row:?}"
                );
            }
            assert_eq!(farm.states.clear_truth(2, row), anew.clear_truth(2, row));
            if farm.states.appearance(row) != before[row.index()] {
                changed.push(row);
            }
        }
        let mut told = farm.states.changed().to_vec();
        told.sort_unstable();
        assert_eq!(told, changed, "round {round}");
    }
}

#[test]
fn a_rule_that_is_set_aside_never_holds() {
    let aside = Rule {
        is_enabled: false,
        ..rule("n0 > 5")
    };
    let aside_alarm = Rule {
        is_enabled: false,
        ..alarm("n0 > 5", Some("n0 < 3"))
    };
    let mut farm = Farm::new(2, vec![aside, aside_alarm]);
    assert!(farm.states.transitions().is_empty());
    farm.set(0, 0, 9.0);
    for rule in 0..2 {
        assert_eq!(farm.states.truth(rule, TurbineRow(0)), Truth::False);
    }
    assert_eq!(farm.shown(0, Surface::Tower), Shown::default());
    assert!(farm.states.transitions().is_empty());
}
