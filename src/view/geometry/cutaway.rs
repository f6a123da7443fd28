//! The inner faces of the shells and the faces that the cut through them leaves.
//!
//! The shader cuts nacelle and hub upright along the axis, on the camera's side, and opens the tower's
//! foot towards the camera. The faces are drawn for a camera towards +x, or +z at the tower, and turned
//! to where it is.

use bevy::math::Vec3;

use super::builder::{MeshBuilder, Skin};
use super::dimensions::Dimensions;
use super::inside::{cut_height_m, sectioned_rings};
use super::nacelle::{SQUARENESS, cross_section, drum, on_axis, outline, spinner, wall_m};
use super::tag::Tag;
use crate::scene::Surface;

/// Where the turbine is cut open, as the shader wants it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// The upright plane through nacelle and hub: metres beside the axis, on the far side.
    pub beside_m: f32,
    /// The nacelle is left whole below this height.
    pub floor_m: f32,
    /// The upright plane through the tower: metres before its axis.
    pub before_m: f32,
    /// Between these heights the tower is open.
    pub tower_m: [f32; 2],
}

impl Cut {
    /// Through a turbine of these dimensions.
    pub fn new(d: &Dimensions) -> Self {
        let low = d.foundation_height_m + 0.35;
        Self {
            beside_m: -0.10 * d.nacelle_half_width_m,
            floor_m: d.hub_height_m - 0.72 * d.nacelle_half_height_m,
            before_m: 0.34 * d.tower_foot_radius_m,
            tower_m: [low, low + cut_height_m(d)],
        }
    }
}

/// Inner faces and cut faces of nacelle, hub and tower.
pub(super) fn cutaway(mesh: &mut MeshBuilder, d: &Dimensions) {
    let cut = Cut::new(d);
    nacelle(mesh, d, &cut);
    hub(mesh, d, &cut);
    tower(mesh, d, &cut);
    if d.drum_radius_m > 0.0 {
        generator_drum(mesh, d, &cut);
    }
}

fn lining(surface: Surface) -> Tag {
    Tag::new(surface).tone(0.46).lining()
}

fn face(surface: Surface) -> Tag {
    Tag::new(surface).tone(1.12).cut_face()
}

/// The height of a nacelle's cross-section above its middle, this far beside it; and the same for
/// its width from a height, with the half sizes exchanged.
fn half_extent(half: f32, other_half: f32, at: f32) -> f32 {
    let t = (at / other_half.max(1e-3)).abs().min(1.0);
    half * (1.0 - t.powf(SQUARENESS)).powf(1.0 / SQUARENESS)
}

fn nacelle(mesh: &mut MeshBuilder, d: &Dimensions, cut: &Cut) {
    let wall = wall_m(d);
    let stations = outline(d);
    let (Some(&(front, _)), Some(&(rear, _))) = (stations.first(), stations.last()) else {
        return;
    };
    let within = |z: f32| z.clamp(front + wall, rear - wall);
    let rings: Vec<_> = stations
        .iter()
        .map(|&(z, scale)| cross_section(d, (within(z), scale), wall, 40))
        .collect();
    mesh.loft(&rings, Skin::Inside, lining(Surface::Nacelle));
    if let Some(ring) = rings.last() {
        mesh.cap(ring, Vec3::NEG_Z, lining(Surface::Nacelle));
    }
    if let Some(ring) = rings.first() {
        mesh.cap(ring, Vec3::Z, lining(Surface::Nacelle));
    }

    let tag = face(Surface::Nacelle);
    let (x, floor) = (cut.beside_m, cut.floor_m);
    let half = |scale: f32, margin: f32| {
        (
            d.nacelle_half_width_m * scale - margin,
            d.nacelle_half_height_m * scale - margin,
        )
    };
    let roof = |scale: f32, margin: f32| {
        let (w, h) = half(scale, margin);
        d.hub_height_m + half_extent(h, w, x)
    };
    let side = |scale: f32, margin: f32| {
        let (w, h) = half(scale, margin);
        half_extent(w, h, floor - d.hub_height_m)
    };
    let roof_edge: Vec<[Vec3; 2]> = stations
        .iter()
        .map(|&(z, s)| {
            [
                Vec3::new(x, roof(s, 0.0), z),
                Vec3::new(x, roof(s, wall), within(z)),
            ]
        })
        .collect();
    let side_edge: Vec<[Vec3; 2]> = stations
        .iter()
        .map(|&(z, s)| {
            [
                Vec3::new(side(s, 0.0), floor, z),
                Vec3::new(side(s, wall), floor, within(z)),
            ]
        })
        .collect();
    for (roof, side) in [
        (roof_edge.first(), side_edge.first()),
        (roof_edge.last(), side_edge.last()),
    ] {
        let (Some(roof), Some(side)) = (roof, side) else {
            continue;
        };
        // The end wall: upright in the plane of the cut, then along the floor to the side wall.
        let foot = roof.map(|p| p.with_y(floor));
        mesh.strip(&[*roof, foot], tag);
        mesh.strip(&[foot, *side], tag);
    }
    mesh.strip(&roof_edge, tag);
    mesh.strip(&side_edge, tag);
}

