//! The demo: a repeatable farm that is calm in health, whose faults trip the rules meant for them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic as tests do"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cel::Context;
use windvane::demo::{
    Climate, Encoder, Farm, Quantity, Simulation, SimulationOptions, State, Turbine, quantity_of,
};

#[path = "demo/mqtt.rs"]
mod mqtt;

fn scene_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/horns-rev-1")
}

fn read_toml(path: &Path) -> toml::Table {
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

fn simulation(calm: bool, seed: u64, faults: &[&str]) -> Simulation {
    let options = SimulationOptions {
        seed,
        calm,
        faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
        ..SimulationOptions::default()
    };
    Simulation::new(Arc::new(Farm::horns_rev_1()), &options).unwrap()
}

/// A rule of the demo's scene, evaluated by the `cel` crate's interpreter: what the rules say is
/// judged here by another hand than the program's own compiler.
struct SceneRule {
    name: String,
    priority: Option<String>,
    when: cel::Program,
    clear_when: Option<cel::Program>,
    on_delay_s: f64,
    off_delay_s: f64,
}

struct Rules {
    rules: Vec<SceneRule>,
    signals: Vec<(String, Quantity)>,
}

impl Rules {
    fn of_the_demo() -> Self {
        let file = read_toml(&scene_folder().join("rules/v80.toml"));
        let signals = file["models"]["v80"]["signals"].as_table().unwrap();
        let heard = |(_, signal): &(&String, &toml::Value)| signal.get("expression").is_none();
        let signals = signals
            .iter()
            .filter(heard)
            .map(|(name, signal)| {
                let field = signal["field"].as_str().unwrap();
                let quantity = quantity_of(name, field);
                (
                    name.clone(),
                    quantity.unwrap_or_else(|| panic!("{name}: nothing measures it")),
                )
            })
            .collect();
        let limits = file["models"]["v80"]["limits"].as_table().unwrap();
        let rules = file["rules"].as_array().unwrap().iter();
        let rules = rules.map(|rule| SceneRule::read(rule, limits)).collect();
        Self { rules, signals }
    }

    fn context(&self, turbine: &Turbine) -> Context<'static, 'static> {
        let mut context = Context::default();
        context.add_function("abs", f64::abs).unwrap();
        for (name, quantity) in &self.signals {
            match (turbine.text(*quantity), turbine.number(*quantity)) {
                (Some(text), _) => context.add_variable(name.as_str(), text).unwrap(),
                (None, Some(value)) if *quantity == Quantity::Brake => {
                    context.add_variable(name.as_str(), value > 0.5).unwrap();
                }
                (None, Some(value)) => context.add_variable(name.as_str(), value).unwrap(),
                // A list of codes is none that a rule reads.
                (None, None) if *quantity == Quantity::AlarmCodes => {}
                (None, None) => panic!("{name} has no value"),
            }
        }
        context
    }

    fn holding(&self, turbine: &Turbine) -> Vec<&str> {
        let context = self.context(turbine);
        let holds = self.rules.iter().filter(|rule| holds(&rule.when, &context));
        holds.map(|rule| rule.name.as_str()).collect()
    }
}

impl SceneRule {
    fn read(value: &toml::Value, limits: &toml::Table) -> Self {
        let when = &plain(value["when"].as_str().unwrap(), limits);
        let alarm = value.get("alarm");
        let of_alarm = |key: &str| alarm.and_then(|alarm| alarm.get(key));
        let seconds = |key: &str| {
            let text = of_alarm(key).and_then(toml::Value::as_str).unwrap_or("0s");
            humantime::parse_duration(text).unwrap().as_secs_f64()
        };
        let deadband = of_alarm("deadband").map(|band| {
            let band = band
                .as_float()
                .or(band.as_integer().map(|i| i as f64))
                .unwrap();
            let (signal, limit) = when.split_once(" > ").expect("a deadband needs one limit");
            format!("{signal} < {:?}", limit.parse::<f64>().unwrap() - band)
        });
        let clear_when = of_alarm("clear_when").map(|c| plain(c.as_str().unwrap(), limits));
        Self {
            name: value["name"].as_str().unwrap().to_owned(),
            priority: of_alarm("priority").map(|p| p.as_str().unwrap().to_owned()),
            when: cel::Program::compile(when).unwrap(),
            clear_when: clear_when
                .or(deadband)
                .map(|c| cel::Program::compile(&c).unwrap()),
            on_delay_s: seconds("on_delay"),
            off_delay_s: seconds("off_delay"),
        }
    }
}

/// A condition as CEL has it: limits by their value, and without units, which are all those of the
/// signals beside them.
fn plain(condition: &str, limits: &toml::Table) -> String {
    let mut condition = condition.to_owned();
    let mut names: Vec<&String> = limits.keys().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        condition = condition.replace(&format!("limits.{name}"), &limits[name].to_string());
    }
    let mut words: Vec<&str> = Vec::new();
    for word in condition.split_whitespace() {
        let follows_number = words.last().is_some_and(|w| w.parse::<f64>().is_ok());
        if !(follows_number && ["rpm", "degC", "kW", "m/s", "deg"].contains(&word)) {
            words.push(word);
        }
    }
    words.join(" ")
}

