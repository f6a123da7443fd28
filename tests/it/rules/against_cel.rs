//! The rule language against the `cel` crate's interpreter, where every input is known.

use cel::{Context, ExecutionError, Program, Value as CelValue};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use windvane::fleet::TurbineRow;
use windvane::rules::{Truth, compile};
use windvane::scene::ValueKind;

use super::signals::{SIGNALS, Signals};
use super::walker::{Dialect, random};

#[test]
fn a_condition_whose_inputs_are_known_gives_what_cel_gives() {
    const ROWS: u32 = 12;
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let signals = Signals::default();
    let columns = signals.random_columns(&mut rng, ROWS as usize, 0.0);
    let contexts: Vec<Context> = (0..ROWS as usize)
        .map(|row| {
            let mut context = Context::default();
            context.add_function("abs", f64::abs).unwrap();
            for ((name, kind), column) in SIGNALS.iter().zip(&columns) {
                let value = column[row];
                let value = match kind {
                    ValueKind::Number => CelValue::from(value),
                    ValueKind::Boolean => CelValue::from(value != 0.0),
                    ValueKind::Text => {
                        CelValue::from(signals.texts.text(value as u32).unwrap().to_string())
                    }
                };
                context.add_variable_from_value(*name, value);
            }
            context
        })
        .collect();
    let mut compared = 0;
    for _ in 0..1500 {
        let tree = random(&mut rng, ValueKind::Boolean, 4, Dialect::Cel);
        let source = tree.written(&mut rng);
        let Ok(ours) = compile(&source, &signals) else {
            continue;
        };
        let theirs = Program::compile(&source).unwrap();
        let mut out = Vec::new();
        ours.evaluate_all(&columns, ROWS as usize, &mut out);
        for (row, truth) in (0..).map(TurbineRow).zip(out) {
            let expected = match truth {
                Truth::True => true,
                Truth::False => false,
                // 0/0 and its kind: CEL compares NaN, here it is unknown.
                Truth::Unknown => continue,
            };
            let value = theirs.execute(&contexts[row.index()]);
            if let Err(ExecutionError::NoSuchOverload(_)) = value {
                // NaN again, in a list of which rules need only one other element.
                continue;
            }
            assert_eq!(value, Ok(CelValue::Bool(expected)), "row {row:?}: {source}");
            compared += 1;
        }
    }
    assert!(compared > 10_000, "only {compared} outcomes were compared");
}
