//! Tower and foundation: monopile, jacket, gravity base or plinth, and what people climb in by.

use bevy::math::{Affine3A, Quat, Vec3};

use super::builder::{MeshBuilder, Skin};
use super::dimensions::Dimensions;
use super::tag::Tag;
use crate::scene::{Foundation, Surface};

/// Which way the door faces, radians about the tower from south towards east: where the usual view
/// comes from.
const DOOR_RAD: f32 = -0.4;
/// Height of a person's railing, metres.
const RAILING_M: f32 = 1.1;
/// Longest section of a tower between flanges, metres.
const SECTION_M: f32 = 24.0;

/// How much of it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fittings {
    /// Form alone.
    None,
    /// With railing, ladder, door and flanges.
    All,
}

/// The tower, on top of its foundation, in so many sides and rings.
pub(super) fn tower(
    mesh: &mut MeshBuilder,
    d: &Dimensions,
    sides: usize,
    rings: usize,
    f: Fittings,
) {
    let tag = Tag::new(Surface::Tower);
    let (foot, top) = (d.foundation_height_m, d.tower_top_m());
    let at = |t: f32| (foot + (top - foot) * t, d.tower_radius_m(t));
    let outline: Vec<(f32, f32)> = (0..=rings).map(|i| at(i as f32 / rings as f32)).collect();
    mesh.turned(&outline, sides, Skin::Outside, tag);
    if f == Fittings::None {
        return;
    }
    let sections = ((top - foot) / SECTION_M).ceil().max(2.0) as usize;
    for i in 1..sections {
        let (y, r) = at(i as f32 / sections as f32);
        let (out, half) = (r + 0.035, 0.11);
        let flange = [
            (y - half, r),
            (y - half, out),
            (y + half, out),
            (y + half, r),
        ];
        mesh.lathed(&flange, sides, tag.tone(0.93));
    }
    door(mesh, d, tag);
}

/// A stem that stands on the ground or in the sea: what is left of tower and foundation far away.
pub(super) fn stem(mesh: &mut MeshBuilder, d: &Dimensions, sides: usize) {
    let outline = [
        (0.0, d.tower_foot_radius_m),
        (d.tower_top_m(), d.tower_top_radius_m),
    ];
    mesh.turned(&outline, sides, Skin::Outside, Tag::new(Surface::Tower));
}

fn door(mesh: &mut MeshBuilder, d: &Dimensions, tag: Tag) {
    let r = d.tower_radius_m(0.01);
    let (half_w, half_h) = (0.5, 1.1);
    let sill = d.foundation_height_m
        + if d.foundation == Foundation::Land {
            0.9
        } else {
            0.25
        };
    mesh.placed(Affine3A::from_rotation_y(DOOR_RAD), |mesh| {
        let at = Vec3::new(0.0, sill + half_h, r - 0.02);
        mesh.block(
            at,
            Vec3::new(half_w + 0.14, half_h + 0.14, 0.09),
            tag.tone(0.86),
        );
        mesh.block(at, Vec3::new(half_w, half_h, 0.14), tag.tone(0.6));
        if d.foundation == Foundation::Land {
            let grey = tag.tone(0.72).solid();
            let landing = Vec3::new(0.0, sill - 0.06, r + 0.7);
            mesh.block(landing, Vec3::new(0.8, 0.06, 0.7), grey);
            for i in 0..4 {
                let f = i as f32;
                let step = Vec3::new(0.0, sill - 0.25 * (f + 1.0), r + 1.55 + 0.3 * f);
                mesh.block(step, Vec3::new(0.7, 0.04, 0.17), grey);
            }
            for x in [-0.75, 0.75] {
                let (high, low) = (
                    Vec3::new(x, sill + 1.0, r + 1.4),
                    Vec3::new(x, sill, r + 2.6),
                );
                mesh.bar(high.with_z(r + 0.05), high, 0.035, 4, grey);
                mesh.bar(high, low, 0.035, 4, grey);
                mesh.bar(high.with_y(sill), high, 0.035, 4, grey);
            }
        }
    });
}

