//! Functions of time and of the farm: the columns that they ask for, and what is refused.

use std::time::Duration;

use windvane::fleet::{SignalColumn, TurbineRow};
use windvane::rules::{AcrossStatistic, Formula, Value, WindowStatistic, compile, compile_any};
use windvane::scene::ValueKind;

use super::plant::{FIRST_COMPUTED, Plant};

const OIL: SignalColumn = SignalColumn(2);
const TEN_MINUTES: Duration = Duration::from_secs(600);

/// What an expression wants worked out.
fn formulas(source: &str) -> Vec<Formula> {
    let plant = Plant::default();
    compile_any(source, &plant).expect(source);
    plant.wanted.take().into_iter().map(|w| w.formula).collect()
}

fn refusal(source: &str) -> String {
    let errors = compile_any(source, &Plant::default()).expect_err(source);
    let error = &errors[0];
    let help = error.help.as_deref().unwrap_or("-");
    format!(
        "{}: {} | {help}",
        &source[error.span.clone()],
        error.message
    )
}

#[test]
fn a_window_reads_the_column_of_its_signal() {
    let over = TEN_MINUTES;
    for (source, statistic) in [
        ("avg(oil, 10 min) > 75", WindowStatistic::Avg),
        ("min(oil, 600 s) > 75", WindowStatistic::Min),
        ("max(oil, 10min) > 75 degC", WindowStatistic::Max),
        ("rate(oil, 10 min) > 0.5 degC/min", WindowStatistic::Rate),
        ("delta(oil, 10 min) > 5 K", WindowStatistic::Delta),
        ("stddev(oil, 2 * 5 min) > 9 degF", WindowStatistic::Stddev),
    ] {
        let of = OIL;
        let window = Formula::Window {
            statistic,
            of,
            over,
        };
        assert_eq!(formulas(source), [window], "{source}");
    }
    assert!(formulas("min(oil, 80 degC) > 75").is_empty(), "no duration");
}

#[test]
fn other_functions_ask_for_their_columns() {
    let of = OIL;
    assert_eq!(formulas("age(oil) > 30 s"), [Formula::Age { of }]);
    assert_eq!(formulas("previous(oil) < oil"), [Formula::Previous { of }]);
    for (source, statistic, nearest) in [
        ("farm.avg(oil) > 3", AcrossStatistic::Avg, None),
        ("farm.median(oil) > 3", AcrossStatistic::Median, None),
        (
            "nearest(5).median(oil) > 3",
            AcrossStatistic::Median,
            Some(5),
        ),
        (
            "nearest ( 12 ) . max(oil) > 3",
            AcrossStatistic::Max,
            Some(12),
        ),
    ] {
        let across = Formula::Across {
            statistic,
            of,
            nearest,
        };
        assert_eq!(formulas(source), [across], "{source}");
    }
}

#[test]
fn an_argument_that_is_no_signal_becomes_a_column_first_and_like_ones_are_shared() {
    let plant = Plant::default();
    let source = "held(oil > 80, 30 s) && farm.count(oil > 80) > 3 && held(oil > 80, 30 s)";
    let program = compile(source, &plant).unwrap();
    let wanted = plant.wanted.take();
    let column = |at: u16| SignalColumn(FIRST_COMPUTED + at);
    assert_eq!(wanted.len(), 3, "{wanted:?}");
    let Formula::Expression(condition) = &wanted[0].formula else {
        panic!("{wanted:?}");
    };
    assert_eq!(
        (&*wanted[0].source, wanted[0].kind),
        ("oil > 80", ValueKind::Boolean)
    );
    assert_eq!(condition.signals(), [OIL]);
    let mut columns = vec![vec![f64::NAN]; 8];
    columns[OIL.index()] = vec![81.0];
    let live = condition.explain(&columns, TurbineRow(0), &plant.texts);
    assert_eq!(
        (live[0].span.clone(), &live[0].value),
        (0..8, &Value::Boolean(true))
    );
    assert_eq!(
        wanted[1].formula,
        Formula::Held {
            of: column(0),
            over: Duration::from_secs(30)
        }
    );
    assert_eq!(wanted[1].needs, [OIL]);
    assert_eq!(wanted[2].needs, [], "other turbines are asked");
    assert_eq!(program.signals(), [column(1), column(2)]);
    assert_eq!(program.needs(), [OIL]);
    assert_eq!(program.names(), [OIL]);
}

