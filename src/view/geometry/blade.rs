//! Blades, lofted from tables of chord, twist, thickness and prebend.

use bevy::math::Vec3;

use super::builder::{MeshBuilder, Skin};
use super::dimensions::Dimensions;
use super::tables::Station;
use super::tag::Tag;

/// Where the pitch axis lies in the aerofoil sections, as a fraction of the chord from the nose.
const PITCH_AXIS: f32 = 0.33;
/// The tip is rounded off over this last fraction of the blade.
const TIP: f32 = 0.018;
/// Blades of more stations than this end in a rounded tip.
const ROUND_TIP_FROM: usize = 10;

/// The three blades, `stations` sections each of `around` points.
pub(super) fn add_blades(mesh: &mut MeshBuilder, d: &Dimensions, stations: usize, around: usize) {
    let end = if stations > ROUND_TIP_FROM {
        1.0 - TIP
    } else {
        1.0
    };
    let mut spans: Vec<f32> = (0..stations)
        .map(|i| end * spread(i as f32 / (stations - 1).max(1) as f32))
        .collect();
    if stations > ROUND_TIP_FROM {
        spans.extend([0.35, 0.65, 0.87, 1.0].map(|t| end + TIP * t));
    }
    let rings: Vec<Vec<Vec3>> = spans.iter().map(|&span| ring(d, span, around)).collect();
    for blade in 0..3 {
        mesh.loft(&rings, Skin::Creased, Tag::blade(blade));
        if let Some(tip) = rings.last() {
            mesh.cap(tip, Vec3::Y, Tag::blade(blade));
        }
    }
}

/// Blades of three flat sides, as thick as they are seen from anywhere: what is left at a distance.
pub(super) fn add_slender_blades(mesh: &mut MeshBuilder, d: &Dimensions, stations: usize) {
    let rings: Vec<Vec<Vec3>> = (0..stations)
        .map(|i| {
            let span = i as f32 / (stations - 1).max(1) as f32;
            let s = station(d, span);
            let (nose, tail) = (placed(d, s, 0.0, 0.0), placed(d, s, 1.0, 0.0));
            let back = placed(d, s, 0.4, s.thickness.min(0.5));
            vec![nose, back, tail]
        })
        .collect();
    for blade in 0..3 {
        mesh.loft(&rings, Skin::Outside, Tag::blade(blade));
    }
}

/// A section in metres of this rotor.
fn station(d: &Dimensions, span: f32) -> Station {
    let table = d.blade_table();
    let scale = d.blade_length_m / table.length_m;
    let s = table.at(span);
    let tip = ((1.0 - span) / TIP).clamp(0.0, 1.0);
    Station {
        // An ellipse closes the tip, whatever the table ends with.
        chord_m: s.chord_m * scale * (1.0 - (1.0 - tip).powi(2)).sqrt().max(0.12),
        prebend_m: s.prebend_m * scale,
        ..s
    }
}

/// Stations crowd towards root and tip, where the shape changes.
fn spread(t: f32) -> f32 {
    let s = 0.5 - 0.5 * (std::f32::consts::PI * t).cos();
    0.45 * t + 0.55 * s
}

