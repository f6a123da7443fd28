//! Power, thrust, pitch and rotor speed against wind speed, for the Vestas V80 and machines like it.
//!
//! Sources. Power and thrust: the Vestas V80-2.0 MW curves used for Horns Rev 1 in the literature
//! (Hansen et al., Wind Energy 15, 2012; the same tables stand in DTU's PyWake, `hornsrev1.py`).
//! Rotor speed: Vestas V80-2.0 MW brochure, nominal 16.7 rpm, operational interval 9 to 19 rpm.
//! Pitch: Jonkman et al., NREL/TP-500-38060 (2009), table 7-1.

/// Wind speed (m/s), power (kW), thrust coefficient.
const V80: [(f64, f64, f64); 23] = [
    (3.0, 0.0, 0.0),
    (4.0, 66.6, 0.818),
    (5.0, 154.0, 0.806),
    (6.0, 282.0, 0.804),
    (7.0, 460.0, 0.805),
    (8.0, 696.0, 0.806),
    (9.0, 996.0, 0.807),
    (10.0, 1341.0, 0.793),
    (11.0, 1661.0, 0.739),
    (12.0, 1866.0, 0.709),
    (13.0, 1958.0, 0.409),
    (14.0, 1988.0, 0.314),
    (15.0, 1997.0, 0.249),
    (16.0, 1999.0, 0.202),
    (17.0, 2000.0, 0.167),
    (18.0, 2000.0, 0.140),
    (19.0, 2000.0, 0.119),
    (20.0, 2000.0, 0.102),
    (21.0, 2000.0, 0.088),
    (22.0, 2000.0, 0.077),
    (23.0, 2000.0, 0.067),
    (24.0, 2000.0, 0.060),
    (25.0, 2000.0, 0.053),
];

/// Wind speed (m/s), pitch (degrees).
const PITCH: [(f64, f64); 15] = [
    (11.4, 0.0),
    (12.0, 3.83),
    (13.0, 6.60),
    (14.0, 8.70),
    (15.0, 10.45),
    (16.0, 12.06),
    (17.0, 13.54),
    (18.0, 14.92),
    (19.0, 16.23),
    (20.0, 17.47),
    (21.0, 18.70),
    (22.0, 19.94),
    (23.0, 21.18),
    (24.0, 22.35),
    (25.0, 23.47),
];

const V80_RATED_KW: f64 = 2000.0;
const V80_DIAMETER_M: f64 = 80.0;
/// Tip-speed ratio that the controller keeps below rated speed.
const TIP_SPEED_RATIO: f64 = 7.5;
/// Least rotor speed in operation, of nominal: 9 of 16.7 rpm.
const MIN_SPEED_RATIO: f64 = 9.0 / 16.7;

/// The curves of one model, scaled from the V80's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curves {
    rated_power_kw: f64,
    rotor_radius_m: f64,
    /// Factor on wind speed at which the V80 has the same power coefficient.
    speed_scale: f64,
}

impl Curves {
    /// The curves of a machine of this size. A machine with another power per rotor area reaches
    /// rated power at another wind speed: the cube root of the ratio.
    pub fn new(rated_power_kw: f64, rotor_diameter_m: f64) -> Self {
        let rated_power_kw = rated_power_kw.max(1.0);
        let rotor_diameter_m = rotor_diameter_m.max(1.0);
        let specific = rated_power_kw / (rotor_diameter_m * rotor_diameter_m);
        let v80_specific = V80_RATED_KW / (V80_DIAMETER_M * V80_DIAMETER_M);
        Self {
            rated_power_kw,
            rotor_radius_m: rotor_diameter_m / 2.0,
            speed_scale: (v80_specific / specific).cbrt(),
        }
    }

    /// The wind speed at which the V80 does what this machine does at `wind_ms`.
    pub fn v80_wind_ms(&self, wind_ms: f64) -> f64 {
        wind_ms * self.speed_scale
    }

    /// Power in steady wind, kW. Zero below cut-in and above cut-out.
    pub fn power_kw(&self, wind_ms: f64) -> f64 {
        let v = self.v80_wind_ms(wind_ms);
        let of_rated = interpolate(V80.iter().map(|&(x, y, _)| (x, y)), v) / V80_RATED_KW;
        if v > 25.0 {
            0.0
        } else {
            of_rated * self.rated_power_kw
        }
    }

