//! What scene files say in the language of rules: units, limits, derived signals, functions of time.

use windvane::fleet::{SignalColumn, TurbineRow};
use windvane::rules::{Formula, Value};
use windvane::scene::{Scene, ValueKind};

use super::{Files, HEAD, TURBINE, after_head, scene};

/// A rule that hides none of the others, and is taken for none.
fn rule(name: &str, when: &str) -> String {
    format!("[[rules]]\nname = \"{name}\"\nwhen = '{when}'\nlabel = \"{name}\"\n")
}

/// Two models with signals and limits of their own, a turbine of each and one with its own limit.
fn farm(signals: [&str; 2], rules: &str) -> Files {
    let model = |id: &str, size: u32, limits: &str, signals: &str| {
        format!(
            "[models.{id}]\nhub_height_m = 100\nrotor_diameter_m = {size}\nrated_power_kw = 2000\n\
             [models.{id}.limits]\n{limits}\n[models.{id}.signals]\n{signals}\n"
        )
    };
    let turbine = |id: &str, model: &str, more: &str| {
        format!(
            "[[turbines]]\nid = \"{id}\"\nmodel = \"{model}\"\neast_m = 0\nnorth_m = 0\n{more}\n"
        )
    };
    let head = HEAD.split("[models").next().unwrap();
    scene(format!(
        "{head}{}{}{}{}{}{rules}",
        model("a", 80, "hot = 80\nfast = 20", signals[0]),
        model("b", 120, "hot = 80", signals[1]),
        turbine("A1", "a", ""),
        turbine("A2", "a", "limits = { fast = 22 }"),
        turbine("B1", "b", ""),
    ))
}

const OIL: &str = "oil = { unit = \"degC\" }";

fn loaded(files: &Files) -> Scene {
    let (scene, warnings) = files.load().unwrap_or_else(|e| panic!("{e}"));
    assert!(warnings.is_empty(), "{warnings}");
    std::sync::Arc::into_inner(scene).unwrap()
}

/// The value of an expression of the scene for a row of values.
fn outcome(scene: &Scene, rule: usize, row: u32, values: &[(&str, f64)]) -> Value {
    let mut columns = vec![vec![f64::NAN; scene.turbines.len()]; scene.column_count()];
    for (name, value) in values {
        let at = scene.signals.iter().position(|s| &**s == *name).unwrap();
        columns[at].fill(*value);
    }
    for computed in &scene.computed {
        match &computed.formula {
            Formula::Given(values) => columns[computed.column.index()] = values.to_vec(),
            Formula::Expression(program) => {
                for turbine in 0..scene.turbines.len() {
                    let model = scene.turbines[turbine].model;
                    if computed.applies[model] {
                        let row = TurbineRow(turbine as u32);
                        let value = match program.value(&columns, row, &scene.texts) {
                            Value::Number(number) => number,
                            Value::Boolean(truth) => f64::from(truth),
                            _ => f64::NAN,
                        };
                        columns[computed.column.index()][turbine] = value;
                    }
                }
            }
            _ => {}
        }
    }
    let program = &scene.rules[rule].when.program;
    program.value(&columns, TurbineRow(row), &scene.texts)
}

#[test]
fn a_limit_that_all_turbines_share_is_a_constant_and_another_is_a_column() {
    let rules = rule("hot", "oil > limits.hot") + "models = [\"a\", \"b\"]\n";
    let rules = rules + &rule("fast", "oil > limits.fast") + "models = [\"a\"]\n";
    let scene = loaded(&farm([OIL, OIL], &rules));
    let simple = scene.rules[0].when.program.compare_simple();
    assert_eq!(simple.map(|(_, _, limit)| limit), Some(80.0));
    let [given] = scene.computed.as_slice() else {
        panic!("{:?}", scene.computed);
    };
    let Formula::Given(values) = &given.formula else {
        panic!("{given:?}");
    };
    assert_eq!(values[..2], [20.0, 22.0]);
    assert!(values[2].is_nan());
    assert_eq!(given.column.index(), scene.signals.len());
    assert_eq!(
        outcome(&scene, 1, 0, &[("oil", 21.0)]),
        Value::Boolean(true)
    );
    assert_eq!(
        outcome(&scene, 1, 1, &[("oil", 21.0)]),
        Value::Boolean(false)
    );
}

#[test]
fn limits_that_are_not_there_are_told_with_the_nearest() {
    let files = farm([OIL, OIL], &rule("x", "oil > limits.hott"));
    let errors = files.errors();
    assert!(
        errors[0].ends_with("there is no limit `hott`"),
        "{errors:?}"
    );
    let files = farm([OIL, OIL], &rule("x", "oil > limits.fast"));
    let errors = files.errors();
    assert!(
        errors[0].ends_with("the model `b` has no limit `fast`"),
        "{errors:?}"
    );
    let files = after_head(&format!("{TURBINE}limits = {{ hot = 3 }}\n"));
    assert_eq!(
        files.errors(),
        ["25:12: the model `v80` has no limit `hot`"]
    );
}

