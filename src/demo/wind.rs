//! The free wind over the farm: it drifts over hours, and gusts travel through it.
//!
//! Turbulence larger than a rotor is a frozen field carried by the mean wind (Taylor's hypothesis),
//! with a slow change of its own; a gust is therefore seen by one row after the other. What is
//! smaller is each turbine's own, see [`super::turbine`].

use noise::{NoiseFn as _, OpenSimplex};

/// What the weather of a run is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Climate {
    /// Mean wind speed at hub height, m/s.
    pub wind_ms: f64,
    /// How far the mean goes either way over hours, m/s.
    pub wind_swing_ms: f64,
    /// Mean direction that the wind comes from, degrees from north.
    pub direction_deg: f64,
    /// How far the direction goes either way over hours, degrees.
    pub direction_swing_deg: f64,
    /// Mean air temperature, degrees Celsius.
    pub ambient_c: f64,
    /// How far it goes either way over a day, degrees Celsius.
    pub ambient_swing_c: f64,
}

impl Default for Climate {
    /// A cold westerly day on the North Sea.
    ///
    /// South-west to west is the prevailing sector at Horns Rev; about 10 m/s is its mean wind at
    /// hub height (Sommer, "Wind resources at Horns Rev", Eltra/Tech-wise report D-160949, 2002).
    /// A run begins near the means: just off the rows' own direction of 270 degrees, so that the
    /// wakes of one row reach the next and the power falls from row to row.
    fn default() -> Self {
        Self::NORTH_SEA
    }
}

impl Climate {
    /// See [`Climate::default`].
    pub const NORTH_SEA: Self = Self {
        wind_ms: 9.8,
        wind_swing_ms: 2.6,
        direction_deg: 267.0,
        direction_swing_deg: 22.0,
        ambient_c: 1.0,
        ambient_swing_c: 1.0,
    };
}

/// Size of the largest gusts, metres.
const GUST_LENGTH_M: f64 = 1600.0;
/// In how many seconds a gust changes while it travels.
const GUST_LIFE_S: f64 = 900.0;
/// Largest relative gust.
const GUST_STRENGTH: f64 = 0.14;

/// Beyond this extent the weather is not the same everywhere, metres.
const WIDE_M: f64 = 60_000.0;
/// Size of highs and lows, metres; how far speed (relative) and direction (degrees) differ in them.
const WEATHER_M: f64 = 330_000.0;
const WEATHER_SPEED: f64 = 0.75;
const WEATHER_TURN_DEG: f64 = 50.0;

/// The state of the free wind.
#[derive(Debug, Clone)]
pub struct Wind {
    climate: Climate,
    mean_at_s: f64,
    slow: OpenSimplex,
    gusts: OpenSimplex,
    turns: OpenSimplex,
    time_s: f64,
    is_wide: bool,
    /// How far the mean wind has carried the field, metres east and north.
    carried_m: [f64; 2],
}

/// The wind at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindAt {
    /// m/s.
    pub speed_ms: f64,
    /// Where it comes from, degrees from north, 0 to 360.
    pub direction_deg: f64,
}

impl Wind {
    /// The wind of a seed, which has its mean speed and direction when `mean_at_s` have passed.
    pub fn new(climate: Climate, seed: u64, mean_at_s: f64) -> Self {
        let seed = (seed ^ (seed >> 32)) as u32;
        Self {
            climate,
            mean_at_s,
            slow: OpenSimplex::new(seed),
            gusts: OpenSimplex::new(seed.wrapping_add(1)),
            turns: OpenSimplex::new(seed.wrapping_add(2)),
            time_s: 0.0,
            is_wide: false,
            carried_m: [0.0; 2],
        }
    }

    /// The same wind for a fleet that reaches so far from the origin: over a country the weather
    /// differs from place to place.
    #[must_use]
    pub fn over(mut self, extent_m: f64) -> Self {
        self.is_wide = extent_m > WIDE_M;
        self
    }

    /// Lets time pass.
    pub fn step(&mut self, dt_s: f64) {
        self.time_s += dt_s;
        let mean = self.mean();
        let (sin, cos) = mean.direction_deg.to_radians().sin_cos();
        let [east, north] = &mut self.carried_m;
        *east -= mean.speed_ms * sin * dt_s;
        *north -= mean.speed_ms * cos * dt_s;
    }

