//! The layout of `scenes/country`: 75,000 turbines in farms over a country that is nowhere.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use noise::{NoiseFn as _, OpenSimplex};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::{GenerateError, write_whole};

/// As many as the largest national fleets have.
pub const COUNTRY_TURBINES: usize = 75_000;

/// Keys of the scene's models, their rotor diameters, and how common they are: small old ones and
/// large new ones, as in any country that began early.
const MODELS: [(&str, f64, u32); 6] = [
    ("e40", 44.0, 8),
    ("v80", 80.0, 16),
    ("e82", 82.0, 24),
    ("v90", 90.0, 22),
    ("n117", 117.0, 18),
    ("v136", 136.0, 12),
];
/// Half the country's size, metres east and north.
const HALF_EAST_M: f64 = 310_000.0;
const HALF_NORTH_M: f64 = 420_000.0;
/// The largest farm.
const MOST_IN_A_FARM: usize = 180;
/// Between the middles of farms, metres.
const APART_M: f64 = 2_600.0;

/// Writes `layout.csv`.
///
/// # Errors
/// It cannot be written.
pub fn write_country(folder: &Path, seed: u64) -> Result<(), GenerateError> {
    write_whole(&folder.join("layout.csv"), layout(seed).as_bytes())
}

fn layout(seed: u64) -> String {
    let mut country = Country::new(seed);
    let mut csv = String::from("turbine,model,east_m,north_m\n");
    let (mut left, mut farm) = (COUNTRY_TURBINES, 0);
    while left > 0 {
        farm += 1;
        let turbines = country.farm(left);
        for (index, (model, [east, north])) in turbines.iter().enumerate() {
            let (name, number) = (letters(farm), index + 1);
            // Writing into a String cannot fail.
            let _ = writeln!(csv, "{name}-{number:03},{model},{east:.0},{north:.0}");
        }
        left -= turbines.len();
    }
    csv
}

/// A farm's short name: AAA, AAB and so on.
fn letters(farm: usize) -> String {
    let letter = |place: usize| char::from(b'A' + (farm / place % 26) as u8);
    [letter(676), letter(26), letter(1)].iter().collect()
}

struct Country {
    rng: ChaCha8Rng,
    shape: OpenSimplex,
    /// Squares of [`APART_M`] that have a farm.
    taken: HashSet<(i64, i64)>,
}

impl Country {
    fn new(seed: u64) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            shape: OpenSimplex::new(seed as u32),
            taken: HashSet::new(),
        }
    }

    /// How good a place is for farms, 0 to 1; 0 beyond the border. The windy north has the most.
    fn merit(&self, east_m: f64, north_m: f64) -> f64 {
        let noise =
            |size_m: f64, lane: f64| self.shape.get([east_m / size_m, north_m / size_m, lane]);
        let (x, y) = (east_m / HALF_EAST_M, north_m / HALF_NORTH_M);
        let border = 0.86 + 0.22 * noise(190_000.0, 0.0) + 0.10 * noise(60_000.0, 9.0);
        if x.hypot(y) > border {
            return 0.0;
        }
        let windy = 0.30 + 0.55 * (y + 1.0) / 2.0;
        // Districts that want them, and towns and hills that do not.
        let wanted = noise(70_000.0, 20.0) + 0.6 * noise(24_000.0, 30.0);
        (windy + 0.75 * wanted).clamp(0.0, 1.0).powi(2)
    }

    /// A farm of at most so many turbines: models with their places.
    fn farm(&mut self, most: usize) -> Vec<(&'static str, [f64; 2])> {
        // Few large farms, many small ones.
        let drawn: f64 = self.rng.random_range(0.0_f64..1.0);
        let size = (4.0 + 9.0 * (1.0 / (1.0 - 0.985 * drawn)).powf(1.02)) as usize;
        let size = size.min(MOST_IN_A_FARM).min(most);
        let (model, diameter_m) = self.model();
        let [east, north] = self.site(if size > 36 { 2 } else { i64::from(size > 9) });
        // Rows across the wind, further apart along it; no farm stands exactly like the next.
        let bearing = self.rng.random_range(-0.5..0.5_f64) + 0.9;
        let (sin, cos) = bearing.sin_cos();
        let in_row = diameter_m * self.rng.random_range(3.4..4.6);
        let rows_apart = diameter_m * self.rng.random_range(5.0..7.5);
        let lean = self.rng.random_range(-0.4..0.4) * in_row;
        let a_row = ((size as f64 * self.rng.random_range(0.7..2.4))
            .sqrt()
            .ceil() as usize)
            .max(2);
        (0..size)
            .map(|index| {
                let (row, place) = ((index / a_row) as f64, (index % a_row) as f64);
                let jitter = 0.35 * diameter_m;
                let across = (place - a_row as f64 / 2.0) * in_row
                    + row * lean
                    + self.rng.random_range(-jitter..jitter);
                let along = row * rows_apart + self.rng.random_range(-jitter..jitter);
                let at = [
                    east + across * cos + along * sin,
                    north - across * sin + along * cos,
                ];
                (model, at)
            })
            .collect()
    }

    /// Where a farm is built: a place with merit, and no other farm within so many squares.
    fn site(&mut self, reach: i64) -> [f64; 2] {
        loop {
            let east = self.rng.random_range(-1.15..1.15) * HALF_EAST_M;
            let north = self.rng.random_range(-1.15..1.15) * HALF_NORTH_M;
            let square = (
                (east / APART_M).floor() as i64,
                (north / APART_M).floor() as i64,
            );
            let luck: f64 = self.rng.random_range(0.0..1.0);
            if luck < self.merit(east, north) && !self.taken.contains(&square) {
                for right in -reach..=reach {
                    for up in -reach..=reach {
                        self.taken.insert((square.0 + right, square.1 + up));
                    }
                }
                return [east, north];
            }
        }
    }

    fn model(&mut self) -> (&'static str, f64) {
        let total: u32 = MODELS.iter().map(|&(_, _, share)| share).sum();
        let mut drawn = self.rng.random_range(0..total);
        for (key, diameter_m, share) in MODELS {
            if drawn < share {
                return (key, diameter_m);
            }
            drawn -= share;
        }
        ("v90", 90.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_country_has_its_number_of_turbines_each_with_a_name_of_its_own() {
        let csv = layout(1);
        let ids: HashSet<&str> = csv
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').next())
            .collect();
        assert_eq!(ids.len(), COUNTRY_TURBINES);
        assert_eq!(csv, layout(1), "the same seed gives the same country");
    }

    #[test]
    fn farms_lie_within_the_extent_that_a_scene_has_by_itself() {
        for line in layout(2).lines().skip(1) {
            let mut metres = line.split(',').skip(2).map(|n| n.parse::<f64>().unwrap());
            let (east, north) = (metres.next().unwrap(), metres.next().unwrap());
            assert!(east.hypot(north) < 500_000.0, "{line}");
        }
    }
}