#[test]
fn a_csv_file_may_hold_limits() {
    let from = "[[turbines_from]]\nfile = \"l.csv\"\nid = \"id\"\neast_m = \"e\"\nnorth_m = \"n\"\n\
                model = \"v80\"\nlimits = { hot = \"Hot\" }\n[models.v80.limits]\nhot = 80\n";
    let files = after_head(from).with("l.csv", "id,e,n,Hot\nT1,0,0,\nT2,1,1,85.5\n");
    let (scene, _) = files.load().unwrap();
    assert!(scene.turbines[0].limits.is_empty());
    assert_eq!(scene.turbines[1].limits, [("hot".into(), 85.5)]);
    let files = after_head(from).with("l.csv", "id,e,n,Hot\nT1,0,0,warm\n");
    assert_eq!(
        files.errors(),
        ["l.csv:2:8: column `Hot`: `warm` is not a number"]
    );
    let files = after_head(from).with("l.csv", "id,e,n\nT1,0,0\n");
    assert_eq!(files.errors(), ["26:18: the CSV file has no column `Hot`"]);
}

#[test]
fn a_size_is_known_by_name_unless_a_signal_has_it() {
    let speed = "speed = { unit = \"rpm\" }";
    let rules = rule("tip", "speed * rotor_diameter / 2 > 50 m/s");
    let scene = loaded(&farm([speed, speed], &rules));
    // 12 rpm on 80 m are 50.3 m/s, and on 120 m 75.4 m/s.
    assert_eq!(
        outcome(&scene, 0, 0, &[("speed", 12.0)]),
        Value::Boolean(true)
    );
    assert_eq!(
        outcome(&scene, 0, 0, &[("speed", 11.0)]),
        Value::Boolean(false)
    );
    assert_eq!(
        outcome(&scene, 0, 2, &[("speed", 11.0)]),
        Value::Boolean(true)
    );
    let own = "rotor_diameter = { unit = \"kW\" }";
    let scene = loaded(&farm([own, own], &rule("own", "rotor_diameter > 1 MW")));
    assert!(scene.computed.is_empty());
}

#[test]
fn derived_signals_are_worked_out_after_what_they_read() {
    let signals = "late = { expression = \"tip > 20 m/s\", part = \"rotor\" }\n\
                   tip = { expression = \"speed * rotor_diameter / 2\", unit = \"km/h\" }\n\
                   speed = { unit = \"rpm\" }";
    let scene = loaded(&farm(
        [signals, signals],
        &rule("x", "late && avg(tip, 10 min) > 3 kn"),
    ));
    let kinds: Vec<(&str, ValueKind)> = scene
        .signals
        .iter()
        .map(|s| &**s)
        .zip(scene.kinds.iter().copied())
        .collect();
    assert_eq!(kinds[0], ("late", ValueKind::Boolean));
    assert_eq!(scene.computed.len(), 5, "two of each model, and the window");
    assert_eq!(scene.column_count(), 4);
    let place = |name: &str| {
        let column = scene.signals.iter().position(|s| &**s == name).unwrap();
        let column = SignalColumn(column as u16);
        let mut of = scene
            .computed
            .iter()
            .enumerate()
            .filter(|(_, c)| c.column == column);
        (of.next().unwrap().0, of.next().unwrap().0)
    };
    assert!(place("tip").1 < place("late").0, "{:?}", scene.computed);
    let scene = loaded(&farm(
        [signals, signals],
        &rule("x", "tip > 250 && tip < 1000 km/h"),
    ));
    // 75.4 m/s are 271 km/h.
    assert_eq!(
        outcome(&scene, 0, 2, &[("speed", 12.0)]),
        Value::Boolean(true)
    );
    assert_eq!(
        outcome(&scene, 0, 0, &[("speed", 12.0)]),
        Value::Boolean(false)
    );
}

#[test]
fn a_signal_that_is_worked_out_from_itself_is_an_error_that_names_the_chain() {
    let signals = "a = { expression = \"b + 1\" }\nb = { expression = \"previous(c) * 2\" }\n\
                   c = { expression = \"a\" }\nd = { expression = \"a + 1\" }";
    let errors = farm([signals, OIL], "").errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].ends_with("`a` is worked out from itself: a → b → c → a"),
        "{errors:?}"
    );
    let errors = farm(["a = { expression = \"a\" }", OIL], "").errors();
    assert!(
        errors[0].ends_with("`a` is worked out from itself: a → a"),
        "{errors:?}"
    );
    // What one model measures, another may derive, and the other way round.
    let other = [
        "x = {}\ny = { expression = \"x\" }",
        "y = {}\nx = { expression = \"y\" }",
    ];
    loaded(&farm(other, ""));
}