/// A band in the plane of the cut between two outlines about the axis, above it and below.
fn axial_band(
    mesh: &mut MeshBuilder,
    outer: &[(f32, f32)],
    inner: &[(f32, f32)],
    x: f32,
    tag: Tag,
) {
    for up in [1.0, -1.0] {
        let at = |&(y, r): &(f32, f32)| Vec3::new(x, y, up * (r * r - x * x).max(0.0).sqrt());
        let edges: Vec<_> = outer
            .iter()
            .zip(inner)
            .map(|(o, i)| [at(o), at(i)])
            .collect();
        mesh.strip(&edges, tag);
    }
}

fn hub(mesh: &mut MeshBuilder, d: &Dimensions, cut: &Cut) {
    let margin = 0.05 * d.spinner_radius_m;
    let (outer, inner) = (spinner(d, 10, 0.0), spinner(d, 10, margin));
    mesh.placed(on_axis(d), |mesh| {
        let tag = face(Surface::Hub);
        axial_band(mesh, &outer, &inner, cut.beside_m, tag);
        // Not turning: a body of revolution looks the same, and this one is cut.
        let still = Tag::new(Surface::Nacelle).tone(0.46).lining().sectioned();
        mesh.turned(&inner, 32, Skin::Inside, still);
    });
}

fn generator_drum(mesh: &mut MeshBuilder, d: &Dimensions, cut: &Cut) {
    let wall = 0.03 * d.drum_radius_m;
    let dark = lining(Surface::Nacelle).sectioned();
    drum(mesh, d, 56, Skin::Inside, wall, dark);
    let (rear, front) = (-(d.hub_rear_m() + d.drum_length_m), -d.hub_rear_m());
    let r = d.drum_radius_m;
    let outer = [(rear, 0.72 * r), (rear, r), (front, r), (front, 0.4 * r)];
    let inner = [
        (rear + wall, 0.72 * r),
        (rear + wall, r - wall),
        (front - wall, r - wall),
        (front - wall, 0.4 * r),
    ];
    mesh.placed(on_axis(d), |mesh| {
        axial_band(mesh, &outer, &inner, cut.beside_m, face(Surface::Nacelle));
        for ([inner, outer], [rear, front], tone) in sectioned_rings(d) {
            let tag = Tag::new(Surface::Generator).tone(0.9 * tone).cut_face();
            axial_band(
                mesh,
                &[(rear, outer), (front, outer)],
                &[(rear, inner), (front, inner)],
                cut.beside_m,
                tag,
            );
        }
    });
}

fn tower(mesh: &mut MeshBuilder, d: &Dimensions, cut: &Cut) {
    let [low, high] = cut.tower_m;
    let span = d.tower_top_m() - d.foundation_height_m;
    let radius = |y: f32| d.tower_radius_m(((y - d.foundation_height_m) / span).clamp(0.0, 1.0));
    let wall = 0.035 * d.tower_foot_radius_m;
    let heights = [low - 0.3, low, (low + high) / 2.0, high, high + 1.5];
    let inner: Vec<_> = heights.iter().map(|&y| (y, radius(y) - wall)).collect();
    mesh.turned(&inner, 40, Skin::Inside, lining(Surface::Tower));
    let tag = face(Surface::Tower);
    let z = cut.before_m;
    let beside = |y: f32, margin: f32| {
        let r = radius(y) - margin;
        (r * r - z * z).max(0.0).sqrt()
    };
    for side in [-1.0, 1.0] {
        let edges = [low, high].map(|y| {
            [
                Vec3::new(side * beside(y, 0.0), y, z),
                Vec3::new(side * beside(y, wall), y, z),
            ]
        });
        mesh.strip(&edges, tag);
    }
    for y in [low, high] {
        let arc = |margin: f32, t: f32| {
            let r = radius(y) - margin;
            let (sin, cos) = ((z / r).clamp(-1.0, 1.0).acos() * t).sin_cos();
            Vec3::new(r * sin, y, r * cos)
        };
        let edges: Vec<_> = (-10..=10)
            .map(|i| i as f32 / 10.0)
            .map(|t| [arc(0.0, t), arc(wall, t)])
            .collect();
        mesh.strip(&edges, tag);
    }
}
