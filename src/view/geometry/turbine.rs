//! The meshes of one turbine model: one at each level of detail, and what it has within.

use bevy::mesh::Mesh;

use super::blade;
use super::builder::MeshBuilder;
use super::cutaway::cutaway;
use super::dimensions::Dimensions;
use super::inside::parts;
use super::nacelle::{hub, nacelle};
use super::tower::{Fittings, foundation, stem, tower};

/// How much of a turbine's shape is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Detail {
    /// With railings, ladders, flanges and hatches: about 15,000 triangles.
    Close,
    /// Every curve: about 3,000.
    Near,
    /// Rounded blades and tower: about 400.
    Middle,
    /// Slender blades and a prism of a tower: about 70.
    Far,
    /// A stem and three blades: 24.
    Speck,
}

/// How many levels there are.
pub const DETAILS: usize = 5;

impl Detail {
    /// All levels, nearest first.
    pub const ALL: [Self; DETAILS] = [
        Self::Close,
        Self::Near,
        Self::Middle,
        Self::Far,
        Self::Speck,
    ];
}

/// Builds the mesh of a turbine, and tells how many triangles it has.
pub fn turbine_mesh(d: &Dimensions, detail: Detail) -> (Mesh, usize) {
    finish(shape(d, detail))
}

/// Builds what is seen in a turbine that is cut open: its parts, inner walls and cut faces.
pub fn inside_mesh(d: &Dimensions) -> (Mesh, usize) {
    let mut mesh = MeshBuilder::default();
    parts(&mut mesh, d);
    cutaway(&mut mesh, d);
    finish(mesh)
}

fn finish(mesh: MeshBuilder) -> (Mesh, usize) {
    let triangles = mesh.triangle_count();
    (mesh.build(), triangles)
}

fn shape(d: &Dimensions, detail: Detail) -> MeshBuilder {
    let mut mesh = MeshBuilder::default();
    match detail {
        Detail::Close => {
            foundation(&mut mesh, d, 48, Fittings::All);
            tower(&mut mesh, d, 48, 12, Fittings::All);
            nacelle(&mut mesh, d, 48, true);
            hub(&mut mesh, d, 40, 12, true);
            blade::add_blades(&mut mesh, d, 40, 29);
        }
        Detail::Near => {
            foundation(&mut mesh, d, 24, Fittings::None);
            tower(&mut mesh, d, 20, 6, Fittings::None);
            nacelle(&mut mesh, d, 24, false);
            hub(&mut mesh, d, 20, 6, false);
            blade::add_blades(&mut mesh, d, 20, 15);
        }
        Detail::Middle => {
            foundation(&mut mesh, d, 9, Fittings::None);
            tower(&mut mesh, d, 9, 2, Fittings::None);
            nacelle(&mut mesh, d, 8, false);
            hub(&mut mesh, d, 7, 2, false);
            blade::add_blades(&mut mesh, d, 7, 7);
        }
        Detail::Far => {
            stem(&mut mesh, d, 4);
            nacelle(&mut mesh, d, 4, false);
            blade::add_slender_blades(&mut mesh, d, 3);
        }
        Detail::Speck => {
            stem(&mut mesh, d, 3);
            blade::add_slender_blades(&mut mesh, d, 2);
        }
    }
    mesh
}

#[cfg(test)]
mod tests {
    use bevy::math::Vec3;

    use super::*;
    use crate::scene::{Drivetrain, Foundation, Surface, TurbineShape};

    /// One of every kind that is drawn.
    fn kinds() -> Vec<Dimensions> {
        let of = |foundation, drivetrain| TurbineShape {
            foundation: Some(foundation),
            drivetrain: Some(drivetrain),
            ..TurbineShape::default()
        };
        vec![
            Dimensions::new(70.0, 80.0, true),
            Dimensions::new(140.0, 236.0, true),
            Dimensions::new(100.0, 117.0, false),
            Dimensions::with(
                90.0,
                126.0,
                true,
                &of(Foundation::Jacket, Drivetrain::Geared),
            ),
            Dimensions::with(
                60.0,
                70.0,
                true,
                &of(Foundation::Gravity, Drivetrain::DirectDrive),
            ),
        ]
    }

    #[test]
    fn each_level_of_detail_costs_far_less_than_the_one_before() {
        for d in kinds() {
            let counts = Detail::ALL.map(|detail| shape(&d, detail).triangle_count());
            let budgets = [20_000, 4_500, 900, 90, 24];
            for (count, budget) in counts.iter().zip(budgets) {
                assert!(*count <= budget, "{counts:?} of {d:?}");
            }
            assert!(counts.windows(2).all(|w| w[1] * 2 < w[0]), "{counts:?}");
            assert!(inside_mesh(&d).1 <= 30_000);
        }
    }

    #[test]
    fn every_vertex_stays_within_the_reach_that_culling_uses() {
        for d in kinds() {
            let (sin, cos) = d.cone_deg.to_radians().sin_cos();
            for detail in Detail::ALL {
                for (p, n, part) in shape(&d, detail).vertices() {
                    assert!(p.is_finite() && n.is_normalized(), "{p} {n}");
                    // Blades stand in the rotor's frame, coned by the shader.
                    let is_rotor = [Surface::Blades, Surface::Hub]
                        .map(|s| s as u32)
                        .contains(&(part & 0xff));
                    let p = if is_rotor {
                        let coned = Vec3::new(p.x, p.y * cos + p.z * sin, p.z * cos - p.y * sin);
                        coned + Vec3::new(0.0, d.hub_height_m, -d.overhang_m)
                    } else {
                        p
                    };
                    assert!(
                        Vec3::new(p.x, 0.0, p.z).length() < d.reach_m(),
                        "{p} of {d:?}"
                    );
                    assert!(p.y < d.top_m(), "{p} of {d:?}");
                }
            }
        }
    }

    #[test]
    fn what_stands_in_the_sea_ends_at_its_surface_and_a_plinth_goes_into_the_ground() {
        for d in kinds() {
            let lowest = shape(&d, Detail::Close)
                .vertices()
                .filter(|(.., part)| part & 0xff == Surface::Foundation as u32)
                .map(|(p, ..)| p.y)
                .fold(f32::MAX, f32::min);
            let is_on_land = d.foundation == Foundation::Land;
            assert_eq!(lowest < -1.0, is_on_land, "{lowest}");
            assert!(is_on_land || lowest.abs() < 0.5, "{lowest}");
        }
    }
}
