//! Which node is under the pointer: a ray against boxes, then against the triangles within.

use bevy::camera::primitives::Aabb;
use bevy::ecs::system::SystemParam;
use bevy::math::{Affine3A, Ray3d};
use bevy::mesh::{PrimitiveTopology, VertexAttributeValues};
use bevy::prelude::*;

use super::model::TakenBy;
use super::paint::node_of;
use super::{NodeEntity, Solid, Stage};
use crate::fleet::TurbineRow;
use crate::scene::{Component as Part, Composition};

/// Meshes of more triangles are met by their boxes alone.
const MOST_TRIANGLES: usize = 400_000;

/// The meshes of a composition, to be met by rays.
#[derive(SystemParam)]
pub struct MeshPick<'w, 's> {
    stage: Res<'w, Stage>,
    solids: Query<
        'w,
        's,
        (
            Entity,
            &'static Mesh3d,
            &'static GlobalTransform,
            &'static Aabb,
            &'static InheritedVisibility,
        ),
        With<Solid>,
    >,
    ancestry: Query<
        'w,
        's,
        (
            Option<&'static NodeEntity>,
            Option<&'static TakenBy>,
            Option<&'static ChildOf>,
        ),
    >,
    meshes: Res<'w, Assets<Mesh>>,
}

impl MeshPick<'_, '_> {
    /// The node whose mesh a ray meets first, and how far along, metres.
    pub fn pick(&self, ray: Ray3d) -> Option<(usize, f32)> {
        self.stage.composition.as_ref()?;
        let mut boxes: Vec<_> = self
            .solids
            .iter()
            .filter(|(.., seen)| seen.get())
            .filter_map(|(entity, mesh, at, aabb, _)| {
                let local = local_ray(ray, &at.affine())?;
                let enters = meets_box(local, aabb)?;
                Some((enters, local, entity, mesh))
            })
            .collect();
        boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut nearest: Option<(f32, Entity)> = None;
        for (enters, local, entity, mesh) in boxes {
            if nearest.is_some_and(|(distance, _)| distance < enters) {
                break;
            }
            let met = self
                .meshes
                .get(&mesh.0)
                .and_then(|m| meets_mesh(local, m, enters));
            if let Some(distance) = met.filter(|d| nearest.is_none_or(|(n, _)| *d < n)) {
                nearest = Some((distance, entity));
            }
        }
        let (distance, entity) = nearest?;
        Some((node_of(entity, &self.ancestry)?, distance))
    }

    /// Whether something stands between two places.
    pub fn is_between(&self, from: Vec3, to: Vec3) -> bool {
        let way = to - from;
        let length = way.length();
        let Ok(direction) = Dir3::new(way) else {
            return false;
        };
        // A little slack: a mark upon a surface is not behind it.
        let met = self.pick(Ray3d::new(from, direction));
        met.is_some_and(|(_, distance)| distance < 0.985 * length - 0.02)
    }

    /// The row of a node.
    pub fn row(&self, node: usize) -> Option<TurbineRow> {
        row_of(&self.stage, node)
    }

    /// Whether there is a composition.
    pub fn is_any(&self) -> bool {
        self.stage.composition.is_some()
    }
}

/// The row that a node reads, or else the nearest node above it.
pub fn row_of(stage: &Stage, node: usize) -> Option<TurbineRow> {
    let composition = stage.composition.as_deref()?;
    stage.upwards(node).find_map(|n| own_row(composition, n))
}

fn own_row(composition: &Composition, node: usize) -> Option<TurbineRow> {
    let parts = &composition.nodes.get(node)?.components;
    parts.iter().find_map(|part| match part {
        Part::Tag(tag) => tag.binding.row,
        Part::Shader(binding) | Part::Entity(binding) => binding.row,
        Part::Motion(motion) => {
            let of = [
                &motion.speed_binding,
                &motion.foreground_binding,
                &motion.background_binding,
            ];
            of.into_iter().flatten().find_map(|b| b.row)
        }
        Part::Overlay(overlay) => overlay.bindings.iter().find_map(|(_, b)| b.row),
        _ => None,
    })
}

/// A ray in the frame of a mesh: its direction is scaled, so that distances along it are the world's.
#[derive(Debug, Clone, Copy)]
struct Local {
    origin: Vec3,
    direction: Vec3,
}