/// What the tower stands on.
pub(super) fn foundation(mesh: &mut MeshBuilder, d: &Dimensions, sides: usize, f: Fittings) {
    match d.foundation {
        Foundation::Land => plinth(mesh, d, sides),
        Foundation::Monopile => {
            transition_piece(mesh, d, sides, None);
            platform(mesh, d, sides, f);
            if f == Fittings::All {
                boat_landing(mesh, d, d.foundation_radius_m);
            }
        }
        Foundation::Jacket => {
            transition_piece(mesh, d, sides, Some(0.72 * d.foundation_height_m));
            jacket(mesh, d, (sides / 3).clamp(4, 10));
            platform(mesh, d, sides, f);
        }
        Foundation::Gravity => {
            gravity_base(mesh, d, sides);
            platform(mesh, d, sides, f);
            if f == Fittings::All {
                boat_landing(mesh, d, 1.35 * d.foundation_radius_m);
            }
        }
    }
}

fn plinth(mesh: &mut MeshBuilder, d: &Dimensions, sides: usize) {
    let tag = Tag::new(Surface::Foundation);
    let (top, r, foot) = (
        d.foundation_height_m,
        d.foundation_radius_m,
        d.tower_foot_radius_m,
    );
    let outline = [
        // Deep enough for a slope of one in one.
        (-2.0 * r, 1.15 * r),
        (0.25 * top, 1.1 * r),
        (top, 1.25 * foot),
        (top, 0.0),
    ];
    mesh.lathed(&outline, sides, tag);
    let ring = [
        (top, 1.1 * foot),
        (top + 0.12, 1.1 * foot),
        (top + 0.12, foot),
    ];
    mesh.lathed(&ring, sides, tag.tone(0.8));
}

/// The yellow piece between pile and tower: from a height, or on a pile with the dark band that the sea
/// leaves. What stands in the sea ends at its surface, which hides nothing.
fn transition_piece(mesh: &mut MeshBuilder, d: &Dimensions, sides: usize, from: Option<f32>) {
    let tag = Tag::new(Surface::Foundation);
    let (top, r) = (d.foundation_height_m, d.foundation_radius_m);
    let Some(from) = from else {
        let (wet, pile) = (0.11 * top, 0.94 * r);
        mesh.lathed(&[(0.0, pile), (wet, pile)], sides, tag.tone(0.42));
        mesh.lathed(&[(wet, pile), (wet, r), (top, r)], sides, tag);
        return;
    };
    mesh.lathed(&[(from, 0.0), (from, r), (top, r)], sides, tag);
}

fn gravity_base(mesh: &mut MeshBuilder, d: &Dimensions, sides: usize) {
    let tag = Tag::new(Surface::Foundation);
    let (top, r) = (d.foundation_height_m, d.foundation_radius_m);
    // An ice cone at the water line, a shaft above it.
    let outline = [
        (0.0, 1.75 * r),
        (0.06 * top, 1.75 * r),
        (0.3 * top, 1.15 * r),
        (top, 1.15 * r),
    ];
    mesh.lathed(&outline, sides, tag);
}

fn jacket(mesh: &mut MeshBuilder, d: &Dimensions, sides: usize) {
    let tag = Tag::new(Surface::Foundation);
    let (top, r) = (0.8 * d.foundation_height_m, d.foundation_radius_m);
    let leg = 0.16 * r;
    let corner = |i: usize, y: f32| {
        let (sin, cos) = (std::f32::consts::FRAC_PI_2 * (i as f32 + 0.5)).sin_cos();
        let spread = 1.25 * r + (top - y) * 0.12;
        Vec3::new(spread * sin, y, spread * cos)
    };
    let (low, middle) = (0.0, 0.42 * top);
    for i in 0..4 {
        mesh.bar(corner(i, low), corner(i, top), leg, sides, tag);
        mesh.bar(corner(i, top), Vec3::Y * top, 1.2 * leg, sides, tag);
        for (from, to) in [(low, middle), (middle, top)] {
            mesh.bar(
                corner(i, from),
                corner(i + 1, to),
                0.5 * leg,
                sides.min(6),
                tag,
            );
            mesh.bar(
                corner(i + 1, from),
                corner(i, to),
                0.5 * leg,
                sides.min(6),
                tag,
            );
        }
    }
}