#[test]
fn functions_stand_within_each_other() {
    let found = formulas("held(avg(oil, 10 min) > 75 degC, 1 min)");
    assert!(matches!(
        found[..],
        [
            Formula::Window { of: OIL, .. },
            Formula::Expression(_),
            Formula::Held { .. }
        ]
    ));
    let found = formulas("avg(farm.avg(oil), 10 min) > 75");
    assert!(matches!(
        found[..],
        [Formula::Across { .. }, Formula::Window { .. }]
    ));
}

#[test]
fn an_explanation_tells_the_value_of_a_whole_call() {
    let plant = Plant::default();
    let source = "avg(oil, 10 min) > 75 && oil > 3";
    let program = compile(source, &plant).unwrap();
    let mut columns = vec![vec![f64::NAN]; 101];
    columns[2] = vec![70.0];
    columns[100] = vec![78.1];
    let live: Vec<(&str, Value)> = program
        .explain(&columns, TurbineRow(0), &plant.texts)
        .into_iter()
        .map(|l| (&source[l.span], l.value))
        .collect();
    assert_eq!(live[1], ("avg(oil, 10 min)", Value::Number(78.1)));
    assert_eq!(live[3], ("oil", Value::Number(70.0)));
    let reads: Vec<&str> = program
        .reads()
        .into_iter()
        .map(|r| &source[r.span])
        .collect();
    assert_eq!(reads, ["avg(oil, 10 min)", "oil"]);
}

#[test]
fn what_functions_cannot_take_is_refused_in_plain_words() {
    for (source, says) in [
        (
            "avg(oil, 0 s) > 1",
            "0 s: `0 s` is no time: 1 ms is the least. | For example: 10 min, 30 s, 2 h",
        ),
        (
            "avg(oil, -5 min) > 1",
            "-5 min: `-5 min` is no duration. | For example: 10 min, 30 s, 2 h",
        ),
        (
            "avg(oil, 25 h) > 1",
            "25 h: `25 h` is longer than 24 h. | For example: 10 min, 30 s, 2 h",
        ),
        (
            "avg(oil, 600) > 1",
            "600: `600` lacks its unit of time. | For example: 10 min, 30 s, 2 h",
        ),
        (
            "avg(oil, bare) > 1",
            "bare: A duration is written out; `bare` changes. | For example: 10 min, 30 s, 2 h",
        ),
        (
            "avg(oil, 3 kW) > 1",
            "3 kW: `3 kW` is a power, no duration. | For example: 10 min, 30 s, 2 h",
        ),
        (
            "avg(state, 10 min) > 1",
            "state: `avg` needs numbers; `state` is a text. | -",
        ),
        (
            "max(running, 10 min) > 1",
            "running: `max` needs numbers; `running` is true or false. | -",
        ),
        (
            "avg(oil) > 1",
            "avg(oil): `avg` does not take 1 argument. | Write avg(x, 10 min).",
        ),
        (
            "avg(3, 10 min) > 1",
            "3: `avg` needs a signal: `3` never changes. | -",
        ),
        (
            "held(oil, 30 s)",
            "oil: `held` needs a condition; `oil` is a number. | Compare it, for example: oil > 0",
        ),
        (
            "age(oil + 1) > 3",
            "oil + 1: `age` needs a signal that is heard; `oil + 1` is worked out. | -",
        ),
        (
            "farm.avgg(oil) > 1",
            "farm.avgg: There is no function `farm.avgg`. | Did you mean `farm.avg`?",
        ),
        (
            "farm.avg > 1",
            "farm.avg: `farm.avg` needs what it is of. | Write farm.avg(x).",
        ),
        (
            "nearest(0).avg(oil) > 1",
            "nearest(0).avg: `nearest` takes 1 to 64 turbines. | For example: nearest(5).median(x)",
        ),
        (
            "nearest(x).avg(oil) > 1",
            "nearest: `nearest` takes a number of turbines, then what of them. | For example: nearest(5).median(active_power)",
        ),
        (
            "farm.max(running) > 1",
            "running: `farm.max` needs numbers; `running` is true or false. | `count` counts the turbines for which it holds.",
        ),
        (
            "farm.count(state) > 1",
            "state: `farm.count` needs numbers; `state` is a text. | Compare it, for example: state == \"…\"",
        ),
        (
            "avg(oil, 10 min) > 3 kW",
            "avg(oil, 10 min) > 3 kW: `>` has a temperature and a power: `avg(oil, 10 min)` is in degC, `3 kW` in kW. | Expected a temperature: K, degC, degF.",
        ),
        (
            "limits.nope > 1",
            "limits.nope: There is no limit `limits.nope`. | -",
        ),
        (
            "limits.hot(1) > 1",
            "limits.hot: `limits.hot` is a limit, no function. | Write limits.hot.",
        ),
    ] {
        assert_eq!(refusal(source), says);
    }
}