fn holds(program: &cel::Program, context: &Context) -> bool {
    match program.execute(context).unwrap() {
        cel::Value::Bool(truth) => truth,
        other => panic!("a condition gave {other:?}"),
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let run = |seed| {
        let mut simulation = simulation(false, seed, &[]);
        let encoder = Encoder::new(simulation.farm());
        let mut bytes = Vec::new();
        for second in 0..900 {
            simulation.advance(1.0);
            if second % 20 == 0 {
                for (machine, turbine) in simulation.turbines().iter().enumerate() {
                    for (topic, payload) in encoder.messages(machine, turbine, second) {
                        bytes.extend_from_slice(topic.as_bytes());
                        bytes.extend_from_slice(payload.as_bytes());
                    }
                }
            }
        }
        bytes
    };
    assert!(run(5) == run(5), "the same seed must give the same run");
    assert!(run(5) != run(6), "another seed must give another run");
}

#[test]
fn a_healthy_farm_is_grey_for_a_day() {
    let rules = Rules::of_the_demo();
    for seed in [1, 2] {
        let mut simulation = simulation(true, seed, &[]);
        let mut wrong = BTreeMap::new();
        let hours = 24;
        for minute in 0..hours * 60 {
            simulation.advance(60.0);
            for (machine, turbine) in simulation.turbines().iter().enumerate() {
                for rule in rules.holding(turbine) {
                    wrong.entry(rule).or_insert((minute, machine));
                }
            }
        }
        assert!(wrong.is_empty(), "seed {seed}: {wrong:?}");
    }
}

#[test]
fn every_fault_trips_its_rules_within_minutes_and_no_alarm_of_another_turbine() {
    let rules = Rules::of_the_demo();
    let cases: [(&str, &[&str], u32); 13] = [
        ("gearbox", &["Gearbox oil warm", "Gearbox oil hot"], 8),
        (
            "generator-bearing",
            &["Generator bearing warm", "Generator bearing hot"],
            8,
        ),
        (
            "vibration",
            &[
                "Vibration raised",
                "Vibration dangerous",
                "Stopped by protection",
            ],
            4,
        ),
        (
            "over-speed",
            &["Rotor over-speed", "Stopped by protection"],
            2,
        ),
        ("icing", &["Ice on the blades"], 3),
        ("yaw", &["Nacelle out of the wind"], 3),
        ("converter", &["Converter water warm"], 8),
        ("transformer", &["Transformer warm"], 12),
        ("nacelle-fan", &["Nacelle warm"], 8),
        ("maintenance", &["In maintenance"], 1),
        ("gearbox-bearing", &["Gearbox bearing hot"], 8),
        ("generator-cooling", &["Generator winding hot"], 15),
        ("anemometer", &["Anemometer in doubt"], 5),
    ];
    // T01 stands in the free wind, T37 in the middle of the farm.
    for turbine in ["T01", "T37"] {
        for (fault, expected, minutes) in cases {
            let request = format!("{fault}:{turbine}@10s");
            let mut simulation = simulation(false, 3, &[&request]);
            let at = simulation.farm().find(turbine).unwrap();
            let mut tripped: BTreeMap<&str, f64> = BTreeMap::new();
            for _ in 0..minutes * 60 {
                simulation.advance(1.0);
                for rule in rules.holding(&simulation.turbines()[at]) {
                    tripped.entry(rule).or_insert(simulation.time_s());
                }
            }
            println!("{request}: {tripped:?}");
            for rule in expected {
                assert!(
                    tripped.contains_key(rule),
                    "{request}: no {rule:?}, but {tripped:?}"
                );
            }
            assert!(
                fault == "icing" || !tripped.contains_key("Ice on the blades"),
                "{request} is taken for ice: {tripped:?}"
            );
            for (machine, other) in simulation.turbines().iter().enumerate() {
                let holding = rules.holding(other);
                assert!(
                    machine == at || holding.is_empty(),
                    "{request}: {machine} {holding:?}"
                );
            }
        }
    }
}

#[test]
fn weather_trips_the_rules_that_no_fault_does() {
    let rules = Rules::of_the_demo();
    let cases: [(f64, f64, &[&str], &str); 3] = [
        (27.5, 1.0, &[], "Stopped for storm"),
        (1.5, 1.0, &[], "Waiting for wind"),
        (
            9.8,
            12.0,
            &["pitch-offset:T01@10s"],
            "Power below the curve",
        ),
    ];
    for (wind_ms, ambient_c, faults, expected) in cases {
        let options = SimulationOptions {
            seed: 3,
            calm: faults.is_empty(),
            faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
            climate: Climate {
                wind_ms,
                wind_swing_ms: 0.5,
                ambient_c,
                ..Climate::default()
            },
        };
        let mut simulation = Simulation::new(Arc::new(Farm::horns_rev_1()), &options).unwrap();
        simulation.advance(300.0);
        let holding = rules.holding(&simulation.turbines()[0]);
        assert_eq!(holding, [expected], "{wind_ms} m/s, {ambient_c} °C");
    }
}

#[test]
fn a_lost_connection_silences_the_turbine_and_ends() {
    let mut simulation = simulation(false, 3, &["communication:T05@10s+60s"]);
    let at = simulation.farm().find("T05").unwrap();
    let mut silent = Vec::new();
    for _ in 0..240 {
        simulation.advance(1.0);
        if simulation.turbines()[at].is_silent() {
            silent.push(simulation.time_s());
        }
    }
    assert!((55..=65).contains(&silent.len()), "{silent:?}");
}

#[test]
fn what_is_mended_goes_back_to_work() {
    for fault in [
        "gearbox",
        "generator-bearing",
        "vibration",
        "over-speed",
        "maintenance",
    ] {
        let mut simulation = simulation(false, 3, &[&format!("{fault}:T01@10s")]);
        simulation.advance(40.0 * 60.0);
        assert_eq!(simulation.turbines()[0].state(), State::Running, "{fault}");
    }
}

#[test]
fn a_shift_is_busy_but_believable() {
    let rules = Rules::of_the_demo();
    let mut simulation = simulation(false, 1, &[]);
    let hours = 4;
    let step_s = 5.0;
    // For each turbine and rule: how long the condition, or the clearing, has held; and the alarm.
    let mut held = vec![vec![0.0_f64; rules.rules.len()]; 80];
    let mut active = vec![vec![false; rules.rules.len()]; 80];
    let mut raised: BTreeMap<&str, u32> = BTreeMap::new();
    let mut first_s = None;
    let mut most = 0;
    for _ in 0..(f64::from(hours) * 3600.0 / step_s) as u32 {
        simulation.advance(step_s);
        for (machine, turbine) in simulation.turbines().iter().enumerate() {
            let context = rules.context(turbine);
            for (index, rule) in rules.rules.iter().enumerate() {
                let Some(priority) = &rule.priority else {
                    continue;
                };
                let (held, active) = (&mut held[machine][index], &mut active[machine][index]);
                let (turns, delay_s) = if *active {
                    let clears = rule.clear_when.as_ref();
                    let cleared =
                        clears.map_or_else(|| !holds(&rule.when, &context), |c| holds(c, &context));
                    (cleared, rule.off_delay_s)
                } else {
                    (holds(&rule.when, &context), rule.on_delay_s)
                };
                *held = if turns { *held + step_s } else { 0.0 };
                if turns && *held >= delay_s {
                    *active = !*active;
                    *held = 0.0;
                    if *active {
                        *raised.entry(priority.as_str()).or_default() += 1;
                        first_s.get_or_insert(simulation.time_s());
                    }
                }
            }
        }
        most = most.max(
            active
                .iter()
                .flatten()
                .filter(|&&is_active| is_active)
                .count(),
        );
    }
    let total: u32 = raised.values().sum();
    println!(
        "{total} alarms in {hours} h, first after {first_s:?} s, at most {most} at once: {raised:?}"
    );
    assert!(
        first_s.is_some_and(|s| s <= 60.0),
        "first alarm after {first_s:?}"
    );
    assert!(most <= 10, "{most} alarms at once");
    assert!((60..=240).contains(&total), "{total} alarms");
    let grave = raised.get("critical").unwrap_or(&0) + raised.get("high").unwrap_or(&0);
    assert!(raised["low"] > raised["medium"] && raised["medium"] > 0 && grave > 0);
    assert!(grave * 5 < total, "{grave} of {total} are high or critical");
}

#[test]
fn in_line_with_the_wind_the_second_row_loses_power() {
    let mut options = SimulationOptions {
        calm: true,
        ..SimulationOptions::default()
    };
    options.climate.direction_deg = 270.0;
    options.climate.direction_swing_deg = 0.0;
    options.climate.wind_ms = 9.0;
    options.climate.wind_swing_ms = 0.0;
    let mut simulation = Simulation::new(Arc::new(Farm::horns_rev_1()), &options).unwrap();
    let mut column_kw = [0.0; 10];
    for _ in 0..1800 {
        simulation.advance(1.0);
        for (machine, turbine) in simulation.turbines().iter().enumerate() {
            column_kw[machine / 8] += turbine.number(Quantity::ActivePower).unwrap();
        }
    }
    let of_first: Vec<f64> = column_kw.iter().map(|kw| kw / column_kw[0]).collect();
    println!("power by column, of the first: {of_first:.2?}");
    assert!((0.5..0.8).contains(&of_first[1]), "{of_first:?}");
    assert!(
        of_first[2..]
            .iter()
            .all(|share| (0.35..0.8).contains(share)),
        "{of_first:?}"
    );
}

#[test]
fn the_layout_file_is_the_farm_that_is_simulated() {
    let farm = Farm::horns_rev_1();
    let mut reader = csv::Reader::from_path(scene_folder().join("layout.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), farm.machines.len());
    // Metres a degree on the WGS 84 ellipsoid at 55.486 N.
    let (north_m, east_m) = (111_346.5, 63_239.0);
    for (row, machine) in rows.iter().zip(&farm.machines) {
        assert_eq!(&row[0], machine.id);
        let north = (row[3].parse::<f64>().unwrap() - 55.486) * north_m;
        let east = (row[4].parse::<f64>().unwrap() - 7.840) * east_m;
        let off = (north - machine.north_m).hypot(east - machine.east_m);
        assert!(off < 6.0, "{}: {off} m", machine.id);
    }
}

#[test]
fn the_scene_reads_exactly_what_is_published() {
    let file = read_toml(&scene_folder().join("rules/v80.toml"));
    let signals = file["models"]["v80"]["signals"].as_table().unwrap();
    let farm = Farm::horns_rev_1();
    let mut read: Vec<(&str, &str)> = signals
        .values()
        .filter(|s| s.get("expression").is_none())
        .map(|s| {
            (
                s["field"].as_str().unwrap(),
                s.get("unit").map_or("", |u| u.as_str().unwrap()),
            )
        })
        .collect();
    let mut sent: Vec<(&str, &str)> = farm.models[0]
        .fields
        .iter()
        .map(|field| (field.pointer.as_str(), field.unit.as_str()))
        .collect();
    read.sort_unstable();
    sent.sort_unstable();
    assert_eq!(read, sent);
    for field in &farm.models[0].fields {
        assert_eq!(
            quantity_of("", &field.pointer),
            Some(field.quantity),
            "{}",
            field.pointer
        );
    }
}

#[test]
fn the_fields_are_names_of_the_tag_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = "shared/data/wind/iec61400_25_tags.csv";
    let found = ["..", "../.."]
        .iter()
        .map(|up| root.join(up).join(list))
        .find(|p| p.is_file());
    let Some(path) = found else {
        println!("skipped: ../{list} is not here");
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    for field in &Farm::horns_rev_1().models[0].fields {
        // The list has no name for several codes at once.
        if field.quantity == Quantity::AlarmCodes {
            continue;
        }
        let tag = field.pointer.trim_start_matches('/').replace('/', ".");
        assert!(text.contains(&format!(",{tag},")), "{tag}");
    }
}

#[test]
fn a_fault_at_a_turbine_that_is_not_there_is_refused_with_words() {
    let options = SimulationOptions {
        faults: vec!["gearbox:T99@1s".parse().unwrap()],
        ..SimulationOptions::default()
    };
    let error = Simulation::new(Arc::new(Farm::horns_rev_1()), &options)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("T99") && error.contains("T01 to T80"),
        "{error}"
    );
    assert_eq!(options.faults[0].start, Duration::from_secs(1));
}

#[test]
fn the_scenes_that_ship_load_without_a_warning() {
    let scenes = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes");
    for scene in ["horns-rev-1/horns-rev-1.toml", "first/first.toml"] {
        let options = windvane::scene::LoadOptions::default();
        let loaded = windvane::scene::load(&scenes.join(scene), &options)
            .unwrap_or_else(|problems| panic!("{scene}: {problems:?}"));
        assert!(loaded.warnings.is_empty(), "{scene}: {:?}", loaded.warnings);
    }
}

#[test]
fn the_scene_places_the_turbines_where_they_are_simulated() {
    let path = scene_folder().join("horns-rev-1.toml");
    let loaded = windvane::scene::load(&path, &windvane::scene::LoadOptions::default()).unwrap();
    let (read, unknown) = Farm::of_scene(&loaded.scene);
    assert!(unknown.is_empty(), "{unknown:?}");
    for (read, built_in) in read.machines.iter().zip(&Farm::horns_rev_1().machines) {
        assert_eq!(read.id, built_in.id);
        let off = (read.east_m - built_in.east_m).hypot(read.north_m - built_in.north_m);
        assert!(off < 0.05, "{}: {off} m", read.id);
    }
    assert_eq!(read.topics, Farm::horns_rev_1().topics);
}
