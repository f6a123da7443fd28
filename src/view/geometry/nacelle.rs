//! Nacelle, hub and spinner, as they look from outside.

use bevy::math::{Affine3A, Mat3, Vec3};

use super::builder::{MeshBuilder, Skin};
use super::dimensions::Dimensions;
use super::tag::Tag;
use super::tower::railing;
use crate::scene::Surface;

/// How square the nacelle's cross-section is: the exponent of a superellipse.
pub(super) const SQUARENESS: f32 = 5.5;
/// How thick the cover is, as a fraction of the nacelle's half width.
const WALL: f32 = 0.045;

/// The nacelle's cross-section along its length: (fraction from front to rear, scale).
const OUTLINE: [(f32, f32); 9] = [
    (0.0, 0.60),
    (0.012, 0.72),
    (0.05, 0.86),
    (0.12, 0.96),
    (0.22, 1.0),
    (0.80, 1.0),
    (0.93, 0.965),
    (0.985, 0.90),
    (1.0, 0.80),
];
/// Behind the drum of a direct drive the nacelle begins at its full width.
const OUTLINE_DIRECT: [(f32, f32); 7] = [
    (0.0, 0.96),
    (0.03, 1.0),
    (0.30, 1.0),
    (0.84, 1.0),
    (0.95, 0.95),
    (0.985, 0.88),
    (1.0, 0.80),
];
const OUTLINE_COARSE: [(f32, f32); 3] = [(0.0, 0.72), (0.15, 1.0), (1.0, 0.92)];

/// The outline of a nacelle: (z in the nacelle's frame, scale of the cross-section).
pub(super) fn outline(d: &Dimensions) -> Vec<(f32, f32)> {
    let stations: &[(f32, f32)] = if d.drum_radius_m > 0.0 {
        &OUTLINE_DIRECT
    } else {
        &OUTLINE
    };
    let front = d.nacelle_front_z();
    let place = |&(t, scale): &(f32, f32)| (front + d.nacelle_length_m * t, scale);
    stations.iter().map(place).collect()
}

/// Thickness of the nacelle's wall, metres.
pub(super) fn wall_m(d: &Dimensions) -> f32 {
    WALL * d.nacelle_half_width_m
}

/// One ring of the nacelle, drawn in by a margin.
pub(super) fn cross_section(
    d: &Dimensions,
    (z, scale): (f32, f32),
    margin_m: f32,
    around: usize,
) -> Vec<Vec3> {
    let half_w = d.nacelle_half_width_m * scale - margin_m;
    let half_h = d.nacelle_half_height_m * scale - margin_m;
    let offset = if around <= 8 { 0.5 } else { 0.0 };
    (0..around)
        .map(|i| {
            let angle = std::f32::consts::TAU * (i as f32 + offset) / around as f32;
            let round = |v: f32| v.signum() * v.abs().powf(2.0 / SQUARENESS);
            Vec3::new(
                half_w * round(angle.cos()),
                d.hub_height_m + half_h * round(angle.sin()),
                z,
            )
        })
        .collect()
}

/// The nacelle's cover, in so many points a ring; with what stands on its roof where `fitted`.
pub(super) fn nacelle(mesh: &mut MeshBuilder, d: &Dimensions, around: usize, fitted: bool) {
    let tag = Tag::new(Surface::Nacelle);
    let stations = if around > 8 {
        outline(d)
    } else {
        let front = d.nacelle_front_z() - d.drum_length_m;
        let whole = d.nacelle_length_m + d.drum_length_m;
        OUTLINE_COARSE.map(|(t, s)| (front + whole * t, s)).to_vec()
    };
    let rings: Vec<_> = stations
        .iter()
        .map(|&station| cross_section(d, station, 0.0, around))
        .collect();
    mesh.loft(&rings, Skin::Outside, tag);
    for (ring, towards) in [(rings.first(), Vec3::NEG_Z), (rings.last(), Vec3::Z)] {
        if let Some(ring) = ring {
            mesh.cap(ring, towards, tag);
        }
    }
    if d.drum_radius_m > 0.0 && around > 8 {
        drum(
            mesh,
            d,
            if fitted { 40 } else { 20 },
            Skin::Outside,
            0.0,
            tag.sectioned(),
        );
    }
    if around > 8 {
        // The collar that sits on the tower.
        let (top, r) = (d.tower_top_m(), 1.12 * d.tower_top_radius_m);
        let collar = [(top - 0.12 * d.nacelle_half_height_m, r), (top + 0.3, r)];
        mesh.lathed(&collar, around, tag.tone(0.9).solid());
        cooler(mesh, d, tag);
    }
    if fitted {
        roof(mesh, d, tag);
        grilles(mesh, d, tag);
        if d.has_helideck {
            helideck(mesh, d, tag);
        }
    }
}