/// The work platform about the tower's foot, with its railing.
fn platform(mesh: &mut MeshBuilder, d: &Dimensions, sides: usize, f: Fittings) {
    let tag = Tag::new(Surface::Foundation);
    let (top, r) = (d.foundation_height_m, d.foundation_radius_m);
    let wide = r + 1.9 + 0.12 * r;
    let outline = [(top - 0.35, r), (top - 0.35, wide), (top, wide), (top, 0.0)];
    mesh.lathed(&outline, sides, tag.tone(0.86));
    if f == Fittings::None {
        return;
    }
    let edge = wide - 0.08;
    railing(mesh, &circle_at(top, edge, 28), true, tag);
    // Brackets below.
    for i in 0..12 {
        let turn = Quat::from_rotation_y(std::f32::consts::TAU * i as f32 / 12.0);
        let (inner, outer) = (
            Vec3::new(0.0, top - 1.5, r),
            Vec3::new(0.0, top - 0.4, wide - 0.3),
        );
        mesh.bar(turn * inner, turn * outer, 0.08, 4, tag.tone(0.9));
    }
    // The crane beside the door.
    let turn = Quat::from_rotation_y(DOOR_RAD + 0.9);
    let foot = turn * Vec3::new(0.0, top, edge - 0.5);
    let (head, end) = (foot + Vec3::Y * 3.0, foot + turn * Vec3::new(0.0, 3.7, 2.2));
    mesh.bar(foot, head, 0.14, 8, tag.tone(0.9));
    mesh.bar(head, end, 0.09, 6, tag.tone(0.9));
}

fn circle_at(y: f32, radius: f32, count: usize) -> Vec<Vec3> {
    super::builder::circle((y, radius), count)
}

/// Posts with two rails along a line.
pub(super) fn railing(mesh: &mut MeshBuilder, feet: &[Vec3], closed: bool, tag: Tag) {
    let ends = feet.iter().skip(1).chain(feet.first().filter(|_| closed));
    for (&a, &b) in feet.iter().zip(ends) {
        mesh.bar(a, a + Vec3::Y * RAILING_M, 0.035, 3, tag);
        for height in [0.5 * RAILING_M, RAILING_M] {
            let up = Vec3::Y * height;
            mesh.bar(a + up, b + up, 0.03, 3, tag);
        }
    }
}

/// Two fenders that a boat is pushed against, and the ladder between them.
fn boat_landing(mesh: &mut MeshBuilder, d: &Dimensions, radius_m: f32) {
    let tag = Tag::new(Surface::Foundation);
    let top = d.foundation_height_m;
    mesh.placed(Affine3A::from_rotation_y(DOOR_RAD - 0.25), |mesh| {
        let out = radius_m + 1.1;
        let high = 0.62 * top;
        for x in [-0.9, 0.9] {
            let foot = Vec3::new(x, 0.0, out);
            mesh.bar(foot, foot.with_y(high), 0.2, 8, tag.tone(0.8));
            for y in [0.16 * top, 0.6 * top] {
                mesh.bar(
                    Vec3::new(x, y, out),
                    Vec3::new(x * 0.7, y, radius_m * 0.9),
                    0.14,
                    6,
                    tag,
                );
            }
        }
        let back = out - 0.55;
        for x in [-0.3, 0.3] {
            mesh.bar(
                Vec3::new(x, 0.0, back),
                Vec3::new(x, top, back),
                0.05,
                4,
                tag,
            );
        }
        let rungs = (top / 0.8) as usize;
        for i in 0..rungs {
            let y = 0.8 * i as f32;
            mesh.bar(
                Vec3::new(-0.3, y, back),
                Vec3::new(0.3, y, back),
                0.03,
                3,
                tag,
            );
        }
    });
}