    /// Thrust coefficient in operation. Above cut-out as at cut-out.
    pub fn thrust(&self, wind_ms: f64) -> f64 {
        let v = self.v80_wind_ms(wind_ms);
        interpolate(V80.iter().map(|&(x, _, y)| (x, y)), v)
    }

    /// Nominal rotor speed, rpm: 16.7 for the V80 (a tip speed of 70 m/s; larger machines turn
    /// faster at the tip, 95 m/s for a 240 m rotor).
    pub fn nominal_rpm(&self) -> f64 {
        let tip_ms = (70.0 + (self.rotor_radius_m - 40.0) * 0.31).clamp(60.0, 95.0);
        rpm_of_tip_speed(tip_ms, self.rotor_radius_m)
    }

    /// Rotor speed in operation, rpm: constant tip-speed ratio between the least and nominal speed.
    pub fn rotor_rpm(&self, wind_ms: f64) -> f64 {
        let nominal = self.nominal_rpm();
        rpm_of_tip_speed(TIP_SPEED_RATIO * wind_ms, self.rotor_radius_m)
            .clamp(nominal * MIN_SPEED_RATIO, nominal)
    }

    /// Rotor speed of a rotor that has lost its load, rpm: it runs up until drag balances lift.
    pub fn runaway_rpm(&self, wind_ms: f64) -> f64 {
        rpm_of_tip_speed(11.0 * wind_ms, self.rotor_radius_m)
    }

    /// Blade pitch in operation, degrees from the fine position.
    pub fn pitch_deg(&self, wind_ms: f64) -> f64 {
        interpolate(PITCH.iter().copied(), self.v80_wind_ms(wind_ms))
    }
}

fn rpm_of_tip_speed(tip_ms: f64, radius_m: f64) -> f64 {
    tip_ms / radius_m * 30.0 / std::f64::consts::PI
}

/// Linear between the points, constant beyond them.
fn interpolate(points: impl Iterator<Item = (f64, f64)>, at: f64) -> f64 {
    let mut before: Option<(f64, f64)> = None;
    for (x, y) in points {
        if at <= x {
            return before.map_or(y, |(x0, y0)| y0 + (y - y0) * (at - x0) / (x - x0));
        }
        before = Some((x, y));
    }
    before.map_or(0.0, |(_, y)| y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_v80_is_itself() {
        let v80 = Curves::new(2000.0, 80.0);
        assert!((v80.power_kw(8.0) - 696.0).abs() < 1e-9);
        assert!((v80.power_kw(8.5) - 846.0).abs() < 1e-9);
        assert!((v80.thrust(14.0) - 0.314).abs() < 1e-9);
        assert!((v80.nominal_rpm() - 16.71).abs() < 0.01);
        assert!(v80.power_kw(2.0).abs() < 1e-9 && v80.power_kw(25.1).abs() < 1e-9);
        assert!(v80.rotor_rpm(4.0) >= 9.0 && v80.rotor_rpm(20.0) <= 16.72);
    }

    #[test]
    fn no_machine_beats_betz() {
        for (rated_kw, diameter_m) in [(2000.0, 80.0), (15_000.0, 240.0), (660.0, 47.0)] {
            let curves = Curves::new(rated_kw, diameter_m);
            let area = std::f64::consts::PI * diameter_m * diameter_m / 4.0;
            for tenth in 30..250 {
                let v = f64::from(tenth) / 10.0;
                let wind_kw = 0.5 * 1.225 * area * v.powi(3) / 1000.0;
                assert!(
                    curves.power_kw(v) <= wind_kw * 16.0 / 27.0,
                    "{rated_kw} kW at {v} m/s"
                );
            }
        }
    }

    #[test]
    fn power_and_pitch_never_fall_with_the_wind_up_to_cut_out() {
        let v80 = Curves::new(2000.0, 80.0);
        for tenth in 0..250 {
            let v = f64::from(tenth) / 10.0;
            assert!(v80.power_kw(v + 0.1) >= v80.power_kw(v) || v + 0.1 > 25.0);
            assert!(v80.pitch_deg(v + 0.1) >= v80.pitch_deg(v));
        }
    }
}
