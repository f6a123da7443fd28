//! Windows against a plain reference that keeps every value.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use windvane::fleet::Quality;
use windvane::rules::WindowStatistic::{Avg, Delta, Max, Min, Rate, Stddev};
use windvane::rules::{LEAST_SHARE, WindowStatistic};

use super::rig::{FIRST, Rig, X, expression, window};

/// Every value that stood, from when to when.
#[derive(Default)]
struct Reference {
    stood: Vec<(i64, i64, f64)>,
    stale_ms: i64,
}

impl Reference {
    fn hear(&mut self, at_ms: i64, value: f64) {
        if let Some(last) = self.stood.last_mut() {
            last.1 = last.1.min(at_ms);
        }
        if !value.is_nan() {
            self.stood.push((at_ms, at_ms + self.stale_ms, value));
        }
    }

    /// What stood between two times, with how long.
    fn between(&self, from_ms: i64, to_ms: i64) -> Vec<(f64, f64)> {
        let clipped = self
            .stood
            .iter()
            .map(|&(a, b, v)| (a.max(from_ms), b.min(to_ms), v));
        let some = clipped.filter(|(a, b, _)| a < b);
        some.map(|(a, b, v)| (v, (b - a) as f64)).collect()
    }

    /// From when on something was known for so long without a gap.
    fn first_that_lasts(&self, from_ms: i64, lasting_ms: i64) -> i64 {
        let (mut since_ms, mut until_ms) = (i64::MAX, i64::MIN);
        for &(from, until, _) in self.stood.iter().filter(|s| s.1 > from_ms) {
            if from > until_ms {
                since_ms = from.max(from_ms);
            }
            until_ms = until;
            if until_ms - since_ms >= lasting_ms {
                return since_ms;
            }
        }
        since_ms
    }

    fn now(&self, now_ms: i64) -> Option<f64> {
        let last = self.stood.last()?;
        (last.0 <= now_ms && now_ms <= last.1).then_some(last.2)
    }
}

fn extremes(values: &[(f64, f64)]) -> (f64, f64) {
    values
        .iter()
        .fold((f64::MAX, f64::MIN), |(low, high), (v, _)| {
            (low.min(*v), high.max(*v))
        })
}

/// Whether what a window tells is what the reference allows, for a window cut into stretches.
fn check(
    reference: &Reference,
    statistic: WindowStatistic,
    over_ms: i64,
    now_ms: i64,
    told: Option<f64>,
) {
    let buckets = (over_ms / 500).clamp(1, 60);
    let bucket_ms = over_ms / buckets + i64::from(over_ms % buckets > 0);
    let over_ms = bucket_ms * buckets;
    let within = reference.between(now_ms - over_ms, now_ms);
    let known_ms: f64 = within.iter().map(|v| v.1).sum();
    let share = known_ms / over_ms as f64;
    let Some(last) = reference.now(now_ms) else {
        assert_eq!(told, None, "nothing is known now");
        return;
    };
    // How many stretches can be known in part at gaps and at the edges.
    let gaps = within.len().min(8) as f64;
    let slack = (2.0 + gaps) / buckets as f64;
    if share < LEAST_SHARE - slack {
        assert_eq!(told, None, "{share} is known");
    }
    let Some(told) = told else {
        assert!(
            share < LEAST_SHARE + slack,
            "{statistic:?}: unknown, though {share} is known"
        );
        return;
    };
    let wider = reference.between(now_ms - over_ms - bucket_ms, now_ms);
    let (low, high) = extremes(&wider);
    let spread = high - low;
    match statistic {
        Avg => {
            let mean = within.iter().map(|(v, ms)| v * ms).sum::<f64>() / known_ms;
            let allowed = spread / buckets as f64 / share + 1e-6 * (1.0 + mean.abs());
            assert!(
                (told - mean).abs() <= allowed,
                "{told} is not {mean} ± {allowed}"
            );
        }
        Stddev => {
            let mean = within.iter().map(|(v, ms)| v * ms).sum::<f64>() / known_ms;
            let squares = within.iter().map(|(v, ms)| (v - mean) * (v - mean) * ms);
            let variance = squares.sum::<f64>() / known_ms;
            let allowed = spread * spread / buckets as f64 / share + 1e-6;
            assert!(
                (told * told - variance).abs() <= allowed,
                "{told}² is not {variance} ± {allowed}"
            );
        }
        Min | Max => {
            let (of_window, of_wider) = (extremes(&within), (low, high));
            let (least, greatest) = match statistic {
                Min => (of_wider.0, of_window.0),
                _ => (of_window.1, of_wider.1),
            };
            // What stood for no time at all counts too.
            let (least, greatest) = (least.min(last), greatest.max(last));
            assert!(
                least <= told && told <= greatest,
                "{told} is not in {least}..{greatest}"
            );
        }
        Delta => {
            // The first is one that stood when a stretch ended: after a gap, the first that lasted.
            let begins_ms = now_ms - over_ms - bucket_ms;
            let lasts_ms = reference.first_that_lasts(now_ms - over_ms, bucket_ms);
            let lasts_ms = lasts_ms.min(now_ms);
            let mut first = reference.between(begins_ms, lasts_ms + 2 * bucket_ms);
            first.push((last, 0.0));
            let (low, high) = extremes(&first);
            let (least, greatest) = (last - high, last - low);
            assert!(
                least <= told && told <= greatest,
                "{told} is not in {least}..{greatest}"
            );
        }
        Rate => {
            // At most the whole spread in the least time that may be known.
            let allowed = spread / (over_ms as f64 * 0.25 / 1_000.0);
            assert!(told.abs() <= allowed, "{told} is above {allowed}");
        }
    }
}

