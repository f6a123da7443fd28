//! Wakes: the Park model of N. O. Jensen (Risø-M-2411, 1983) and Katic, Højstrup and Jensen (EWEC 1986).
//!
//! A wake widens linearly; its deficit is what mass balance leaves; deficits of several wakes add as
//! the root of the sum of squares, and a rotor partly in a wake feels the part of its area that is in it.
//!
//! A wake meanders: within ten minutes its direction varies by a few degrees, and the Park model with
//! the mean direction alone takes too much from a rotor in line. Gaumond et al. (Wind Energy 17, 2014)
//! average over that spread, for Horns Rev too; so does this, with three points.

use super::farm::Farm;

/// Wake decay constant over the sea: 0.05 in WAsP, where 0.075 is for land.
const DECAY: f64 = 0.05;
/// Standard deviation of a wake's direction, degrees, after Gaumond et al.
const MEANDER_DEG: f64 = 3.5;
/// The tangent of the widest meander that is looked at, a little more than that of 1.73 times it.
const MEANDER_SLOPE: f64 = 0.107;
/// Rotor diameters after which a wake is no longer followed.
const REACH_DIAMETERS: f64 = 50.0;

/// An upstream machine and what the geometry makes of its wake.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Upstream {
    machine: usize,
    /// Multiplies `1 - sqrt(1 - Ct)` of the upstream machine.
    weight: f64,
    /// Distance in diameters of the upstream rotor.
    distance_diameters: f64,
}

/// Which machine stands in whose wake, for one wind direction.
#[derive(Debug, Clone, Default)]
pub struct Wakes {
    upstream_of: Vec<Vec<Upstream>>,
}

/// The wakes that one machine stands in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waked {
    /// The part of the free wind that is missing, 0 to 1.
    pub deficit: f64,
    /// Turbulence intensity in the nearest wake; 0 outside wakes.
    pub added_turbulence: f64,
}

impl Wakes {
    /// The geometry for wind from `direction_deg`.
    pub fn new(farm: &Farm, direction_deg: f64) -> Self {
        let (sin, cos) = direction_deg.to_radians().sin_cos();
        // Along the flow (downwind is positive) and across it.
        let mut placed: Vec<(usize, f64, f64, f64)> = farm
            .machines
            .iter()
            .enumerate()
            .map(|(index, m)| {
                let radius = farm.rotor_diameter_m(index) / 2.0;
                (
                    index,
                    -(m.east_m * sin + m.north_m * cos),
                    m.east_m * cos - m.north_m * sin,
                    radius,
                )
            })
            .collect();
        placed.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let widest_m = placed.iter().map(|p| p.3 * 2.0).fold(1.0, f64::max);
        let reach_m = REACH_DIAMETERS * widest_m;

        let mut upstream_of = vec![Vec::new(); placed.len()];
        let mut first = 0;
        for &(machine, along, across, radius) in &placed {
            while placed.get(first).is_some_and(|p| along - p.1 > reach_m) {
                first += 1;
            }
            let Some(list) = upstream_of.get_mut(machine) else {
                continue;
            };
            for &(other, other_along, other_across, other_radius) in
                placed.iter().skip(first).take_while(|p| p.1 < along)
            {
                let distance = along - other_along;
                // Rotors side by side do not shade each other.
                if other == machine || distance < other_radius {
                    continue;
                }
                let wake_radius = other_radius + DECAY * distance;
                let off_axis = across - other_across;
                if off_axis.abs() > wake_radius + radius + MEANDER_SLOPE * distance {
                    continue;
                }
                let inside = meandering_overlap(wake_radius, radius, off_axis, distance);
                if inside > 0.0 {
                    let narrowing = other_radius / wake_radius;
                    list.push(Upstream {
                        machine: other,
                        weight: narrowing * narrowing * inside,
                        distance_diameters: distance / (2.0 * other_radius),
                    });
                }
            }
        }
        Self { upstream_of }
    }

