//! The column program against a plain walk over the tree, for random expressions.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use windvane::fleet::TurbineRow;
use windvane::rules::{ExpressionError, Program, Truth, Value, compile, compile_any};
use windvane::scene::ValueKind;

use super::signals::{SIGNALS, Signals};
use super::walker::{Dialect, Known, random};

/// More than two blocks, and the last one not full.
const ROWS: usize = 2100;

/// What a column's number stands for.
fn known(kind: ValueKind, value: f64) -> Option<Known> {
    if value.is_nan() {
        return None;
    }
    Some(match kind {
        ValueKind::Number => Known::Number(value),
        ValueKind::Boolean => Known::Boolean(value != 0.0),
        ValueKind::Text => Known::Text(value),
    })
}

/// A random expression can divide by a literal 0 and the like, which is refused with good reason.
fn compiled(source: &str, outcome: Result<Program, Vec<ExpressionError>>) -> Option<Program> {
    let errors = match outcome {
        Ok(program) => return Some(program),
        Err(errors) => errors,
    };
    let refused = ["Division by zero", "beyond every number", "the low limit"];
    for error in errors {
        let expected = refused.iter().any(|r| error.message.contains(r));
        assert!(expected, "{source}: {error:?}");
    }
    None
}

#[test]
fn a_condition_gives_on_columns_what_it_gives_row_by_row() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let signals = Signals::default();
    let columns = signals.random_columns(&mut rng, ROWS, 0.2);
    let mut out = Vec::new();
    let mut compared = 0;
    let mut seen = [0; 3];
    for case in 0..3000 {
        let depth = rng.random_range(1..6);
        let tree = random(&mut rng, ValueKind::Boolean, depth, Dialect::Rules);
        let source = tree.written(&mut rng);
        let Some(program) = compiled(&source, compile(&source, &signals)) else {
            continue;
        };
        let expected: Vec<Truth> = (0..ROWS)
            .map(|row| {
                let signal = |index: usize| known(SIGNALS[index].1, columns[index][row]);
                let text = |text: &str| f64::from(signals.texts.intern(text).unwrap());
                match tree.value(&signal, &text) {
                    Some(Known::Boolean(true)) => Truth::True,
                    Some(Known::Boolean(false)) => Truth::False,
                    None => Truth::Unknown,
                    Some(other) => panic!("{source} gave {other:?}"),
                }
            })
            .collect();
        program.evaluate_all(&columns, ROWS, &mut out);
        assert!(out == expected, "case {case}, all rows: {source}");
        let rows: Vec<TurbineRow> = (0..rng.random_range(1..700))
            .map(|_| TurbineRow(rng.random_range(0..ROWS as u32)))
            .collect();
        program.evaluate(&columns, &rows, &mut out);
        let chosen: Vec<Truth> = rows.iter().map(|r| expected[r.index()]).collect();
        assert!(out == chosen, "case {case}, some rows: {source}");
        for truth in &chosen {
            seen[*truth as usize] += 1;
        }
        compared += 1;
    }
    assert!(compared > 2500, "only {compared} expressions were compared");
    assert!(seen.iter().all(|&n| n > 10_000), "one-sided: {seen:?}");
}

#[test]
fn a_number_or_text_gives_on_columns_what_it_gives_row_by_row() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let signals = Signals::default();
    let columns = signals.random_columns(&mut rng, 8, 0.15);
    let mut compared = 0;
    for case in 0..4000 {
        let kind = [ValueKind::Number, ValueKind::Text][case % 2];
        let depth = rng.random_range(0..6);
        let tree = random(&mut rng, kind, depth, Dialect::Rules);
        let source = tree.written(&mut rng);
        let Some(program) = compiled(&source, compile_any(&source, &signals)) else {
            continue;
        };
        assert_eq!(program.kind(), kind, "{source}");
        for row in 0..8 {
            let signal = |index: usize| known(SIGNALS[index].1, columns[index][row]);
            let text = |text: &str| f64::from(signals.texts.intern(text).unwrap());
            let expected = match tree.value(&signal, &text) {
                None => Value::Unknown,
                Some(Known::Number(n)) => Value::Number(n),
                Some(Known::Boolean(b)) => Value::Boolean(b),
                Some(Known::Text(id)) => Value::Text(signals.texts.text(id as u32).unwrap()),
            };
            let value = program.value(&columns, TurbineRow(row as u32), &signals.texts);
            assert_eq!(value, expected, "case {case}, row {row}: {source}");
        }
        compared += 1;
    }
    assert!(compared > 3000, "only {compared} expressions were compared");
}

#[test]
fn the_live_value_of_every_comparison_is_what_it_gives_alone() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let signals = Signals::default();
    let columns = signals.random_columns(&mut rng, 4, 0.2);
    let mut compared = 0;
    for _ in 0..1500 {
        let tree = random(&mut rng, ValueKind::Boolean, 4, Dialect::Rules);
        let source = tree.written(&mut rng);
        let Some(program) = compiled(&source, compile(&source, &signals)) else {
            continue;
        };
        for row in (0..4).map(TurbineRow) {
            for live in program.explain(&columns, row, &signals.texts) {
                let part = &source[live.span.clone()];
                let alone = compile_any(part, &signals);
                let alone = alone.unwrap_or_else(|e| panic!("{part:?} of {source}: {e:?}"));
                let value = alone.value(&columns, row, &signals.texts);
                assert_eq!(live.value, value, "{part:?} of {source}");
                compared += 1;
            }
        }
    }
    assert!(compared > 10_000, "only {compared} parts were compared");
}