/// How much of a section is still the circle of the root: 1 there, 0 from 45 % thickness on.
fn roundness(thickness: f32) -> f32 {
    let t = ((thickness - 0.45) / 0.55).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A place of a section, along and across its chord in chords, in the frame of the blade: the nose
/// points to -x, the way the blade moves; twist turns it upwind (-z).
fn placed(d: &Dimensions, s: Station, along: f32, across: f32) -> Vec3 {
    let (sin, cos) = s.twist_deg.to_radians().sin_cos();
    let axis = PITCH_AXIS + (0.5 - PITCH_AXIS) * roundness(s.thickness);
    let (x, z) = ((along - axis) * s.chord_m, across * s.chord_m);
    let y = d.hub_radius_m + s.span * d.blade_length_m;
    Vec3::new(x * cos - z * sin, y, x * sin + z * cos + s.prebend_m)
}

/// One section from the sharp trailing edge over the suction side to the nose and back.
fn ring(d: &Dimensions, span: f32, around: usize) -> Vec<Vec3> {
    let s = station(d, span);
    let round = roundness(s.thickness);
    (0..around)
        .map(|i| {
            let angle = std::f32::consts::TAU * i as f32 / (around - 1).max(1) as f32;
            let along = 0.5 + 0.5 * angle.cos();
            let side = if 2 * i >= around { -1.0 } else { 1.0 };
            let foil = side * half_thickness(along, s.thickness.min(0.5)) + camber(along);
            let circle = 0.5 * angle.sin() * s.thickness;
            placed(d, s, along, foil + (circle - foil) * round)
        })
        .collect()
}

/// Half thickness of a NACA four-digit section with a closed trailing edge (Abbott & von Doenhoff,
/// Theory of Wing Sections, 1959, with the last coefficient -0.1036).
fn half_thickness(x: f32, thickness: f32) -> f32 {
    let x = x.clamp(0.0, 1.0);
    5.0 * thickness
        * (0.2969 * x.sqrt() - 0.1260 * x - 0.3516 * x * x + 0.2843 * x.powi(3)
            - 0.1036 * x.powi(4))
}

/// The mean line of a NACA section of 3 % camber at 40 % of the chord.
fn camber(x: f32) -> f32 {
    const MOST: f32 = 0.03;
    const AT: f32 = 0.4;
    if x < AT {
        MOST / (AT * AT) * (2.0 * AT * x - x * x)
    } else {
        MOST / ((1.0 - AT) * (1.0 - AT)) * (1.0 - 2.0 * AT + 2.0 * AT * x - x * x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{BladeShape, TurbineShape};

    fn blade(diameter_m: f32, blade: BladeShape) -> Dimensions {
        let shape = TurbineShape {
            blade: Some(blade),
            ..TurbineShape::default()
        };
        Dimensions::with(diameter_m, diameter_m, true, &shape)
    }

    #[test]
    fn a_section_is_as_thick_as_its_figure_says() {
        let thickest = (0..=100)
            .map(|i| 2.0 * half_thickness(i as f32 / 100.0, 0.18))
            .fold(0.0, f32::max);
        assert!((thickest - 0.18).abs() < 0.002, "{thickest}");
    }

    #[test]
    fn the_blade_ends_at_the_rotors_radius() {
        let d = Dimensions::new(70.0, 80.0, true);
        let tip = ring(&d, 1.0, 8);
        assert!(tip.iter().all(|p| (p.y - 40.0).abs() < 0.01));
    }

    #[test]
    fn chord_and_twist_are_the_tables_scaled_to_the_rotor() {
        for (name, length) in [(BladeShape::Nrel5Mw, 61.5), (BladeShape::Iea15Mw, 117.0)] {
            let d = blade(80.0, name);
            let scale = d.blade_length_m / length;
            for s in d.blade_table().stations.iter().filter(|s| s.span < 0.985) {
                let section = ring(&d, s.span, 33);
                let (tail, nose) = (section[0], section[16]);
                let chord = tail - nose;
                assert!((chord.length() - s.chord_m * scale).abs() < 1e-3, "{s:?}");
                let twist = chord.z.atan2(chord.x).to_degrees();
                assert!((twist - s.twist_deg).abs() < 0.05, "{twist} for {s:?}");
            }
        }
    }

    #[test]
    fn a_blade_with_prebend_is_bent_upwind_and_one_without_is_straight() {
        let middle = |d: &Dimensions, span| {
            let ring = ring(d, span, 33);
            (ring[0] + ring[16]) / 2.0
        };
        let bent = blade(240.0, BladeShape::Iea15Mw);
        let expected = 4.0 * bent.blade_length_m / 117.0;
        assert!((middle(&bent, 1.0).z + expected).abs() < 0.1);
        let straight = blade(126.0, BladeShape::Nrel5Mw);
        assert!(middle(&straight, 1.0).z.abs() < 0.1);
    }
}