    /// What the wakes do to a machine, given the thrust coefficient of each machine now.
    ///
    /// The turbulence in a wake is Frandsen's (Risø-R-1188, 2007): `1 / (1.5 + 0.8 s / sqrt(Ct))`.
    pub fn at(&self, machine: usize, thrust: &[f64]) -> Waked {
        let mut squares = 0.0;
        let mut added_turbulence: f64 = 0.0;
        for upstream in self.upstream_of.get(machine).into_iter().flatten() {
            let ct = thrust
                .get(upstream.machine)
                .copied()
                .unwrap_or(0.0)
                .clamp(0.0, 0.96);
            let deficit = (1.0 - (1.0 - ct).sqrt()) * upstream.weight;
            squares += deficit * deficit;
            if ct > 0.1 {
                let turbulence = 1.0 / (1.5 + 0.8 * upstream.distance_diameters / ct.sqrt());
                added_turbulence = added_turbulence.max(turbulence);
            }
        }
        Waked {
            deficit: squares.sqrt().min(0.9),
            added_turbulence,
        }
    }
}

/// The overlap on average over the meander: Gauss-Hermite quadrature with three points, which lie
/// at 0 and at the square root of 3 standard deviations.
fn meandering_overlap(wake_radius: f64, radius: f64, off_axis: f64, distance: f64) -> f64 {
    let aside = distance * (3.0_f64.sqrt() * MEANDER_DEG).to_radians().tan();
    let at = |shift: f64| overlap(wake_radius, radius, (off_axis + shift).abs());
    (4.0 * at(0.0) + at(aside) + at(-aside)) / 6.0
}

/// The part of a rotor of `radius` whose centre is `distance` from the axis that lies in the wake.
fn overlap(wake_radius: f64, radius: f64, distance: f64) -> f64 {
    if distance >= wake_radius + radius {
        return 0.0;
    }
    if distance <= (wake_radius - radius).abs() {
        let smaller = radius.min(wake_radius);
        return smaller * smaller / (radius * radius);
    }
    let (w2, r2, d2) = (
        wake_radius * wake_radius,
        radius * radius,
        distance * distance,
    );
    let at_wake = ((d2 + w2 - r2) / (2.0 * distance * wake_radius))
        .clamp(-1.0, 1.0)
        .acos();
    let at_rotor = ((d2 + r2 - w2) / (2.0 * distance * radius))
        .clamp(-1.0, 1.0)
        .acos();
    let lens = w2 * (at_wake - at_wake.sin() * at_wake.cos())
        + r2 * (at_rotor - at_rotor.sin() * at_rotor.cos());
    lens / (std::f64::consts::PI * r2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten in a row from west to east, 560 m apart.
    fn row() -> Farm {
        let mut farm = Farm::horns_rev_1();
        farm.machines.truncate(10);
        for (index, machine) in farm.machines.iter_mut().enumerate() {
            machine.east_m = 560.0 * index as f64;
            machine.north_m = 0.0;
        }
        farm
    }

    #[test]
    fn the_second_in_line_loses_what_jensen_says_less_the_meander() {
        let wakes = Wakes::new(&row(), 270.0);
        let thrust = [0.806; 10];
        let expected = (1.0 - (1.0_f64 - 0.806).sqrt()) / (1.0 + 2.0 * 0.05 * 7.0_f64).powi(2);
        assert!(wakes.at(0, &thrust).deficit.abs() < 1e-12);
        let of_jensen = wakes.at(1, &thrust).deficit / expected;
        assert!((0.75..0.95).contains(&of_jensen), "{of_jensen}");
        assert!(wakes.at(9, &thrust).deficit > wakes.at(1, &thrust).deficit);
        assert!(wakes.at(9, &thrust).deficit < 0.35);
    }

    #[test]
    fn the_wind_turned_round_shades_the_other_end() {
        let thrust = [0.8; 10];
        assert!(Wakes::new(&row(), 90.0).at(9, &thrust).deficit.abs() < 1e-12);
        assert!(Wakes::new(&row(), 90.0).at(0, &thrust).deficit > 0.15);
    }

    #[test]
    fn a_row_across_the_wind_has_no_wakes() {
        let wakes = Wakes::new(&row(), 0.0);
        assert!((0..10).all(|m| wakes.at(m, &[0.8; 10]).deficit.abs() < 1e-12));
    }

    #[test]
    fn a_stopped_machine_leaves_no_wake() {
        let wakes = Wakes::new(&row(), 270.0);
        assert!(wakes.at(1, &[0.0; 10]).deficit.abs() < 1e-12);
    }

    #[test]
    fn overlap_goes_from_all_to_nothing() {
        assert!((overlap(70.0, 40.0, 0.0) - 1.0).abs() < 1e-12);
        assert!((overlap(70.0, 40.0, 110.0)).abs() < 1e-12);
        let half = overlap(70.0, 40.0, 75.0);
        assert!(half > 0.2 && half < 0.6, "{half}");
    }
}
