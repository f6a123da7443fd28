//! From the viewpoint to what Bevy draws with: where the camera stands, and its projection.

use bevy::camera::ScalingMode;
use bevy::prelude::*;

use super::place::FarmCamera;
use super::pose::{MAP_HEIGHT_M, Pose};
use super::sight::near_m;
use super::viewpoint::Viewpoint;
use crate::view::farm::Farm;
use crate::view::rows::Rows;
use crate::view::{Overlay, Overlays};

/// Farther than this nothing is drawn, metres; the longest lens stands far away.
const FAR_M: f32 = 2_000_000.0;
/// On the map a rotor is at least so large, points; less where turbines stand closer to each other.
const LEAST_ROTOR: f32 = 22.0;
/// And at most this part of the way from one turbine to the next.
const MOST_OF_SPACING: f32 = 0.55;
/// From one line of the grid to the next, in points, at least.
const GRID_POINTS: f32 = 64.0;

/// Turbines of a farm whose symbols are painted one by one; those of a larger one are their meshes,
/// drawn large.
const MOST_PAINTED: usize = 2_500;

/// How turbines are shown on the map.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub(in crate::view) struct MapSymbols {
    /// Rotors are at least so large, metres.
    pub radius_m: f32,
    /// They are painted over the view.
    pub are_painted: bool,
}

/// The projection of an eye.
pub(super) fn perspective(field_of_view_rad: f32, near_m: f32) -> PerspectiveProjection {
    PerspectiveProjection {
        fov: field_of_view_rad,
        near: near_m,
        far: FAR_M,
        ..default()
    }
}

fn projection(pose: &Pose) -> Projection {
    if pose.is_map() {
        Projection::Orthographic(OrthographicProjection {
            near: 1.0,
            far: 2.0 * MAP_HEIGHT_M,
            scaling_mode: ScalingMode::FixedVertical {
                viewport_height: 2.0 * pose.half_height_m(),
            },
            ..OrthographicProjection::default_3d()
        })
    } else {
        Projection::Perspective(perspective(2.0 * pose.half_tangent().atan(), near_m(pose)))
    }
}

/// Moves Bevy's camera to the viewpoint; touches nothing while that stands still, so that a calm
/// window rests.
pub(super) fn look(
    mut camera: Query<
        (&Viewpoint, &mut Transform, &mut Projection),
        (With<FarmCamera>, Changed<Viewpoint>),
    >,
) {
    for (viewpoint, mut transform, mut seen_with) in &mut camera {
        look_from(&viewpoint.pose, &mut transform, &mut seen_with);
    }
}

/// Moves a camera to a pose, if it is not there.
pub(in crate::view) fn look_from(
    pose: &Pose,
    transform: &mut Mut<Transform>,
    seen_with: &mut Mut<Projection>,
) {
    transform.set_if_neq(Transform {
        translation: pose.eye(),
        rotation: pose.rotation(),
        ..default()
    });
    if !is_seen_with(pose, seen_with) {
        **seen_with = projection(pose);
    }
}

fn is_seen_with(pose: &Pose, with: &Projection) -> bool {
    match (projection(pose), with) {
        (Projection::Perspective(a), Projection::Perspective(b)) => {
            a.fov.to_bits() == b.fov.to_bits() && a.near.to_bits() == b.near.to_bits()
        }
        (Projection::Orthographic(a), Projection::Orthographic(b)) => {
            let height = |o: &OrthographicProjection| match o.scaling_mode {
                ScalingMode::FixedVertical { viewport_height } => Some(viewport_height.to_bits()),
                _ => None,
            };
            height(&a) == height(b)
        }
        _ => false,
    }
}

