//! A plausible journal of a farm, made up: for tests, benches and pictures.

use std::sync::Arc;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use windvane::access::Role;
use windvane::alarms::journal::Record;
use windvane::alarms::{Actor, AlarmKey};
use windvane::scene::Priority;

const MIN_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// What is made up.
#[derive(Debug, Clone)]
pub struct Plan {
    /// From here on, milliseconds since 1970 UTC.
    pub from_ms: i64,
    /// So many days.
    pub days: i64,
    /// Names of turbines.
    pub turbines: Vec<Arc<str>>,
    /// Names of alarms with priorities, the most frequent first.
    pub alarms: Vec<(Arc<str>, Priority)>,
    /// Single alarms a day, on average.
    pub alarms_a_day: i64,
    /// Bursts of one alarm that chatters.
    pub bursts: i64,
    /// Floods after a loss of the grid.
    pub floods: i64,
    /// Alarms that stand for days.
    pub stale: i64,
    pub seed: u64,
}

/// One occurrence: when it is raised, acknowledged and cleared.
struct Occurrence {
    turbine: usize,
    alarm: usize,
    raised_ms: i64,
    acknowledged_ms: Option<i64>,
    cleared_ms: i64,
}

/// The records of a journal, in order.
pub fn records(plan: &Plan) -> Vec<Record> {
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    let until_ms = plan.from_ms + plan.days * DAY_MS;
    let mut all = Vec::new();
    let turbines = plan.turbines.len();
    let alarms = plan.alarms.len();
    let mut one =
        |rng: &mut ChaCha8Rng, turbine, alarm, raised_ms: i64, lasts_ms: i64, is_seen: bool| {
            let waits_ms = 8_000 + (rng.random_range(0.0..1.0_f64).powi(3) * 600_000.0) as i64;
            all.push(Occurrence {
                turbine,
                alarm,
                raised_ms,
                acknowledged_ms: is_seen.then_some(raised_ms + waits_ms),
                cleared_ms: raised_ms + lasts_ms,
            });
        };
    for _ in 0..plan.alarms_a_day * plan.days {
        // The first names come most often; more comes by day.
        let alarm = (rng.random_range(0.0..1.0_f64).powi(3) * alarms as f64) as usize;
        let day = rng.random_range(0..plan.days);
        let hour = (rng.random_range(0.0..1.0_f64) + rng.random_range(0.0..1.0_f64)) * 12.0;
        let at = plan.from_ms + day * DAY_MS + (hour * HOUR_MS as f64) as i64;
        let lasts = 20_000 + (rng.random_range(0.0..1.0_f64).powi(4) * 4.0 * HOUR_MS as f64) as i64;
        let is_seen = rng.random_range(0..10) > 0;
        one(
            &mut rng,
            some_turbine(at, turbines),
            alarm,
            at,
            lasts,
            is_seen,
        );
    }
    for n in 0..plan.bursts {
        let (turbine, alarm) = ((n as usize * 7 + 11) % 3 + 11, (n as usize) % 2);
        let mut at = plan.from_ms + rng.random_range(0..plan.days * DAY_MS);
        for _ in 0..rng.random_range(6..24) {
            let lasts = rng.random_range(2_000..9_000);
            one(&mut rng, turbine.min(turbines - 1), alarm, at, lasts, false);
            at += lasts + rng.random_range(3_000..14_000);
        }
    }
    for _ in 0..plan.floods {
        let at = plan.from_ms + rng.random_range(0..plan.days * DAY_MS);
        let lasts = rng.random_range(5..40) * MIN_MS;
        for turbine in 0..turbines.min(60) {
            let later = rng.random_range(0..8 * MIN_MS);
            one(
                &mut rng,
                turbine,
                alarms - 1,
                at + later,
                lasts,
                turbine % 3 == 0,
            );
            let after = rng.random_range(2_000..20_000);
            one(
                &mut rng,
                turbine,
                alarms - 2,
                at + later + after,
                lasts,
                false,
            );
        }
    }
    for n in 0..plan.stale {
        let at = plan.from_ms + rng.random_range(0..plan.days * DAY_MS * 2 / 3);
        let lasts = rng.random_range(26..200) * HOUR_MS;
        one(
            &mut rng,
            (n as usize * 13 + 5) % turbines,
            2 % alarms,
            at,
            lasts,
            true,
        );
    }
    changes(plan, all, until_ms)
}

