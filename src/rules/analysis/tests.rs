//! Conditions as cases, against the conditions themselves.

use super::*;
use crate::fleet::SignalColumn;
use crate::rules::{Scope, Texts, compile};

struct Farm(Texts);

const NAMES: [(&str, ValueKind); 6] = [
    ("t", ValueKind::Number),
    ("u", ValueKind::Number),
    ("a", ValueKind::Boolean),
    ("b", ValueKind::Boolean),
    ("state", ValueKind::Text),
    ("wind", ValueKind::Number),
];

impl Scope for Farm {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        let at = NAMES.iter().position(|(n, _)| *n == name)?;
        Some((SignalColumn(at as u16), NAMES[at].1))
    }
    fn names(&self) -> Vec<&str> {
        NAMES.iter().map(|(n, _)| *n).collect()
    }
    fn texts(&self) -> &Texts {
        &self.0
    }
}

fn program(farm: &Farm, source: &str) -> Program {
    compile(source, farm).unwrap_or_else(|e| panic!("{source}: {e:?}"))
}

/// What is fixed in a condition, as written: `+` always, `-` never.
fn fixed(source: &str) -> Vec<String> {
    let farm = Farm(Texts::default());
    let (_, fixed) = Analysis::default().read(&program(&farm, source));
    let shown = |f: &Fixed| {
        format!(
            "{}{}",
            if f.holds { '+' } else { '-' },
            &source[f.span.clone()]
        )
    };
    fixed.iter().map(shown).collect()
}

/// Whether the last of these holds only where one of the others does.
fn covered(sources: &[&str]) -> bool {
    let farm = Farm(Texts::default());
    let mut analysis = Analysis::default();
    let shapes: Vec<Cases> = sources
        .iter()
        .map(|s| analysis.read(&program(&farm, s)).0.holds.unwrap())
        .collect();
    let (last, others) = shapes.split_last().unwrap();
    let others: Vec<Case> = others.iter().flat_map(|c| c.list()).cloned().collect();
    analysis.covers(last, others.iter())
}

#[test]
fn what_never_or_always_holds_is_found_at_its_smallest() {
    for (source, found) in [
        ("t > 5 && t < 3", "-t > 5 && t < 3"),
        ("(t > 5 && t < 3) || u > 1", "-(t > 5 && t < 3)"),
        ("t > 5 || t <= 5", "+t > 5 || t <= 5"),
        ("!(t > 5) && t >= 6", "-!(t > 5) && t >= 6"),
        (
            "state == 'a' && state == 'b'",
            "-state == 'a' && state == 'b'",
        ),
        (
            "state != 'a' || state != 'b'",
            "+state != 'a' || state != 'b'",
        ),
        ("a && !a", "-a && !a"),
        ("a || !a", "+a || !a"),
        ("a == a", "+a == a"),
        ("t > t", "-t > t"),
        ("abs(t) < 0", "-abs(t) < 0"),
        ("abs(t) >= 0", "+abs(t) >= 0"),
        ("min(t, 5) > 6", "-min(t, 5) > 6"),
        ("t < u && u < t", "-t < u && u < t"),
        ("t in [1, 2] && t > 2", "-t in [1, 2] && t > 2"),
        ("-t > -5 && t > 5", "-(-t > -5) && t > 5"),
        ("1 > 2", "-1 > 2"),
        ("a ? t > 5 : t > 3 && t < 2", "-t > 3 && t < 2"),
    ] {
        let found = found.replacen("-(-t > -5)", "--t > -5", 1);
        assert_eq!(fixed(source), [found], "{source}");
    }
}

