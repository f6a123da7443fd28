//! The meshes of one turbine model at each level of detail.

use bevy::math::{Quat, Vec3};
use bevy::mesh::Mesh;

use super::blade;
use super::builder::{MeshBuilder, Tag};
use super::dimensions::Dimensions;
use crate::scene::Surface;

/// How much of a turbine's shape is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Detail {
    /// Every curve: about 2,500 triangles.
    Near,
    /// Rounded blades and tower: about 300.
    Middle,
    /// Flat blades and a prism of a tower: about 60.
    Far,
    /// A stem and three blades: about 20.
    Speck,
}

impl Detail {
    /// All levels, nearest first.
    pub const ALL: [Self; 4] = [Self::Near, Self::Middle, Self::Far, Self::Speck];
}

/// Builds the mesh of a turbine, and tells how many triangles it has.
pub fn turbine_mesh(d: &Dimensions, detail: Detail) -> (Mesh, usize) {
    let mut mesh = MeshBuilder::default();
    match detail {
        Detail::Near => {
            foundation(&mut mesh, d, 24);
            tower(&mut mesh, d, 24, 5);
            nacelle(&mut mesh, d, 24, &NACELLE_OUTLINE);
            hub(&mut mesh, d, 20, 7);
            blade::add_blades(&mut mesh, d, 20, 16);
        }
        Detail::Middle => {
            foundation(&mut mesh, d, 10);
            tower(&mut mesh, d, 10, 1);
            nacelle(&mut mesh, d, 8, &NACELLE_OUTLINE_COARSE);
            hub(&mut mesh, d, 8, 2);
            blade::add_blades(&mut mesh, d, 7, 6);
        }
        Detail::Far => {
            tower(&mut mesh, d, 4, 1);
            nacelle(&mut mesh, d, 4, &NACELLE_OUTLINE_COARSE);
            blade::add_flat_blades(&mut mesh, d, 4);
        }
        Detail::Speck => {
            tower(&mut mesh, d, 3, 1);
            blade::add_flat_blades(&mut mesh, d, 2);
        }
    }
    let triangles = mesh.triangle_count();
    (mesh.build(), triangles)
}

/// The nacelle's cross-section along its length: (fraction from front to rear, scale).
const NACELLE_OUTLINE: [(f32, f32); 8] = [
    (0.0, 0.62),
    (0.03, 0.78),
    (0.10, 0.94),
    (0.22, 1.0),
    (0.78, 1.0),
    (0.92, 0.95),
    (0.98, 0.84),
    (1.0, 0.7),
];
const NACELLE_OUTLINE_COARSE: [(f32, f32); 3] = [(0.0, 0.75), (0.15, 1.0), (1.0, 0.9)];

fn foundation(mesh: &mut MeshBuilder, d: &Dimensions, sides: usize) {
    let tag = Tag::new(Surface::Foundation, 0);
    let (top, r) = (d.foundation_height_m, d.foundation_radius_m);
    // On land deep enough for a slope of one in one. The sea hides nothing below it: what goes deeper
    // would be seen through it.
    let depth = if top > 3.0 { 0.2 } else { 2.0 * r };
    mesh.frustum((-depth, r), (top, r), sides, tag);
    // The work platform at the top of a transition piece; on land, the plinth's slope.
    let (wide, thick) = if top > 3.0 {
        (1.55 * r, 0.045 * r)
    } else {
        (r, 0.02 * r)
    };
    mesh.turned(
        &[
            (top - thick, r * 0.98),
            (top - thick, wide),
            (top + thick, wide),
            (top + thick, 0.0),
        ],
        sides,
        tag,
    );
}

fn tower(mesh: &mut MeshBuilder, d: &Dimensions, sides: usize, steps: usize) {
    let tag = Tag::new(Surface::Tower, 0);
    let top = d.hub_height_m - 0.8 * d.nacelle_half_height_m;
    // The coarse levels have no foundation: their tower goes down to the ground.
    let foot = if sides > 4 {
        d.foundation_height_m
    } else {
        0.0
    };
    let outline: Vec<(f32, f32)> = (0..=steps)
        .map(|i| {
            let t = i as f32 / steps as f32;
            let radius = d.tower_foot_radius_m + (d.tower_top_radius_m - d.tower_foot_radius_m) * t;
            (foot + (top - foot) * t, radius)
        })
        .collect();
    mesh.turned(&outline, sides, tag);
}

