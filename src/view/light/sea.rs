//! The state of the sea, from the wind that the turbines report.

use crate::view::wind::Wind;

/// Without a report the sea is that of a light breeze from the south-west.
const UNREPORTED: (f32, f32) = (5.0, 240.0);
/// Stronger winds look no different from this high, m/s.
const STRONGEST_M_S: f32 = 28.0;

/// What the sea's shader needs of the wind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeaState {
    /// Where the waves run, degrees clockwise from north.
    pub towards_deg: f32,
    /// Root mean square of the surface's slope.
    pub slope: f32,
    /// The part of the surface that breaks white.
    pub whitecaps: f32,
}

impl SeaState {
    /// The slope after Cox and Munk (J. Opt. Soc. Am. 44, 1954): its mean square is 0.003 + 0.00512 U.
    /// The whitecaps after Monahan and O'Muircheartaigh (J. Phys. Oceanogr. 10, 1980): 3.84e-6 U^3.41.
    pub fn of(wind: &Wind) -> Self {
        let (usual_m_s, usual_deg) = UNREPORTED;
        let speed_m_s = wind
            .speed_m_s
            .unwrap_or(usual_m_s)
            .clamp(0.0, STRONGEST_M_S);
        let whitecaps = if wind.speed_m_s.is_some() {
            3.84e-6 * speed_m_s.powf(3.41)
        } else {
            0.0
        };
        Self {
            towards_deg: wind.from_deg.unwrap_or(usual_deg) + 180.0,
            slope: (0.003 + 0.00512 * speed_m_s).sqrt(),
            whitecaps: whitecaps.min(0.2),
        }
    }

    /// What of the texture's patches breaks white: they are near to normally distributed.
    pub fn breaks_above(&self) -> f32 {
        let exceeded = (-2.0 * (2.5 * self.whitecaps).clamp(1e-6, 0.6).ln()).max(0.0);
        0.5 + 0.115 * exceeded.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calm_sea_is_smooth_and_only_a_reported_wind_breaks_it() {
        let of = |speed_m_s| {
            SeaState::of(&Wind {
                speed_m_s,
                ..Wind::default()
            })
        };
        assert!(of(Some(0.0)).whitecaps < 1e-9 && of(None).whitecaps < 1e-9);
        assert!(of(Some(0.0)).slope < of(None).slope);
        // 1 % at 10 m/s.
        assert!((of(Some(10.0)).whitecaps - 0.0099).abs() < 5e-4);
        assert!(of(Some(500.0)).whitecaps <= 0.2);
    }
}