#[test]
fn what_may_go_either_way_is_left_alone() {
    for source in [
        "t > 5",
        "t > 5 && u < 3",
        "t >= 5 && t <= 5",
        "abs(t) > 0",
        "t > u || u > t",
        "state == 'a' || state == 'b'",
        "state in ['a', 'b'] && state != 'a'",
        "a != b",
        "t * 2 > 3 && t < 1",
        "t % 3 == 2",
        "max(t, u) > 3 && t < 2",
        "(t > 3 ? t : u) > 1",
    ] {
        assert_eq!(fixed(source), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn a_covered_condition_is_found_however_it_is_written() {
    for sources in [
        &["t > 80", "t > 92"][..],
        &["80 < t", "t >= 92"],
        &["!(t <= 80)", "t > 92 && u > 3"],
        &["t >= 80", "t == 80"],
        &["t > 80 || u > 3", "u > 4"],
        &["state in ['a', 'b']", "state == 'b' && t > 3"],
        &["a", "a && b"],
        &["t < 5", "t >= 5", "t > 3 && t < 7"],
        &["a && t > 3", "!a && t > 3", "t > 4 && (a || !a)"],
        &["max(t, u) > 60", "max(t, u) > 72"],
        &["t < u", "u > t && wind > 3"],
        &["t != 3", "t > 3"],
        &["a == b", "a && b"],
    ] {
        assert!(covered(sources), "{sources:?}");
    }
}

#[test]
fn what_shows_somewhere_is_not_called_covered() {
    for sources in [
        &["t > 92", "t > 80"][..],
        &["t > 80 && u > 3", "t > 92"],
        &["t > 80", "t >= 80"],
        &["t < 5", "t > 5", "t > 3 && t < 7"],
        // Where `a` is unknown, neither of the first two holds.
        &["a && t > 3", "!a && t > 3", "t > 4"],
        &["state == 'a'", "state != 'b'"],
        &["max(t, u) > 72", "t > 80"],
        &["t < u", "u < t"],
    ] {
        assert!(!covered(sources), "{sources:?}");
    }
}

#[test]
fn the_cases_hold_where_the_condition_does() {
    let farm = Farm(Texts::default());
    let sources = [
        "t > 1 && (u < 2 || a)",
        "!(t > 1 || u < 2) && b",
        "a ? t > 1 : u > 1",
        "(a == b) != (t > 1)",
        "t in [0, 2] || !(u in [1, 3])",
        "a in [b, t > 1]",
        "!(a ? b : t < 2)",
    ];
    let numbers = [0.0, 1.0, 2.0, 3.0, f64::NAN];
    let truths = [0.0, 1.0, f64::NAN];
    for source in sources {
        let program = program(&farm, source);
        let mut analysis = Analysis::default();
        let (shape, _) = analysis.read(&program);
        for (t, u) in numbers.iter().flat_map(|t| numbers.map(|u| (*t, u))) {
            for (a, b) in truths.iter().flat_map(|a| truths.map(|b| (*a, b))) {
                let values = [t, u, a, b, 0.0, 0.0];
                let value = |column: SignalColumn| values[column.index()];
                let within = |cases: &Option<Cases>| {
                    cases.as_ref().unwrap().list().iter().any(|case| {
                        case.limits().iter().all(|(axis, spans)| {
                            let v = value(analysis.axis(*axis).unwrap().signal.unwrap());
                            !v.is_nan() && !spans.and(&Spans::point(v)).is_empty()
                        })
                    })
                };
                let is = program
                    .root()
                    .unwrap()
                    .evaluate(&|index| value(program.signals()[index]));
                assert_eq!(within(&shape.holds), is == 1.0, "{source} {values:?}");
                assert_eq!(within(&shape.fails), is == 0.0, "{source} {values:?}");
            }
        }
    }
}

#[test]
fn a_condition_of_thousands_of_cases_is_left_alone() {
    let farm = Farm(Texts::default());
    let pairs: Vec<String> = (0..20)
        .map(|i| format!("(t + {i} > 1 || u + {i} > 1)"))
        .collect();
    let (shape, fixed) = Analysis::default().read(&program(&farm, &pairs.join(" && ")));
    assert!(shape.holds.is_none());
    assert!(fixed.is_empty());
}