/// Tells the shaders of the lens, the map's symbols and the grid.
pub(super) fn tell_shaders(
    farm: Res<Farm>,
    overlays: Res<Overlays>,
    (mut rows, mut symbols): (ResMut<Rows>, ResMut<MapSymbols>),
    camera: Query<(&Viewpoint, &Camera), With<FarmCamera>>,
    mut of_farm: Local<Option<f32>>,
) {
    if farm.is_changed() {
        *of_farm = None;
    }
    let Ok((viewpoint, camera)) = camera.single() else {
        return;
    };
    let spacing_m =
        *of_farm.get_or_insert_with(|| spacing_m(&farm.turbine_feet().collect::<Vec<_>>()));
    let height = camera.logical_viewport_size().map_or(800.0, |size| size.y);
    let grid_m = if overlays.is_shown(Overlay::Grid) {
        grid_spacing_m(&viewpoint.pose, height)
    } else {
        0.0
    };
    let radius_m = symbol_radius_m(&viewpoint.pose, spacing_m, height);
    let are_painted = farm.feet.len() <= MOST_PAINTED;
    symbols.set_if_neq(MapSymbols {
        radius_m,
        are_painted,
    });
    let drawn_m = if are_painted { 0.0 } else { radius_m };
    let clearness = clearness(&viewpoint.pose);
    rows.bypass_change_detection().head.map = Vec4::new(drawn_m, clearness, grid_m, 0.0);
}

/// From one line of the grid to the next, metres: a round length of about a tenth of the view.
pub(in crate::view) fn grid_spacing_m(pose: &Pose, view_height: f32) -> f32 {
    let metres_a_point = 2.0 * pose.half_height_m() / view_height.max(1.0);
    let least_m = (GRID_POINTS * metres_a_point).max(1.0);
    let power = 10_f32.powf(least_m.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|&m| m >= least_m)
        .unwrap_or(10.0 * power)
}

/// How much of the haze is seen. It is of the air between: a long lens that stands far away sees no
/// more of it.
fn clearness(pose: &Pose) -> f32 {
    pose.radius_m / pose.distance_m().max(1.0) * (1.0 - pose.flatness)
}

/// Rotors are drawn at least this large, so that a turbine is a symbol at any zoom of the map;
/// metres, 0 where they are as they are.
fn symbol_radius_m(pose: &Pose, spacing_m: f32, view_height: f32) -> f32 {
    let wanted_m = LEAST_ROTOR * pose.half_height_m() / view_height.max(1.0);
    pose.flatness * wanted_m.min(MOST_OF_SPACING * spacing_m / 2.0)
}

/// About how far turbines stand from each other, metres: the middle one of the distances of some of
/// them to their nearest.
fn spacing_m(feet: &[Vec3]) -> f32 {
    let some = feet.iter().step_by(feet.len().div_ceil(64).max(1));
    let mut nearest: Vec<f32> = some
        .map(|a| {
            let others = feet.iter().filter(|b| *b != a);
            others
                .map(|b| a.distance_squared(*b))
                .fold(f32::MAX, f32::min)
                .sqrt()
        })
        .collect();
    nearest.sort_by(f32::total_cmp);
    nearest.get(nearest.len() / 2).copied().unwrap_or(f32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_large_enough_to_see_and_never_touch() {
        let feet: Vec<Vec3> = (0..80)
            .map(|i| Vec3::new((i % 10) as f32 * 560.0, 0.0, (i / 10) as f32 * 560.0))
            .collect();
        let spacing_m = spacing_m(&feet);
        assert!((spacing_m - 560.0).abs() < 1.0);
        for radius_m in [300.0, 5_000.0, 90_000.0] {
            let symbol_m = symbol_radius_m(&Pose::map(Vec3::ZERO, radius_m), spacing_m, 800.0);
            assert!(symbol_m > 0.0 && 2.0 * symbol_m < spacing_m, "{symbol_m}");
        }
        let seen = Pose::looking(Vec3::new(0.0, 900.0, 900.0), Vec3::ZERO);
        assert!(symbol_radius_m(&seen, spacing_m, 800.0).abs() < 1e-6);
    }

    #[test]
    fn lines_of_the_grid_are_round_lengths_apart() {
        for (radius_m, spacing_m) in [(900.0, 50.0), (5_000.0, 500.0), (19_000.0, 1_000.0)] {
            let pose = Pose::map(Vec3::ZERO, radius_m);
            assert!(
                (grid_spacing_m(&pose, 800.0) - spacing_m).abs() < 0.01,
                "{radius_m}"
            );
        }
    }

    #[test]
    fn one_turbine_or_none_has_a_spacing_too() {
        for feet in [vec![], vec![Vec3::ZERO]] {
            let symbol_m = symbol_radius_m(&Pose::map(Vec3::ZERO, 900.0), spacing_m(&feet), 800.0);
            assert!(symbol_m.is_finite() && symbol_m > 0.0);
        }
    }
}