#[test]
fn a_derived_signal_is_checked_like_a_rule() {
    for (signals, says) in [
        (
            "x = { expression = \"nope + 1\" }",
            "there is no signal `nope`",
        ),
        (
            "x = { expression = \"oil > 3\", type = \"number\" }\noil = {}",
            "the expression gives true or false; `x` is a number",
        ),
        (
            "x = { expression = \"oil\", unit = \"kW\" }\noil = { unit = \"degC\" }",
            "the expression is in degC, which does not convert into kW",
        ),
        (
            "x = { expression = \"oil\", field = \"/x\" }\noil = {}",
            "`x` is worked out: it has no `field`",
        ),
        (
            "x = { expression = \"oil\", sent_as = \"kW\", unit = \"kW\" }\noil = {}",
            "what is worked out is not sent",
        ),
    ] {
        let errors = farm([signals, OIL], "").errors();
        assert!(
            errors.iter().any(|e| e.ends_with(says)),
            "{signals}: {errors:?}"
        );
    }
}

#[test]
fn a_signal_may_be_sent_in_another_unit() {
    let files = after_head(&format!(
        "power = {{ field = \"/p\", unit = \"MW\", sent_as = \"kW\" }}\n{TURBINE}"
    ));
    let (scene, _) = files.load().unwrap();
    let signal = scene.models[0].signals.iter().find(|s| &*s.name == "power");
    let conversion = signal.unwrap().conversion.unwrap();
    assert!((conversion.apply(1500.0) - 1.5).abs() < 1e-12);
    for (table, says) in [
        (
            "unit = \"MW\", sent_as = \"degC\"",
            "what is sent as `degC` is not shown in `MW`: `degC` is a temperature and `MW` is a power",
        ),
        (
            "unit = \"MW\", sent_as = \"furlongs\"",
            "what is sent as `furlongs` is not shown in `MW`: `furlongs` is no unit that is known",
        ),
        ("sent_as = \"kW\"", "sent as `kW`, but shown without a unit"),
        (
            "unit = \"kW\", sent_as = \"MW\", type = \"text\"",
            "only a number is sent in a unit",
        ),
    ] {
        let errors = after_head(&format!("p = {{ {table} }}\n{TURBINE}")).errors();
        assert!(errors[0].ends_with(says), "{errors:?}");
    }
}

#[test]
fn and_beside_or_without_brackets_is_a_warning() {
    let when = "oil > 1 || oil < 0 && state == \"run\"";
    let files = after_head(&format!("{TURBINE}{}", rule("x", when)));
    let (_, warnings) = files.load().unwrap();
    let [warning] = warnings.list() else {
        panic!("{warnings}");
    };
    assert_eq!(
        (warning.code, warning.line, warning.column),
        ("mixed-and-or", 27, 28)
    );
    for well in [
        "(oil > 1 || oil < 0) && state == \"run\"",
        "oil > 1 && oil < 3 && oil != 2",
        "(oil > 1 || oil < 0) ? state == \"a\" && oil > 1 : oil > 3",
        "abs(oil) > 1 || (oil > 1 && oil < 2)",
    ] {
        let (_, warnings) = after_head(&format!("{TURBINE}{}", rule("x", well)))
            .load()
            .unwrap();
        assert!(warnings.is_empty(), "{well}: {warnings}");
    }
}

#[test]
fn a_deadband_follows_units_and_limits() {
    let alarm = "[rules.alarm]\npriority = \"low\"\nresponse = \"x\"\ndeadband = 5\n";
    let rules = format!(
        "{}{alarm}{}{alarm}",
        rule("hot", "oil > 176 degF"),
        rule("own", "oil > limits.hot")
    );
    let scene = loaded(&farm([OIL, OIL], &rules));
    let clear = |at: usize| {
        let alarm = scene.rules[at].alarm.as_ref().unwrap();
        alarm.clear_when.as_ref().unwrap().source.to_string()
    };
    assert_eq!(
        (clear(0), clear(1)),
        ("oil <= 75".to_owned(), "oil <= limits.hot - 5".to_owned())
    );
}

#[test]
fn columns_that_are_worked_out_alike_are_shared_between_rules() {
    let rules = rule("one", "avg(oil * 2, 10 min) > 80")
        + &rule("two", "avg(oil * 2, 10 min) > 90 && farm.avg(oil) > 1");
    let scene = loaded(&farm([OIL, OIL], &rules));
    let sources: Vec<&str> = scene.computed.iter().map(|c| &*c.source).collect();
    assert_eq!(
        sources,
        ["oil * 2", "farm.avg(oil)", "avg(oil * 2, 10 min)"]
    );
    assert!(scene.computed.iter().all(|c| c.applies == [true, true]));
}

#[test]
fn a_unit_that_is_not_known_is_not_checked() {
    let odd = "oil = { unit = \"counts\" }";
    loaded(&farm([odd, odd], &rule("x", "oil > 80")));
}