    /// The mean wind now.
    pub fn mean(&self) -> WindAt {
        let speed_ms = self.climate.wind_ms + self.climate.wind_swing_ms * self.drift(9000.0, 0.0);
        let turned = self.climate.direction_swing_deg * self.drift(7000.0, 50.0);
        WindAt {
            speed_ms: speed_ms.max(0.0),
            direction_deg: (self.climate.direction_deg + turned).rem_euclid(360.0),
        }
    }

    /// The air temperature now, degrees Celsius.
    pub fn ambient_c(&self) -> f64 {
        self.climate.ambient_c + self.climate.ambient_swing_c * self.drift(20_000.0, 100.0)
    }

    /// The free wind at a point, metres east and north.
    pub fn at(&self, east_m: f64, north_m: f64) -> WindAt {
        let mean = self.mean();
        let [carried_east, carried_north] = self.carried_m;
        let x = (east_m - carried_east) / GUST_LENGTH_M;
        let y = (north_m - carried_north) / GUST_LENGTH_M;
        let z = self.time_s / GUST_LIFE_S;
        // Three octaves after Kolmogorov: a gust of half the size has 2^-(1/3) of the speed, and
        // lives for 2^-(2/3) of the time.
        let octaves = [(1.0, 0.5, 1.0), (2.0, 0.397, 1.59), (4.0, 0.315, 2.52)];
        let gust: f64 = octaves
            .iter()
            .map(|&(finer, share, faster)| {
                share * self.gusts.get([x * finer, y * finer, z * faster])
            })
            .sum();
        let turn = 7.0 * self.turns.get([x * 0.7, y * 0.7, z]);
        let (stronger, turned) = if self.is_wide {
            let (x, y) = (east_m / WEATHER_M, north_m / WEATHER_M);
            let z = self.time_s / 20_000.0;
            (
                WEATHER_SPEED * self.slow.get([x, y, z]),
                WEATHER_TURN_DEG * self.turns.get([x, y, z]),
            )
        } else {
            (0.0, 0.0)
        };
        let relative = (1.0 + 2.0 * GUST_STRENGTH * gust) * (1.0 + stronger);
        WindAt {
            speed_ms: (mean.speed_ms * relative).max(0.0),
            direction_deg: (mean.direction_deg + turn + turned).rem_euclid(360.0),
        }
    }

    /// A slow wander between -1 and 1 that is 0 when the wind has its mean.
    fn drift(&self, period_s: f64, lane: f64) -> f64 {
        let wander = |time_s: f64| {
            let at = time_s / period_s;
            self.slow.get([at, lane]) + 0.35 * self.slow.get([at * 3.1, lane + 10.0])
        };
        let since_s = (self.time_s - self.mean_at_s).max(0.0);
        let kept = (-since_s / 7200.0).exp();
        (1.2 * (wander(self.time_s) - kept * wander(self.mean_at_s))).clamp(-1.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correlation(a: &[f64], b: &[f64]) -> f64 {
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let (ma, mb) = (mean(a), mean(b));
        let cov: f64 = a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum();
        let var = |v: &[f64], m: f64| v.iter().map(|x| (x - m).powi(2)).sum::<f64>();
        cov / (var(a, ma) * var(b, mb)).sqrt()
    }

    #[test]
    fn gusts_travel_with_the_wind() {
        let climate = Climate {
            wind_ms: 10.0,
            wind_swing_ms: 0.0,
            direction_deg: 270.0,
            direction_swing_deg: 0.0,
            ..Climate::default()
        };
        let mut wind = Wind::new(climate, 7, 0.0);
        let (mut west, mut east) = (Vec::new(), Vec::new());
        for _ in 0..4000 {
            wind.step(1.0);
            west.push(wind.at(0.0, 0.0).speed_ms);
            east.push(wind.at(1200.0, 0.0).speed_ms);
        }
        // 1,200 m at 10 m/s are 120 s.
        let late = correlation(&west[..3800], &east[120..3920]);
        let at_once = correlation(&west[..3800], &east[..3800]);
        assert!(late > 0.8, "{late}");
        assert!(late > at_once + 0.2, "{late} {at_once}");
    }

    #[test]
    fn a_day_stays_within_the_climate() {
        let mut wind = Wind::new(Climate::default(), 1, 0.0);
        for _ in 0..8640 {
            wind.step(10.0);
            let mean = wind.mean();
            assert!((7.0..13.5).contains(&mean.speed_ms), "{mean:?}");
            assert!((-0.1..2.1).contains(&wind.ambient_c()));
        }
    }
}
