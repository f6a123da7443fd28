//! Derived signals, held, age and previous.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use windvane::fleet::{Quality, SignalColumn, TurbineRow};
use windvane::rules::Formula;

use super::rig::{FIRST, NOON_MS, ON, Rig, X, Y, expression, held, scene};

#[test]
fn a_derived_signal_follows_its_inputs_in_the_same_frame() {
    let mut rig = Rig::of(vec![expression("x / y")]);
    assert_eq!(rig.value(0, 0), None);
    rig.hear(0, X, 6.0, 0);
    rig.hear(0, Y, 4.0, 0);
    rig.frame();
    assert_eq!(rig.value(0, 0), Some(1.5));
    assert!(rig.is_dirty(0));
    rig.frame();
    assert!(!rig.is_dirty(0));
}

#[test]
fn the_quality_and_the_time_of_a_derived_signal_are_those_of_its_inputs() {
    let mut rig = Rig::of(vec![expression("x / y")]);
    let cell = |rig: &Rig| rig.fleet.cell(TurbineRow(0), SignalColumn(FIRST)).unwrap();
    assert_eq!(cell(&rig).quality, Quality::Missing);
    rig.hear(0, X, 6.0, 2_000);
    rig.hear(0, Y, 4.0, 7_000);
    rig.frame();
    assert_eq!(cell(&rig).quality, Quality::Good);
    assert_eq!(cell(&rig).source_time_ms, NOON_MS + rig.now_ms - 7_000);
    rig.hear_as(0, Y, 4.0, 0, Quality::Uncertain);
    rig.frame();
    assert_eq!(cell(&rig).quality, Quality::Uncertain);
    rig.hear(0, X, 0.0, 0);
    rig.hear(0, Y, 0.0, 0);
    rig.frame();
    assert_eq!(cell(&rig).quality, Quality::Bad, "0 / 0 has no value");
    rig.pass(31_000);
    assert_eq!(cell(&rig).quality, Quality::Stale);
    assert_eq!(
        rig.fleet.heard(TurbineRow(0)),
        (0, 2),
        "it is not heard itself"
    );
}

#[test]
fn given_numbers_differ_between_turbines() {
    let given = Formula::Given([80.0, 85.0].into());
    let rig = Rig::new(scene(2, 1, vec![(given, None)]));
    assert_eq!((rig.value(0, 0), rig.value(1, 0)), (Some(80.0), Some(85.0)));
}

#[test]
fn a_column_is_worked_out_only_for_models_to_which_it_applies() {
    let mut rig = Rig::new(scene(4, 2, vec![(expression("x + 1.0"), Some(1))]));
    for turbine in 0..4 {
        rig.hear(turbine, X, f64::from(turbine), 0);
    }
    rig.frame();
    let values: Vec<_> = (0..4).map(|t| rig.value(t, 0)).collect();
    assert_eq!(values, [None, Some(2.0), None, Some(4.0)]);
}

#[test]
fn held_is_true_once_the_condition_has_held_and_no_value_need_come() {
    let mut rig = Rig::of(vec![expression("x > 80.0"), held(SignalColumn(FIRST), 30)]);
    rig.stale_after_ms = 600_000;
    assert_eq!(rig.value(0, 1), None);
    rig.hear(0, X, 70.0, 0);
    rig.frame();
    assert_eq!(rig.value(0, 1), Some(0.0));
    rig.hear(0, X, 90.0, 0);
    rig.frame();
    for _ in 0..29 {
        rig.pass(1_000);
        assert_eq!(rig.value(0, 1), Some(0.0));
    }
    rig.pass(1_000);
    assert_eq!(rig.value(0, 1), Some(1.0));
    assert!(rig.is_dirty(0));
    rig.hear(0, X, 80.0, 0);
    rig.frame();
    assert_eq!(rig.value(0, 1), Some(0.0));
}

#[test]
fn held_counts_as_a_reference_counts() {
    let mut rig = Rig::of(vec![held(ON, 10)]);
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut since: Option<i64> = None;
    let mut outcomes = [0; 3];
    for _ in 0..4_000 {
        rig.now_ms += 1_000;
        if rng.random_bool(0.08) {
            let (truth, quality) = match rng.random_range(0..6) {
                0 => (1.0, Quality::Bad),
                1 | 2 => (0.0, Quality::Good),
                _ => (1.0, Quality::Good),
            };
            rig.hear_as(0, ON, truth, 0, quality);
        }
        rig.frame();
        let truth = rig.fleet.usable(TurbineRow(0), ON);
        since = match truth {
            Some(1.0) => since.or(Some(rig.now_ms)),
            _ => None,
        };
        let expected = truth.map(|_| f64::from(since.is_some_and(|s| rig.now_ms - s >= 10_000)));
        assert_eq!(rig.value(0, 0), expected);
        outcomes[expected.map_or(2, |e| e as usize)] += 1;
    }
    assert!(outcomes.iter().all(|n| *n > 100), "{outcomes:?}");
}

#[test]
fn a_break_between_two_frames_breaks_what_is_heard() {
    let mut rig = Rig::of(vec![held(ON, 10)]);
    rig.hear(0, ON, 1.0, 0);
    rig.frame();
    rig.now_ms += 9_000;
    rig.hear(0, ON, 0.0, 20);
    rig.hear(0, ON, 1.0, 10);
    rig.frame();
    rig.pass(2_000);
    assert_eq!(rig.value(0, 0), Some(0.0));
}

#[test]
fn ages_are_told_in_whole_seconds_for_stale_signals_too() {
    let mut rig = Rig::of(vec![Formula::Age { of: X }]);
    rig.pass(1_000);
    assert_eq!(rig.value(0, 0), None, "never measured");
    rig.hear(0, X, 1.0, 2_500);
    rig.frame();
    assert_eq!(rig.value(0, 0), Some(2.0));
    let mut changes = 0;
    for _ in 0..600 {
        rig.pass(100);
        changes += usize::from(rig.is_dirty(0));
    }
    assert_eq!(rig.value(0, 0), Some(62.0));
    assert!(
        changes <= 62,
        "a row changes once a second at most: {changes}"
    );
    rig.hear(0, X, 1.0, 0);
    rig.frame();
    assert_eq!(rig.value(0, 0), Some(0.0));
}

#[test]
fn previous_is_the_value_before_even_within_one_frame() {
    let mut rig = Rig::of(vec![Formula::Previous { of: X }]);
    rig.hear(0, X, 1.0, 30);
    rig.hear(0, X, 2.0, 20);
    rig.hear(0, X, 3.0, 10);
    rig.frame();
    assert_eq!(rig.value(0, 0), Some(2.0));
    rig.now_ms += 1_000;
    rig.hear(0, X, 3.0, 0);
    rig.frame();
    assert_eq!(
        rig.value(0, 0),
        Some(3.0),
        "measured again, the same is new"
    );
    rig.pass(31_000);
    rig.hear(0, X, 4.0, 0);
    rig.frame();
    assert_eq!(rig.value(0, 0), None, "nobody knows what was in between");
}

#[test]
fn a_farm_in_which_nothing_happens_changes_nothing() {
    let formulas = vec![
        (expression("x + y"), None),
        (held(ON, 10), None),
        (Formula::Previous { of: X }, None),
    ];
    let mut rig = Rig::new(scene(20, 1, formulas));
    for turbine in 0..20 {
        rig.hear(turbine, X, 1.0, 0);
    }
    rig.frame();
    rig.pass(31_000);
    for _ in 0..100 {
        rig.pass(500);
        assert!(rig.fleet.dirty_rows().is_empty());
    }
}
