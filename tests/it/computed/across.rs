//! Statistics over the farm and over neighbours, against a search of all turbines.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use windvane::fleet::{Quality, TurbineRow};
use windvane::rules::AcrossStatistic::{self, Avg, Count, Max, Median, Min, Stddev, Sum};
use windvane::scene::Scene;

use super::rig::{ON, Rig, X, across, scene};

const STATISTICS: [AcrossStatistic; 7] = [Avg, Median, Min, Max, Sum, Count, Stddev];

fn reference(statistic: AcrossStatistic, mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (n, sum) = (values.len(), values.iter().sum::<f64>());
    let mean = sum / n as f64;
    if statistic == Count {
        return Some(n as f64);
    }
    (n > 0).then(|| match statistic {
        Avg => mean,
        Median if n % 2 == 1 => values[n / 2],
        Median => f64::midpoint(values[n / 2 - 1], values[n / 2]),
        Min => values[0],
        Max => values[n - 1],
        Sum | Count => sum,
        Stddev => (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64).sqrt(),
    })
}

fn near(told: Option<f64>, expected: Option<f64>) -> bool {
    match (told, expected) {
        (Some(told), Some(expected)) => (told - expected).abs() <= 1e-9 * (1.0 + expected.abs()),
        (told, expected) => told == expected,
    }
}

/// The nearest of a turbine's model, by a search of all.
fn nearest(scene: &Scene, of: usize, count: usize) -> Vec<usize> {
    let turbines = &scene.turbines;
    let mut others: Vec<(f64, usize)> = turbines
        .iter()
        .enumerate()
        .filter(|(at, t)| *at != of && t.model == turbines[of].model)
        .map(|(at, t)| {
            let (east, north) = (
                t.east_m - turbines[of].east_m,
                t.north_m - turbines[of].north_m,
            );
            (east * east + north * north, at)
        })
        .collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    others.truncate(count);
    others.into_iter().map(|o| o.1).collect()
}

#[test]
fn farm_and_neighbours_count_known_turbines_of_their_models_only() {
    let farm = STATISTICS.map(|s| (across(s, X, None), Some(1)));
    let beside = STATISTICS.map(|s| (across(s, X, Some(5)), Some(1)));
    let formulas = || farm.iter().chain(&beside).cloned().collect();
    let layout = scene(60, 2, formulas());
    let mut rig = Rig::new(scene(60, 2, formulas()));
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for _ in 0..60 {
        for turbine in 0..60 {
            if rng.random_bool(0.6) {
                let is_bad = rng.random_bool(0.2);
                let quality = if is_bad { Quality::Bad } else { Quality::Good };
                rig.hear_as(turbine, X, rng.random_range(-5.0..2_000.0), 0, quality);
            }
        }
        rig.pass(1_000);
        let known = |at: usize| rig.fleet.usable(TurbineRow(at as u32), X);
        for (at, statistic) in STATISTICS.into_iter().enumerate() {
            let all = (0..60).filter(|t| t % 2 == 1).filter_map(known).collect();
            let expected = reference(statistic, all);
            for turbine in 0..60_u32 {
                let told = rig.value(turbine, at as u16);
                let expected = expected.filter(|_| turbine % 2 == 1);
                assert!(
                    near(told, expected),
                    "farm {statistic:?}: {told:?} {expected:?}"
                );
                let told = rig.value(turbine, at as u16 + 7);
                let beside = nearest(&layout, turbine as usize, 5).into_iter();
                let expected = reference(statistic, beside.filter_map(known).collect());
                let expected = expected.filter(|_| turbine % 2 == 1);
                assert!(
                    near(told, expected),
                    "nearest {statistic:?}: {told:?} {expected:?}"
                );
            }
        }
    }
}

#[test]
fn a_count_of_a_condition_counts_the_turbines_at_which_it_holds() {
    let mut rig = Rig::new(scene(10, 1, vec![(across(Count, ON, None), None)]));
    rig.pass(1_000);
    assert_eq!(rig.value(3, 0), None, "nothing is known of the condition");
    for turbine in 0..8 {
        rig.hear(turbine, ON, f64::from(turbine % 2), 0);
    }
    rig.pass(1_000);
    assert_eq!(rig.value(3, 0), Some(4.0));
}

#[test]
fn the_farm_is_looked_at_once_a_second_and_only_when_something_changed() {
    let mut rig = Rig::new(scene(10, 1, vec![(across(Avg, X, None), None)]));
    let mut changes = 0;
    for frame in 0..300 {
        rig.hear(0, X, f64::from(frame), 0);
        rig.pass(20);
        changes += usize::from(rig.is_dirty(5));
    }
    assert!((5..=7).contains(&changes), "{changes}");
    for _ in 0..20 {
        rig.hear(0, X, 299.0, 0);
        rig.pass(1_000);
    }
    assert!(!rig.is_dirty(5));
}

#[test]
fn many_turbines_find_their_neighbours_within_a_second() {
    let mut rig = Rig::new(scene(9_000, 1, vec![(across(Count, X, Some(5)), None)]));
    for turbine in 0..9_000 {
        rig.hear(turbine, X, 1.0, 0);
    }
    for _ in 0..11 {
        rig.pass(100);
    }
    assert!((0..9_000).all(|t| rig.value(t, 0) == Some(5.0)));
}