fn local_ray(ray: Ray3d, world_from_mesh: &Affine3A) -> Option<Local> {
    let mesh_from_world = world_from_mesh.inverse();
    let local = Local {
        origin: mesh_from_world.transform_point3(ray.origin),
        direction: mesh_from_world.transform_vector3(*ray.direction),
    };
    (local.origin.is_finite() && local.direction.is_finite()).then_some(local)
}

fn meets_box(ray: Local, aabb: &Aabb) -> Option<f32> {
    let (low, high) = (Vec3::from(aabb.min()), Vec3::from(aabb.max()));
    let (mut from, mut to) = (0.0_f32, f32::MAX);
    for axis in 0..3 {
        let (Some(o), Some(d)) = (component(ray.origin, axis), component(ray.direction, axis))
        else {
            continue;
        };
        let (Some(l), Some(h)) = (component(low, axis), component(high, axis)) else {
            continue;
        };
        if d.abs() < 1e-12 {
            if o < l || o > h {
                return None;
            }
            continue;
        }
        let (a, b) = ((l - o) / d, (h - o) / d);
        from = from.max(a.min(b));
        to = to.min(a.max(b));
    }
    (from <= to).then_some(from)
}

fn component(v: Vec3, axis: usize) -> Option<f32> {
    v.to_array().get(axis).copied()
}

/// How far along a ray meets a mesh; the box where its triangles are too many or cannot be read.
fn meets_mesh(ray: Local, mesh: &Mesh, at_box: f32) -> Option<f32> {
    let positions = mesh.try_attribute(Mesh::ATTRIBUTE_POSITION).ok();
    let Some(VertexAttributeValues::Float32x3(positions)) = positions else {
        return Some(at_box);
    };
    if mesh.primitive_topology() != PrimitiveTopology::TriangleList {
        return Some(at_box);
    }
    let mut nearest: Option<f32> = None;
    let mut test = |corners: [usize; 3]| {
        let [a, b, c] = corners.map(|i| positions.get(i).map(|p| Vec3::from_array(*p)));
        if let (Some(a), Some(b), Some(c)) = (a, b, c)
            && let Some(distance) = meets_triangle(ray, a, b, c)
            && nearest.is_none_or(|n| distance < n)
        {
            nearest = Some(distance);
        }
    };
    match mesh.try_indices().ok() {
        Some(indices) if indices.len() / 3 > MOST_TRIANGLES => return Some(at_box),
        Some(indices) => {
            let mut corners = indices.iter();
            while let (Some(a), Some(b), Some(c)) = (corners.next(), corners.next(), corners.next())
            {
                test([a, b, c]);
            }
        }
        None => (0..positions.len() / 3).for_each(|t| test([3 * t, 3 * t + 1, 3 * t + 2])),
    }
    nearest
}

/// After Möller and Trumbore, J. Graphics Tools 2 (1), 1997; from both sides.
fn meets_triangle(ray: Local, a: Vec3, b: Vec3, c: Vec3) -> Option<f32> {
    let (ab, ac) = (b - a, c - a);
    let p = ray.direction.cross(ac);
    let determinant = ab.dot(p);
    if determinant.abs() < 1e-20 {
        return None;
    }
    let inverse = determinant.recip();
    let from_a = ray.origin - a;
    let u = from_a.dot(p) * inverse;
    let q = from_a.cross(ab);
    let v = ray.direction.dot(q) * inverse;
    let distance = ac.dot(q) * inverse;
    (u >= 0.0 && v >= 0.0 && u + v <= 1.0 && distance > 0.0).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ray_meets_a_mesh_that_is_scaled_and_turned_where_it_stands() {
        let mesh = Mesh::from(Cuboid::from_length(1.0));
        let at = Transform::from_xyz(0.0, 0.0, -10.0)
            .with_rotation(Quat::from_rotation_y(0.5))
            .with_scale(Vec3::new(4.0, 4.0, -4.0))
            .compute_affine();
        let ray = Ray3d::new(Vec3::new(0.0, 0.0, 5.0), Dir3::NEG_Z);
        let local = local_ray(ray, &at).unwrap();
        let distance = meets_mesh(local, &mesh, 0.0).unwrap();
        // The side nearest to the ray's origin is at 2 / cos 0.5 from the middle.
        assert!(
            (distance - (15.0 - 2.0 / 0.5_f32.cos())).abs() < 1e-3,
            "{distance}"
        );
        let past = Ray3d::new(Vec3::new(0.0, 9.0, 5.0), Dir3::NEG_Z);
        assert_eq!(meets_mesh(local_ray(past, &at).unwrap(), &mesh, 0.0), None);
    }
}