#[test]
fn windows_tell_what_a_reference_tells_that_keeps_every_value() {
    const STATISTICS: [WindowStatistic; 6] = [Avg, Min, Max, Delta, Stddev, Rate];
    for seed in 0..24 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let over_s = [7.0, 60.0, 61.7, 600.0][seed as usize % 4];
        let formulas = STATISTICS.map(|s| window(s, X, over_s)).to_vec();
        let mut rig = Rig::of(formulas);
        let mut reference = Reference {
            stale_ms: 30_000,
            ..Reference::default()
        };
        let mut value: f64 = rng.random_range(-50.0..2_000.0);
        let end_ms = (over_s * 3_500.0).max(300_000.0) as i64;
        let mut next_ms = rig.now_ms;
        let mut checked = 0;
        while rig.now_ms < end_ms {
            rig.now_ms += rng.random_range(20..1_500);
            if rig.now_ms >= next_ms {
                value += rng.random_range(-10.0..10.0);
                if rng.random_bool(0.05) {
                    value = rng.random_range(-50.0..2_000.0);
                }
                let is_bad = rng.random_bool(0.03);
                let quality = if is_bad { Quality::Bad } else { Quality::Good };
                rig.hear_as(0, X, value, 0, quality);
                reference.hear(rig.now_ms, if is_bad { f64::NAN } else { value });
                next_ms = rig.now_ms
                    + match rng.random_range(0..40) {
                        0 => rng.random_range(30_000..200_000),
                        1..4 => rng.random_range(5_000..30_000),
                        _ => rng.random_range(100..3_000),
                    };
                // In the frame in which it is heard, every window knows of it.
                rig.frame();
            } else {
                rig.pass(0);
            }
            // As time passes without a value, a turbine's turn comes once a second.
            rig.pass(1_000);
            for (statistic, at) in STATISTICS.into_iter().zip(0..) {
                let told = rig.value(0, at);
                checked += usize::from(told.is_some());
                check(
                    &reference,
                    statistic,
                    (over_s * 1_000.0) as i64,
                    rig.now_ms,
                    told,
                );
            }
        }
        assert!(checked > 100, "too little was known: {checked}");
    }
}

#[test]
fn the_mean_of_a_steady_signal_is_that_signal_and_its_row_stays_quiet() {
    let mut rig = Rig::of(vec![window(Avg, X, 60.0), window(Stddev, X, 60.0)]);
    for second in 0..400 {
        let value = if second < 100 {
            f64::from(second) * 0.37
        } else {
            80.1
        };
        rig.hear(0, X, value, 0);
        rig.pass(1_000);
        if second > 300 {
            assert_eq!(rig.value(0, 0), Some(80.1));
            assert_eq!(rig.value(0, 1), Some(0.0));
            assert!(!rig.is_dirty(0), "nothing changes");
        }
    }
}

#[test]
fn a_window_tells_nothing_until_half_of_it_is_known() {
    let mut rig = Rig::of(vec![window(Max, X, 60.0)]);
    let mut first = None;
    for second in 0..60 {
        rig.hear(0, X, 5.0, 0);
        rig.pass(1_000);
        if rig.value(0, 0).is_some() {
            first = first.or(Some(second));
        }
    }
    assert!((28..=32).contains(&first.unwrap()), "{first:?}");
}

#[test]
fn a_window_is_unknown_while_its_signal_is_and_then_covers_what_was_known() {
    let mut rig = Rig::of(vec![window(Avg, X, 600.0)]);
    for _ in 0..600 {
        rig.hear(0, X, 10.0, 0);
        rig.pass(1_000);
    }
    assert_eq!(rig.value(0, 0), Some(10.0));
    for _ in 0..29 {
        rig.pass(1_000);
    }
    assert_eq!(
        rig.value(0, 0),
        Some(10.0),
        "a value stands until it is stale"
    );
    rig.pass(2_000);
    assert_eq!(rig.value(0, 0), None);
    for _ in 0..60 {
        rig.pass(1_000);
    }
    rig.hear(0, X, 10.0, 0);
    rig.pass(1_000);
    assert_eq!(rig.value(0, 0), Some(10.0));
}