/// A turbine that the time of an alarm picks: some have more than others.
fn some_turbine(at_ms: i64, turbines: usize) -> usize {
    let mixed = (at_ms as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let share = (mixed % 10_000) as f64 / 10_000.0;
    ((share * share) * turbines as f64) as usize % turbines
}

/// What happened in order: of one alarm only one occurrence stands at a time.
fn changes(plan: &Plan, mut all: Vec<Occurrence>, until_ms: i64) -> Vec<Record> {
    all.sort_by_key(|o| o.raised_ms);
    let mut busy_until = vec![i64::MIN; plan.turbines.len() * plan.alarms.len()];
    let station: Arc<str> = "desk-1".into();
    let operator = Actor {
        user: "anna".into(),
        station: Arc::clone(&station),
        role: Role::Operator,
    };
    let blank = |at_ms, change: &str| Record {
        seq: 0,
        at_ms,
        change: change.into(),
        object: Arc::clone(&station),
        name: "".into(),
        key: None,
        priority: None,
        value: String::new(),
        by: None,
        comment: None,
        until_ms: None,
    };
    let mut records = vec![blank(plan.from_ms, "started")];
    for (occurrence, key) in all.iter().zip(1..) {
        let busy = &mut busy_until[occurrence.turbine * plan.alarms.len() + occurrence.alarm];
        if occurrence.raised_ms <= *busy || occurrence.raised_ms >= until_ms {
            continue;
        }
        *busy = occurrence.cleared_ms;
        let (name, priority) = &plan.alarms[occurrence.alarm];
        let mut push = |at_ms, change: &str, by: Option<&Actor>| {
            if at_ms < until_ms {
                records.push(Record {
                    object: Arc::clone(&plan.turbines[occurrence.turbine]),
                    name: Arc::clone(name),
                    key: Some(AlarmKey(key)),
                    priority: Some(*priority),
                    value: "83.2 > 80 °C".to_owned(),
                    by: by.cloned(),
                    ..blank(at_ms, change)
                });
            }
        };
        push(occurrence.raised_ms, "raised", None);
        push(occurrence.cleared_ms, "cleared", None);
        if let Some(at_ms) = occurrence.acknowledged_ms {
            push(at_ms, "acknowledged", Some(&operator));
        }
    }
    records.sort_by_key(|r| r.at_ms);
    for (record, seq) in records.iter_mut().zip(1..) {
        record.seq = seq;
    }
    records
}

/// A month of 80 turbines with all that a report tells of.
pub fn month_of_80(from_ms: i64) -> Plan {
    let names = [
        ("Gearbox oil hot", Priority::High),
        ("Pitch hydraulics low", Priority::Low),
        ("Nacelle too warm", Priority::Low),
        ("Yaw error", Priority::Low),
        ("Vibration high", Priority::Medium),
        ("Generator bearing hot", Priority::Medium),
        ("Wind vane frozen", Priority::Low),
        ("Converter cooling weak", Priority::Low),
        ("No power", Priority::Low),
        ("No communication", Priority::Medium),
    ];
    Plan {
        from_ms,
        days: 30,
        turbines: (1..=80).map(|n| format!("T{n:02}").into()).collect(),
        alarms: names
            .map(|(name, priority)| (name.into(), priority))
            .to_vec(),
        alarms_a_day: 60,
        bursts: 24,
        floods: 3,
        stale: 5,
        seed: 7,
    }
}
