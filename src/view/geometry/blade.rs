//! Blades, lofted from tables of chord, twist and thickness.

use bevy::math::Vec3;

use super::builder::{MeshBuilder, Tag};
use super::dimensions::Dimensions;
use crate::scene::Surface;

/// One section of a blade.
#[derive(Debug, Clone, Copy)]
struct Section {
    /// Distance from the root as a fraction of the blade's length.
    span: f32,
    /// Chord as a fraction of the blade's length.
    chord: f32,
    /// Aerodynamic twist, degrees towards feather.
    twist_deg: f32,
    /// Thickness as a fraction of the chord; 1 for the circular root.
    thickness: f32,
}

const fn section(span: f32, chord: f32, twist_deg: f32, thickness: f32) -> Section {
    Section {
        span,
        chord,
        twist_deg,
        thickness,
    }
}

/// The blade of the NREL 5 MW reference turbine (Jonkman et al., NREL/TP-500-38060, 2009; 61.5 m,
/// sections as in its later structural models), chord divided by the length. The last section is
/// narrowed to close the tip.
const NREL_5MW: [Section; 19] = [
    section(0.00, 0.0576, 13.31, 1.000),
    section(0.04, 0.0596, 13.31, 0.953),
    section(0.08, 0.0642, 13.31, 0.811),
    section(0.12, 0.0688, 13.31, 0.604),
    section(0.16, 0.0733, 13.31, 0.435),
    section(0.18, 0.0744, 12.94, 0.396),
    section(0.22, 0.0753, 11.85, 0.361),
    section(0.28, 0.0734, 10.56, 0.331),
    section(0.36, 0.0694, 9.13, 0.302),
    section(0.44, 0.0647, 7.67, 0.265),
    section(0.52, 0.0597, 6.19, 0.234),
    section(0.60, 0.0549, 4.77, 0.209),
    section(0.68, 0.0501, 3.44, 0.185),
    section(0.76, 0.0453, 2.40, 0.180),
    section(0.84, 0.0405, 1.45, 0.180),
    section(0.90, 0.0367, 0.74, 0.180),
    section(0.94, 0.0323, 0.33, 0.180),
    section(0.96, 0.0274, 0.21, 0.180),
    section(1.00, 0.0060, 0.11, 0.180),
];

/// Where the pitch axis lies, as a fraction of the chord from the leading edge.
const PITCH_AXIS: f32 = 0.3;

/// The three blades, `stations` sections each of `around` points.
pub(super) fn add_blades(mesh: &mut MeshBuilder, d: &Dimensions, stations: usize, around: usize) {
    for blade in 0..3 {
        let tag = Tag::blade(blade);
        let rings: Vec<Vec<Vec3>> = (0..stations)
            .map(|i| ring(d, i as f32 / (stations - 1).max(1) as f32, around))
            .collect();
        mesh.loft(&rings, tag);
        if let Some(tip) = rings.last() {
            mesh.cap(tip, tag);
        }
    }
}

/// Blades as flat strips, seen from both sides: what is left at a distance.
pub(super) fn add_flat_blades(mesh: &mut MeshBuilder, d: &Dimensions, stations: usize) {
    for blade in 0..3 {
        let edges: Vec<[Vec3; 2]> = (0..stations)
            .map(|i| edges(d, i as f32 / (stations - 1).max(1) as f32))
            .collect();
        mesh.strip(&edges, Tag::blade(blade));
    }
}

fn at_span(t: f32) -> Section {
    // More sections towards the root and the tip, where the shape changes.
    let mut last = NREL_5MW[0];
    for next in NREL_5MW {
        if next.span >= t && next.span > last.span {
            let f = (t - last.span) / (next.span - last.span);
            let lerp = |a: f32, b: f32| a + (b - a) * f;
            return section(
                t,
                lerp(last.chord, next.chord),
                lerp(last.twist_deg, next.twist_deg),
                lerp(last.thickness, next.thickness),
            );
        }
        last = next;
    }
    last
}

/// Stations crowd towards root and tip.
fn spread(t: f32) -> f32 {
    let s = 0.5 - 0.5 * (std::f32::consts::PI * t).cos();
    0.45 * t + 0.55 * s
}

fn placed(d: &Dimensions, section: Section, along: f32, across: f32) -> Vec3 {
    // The leading edge points to -x, the way the blade moves; twist turns it upwind (-z).
    let (sin, cos) = section.twist_deg.to_radians().sin_cos();
    let chord = section.chord * d.blade_length_m;
    let x = (along - PITCH_AXIS.max(0.5 * section.thickness.min(1.0).powi(3))) * chord;
    let z = across * chord;
    let y = d.hub_radius_m + section.span * d.blade_length_m;
    Vec3::new(x * cos - z * sin, y, x * sin + z * cos)
}

fn edges(d: &Dimensions, t: f32) -> [Vec3; 2] {
    let s = at_span(spread(t));
    [placed(d, s, 0.0, 0.0), placed(d, s, 1.0, 0.0)]
}

/// One closed section: a NACA four-digit thickness with 2 % camber, blended to a circle at the root.
fn ring(d: &Dimensions, t: f32, around: usize) -> Vec<Vec3> {
    let s = at_span(spread(t));
    let roundness = ((s.thickness - 0.4) / 0.6).clamp(0.0, 1.0);
    (0..around)
        .map(|i| {
            let angle = std::f32::consts::TAU * i as f32 / around as f32;
            let along = 0.5 + 0.5 * angle.cos();
            let side = if angle.sin() < 0.0 { -1.0 } else { 1.0 };
            let profile = naca_half_thickness(along, s.thickness.min(0.45));
            let camber = 0.02 * 4.0 * along * (1.0 - along);
            let foil = side * profile + camber;
            let circle = 0.5 * angle.sin() * s.thickness;
            placed(d, s, along, foil + (circle - foil) * roundness)
        })
        .collect()
}

/// Half thickness of a NACA four-digit section with a closed trailing edge (Abbott & von Doenhoff,
/// Theory of Wing Sections, 1959, with the last coefficient -0.1036).
fn naca_half_thickness(x: f32, thickness: f32) -> f32 {
    let x = x.clamp(0.0, 1.0);
    5.0 * thickness
        * (0.2969 * x.sqrt() - 0.1260 * x - 0.3516 * x * x + 0.2843 * x.powi(3)
            - 0.1036 * x.powi(4))
}

impl Tag {
    fn blade(index: u32) -> Self {
        Self::new(Surface::Blades, index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_as_thick_as_its_figure_says() {
        let thickest = (0..=100)
            .map(|i| 2.0 * naca_half_thickness(i as f32 / 100.0, 0.18))
            .fold(0.0, f32::max);
        assert!((thickest - 0.18).abs() < 0.002, "{thickest}");
    }

    #[test]
    fn the_blade_ends_at_the_rotors_radius() {
        let d = Dimensions::new(70.0, 80.0, true);
        let tip = ring(&d, 1.0, 8);
        assert!(tip.iter().all(|p| (p.y - 40.0).abs() < 0.01));
    }
}
