//! The shift: which fault strikes which turbine, and when.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::farm::Farm;
use super::faults::{FaultEvent, FaultKind};

/// The first minutes, seconds from the start: something is seen at once, and every kind of trouble
/// that the demo is for comes by. The gearbox was failing already when the demo began.
const OPENING: &[(FaultKind, f64)] = &[
    (FaultKind::Gearbox, -100.0),
    (FaultKind::Vibration, 0.0),
    (FaultKind::Communication, 75.0),
    (FaultKind::Yaw, 150.0),
    (FaultKind::GeneratorBearing, 260.0),
    (FaultKind::OverSpeed, 420.0),
    (FaultKind::Icing, 540.0),
    (FaultKind::Maintenance, 780.0),
];

/// How often each kind comes after that: small ones often, grave ones rarely.
const WEIGHTS: &[(FaultKind, u32)] = &[
    (FaultKind::Yaw, 20),
    (FaultKind::NacelleFan, 20),
    (FaultKind::Converter, 20),
    (FaultKind::Transformer, 16),
    (FaultKind::Communication, 8),
    (FaultKind::Icing, 8),
    (FaultKind::Maintenance, 5),
    (FaultKind::Gearbox, 3),
    (FaultKind::GeneratorBearing, 2),
    (FaultKind::Vibration, 3),
    (FaultKind::OverSpeed, 1),
    (FaultKind::Anemometer, 8),
    (FaultKind::GearboxBearing, 1),
    (FaultKind::GeneratorCooling, 1),
    (FaultKind::MainBearing, 1),
    (FaultKind::Grease, 3),
    (FaultKind::ObstructionLight, 2),
    (FaultKind::Hydraulics, 2),
    (FaultKind::PitchBattery, 1),
    (FaultKind::Sensor, 3),
];

/// Never more at once than this, in a farm of this size. A larger fleet has more, but not as many as
/// it has farms: with the cube root a country of 75,000 has about fifty.
const MOST_AT_ONCE: usize = 5;
const USUAL_FARM: f64 = 80.0;
/// A turbine that was mended is left alone for this long, seconds.
const REST_S: f64 = 2700.0;

/// A source of faults that gives the same ones for the same seed.
#[derive(Debug, Clone)]
pub struct Schedule {
    rng: ChaCha8Rng,
    /// How many times the faults of a usual farm.
    crowd: usize,
    /// For each machine, its model; for each model, whether each kind of fault shows in it.
    models: Vec<usize>,
    shows: Vec<[bool; FaultKind::ALL.len()]>,
    pending: Vec<FaultEvent>,
    next_random_s: Option<f64>,
    rest_until_s: Vec<f64>,
}

impl Schedule {
    /// The faults of a shift.
    pub fn shift(seed: u64, farm: &Farm) -> Self {
        let machines = farm.machines.len();
        let mut schedule = Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            crowd: (machines as f64 / USUAL_FARM).cbrt().max(1.0) as usize,
            models: farm.machines.iter().map(|machine| machine.model).collect(),
            shows: farm
                .models
                .iter()
                .map(|model| FaultKind::ALL.map(|(kind, _)| model.shows(kind)))
                .collect(),
            pending: Vec::new(),
            next_random_s: Some(900.0),
            rest_until_s: vec![f64::NEG_INFINITY; machines],
        };
        // A farm of a few turbines is not to be all in trouble at once.
        let opening = OPENING.iter().take(machines.div_ceil(4));
        let crowd = schedule.crowd;
        for &(kind, start_s) in opening.flat_map(|fault| std::iter::repeat_n(fault, crowd)) {
            if let Some(event) = schedule.draw(kind, start_s) {
                schedule.pending.push(event);
            }
        }
        schedule
    }

    /// These faults and no others.
    pub fn only(events: Vec<FaultEvent>) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(0),
            crowd: 1,
            models: Vec::new(),
            shows: Vec::new(),
            pending: events,
            next_random_s: None,
            rest_until_s: Vec::new(),
        }
    }

    /// The faults that begin by `time_s`, given how many there are now.
    pub fn due(&mut self, time_s: f64, at_once: usize) -> Vec<FaultEvent> {
        let (mut due, later): (Vec<_>, Vec<_>) = self
            .pending
            .drain(..)
            .partition(|event| event.start_s <= time_s);
        self.pending = later;
        if let Some(next_s) = self.next_random_s
            && next_s <= time_s
        {
            self.next_random_s =
                Some(next_s + self.rng.random_range(100.0..200.0) / self.crowd as f64);
            if at_once < MOST_AT_ONCE * self.crowd {
                let kind = self.draw_kind();
                due.extend(self.draw(kind, next_s));
            }
        }
        due
    }

    fn shows_in(&self, kind: FaultKind, machine: usize) -> bool {
        let model = self.models.get(machine);
        let shows = model.and_then(|&model| self.shows.get(model));
        shows.is_some_and(|shows| shows.get(kind as usize).copied().unwrap_or(false))
    }

    fn draw_kind(&mut self) -> FaultKind {
        let total: u32 = WEIGHTS.iter().map(|&(_, weight)| weight).sum();
        let mut left = self.rng.random_range(0..total);
        for &(kind, weight) in WEIGHTS {
            if left < weight {
                return kind;
            }
            left -= weight;
        }
        FaultKind::Yaw
    }

    /// A fault at a turbine that is not in trouble and was not lately; `None` if none is found.
    fn draw(&mut self, kind: FaultKind, start_s: f64) -> Option<FaultEvent> {
        let duration_s = kind.usual_duration_s() * self.rng.random_range(0.9..1.3);
        for _ in 0..20 {
            let machine = self.rng.random_range(0..self.models.len().max(1));
            let Some(kind) = [Some(kind), kind.instead()]
                .into_iter()
                .flatten()
                .find(|&kind| self.shows_in(kind, machine))
            else {
                continue;
            };
            let rest = self.rest_until_s.get_mut(machine)?;
            if *rest <= start_s {
                *rest = start_s + duration_s + REST_S;
                return Some(FaultEvent {
                    kind,
                    machine,
                    start_s,
                    duration_s,
                });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seed: u64) -> Vec<FaultEvent> {
        let mut schedule = Schedule::shift(seed, &Farm::horns_rev_1());
        let mut all: Vec<FaultEvent> = Vec::new();
        for second in -1800..8 * 3600 {
            let time_s = f64::from(second);
            let at_once = all.iter().filter(|e| !e.is_over(time_s)).count();
            all.extend(schedule.due(time_s, at_once));
            let now = all.iter().filter(|e| !e.is_over(time_s)).count();
            assert!(now <= MOST_AT_ONCE + 1, "{now} at {time_s}");
        }
        all
    }

    #[test]
    fn a_seed_gives_the_same_shift() {
        assert_eq!(run(3), run(3));
        assert_ne!(run(3), run(4));
    }

    #[test]
    fn small_faults_are_the_most() {
        let all = run(1);
        let count = |wanted: &[FaultKind]| all.iter().filter(|e| wanted.contains(&e.kind)).count();
        use FaultKind::{Converter, NacelleFan, OverSpeed, Transformer, Yaw};
        assert!(count(&[Yaw, NacelleFan, Converter, Transformer]) > all.len() / 2);
        assert!(count(&[OverSpeed]) * 10 < all.len());
        assert!(all.len() > 100, "{}", all.len());
    }
}