/// The drum about a direct-drive generator, drawn in by a margin.
pub(super) fn drum(
    mesh: &mut MeshBuilder,
    d: &Dimensions,
    sides: usize,
    skin: Skin,
    margin_m: f32,
    tag: Tag,
) {
    let (r, length) = (d.drum_radius_m - margin_m, d.drum_length_m);
    let edge = 0.06 * r;
    // Along the axis from the rear, as the y axis turned upwind goes.
    let rear = -(d.hub_rear_m() + length);
    let outline = [
        (rear + margin_m, 0.72 * r),
        (rear + margin_m, r - edge),
        (rear + margin_m + edge, r),
        (rear + length - margin_m - edge, r),
        (rear + length - margin_m, r - 1.5 * edge),
        (rear + length - margin_m, 0.4 * r),
    ];
    let twice: Vec<_> = outline.iter().flat_map(|&o| [o, o]).collect();
    mesh.placed(on_axis(d), |mesh| mesh.turned(&twice, sides, skin, tag));
}

/// From a frame whose y axis is the rotor's, upwind, with its origin in the hub, to the nacelle's.
pub(super) fn on_axis(d: &Dimensions) -> Affine3A {
    let (sin, cos) = d.tilt_deg.to_radians().sin_cos();
    let hub = Vec3::new(0.0, d.hub_height_m, -d.overhang_m);
    // The axis points upwind and up; the third axis is what was down or up before the turn.
    let upwind = Vec3::new(0.0, sin, -cos);
    Affine3A::from_mat3_translation(
        Mat3::from_cols(Vec3::X, upwind, Vec3::new(0.0, cos, sin)),
        hub,
    )
}

fn roof_m(d: &Dimensions) -> f32 {
    d.hub_height_m + d.nacelle_half_height_m
}

/// The cooler on the roof, at the rear.
fn cooler(mesh: &mut MeshBuilder, d: &Dimensions, tag: Tag) {
    let (w, h, l) = (
        d.nacelle_half_width_m,
        d.nacelle_half_height_m,
        d.nacelle_length_m,
    );
    let tag = tag.solid();
    let z = d.nacelle_front_z() + 0.925 * l;
    let half = Vec3::new(0.84 * w, 0.36 * h, 0.02 * l);
    let centre = Vec3::new(0.0, roof_m(d) + half.y + 0.1 * h, z);
    mesh.block(centre, half, tag.tone(0.97));
    let core = Vec3::new(0.93 * half.x, 0.82 * half.y, half.z + 0.03);
    mesh.block(centre, core, tag.tone(0.66));
    for x in [-0.62, 0.0, 0.62] {
        let rib = Vec3::new(0.03 * w, 0.9 * half.y, half.z + 0.06);
        mesh.block(centre.with_x(x * half.x), rib, tag.tone(0.9));
        let foot = Vec3::new(x * half.x, roof_m(d), z);
        mesh.block(foot, Vec3::new(0.05 * w, 0.14 * h, half.z), tag.tone(0.8));
    }
}

/// Wind vane and anemometer, hatches, and a rail along the roof.
fn roof(mesh: &mut MeshBuilder, d: &Dimensions, tag: Tag) {
    let (w, l) = (d.nacelle_half_width_m, d.nacelle_length_m);
    let tag = tag.solid();
    let top = roof_m(d);
    let front = d.nacelle_front_z();
    for (x, arm) in [(-0.5, 0.28), (0.5, -0.28)] {
        let foot = Vec3::new(x * w, top + 0.4, front + 0.985 * l);
        let head = foot + Vec3::Y * 1.6;
        mesh.bar(foot, head, 0.035, 5, tag.tone(0.8));
        mesh.bar(
            head - Vec3::X * arm,
            head + Vec3::X * arm,
            0.03,
            4,
            tag.tone(0.8),
        );
        mesh.block(
            head + Vec3::new(arm, 0.12, 0.0),
            Vec3::splat(0.07),
            tag.tone(0.6),
        );
    }
    for t in [0.30, 0.58] {
        let at = Vec3::new(0.0, top, front + t * l);
        mesh.block(at, Vec3::new(0.34 * w, 0.03, 0.045 * l), tag.tone(0.9));
    }
    if !d.has_helideck {
        for x in [-0.66, 0.66] {
            let at = |t: f32| Vec3::new(x * w, top - 0.02, front + t * l);
            mesh.bar(
                at(0.3) + Vec3::Y * 0.25,
                at(0.84) + Vec3::Y * 0.25,
                0.03,
                4,
                tag.tone(0.8),
            );
            for t in [0.3, 0.48, 0.66, 0.84] {
                mesh.bar(at(t), at(t) + Vec3::Y * 0.25, 0.03, 4, tag.tone(0.8));
            }
        }
    }
}

