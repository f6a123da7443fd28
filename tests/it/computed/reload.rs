//! A reload keeps what is known of the past of the same columns and turbines.

use windvane::fleet::SignalColumn;
use windvane::rules::Formula;
use windvane::rules::WindowStatistic::{Avg, Max, Rate, Stddev};
use windvane::scene::Scene;

use super::rig::{FIRST, Rig, X, expression, held, scene, window};

fn formulas() -> Vec<(Formula, Option<usize>)> {
    vec![
        (window(Avg, X, 600.0), None),
        (window(Max, X, 600.0), None),
        (window(Stddev, X, 600.0), None),
        (window(Rate, X, 600.0), None),
        (expression("x > 80.0"), None),
        (held(SignalColumn(FIRST + 4), 30), None),
        (Formula::Previous { of: X }, None),
    ]
}

fn after_ten_minutes() -> Rig {
    let mut rig = Rig::new(scene(4, 1, formulas()));
    for second in 0..600 {
        for turbine in 0..4 {
            let value = 81.0 + f64::from(turbine) + f64::from(second % 7);
            rig.hear(turbine, X, value, 0);
        }
        rig.pass(1_000);
    }
    rig
}

fn told(rig: &Rig, turbine: u32, formulas: &[u16]) -> Vec<Option<f64>> {
    formulas.iter().map(|f| rig.value(turbine, *f)).collect()
}

#[test]
fn a_save_forgets_nothing() {
    let mut rig = after_ten_minutes();
    let all = [0, 1, 2, 3, 4, 5, 6];
    let before: Vec<_> = (0..4).map(|t| told(&rig, t, &all)).collect();
    assert!(before.iter().flatten().all(Option::is_some), "{before:?}");
    rig.reload(scene(4, 1, formulas()));
    let after: Vec<_> = (0..4).map(|t| told(&rig, t, &all)).collect();
    assert_eq!(before, after);
}

#[test]
fn turbines_are_known_again_by_their_names_and_new_ones_begin_anew() {
    let mut rig = after_ten_minutes();
    let before: Vec<_> = (0..4).map(|t| told(&rig, t, &[0, 1, 5])).collect();
    let mut changed: Scene = scene(5, 1, formulas());
    changed.turbines.reverse();
    rig.reload(changed);
    assert_eq!(told(&rig, 0, &[0, 1]), [None, None]);
    for turbine in 0..4 {
        let now = told(&rig, 4 - turbine, &[0, 1, 5]);
        assert_eq!(now, before[turbine as usize]);
    }
}

#[test]
fn a_column_that_is_defined_otherwise_begins_anew_and_the_others_do_not() {
    let mut rig = after_ten_minutes();
    let before = told(&rig, 0, &[1, 5]);
    let mut changed = formulas();
    changed[0].0 = window(Avg, X, 300.0);
    changed[4].0 = expression("x > 79.0");
    rig.reload(scene(4, 1, changed));
    assert_eq!(rig.value(0, 0), None);
    assert_eq!(rig.value(0, 1), before[0]);
    assert_eq!((before[1], rig.value(0, 5)), (Some(1.0), Some(0.0)));
}

#[test]
fn columns_may_change_places() {
    let mut rig = after_ten_minutes();
    let before = told(&rig, 0, &[0, 1]);
    let mut changed = formulas();
    changed.swap(0, 1);
    rig.reload(scene(4, 1, changed));
    assert_eq!(told(&rig, 0, &[1, 0]), before);
}