#[test]
fn a_steady_climb_has_its_own_rate_however_it_is_sampled() {
    for interval_s in [1, 4, 10] {
        let mut rig = Rig::of(vec![window(Rate, X, 120.0), window(Delta, X, 120.0)]);
        for second in 0..300 {
            if second % interval_s == 0 {
                rig.hear(0, X, 100.0 + 0.25 * f64::from(second), 0);
            }
            rig.pass(1_000);
        }
        let rate = rig.value(0, 0).unwrap();
        assert!((rate - 0.25).abs() < 1e-3, "{rate} every {interval_s} s");
        let delta = rig.value(0, 1).unwrap();
        assert!(
            (delta - 30.0).abs() <= 0.25 * f64::from(interval_s) + 0.6,
            "{delta}"
        );
    }
}

#[test]
fn a_single_step_of_a_signal_that_is_sent_on_change_is_no_slow_climb() {
    let mut rig = Rig::of(vec![window(Rate, X, 60.0)]);
    rig.stale_after_ms = 3_600_000;
    rig.hear(0, X, 5.0, 0);
    for _ in 0..1_000 {
        rig.pass(1_000);
    }
    assert_eq!(rig.value(0, 0), Some(0.0));
    rig.hear(0, X, 7.0, 0);
    for _ in 0..30 {
        rig.pass(1_000);
    }
    let rate = rig.value(0, 0).unwrap();
    assert!((rate - 2.0 / 60.0).abs() < 0.004, "{rate}");
}

#[test]
fn values_that_were_kept_through_an_outage_fill_the_window_by_their_own_times() {
    let mut rig = Rig::of(vec![window(Avg, X, 600.0), window(Max, X, 600.0)]);
    for _ in 0..600 {
        rig.hear(0, X, 10.0, 0);
        rig.pass(1_000);
    }
    for _ in 0..300 {
        rig.pass(1_000);
    }
    assert_eq!(rig.value(0, 0), None);
    // Five minutes at 30, of which one second at 90, all at once.
    for ago_s in (0..300).rev() {
        let value = if ago_s == 100 { 90.0 } else { 30.0 };
        rig.hear(0, X, value, ago_s * 1_000);
    }
    rig.frame();
    let mean = rig.value(0, 0).unwrap();
    assert!((19.0..21.0).contains(&mean), "{mean}");
    assert_eq!(rig.value(0, 1), Some(90.0));
}

#[test]
fn a_source_clock_that_is_wrong_does_not_move_the_window() {
    for wrong_ms in [-3_600_000, -90_000, 3_600_000] {
        let mut rig = Rig::of(vec![window(Avg, X, 60.0)]);
        for second in 0..200_i32 {
            rig.hear(0, X, f64::from(second % 2), -wrong_ms);
            rig.pass(1_000);
        }
        let mean = rig.value(0, 0).unwrap();
        assert!((mean - 0.5).abs() < 0.03, "{mean} at {wrong_ms}");
    }
}

#[test]
fn a_source_clock_set_back_begins_its_windows_anew() {
    let mut rig = Rig::of(vec![window(Max, X, 60.0)]);
    for _ in 0..100 {
        rig.hear(0, X, 90.0, 0);
        rig.pass(1_000);
    }
    assert_eq!(rig.value(0, 0), Some(90.0));
    for _ in 0..31 {
        rig.pass(1_000);
    }
    for _ in 0..40 {
        rig.hear(0, X, 10.0, 7_200_000);
        rig.pass(1_000);
    }
    assert_eq!(rig.value(0, 0), Some(10.0));
}

#[test]
fn a_window_over_an_expression_follows_it() {
    let mut rig = Rig::of(vec![
        expression("x * 2.0"),
        window(Max, windvane::fleet::SignalColumn(FIRST), 60.0),
        window(Avg, windvane::fleet::SignalColumn(FIRST), 60.0),
    ]);
    for second in 0..120 {
        rig.hear(0, X, if second == 90 { 50.0 } else { 10.0 }, 0);
        rig.pass(1_000);
    }
    assert_eq!(rig.value(0, 1), Some(100.0));
    let mean = rig.value(0, 2).unwrap();
    assert!((mean - (20.0 + 80.0 / 60.0)).abs() < 0.1, "{mean}");
    for _ in 0..32 {
        rig.pass(1_000);
    }
    assert_eq!(rig.value(0, 0), None);
    assert_eq!(rig.value(0, 1), None);
}

#[test]
fn huge_and_infinite_values_leave_no_trace_once_they_are_gone() {
    let mut rig = Rig::of(vec![
        window(Avg, X, 60.0),
        window(Stddev, X, 60.0),
        window(Max, X, 60.0),
        window(Delta, X, 60.0),
    ]);
    for second in 0..400 {
        let value = match second {
            50 => 1e300,
            60 => f64::INFINITY,
            70 => -1e17,
            _ => 3.5,
        };
        rig.hear(0, X, value, 0);
        rig.pass(1_000);
        if second == 60 {
            assert_eq!(rig.value(0, 2), Some(f64::INFINITY));
        }
    }
    for (formula, expected) in [(0, 3.5), (1, 0.0), (2, 3.5), (3, 0.0)] {
        assert_eq!(rig.value(0, formula), Some(expected), "{formula}");
    }
}