/// Air inlets on both sides, and the seam of the cover.
fn grilles(mesh: &mut MeshBuilder, d: &Dimensions, tag: Tag) {
    let (w, h, l) = (
        d.nacelle_half_width_m,
        d.nacelle_half_height_m,
        d.nacelle_length_m,
    );
    let front = d.nacelle_front_z();
    for side in [-1.0, 1.0] {
        for i in 0..5 {
            let y = d.hub_height_m + h * (0.34 - 0.11 * i as f32);
            let at = Vec3::new(side * w * 0.995, y, front + 0.68 * l);
            mesh.block(at, Vec3::new(0.02, 0.03 * h, 0.07 * l), tag.tone(0.55));
        }
        for t in [0.42, 0.82] {
            let at = Vec3::new(side * w * 0.998, d.hub_height_m, front + t * l);
            mesh.block(at, Vec3::new(0.012, 0.66 * h, 0.012), tag.tone(0.8));
        }
    }
}

/// The platform that people are lowered to from a helicopter.
fn helideck(mesh: &mut MeshBuilder, d: &Dimensions, tag: Tag) {
    let (w, l) = (d.nacelle_half_width_m, d.nacelle_length_m);
    let tag = tag.solid();
    let front = d.nacelle_front_z();
    let (deck, from, to) = (roof_m(d) + 0.55, front + 0.36 * l, front + 0.86 * l);
    let half = Vec3::new(0.98 * w, 0.1, (to - from) / 2.0);
    let centre = Vec3::new(0.0, deck, (from + to) / 2.0);
    mesh.block(centre, half, tag.tone(0.84));
    for x in [-0.7, 0.7] {
        for t in [0.05, 0.5, 0.95] {
            let z = from + (to - from) * t;
            let foot = Vec3::new(x * w, roof_m(d) - 0.1, z);
            mesh.bar(foot, foot.with_y(deck), 0.1, 5, tag.tone(0.8));
        }
    }
    let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
    let steps = 6;
    let mut posts = Vec::new();
    for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
        for i in 0..steps {
            let f = i as f32 / steps as f32;
            let (x, z) = (a.0 + (b.0 - a.0) * f, a.1 + (b.1 - a.1) * f);
            posts.push(centre + Vec3::new(x * half.x, half.y, z * half.z) * 0.985);
        }
    }
    railing(mesh, &posts, true, tag.tone(0.92));
    // The winching area's mark.
    let ring = [
        (0.0, 0.56 * w),
        (0.03, 0.56 * w),
        (0.03, 0.47 * w),
        (0.0, 0.47 * w),
    ];
    let at = Affine3A::from_translation(centre + Vec3::Y * half.y);
    mesh.placed(at, |mesh| mesh.lathed(&ring, 24, tag.tone(1.1)));
}

/// The spinner's outline along the rotor's axis, upwind, from its rear to its nose.
pub(super) fn spinner(d: &Dimensions, steps: usize, margin_m: f32) -> Vec<(f32, f32)> {
    let radius = d.spinner_radius_m - margin_m;
    let (rear, nose) = (-1.22 * d.hub_radius_m, 1.75 * d.spinner_radius_m - margin_m);
    let shoulder = 0.55 * d.hub_radius_m;
    let mut outline = vec![(rear, 0.93 * radius), (-0.4 * d.hub_radius_m, radius)];
    outline.extend((0..=steps).map(|i| {
        let t = (i as f32 / steps as f32 * std::f32::consts::FRAC_PI_2).sin();
        let r = radius * (1.0 - t * t).max(0.0).powf(0.55);
        (shoulder + (nose - shoulder) * t, r)
    }));
    outline
}

/// Hub and spinner, in the rotor's frame.
pub(super) fn hub(
    mesh: &mut MeshBuilder,
    d: &Dimensions,
    sides: usize,
    steps: usize,
    fitted: bool,
) {
    let tag = Tag::new(Surface::Hub);
    let outline = spinner(d, steps, 0.0);
    // From the y axis to the rotor's, nose upwind.
    let nose_upwind = Affine3A::from_rotation_x(-std::f32::consts::FRAC_PI_2);
    mesh.placed(nose_upwind, |mesh| {
        mesh.turned(&outline, sides, Skin::Outside, tag);
        if let Some(&(rear, radius)) = outline.first() {
            let back = [(rear, 0.0), (rear, radius)];
            mesh.turned(&back, sides, Skin::Outside, tag.tone(0.8));
        }
    });
    if !fitted {
        return;
    }
    for blade in 0..3 {
        let turn = Affine3A::from_rotation_z(-std::f32::consts::TAU / 3.0 * blade as f32);
        let (root, s) = (root_radius_m(d), d.spinner_radius_m);
        mesh.placed(turn, |mesh| {
            let collar = [
                (0.75 * s, 1.12 * root),
                (1.06 * s, 1.12 * root),
                (1.06 * s, 1.0 * root),
            ];
            mesh.lathed(&collar, 24, tag.tone(0.94).solid());
        });
    }
}

/// Radius of a blade's root, metres.
pub(super) fn root_radius_m(d: &Dimensions) -> f32 {
    let table = d.blade_table();
    let root = table.stations.first().map_or(0.0, |s| s.chord_m);
    0.5 * root * d.blade_length_m / table.length_m
}