fn nacelle(mesh: &mut MeshBuilder, d: &Dimensions, around: usize, outline: &[(f32, f32)]) {
    let tag = Tag::new(Surface::Nacelle, 0);
    let front = -(d.overhang_m - d.hub_radius_m * 1.25);
    let rings: Vec<Vec<Vec3>> = outline
        .iter()
        .map(|&(t, scale)| {
            (0..around)
                .map(|i| {
                    let offset = if around <= 8 { 0.5 } else { 0.0 };
                    let angle = std::f32::consts::TAU * (i as f32 + offset) / around as f32;
                    // A superellipse: a box with rounded edges.
                    let round = |v: f32| v.signum() * v.abs().powf(0.42);
                    Vec3::new(
                        d.nacelle_half_width_m * scale * round(angle.cos()),
                        d.hub_height_m + d.nacelle_half_height_m * scale * round(angle.sin()),
                        front + d.nacelle_length_m * t,
                    )
                })
                .collect()
        })
        .collect();
    mesh.loft(&rings, tag);
    for ring in [rings.first(), rings.last()].into_iter().flatten() {
        mesh.cap(ring, tag);
    }
    if around > 8 {
        // The cooler on the roof, at the rear.
        let before = mesh.vertex_count();
        mesh.turned(&[(-1.0, 1.0), (1.0, 1.0), (1.0, 0.0)], 4, tag);
        let (w, h) = (d.nacelle_half_width_m, d.nacelle_half_height_m);
        let half = Vec3::new(0.92 * w, 0.34 * h, 0.16 * h);
        let centre = Vec3::new(
            0.0,
            d.hub_height_m + 1.3 * h,
            front + 0.88 * d.nacelle_length_m,
        );
        mesh.transform_since(before, |p, n| {
            let turn = Quat::from_rotation_y(std::f32::consts::FRAC_PI_4);
            let square = turn * Vec3::new(p.x, 0.0, p.z) * std::f32::consts::SQRT_2;
            let p = Vec3::new(square.x, p.y, square.z) * half + centre;
            (p, turn * n)
        });
    }
}

fn hub(mesh: &mut MeshBuilder, d: &Dimensions, sides: usize, steps: usize) {
    let tag = Tag::new(Surface::Hub, 0);
    let before = mesh.vertex_count();
    let (radius, nose) = (1.45 * d.hub_radius_m, 2.1 * d.hub_radius_m);
    let mut outline = vec![(-1.2 * d.hub_radius_m, radius * 0.9), (0.0, radius)];
    outline.extend((1..=steps).map(|i| {
        let t = i as f32 / steps as f32;
        (nose * t, radius * (1.0 - t * t).max(0.0).sqrt())
    }));
    mesh.turned(&outline, sides, tag);
    // From the y axis to the rotor's axis, nose upwind.
    mesh.transform_since(before, |p, n| {
        (Vec3::new(p.x, p.z, -p.y), Vec3::new(n.x, n.z, -n.y))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn triangles(detail: Detail) -> usize {
        turbine_mesh(&Dimensions::new(70.0, 80.0, true), detail).1
    }

    #[test]
    fn each_level_of_detail_costs_far_less_than_the_one_before() {
        let counts = Detail::ALL.map(triangles);
        assert!((2_000..4_500).contains(&counts[0]), "{counts:?}");
        for pair in counts.windows(2) {
            assert!(pair[1] * 2 < pair[0], "{counts:?}");
        }
        assert!(counts[3] <= 24, "{counts:?}");
    }

    #[test]
    fn every_vertex_stays_within_the_reach_that_culling_uses() {
        let d = Dimensions::new(70.0, 80.0, true);
        for detail in Detail::ALL {
            let (mesh, _) = turbine_mesh(&d, detail);
            let positions = mesh.attribute(Mesh::ATTRIBUTE_POSITION).unwrap();
            for p in positions.as_float3().unwrap() {
                assert!(p.iter().all(|v| v.is_finite()));
                assert!(Vec3::new(p[0], 0.0, p[2]).length() < d.reach_m());
                assert!(p[1] < d.top_m());
            }
        }
    }
}
