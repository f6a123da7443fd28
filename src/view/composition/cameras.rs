//! Cameras of a composition as named views.

use std::collections::HashMap;

use bevy::math::Affine3A;
use bevy::prelude::*;

use super::place;
use crate::scene::NamedView;
use crate::scene::{Component as Part, Composition};
use crate::view::site_frame::site_from_view;

/// A camera looks at least so far, metres.
const LEAST_M: f32 = 1.0;

/// A view of each camera, by its node's name; two of one name are told apart by a number. What it looks
/// at lies ahead, as far as the middle of the nodes is.
pub fn views(composition: &Composition) -> Vec<NamedView> {
    let places = worlds(composition);
    let seen = places.iter().flatten();
    let count = seen.clone().count().max(1) as f32;
    let middle = seen.map(|at| Vec3::from(at.translation)).sum::<Vec3>() / count;
    let mut views: Vec<NamedView> = Vec::new();
    let mut used: HashMap<String, usize> = HashMap::new();
    for (node, at) in composition.nodes.iter().zip(&places) {
        let cameras = node.components.iter().filter_map(|part| match part {
            Part::Camera(camera) => Some(camera),
            _ => None,
        });
        for camera in cameras {
            let Some(at) = at else { continue };
            let eye = Vec3::from(at.translation);
            let ahead = at.transform_vector3(Vec3::NEG_Z).normalize_or(Vec3::NEG_Z);
            let distance_m = (middle - eye).dot(ahead).max(LEAST_M);
            let target = eye + ahead * distance_m;
            if !eye.is_finite() || !target.is_finite() {
                continue;
            }
            let times = used.entry(node.name.clone()).or_default();
            *times += 1;
            let name = match *times {
                1 => node.name.clone(),
                n => format!("{} {n}", node.name),
            };
            let fov_deg =
                (!camera.is_orthographic).then_some(camera.fov_deg / camera.zoom.max(0.01));
            views.push(NamedView {
                name,
                camera_m: site_from_view(eye),
                target_m: site_from_view(target),
                fov_deg,
            });
        }
    }
    views
}

/// Where each node that is reached from a root stands in the world.
fn worlds(composition: &Composition) -> Vec<Option<Affine3A>> {
    let mut worlds = vec![None; composition.nodes.len()];
    let roots = composition.roots.iter();
    let mut open: Vec<(usize, Affine3A)> = roots.map(|&r| (r, Affine3A::IDENTITY)).collect();
    while let Some((index, above)) = open.pop() {
        let Some(node) = composition.nodes.get(index) else {
            continue;
        };
        let Some(world) = worlds.get_mut(index).filter(|w| w.is_none()) else {
            continue;
        };
        let at = above * place::transform(&node.place).compute_affine();
        *world = Some(at);
        open.extend(node.children.iter().map(|&child| (child, at)));
    }
    worlds
}
