//! What a turbine has within: each part a form that an engineer recognises, in its place.

use bevy::math::{Affine3A, Vec3};

use super::builder::{MeshBuilder, Skin};
use super::dimensions::Dimensions;
use super::nacelle::{on_axis, root_radius_m};
use super::tag::Tag;
use crate::scene::{Drivetrain, Part, Surface};

/// Everything within, uncut.
pub(super) fn parts(mesh: &mut MeshBuilder, d: &Dimensions) {
    let r = Rooms::new(d);
    bedplate(mesh, &r);
    mesh.placed(on_axis(d), |mesh| match d.drivetrain {
        Drivetrain::Geared => geared(mesh, &r),
        Drivetrain::DirectDrive => direct_drive(mesh, &r),
    });
    converter(mesh, &r);
    transformer(mesh, &r);
    yaw(mesh, &r);
    hub(mesh, d);
    tower_base(mesh, d);
}

/// The middle of each part that is drawn, in the nacelle's frame; that of the tower base in the
/// tower's.
pub fn part_places(d: &Dimensions) -> Vec<(Part, Vec3)> {
    let r = Rooms::new(d);
    let axis = |behind: f32, up: f32| on_axis(d).transform_point3(Vec3::new(0.0, -behind, up));
    let mut places = vec![(
        Part::Pitch,
        axis(-0.35 * d.hub_radius_m, 0.62 * d.hub_radius_m),
    )];
    match d.drivetrain {
        Drivetrain::Geared => places.extend([
            (Part::MainBearing, axis(r.at(BEARING), 0.3 * r.w)),
            (Part::Shaft, axis(r.at(0.22), 0.0)),
            (Part::Gearbox, axis(r.at(0.42), 0.2 * r.w)),
            (Part::Brake, axis(r.at(BRAKE), r.high + 0.12 * r.w)),
            (Part::Generator, axis(r.at(0.68), r.high)),
        ]),
        Drivetrain::DirectDrive => places.extend([
            (
                Part::Generator,
                axis(r.drum_at(0.5), 0.83 * d.drum_radius_m),
            ),
            (
                Part::MainBearing,
                axis(r.drum_at(0.5), 0.3 * d.drum_radius_m),
            ),
            (Part::Shaft, axis(r.drum_at(0.1), 0.0)),
            (Part::Brake, axis(r.at(0.045), 0.36 * d.drum_radius_m)),
        ]),
    }
    places.extend([
        (
            Part::Converter,
            Vec3::new(0.0, d.hub_height_m - 0.2 * r.h, r.z(r.converter)),
        ),
        (
            Part::Transformer,
            Vec3::new(0.0, d.hub_height_m - 0.2 * r.h, r.z(r.transformer)),
        ),
        (
            Part::Yaw,
            Vec3::new(0.0, r.ring_m(0.22), 0.9 * r.ring_radius_m()),
        ),
        (
            Part::TowerBase,
            Vec3::new(0.0, d.foundation_height_m + 2.0, 0.0),
        ),
    ]);
    places
}

/// Where the main bearing and the brake stand along the nacelle.
const BEARING: f32 = 0.10;
const BRAKE: f32 = 0.572;

/// The room in a nacelle: half of its width and height, and places along it.
struct Rooms<'a> {
    d: &'a Dimensions,
    w: f32,
    h: f32,
    l: f32,
    /// The floor that everything stands on, in the nacelle's frame.
    floor: f32,
    /// How far the fast shaft lies above the slow one.
    high: f32,
    converter: f32,
    transformer: f32,
}

impl<'a> Rooms<'a> {
    fn new(d: &'a Dimensions) -> Self {
        let (w, h) = (d.nacelle_half_width_m, d.nacelle_half_height_m);
        let is_geared = d.drivetrain == Drivetrain::Geared;
        Self {
            d,
            // A wide or a high nacelle leaves its machines no larger than the narrower side allows.
            w: w.min(1.1 * h),
            h,
            l: d.nacelle_length_m,
            floor: d.hub_height_m - 0.80 * h,
            high: 0.18 * w.min(1.1 * h),
            converter: if is_geared { 0.815 } else { 0.52 },
            transformer: if is_geared { 0.915 } else { 0.80 },
        }
    }

    /// Behind the hub along the axis, from a fraction of the nacelle's length.
    fn at(&self, t: f32) -> f32 {
        self.d.hub_rear_m() + self.d.drum_length_m + t * self.l
    }

    /// The same from a fraction of the drum's.
    fn drum_at(&self, t: f32) -> f32 {
        self.d.hub_rear_m() + t * self.d.drum_length_m
    }

    /// A height above the tower's top, from a fraction of half the nacelle's.
    fn ring_m(&self, t: f32) -> f32 {
        self.d.tower_top_m() + t * self.h
    }

    /// Of the ring that the nacelle turns on.
    fn ring_radius_m(&self) -> f32 {
        (1.10 * self.d.tower_top_radius_m).min(0.90 * self.d.nacelle_half_width_m)
    }

    /// In the nacelle's frame.
    fn z(&self, t: f32) -> f32 {
        self.d.nacelle_front_z() + t * self.l
    }
}

fn tag(surface: Surface) -> Tag {
    Tag::new(surface).within()
}

/// The frame under the machines, and the floor of the nacelle.
fn bedplate(mesh: &mut MeshBuilder, r: &Rooms) {
    let steel = tag(Surface::Nacelle).tone(0.5);
    let (from, to) = (r.z(0.07), r.z(0.95));
    let thick = 0.06 * r.h;
    for x in [-0.42, 0.42] {
        let centre = Vec3::new(x * r.w, r.floor, (from + to) / 2.0);
        mesh.block(
            centre,
            Vec3::new(0.09 * r.w, thick, (to - from) / 2.0),
            steel,
        );
    }
    for t in [0.1, 0.3, 0.42, 0.6, 0.75, 0.92] {
        let centre = Vec3::new(0.0, r.floor - 0.2 * thick, r.z(t));
        mesh.block(
            centre,
            Vec3::new(0.74 * r.w, 0.7 * thick, 0.014 * r.l),
            steel.tone(0.44),
        );
    }
}

/// Shaft, bearing, gearbox, brake and generator, about the rotor's axis: y upwind, z up.
fn geared(mesh: &mut MeshBuilder, r: &Rooms) {
    let w = r.w;
    let y = |t: f32| -r.at(t);
    let shaft = [
        (y(0.345), 0.17 * w),
        (y(0.16), 0.19 * w),
        (y(0.155), 0.24 * w),
        (y(0.03), 0.26 * w),
        (-1.22 * r.d.hub_radius_m, 0.30 * w),
        (-1.22 * r.d.hub_radius_m, 0.50 * w),
        (-1.10 * r.d.hub_radius_m, 0.50 * w),
        (-1.10 * r.d.hub_radius_m, 0.0),
    ];
    mesh.lathed(&shaft, 28, tag(Surface::Shaft));

    let bearing = tag(Surface::MainBearing);
    let (rear, front) = (y(BEARING + 0.034), y(BEARING - 0.034));
    let edge = 0.008 * r.l;
    let housing = [
        (rear, 0.25 * w),
        (rear, 0.42 * w),
        (rear + edge, 0.46 * w),
        (front - edge, 0.46 * w),
        (front, 0.42 * w),
        (front, 0.25 * w),
    ];
    mesh.lathed(&housing, 28, bearing);
    let down = (r.at(BEARING) * r.d.tilt_deg.to_radians().sin() - 0.80 * r.h).min(-0.5 * w);
    let foot = Vec3::new(0.0, y(BEARING), (down - 0.2 * w) / 2.0);
    let half = Vec3::new(0.5 * w, 0.026 * r.l, (-down - 0.2 * w) / 2.0);
    mesh.block(foot, half, bearing.tone(0.9));
    for x in [-0.44, 0.44] {
        mesh.block(
            Vec3::new(x * w, y(BEARING), -0.12 * w),
            Vec3::new(0.11 * w, 0.02 * r.l, 0.12 * w),
            bearing,
        );
    }
    bolts(mesh, front, 0.36 * w, 0.025 * w, 16, bearing.tone(0.7));

    gearbox(mesh, r);

    let fast = Affine3A::from_translation(Vec3::Z * r.high);
    mesh.placed(fast, |mesh| {
        let steel = tag(Surface::Shaft);
        let coupling = [
            (y(0.625), 0.07 * w),
            (y(0.612), 0.07 * w),
            (y(0.612), 0.12 * w),
            (y(0.600), 0.12 * w),
            (y(0.600), 0.07 * w),
            (y(0.52), 0.07 * w),
        ];
        mesh.lathed(&coupling, 20, steel);
        let brake = tag(Surface::Brake);
        let (rear, front) = (y(BRAKE + 0.005), y(BRAKE - 0.005));
        let disc = [
            (rear, 0.07 * w),
            (rear, 0.30 * w),
            (front, 0.30 * w),
            (front, 0.07 * w),
        ];
        mesh.lathed(&disc, 32, brake.tone(1.25));
        bolts(mesh, front, 0.2 * w, 0.022 * w, 10, brake.tone(0.6));
        for x in [-0.24, 0.24] {
            mesh.block(
                Vec3::new(x * w, y(BRAKE), 0.1 * w),
                Vec3::new(0.1 * w, 0.02 * r.l, 0.13 * w),
                brake.tone(0.85),
            );
        }
        generator(mesh, r);
    });
}

fn gearbox(mesh: &mut MeshBuilder, r: &Rooms) {
    let w = r.w;
    let y = |t: f32| -r.at(t);
    let body = tag(Surface::Gearbox);
    // The ring gear of the planetary stage in front, the parallel stage behind.
    let casing = [
        (y(0.535), 0.0),
        (y(0.535), 0.34 * w),
        (y(0.525), 0.42 * w),
        (y(0.468), 0.50 * w),
        (y(0.468), 0.60 * w),
        (y(0.455), 0.60 * w),
        (y(0.455), 0.55 * w),
        (y(0.405), 0.55 * w),
        (y(0.405), 0.66 * w),
        (y(0.355), 0.66 * w),
        (y(0.340), 0.54 * w),
        (y(0.325), 0.30 * w),
        (y(0.310), 0.24 * w),
    ];
    mesh.lathed(&casing, 40, body);
    bolts(mesh, y(0.352), 0.60 * w, 0.028 * w, 20, body.tone(0.7));
    for i in 0..12 {
        // Ribs of the planetary stage.
        let (sin, cos) = (std::f32::consts::TAU * i as f32 / 12.0).sin_cos();
        let at = |t: f32| Vec3::new(0.57 * w * sin, y(t), 0.57 * w * cos);
        mesh.bar(at(0.455), at(0.405), 0.03 * w, 4, body.tone(0.92));
    }
    for side in [-1.0, 1.0] {
        // Torque arms to their rubber mounts, above the bed plate.
        let arm = Vec3::new(side * 0.70 * w, y(0.38), -0.16 * w);
        mesh.block(
            arm,
            Vec3::new(0.15 * w, 0.026 * r.l, 0.10 * w),
            body.tone(0.9),
        );
        let mount = Vec3::new(side * 0.76 * w, y(0.38), -0.34 * w);
        mesh.block(
            mount,
            Vec3::new(0.09 * w, 0.03 * r.l, 0.09 * w),
            body.tone(0.45),
        );
    }
    // The fast shaft's housing, the oil filter and the sump.
    let fast = Vec3::new(0.0, 0.0, r.high);
    mesh.bar(
        fast + Vec3::Y * y(0.55),
        fast + Vec3::Y * y(0.53),
        0.2 * w,
        20,
        body.tone(0.85),
    );
    let filter = Vec3::new(0.42 * w, y(0.50), 0.34 * w);
    mesh.bar(
        filter,
        filter + Vec3::Z * 0.36 * w,
        0.07 * w,
        12,
        body.tone(1.2),
    );
    let sump = Vec3::new(0.0, y(0.43), -0.56 * w);
    mesh.block(
        sump,
        Vec3::new(0.34 * w, 0.05 * r.l, 0.12 * w),
        body.tone(0.85),
    );
}

/// A fast generator: ribbed stator, end shields, cooler on top, feet.
fn generator(mesh: &mut MeshBuilder, r: &Rooms) {
    let w = r.w;
    let y = |t: f32| -r.at(t);
    let body = tag(Surface::Generator);
    let casing = [
        (y(0.765), 0.0),
        (y(0.765), 0.24 * w),
        (y(0.750), 0.30 * w),
        (y(0.750), 0.40 * w),
        (y(0.735), 0.43 * w),
        (y(0.645), 0.43 * w),
        (y(0.630), 0.40 * w),
        (y(0.630), 0.30 * w),
        (y(0.615), 0.24 * w),
        (y(0.615), 0.10 * w),
    ];
    mesh.lathed(&casing, 32, body);
    for i in 0..9 {
        let t = 0.652 + 0.0095 * i as f32;
        let fin = [
            (y(t + 0.002), 0.43 * w),
            (y(t + 0.002), 0.455 * w),
            (y(t), 0.455 * w),
            (y(t), 0.43 * w),
        ];
        mesh.lathed(&fin, 32, body.tone(0.88));
    }
    let top = Vec3::new(0.0, y(0.69), 0.50 * w);
    mesh.block(
        top,
        Vec3::new(0.33 * w, 0.05 * r.l, 0.13 * w),
        body.tone(1.12),
    );
    mesh.block(
        top + Vec3::X * 0.33 * w,
        Vec3::new(0.02 * w, 0.036 * r.l, 0.08 * w),
        body.tone(0.5),
    );
    mesh.block(
        top - Vec3::X * 0.33 * w,
        Vec3::new(0.02 * w, 0.036 * r.l, 0.08 * w),
        body.tone(0.5),
    );
    for side in [-1.0, 1.0] {
        let foot = Vec3::new(side * 0.36 * w, y(0.69), -0.36 * w);
        mesh.block(
            foot,
            Vec3::new(0.1 * w, 0.055 * r.l, 0.13 * w),
            body.tone(0.7),
        );
    }
}

/// A generator as wide as the nacelle, cut with it, about a hollow shaft.
fn direct_drive(mesh: &mut MeshBuilder, r: &Rooms) {
    let radius = r.d.drum_radius_m;
    let y = |t: f32| -r.drum_at(t);
    let generator = tag(Surface::Generator).sectioned();
    for ([inner, outer], [rear, front], tone) in [STATOR, MAGNETS, SPOKES] {
        let (rear, front) = (y(rear), y(front));
        let (inner, outer) = (inner * radius, outer * radius);
        let ring = [
            (rear, inner),
            (rear, outer),
            (front, outer),
            (front, inner),
            (rear, inner),
        ];
        mesh.lathed(&ring, 56, generator.tone(tone));
    }
    let shaft = [
        (-r.at(0.14), 0.0),
        (-r.at(0.14), 0.22 * radius),
        (y(0.9), 0.22 * radius),
        (y(0.1), 0.24 * radius),
        (-r.d.hub_radius_m, 0.26 * radius),
        (-r.d.hub_radius_m, 0.0),
    ];
    mesh.lathed(&shaft, 32, tag(Surface::Shaft));
    let bearing = tag(Surface::MainBearing);
    for (rear, front) in [(0.42, 0.22), (0.92, 0.76)] {
        let edge = 0.03 * r.d.drum_length_m;
        let ring = [
            (y(rear), 0.24 * radius),
            (y(rear), 0.36 * radius),
            (y(rear) + edge, 0.39 * radius),
            (y(front) - edge, 0.39 * radius),
            (y(front), 0.36 * radius),
            (y(front), 0.24 * radius),
        ];
        mesh.lathed(&ring, 36, bearing);
    }
    let brake = tag(Surface::Brake);
    let (rear, front) = (-r.at(0.05), -r.at(0.04));
    let disc = [
        (rear, 0.22 * radius),
        (rear, 0.42 * radius),
        (front, 0.42 * radius),
        (front, 0.22 * radius),
    ];
    mesh.lathed(&disc, 40, brake.tone(1.25));
    for side in [-1.0, 1.0] {
        let caliper = Vec3::new(side * 0.36 * radius, -r.at(0.045), 0.16 * radius);
        mesh.block(
            caliper,
            Vec3::new(0.07 * radius, 0.018 * r.l, 0.1 * radius),
            brake.tone(0.85),
        );
    }
}

/// A ring about the axis: fractions of the drum's radius, fractions of its length, tone.
type Ring = ([f32; 2], [f32; 2], f32);
const STATOR: Ring = ([0.77, 0.93], [0.90, 0.16], 0.85);
const MAGNETS: Ring = ([0.66, 0.75], [0.86, 0.20], 1.2);
const SPOKES: Ring = ([0.26, 0.66], [0.62, 0.52], 1.0);

/// The rings that are cut with the drum, for the faces of the cut: radii and places along the axis.
pub(super) fn sectioned_rings(d: &Dimensions) -> Vec<([f32; 2], [f32; 2], f32)> {
    if d.drum_radius_m <= 0.0 {
        return Vec::new();
    }
    let r = Rooms::new(d);
    [STATOR, MAGNETS, SPOKES]
        .map(|(radii, along, tone)| {
            (
                radii.map(|f| f * d.drum_radius_m),
                along.map(|t| -r.drum_at(t)),
                tone,
            )
        })
        .to_vec()
}

/// Bolt heads in a circle about the axis.
fn bolts(mesh: &mut MeshBuilder, y: f32, radius: f32, size: f32, count: usize, tag: Tag) {
    for i in 0..count {
        let (sin, cos) = (std::f32::consts::TAU * i as f32 / count as f32).sin_cos();
        mesh.block(
            Vec3::new(radius * sin, y, radius * cos),
            Vec3::splat(size),
            tag,
        );
    }
}

/// A row of cabinets across the nacelle.
fn converter(mesh: &mut MeshBuilder, r: &Rooms) {
    let body = tag(Surface::Converter);
    // A direct drive leaves room for a converter of its full power.
    let is_geared = r.d.drivetrain == Drivetrain::Geared;
    let (half_h, half_z) = (0.52 * r.h, if is_geared { 0.034 } else { 0.09 } * r.l);
    let y = r.floor + 0.08 * r.h + half_h;
    for x in [-0.48, 0.0, 0.48] {
        let at = Vec3::new(x * r.w, y, r.z(r.converter));
        mesh.block(at, Vec3::new(0.225 * r.w, half_h, half_z), body);
        for side in [-1.0, 1.0] {
            let face = at + Vec3::Z * side * half_z;
            let vent = Vec3::new(0.15 * r.w, 0.05 * r.h, 0.02);
            mesh.block(face + Vec3::Y * 0.66 * half_h, vent, body.tone(0.5));
            mesh.block(face - Vec3::Y * 0.7 * half_h, vent, body.tone(0.5));
        }
    }
    // Doors and vents are on the sides that face the operator, too.
    for side in [-1.0, 1.0] {
        let face = Vec3::new(side * 0.705 * r.w, y, r.z(r.converter));
        let vent = Vec3::new(0.012 * r.w, 0.05 * r.h, 0.65 * half_z);
        mesh.block(face + Vec3::Y * 0.66 * half_h, vent, body.tone(0.5));
        mesh.block(face - Vec3::Y * 0.7 * half_h, vent, body.tone(0.5));
        mesh.block(
            face,
            Vec3::new(0.012 * r.w, 0.3 * half_h, 0.02),
            body.tone(0.5),
        );
    }
}

/// A dry transformer: three coils on a core.
fn transformer(mesh: &mut MeshBuilder, r: &Rooms) {
    let body = tag(Surface::Transformer);
    let z = r.z(r.transformer);
    let base = r.floor + 0.08 * r.h;
    let high = 0.98 * r.h;
    let coil = (0.30 * r.w).min(0.044 * r.l);
    for x in [-0.5, 0.0, 0.5] {
        let rings = [0.16, 0.40, 0.64].map(|t| base + t * high);
        for y in rings {
            let outline = [
                (y, 0.5 * coil),
                (y, coil),
                (y + 0.2 * high, coil),
                (y + 0.2 * high, 0.5 * coil),
            ];
            let at = Affine3A::from_translation(Vec3::new(x * r.w, 0.0, z));
            mesh.placed(at, |mesh| mesh.lathed(&outline, 20, body));
        }
        let leg = Vec3::new(x * r.w, base + 0.5 * high, z);
        mesh.block(
            leg,
            Vec3::new(0.3 * coil, 0.45 * high, 0.3 * coil),
            body.tone(0.6),
        );
        let terminal = Vec3::new(x * r.w, base + high, z);
        mesh.bar(
            terminal,
            terminal + Vec3::Y * 0.14 * r.h,
            0.04 * r.w,
            8,
            body.tone(1.25),
        );
    }
    for y in [base + 0.06 * high, base + 0.94 * high] {
        mesh.block(
            Vec3::new(0.0, y, z),
            Vec3::new(0.66 * r.w, 0.05 * high, 0.6 * coil),
            body.tone(0.72),
        );
    }
}

/// The ring gear on the tower and the motors that turn the nacelle on it.
fn yaw(mesh: &mut MeshBuilder, r: &Rooms) {
    let body = tag(Surface::Yaw);
    let (low, high, radius) = (r.ring_m(0.12), r.ring_m(0.22), r.ring_radius_m());
    let ring = [
        (low, 0.8 * radius),
        (low, radius),
        (high, radius),
        (high, 0.8 * radius),
    ];
    mesh.lathed(&ring, 48, body);
    for i in 0..48 {
        let (sin, cos) = (std::f32::consts::TAU * i as f32 / 48.0).sin_cos();
        let tooth = Vec3::new(radius * sin, (low + high) / 2.0, radius * cos);
        let half = Vec3::new(0.012, 0.04 * r.h, 0.012);
        mesh.block(tooth, half, body.tone(0.8));
    }
    let drives = if r.d.rotor_radius_m > 75.0 { 8 } else { 4 };
    for i in 0..drives {
        let angle = std::f32::consts::TAU * (i as f32 + 0.5) / drives as f32;
        let (sin, cos) = angle.sin_cos();
        let at =
            Affine3A::from_translation(Vec3::new(0.85 * radius * sin, 0.0, 0.85 * radius * cos));
        let (low, u) = (high, (0.12 * r.w).min(0.14 * radius));
        let outline = [
            (low, 0.0),
            (low, 1.25 * u),
            (low + 0.14 * r.h, 1.25 * u),
            (low + 0.14 * r.h, u),
            (low + 0.34 * r.h, u),
            (low + 0.34 * r.h, 0.78 * u),
            (low + 0.56 * r.h, 0.78 * u),
            (low + 0.60 * r.h, 0.5 * u),
            (low + 0.60 * r.h, 0.0),
        ];
        mesh.placed(at, |mesh| mesh.lathed(&outline, 14, body));
    }
}

/// Hub casting, pitch bearings and pitch drives, in the rotor's frame.
fn hub(mesh: &mut MeshBuilder, d: &Dimensions) {
    let casting = tag(Surface::Hub).tone(0.62);
    let (hub, root) = (d.hub_radius_m, root_radius_m(d));
    let nose_upwind = Affine3A::from_rotation_x(-std::f32::consts::FRAC_PI_2);
    mesh.placed(nose_upwind, |mesh| {
        let outline = [
            (-1.15 * hub, 0.0),
            (-1.15 * hub, 0.62 * hub),
            (-0.95 * hub, 0.8 * hub),
            (-0.5 * hub, 0.98 * hub),
            (0.0, 1.03 * hub),
            (0.5 * hub, 0.95 * hub),
            (0.85 * hub, 0.7 * hub),
            (0.95 * hub, 0.0),
        ];
        mesh.turned(&outline, 32, Skin::Outside, casting);
    });
    let pitch = tag(Surface::Pitch);
    for blade in 0..3 {
        let turn = Affine3A::from_rotation_z(-std::f32::consts::TAU / 3.0 * blade as f32);
        mesh.placed(turn, |mesh| {
            let neck = [(0.5 * hub, 0.9 * root), (0.9 * hub, 0.95 * root)];
            mesh.turned(&neck, 32, Skin::Outside, casting);
            let ring = [
                (0.90 * hub, 0.92 * root),
                (0.90 * hub, 1.08 * root),
                (1.04 * hub, 1.08 * root),
                (1.04 * hub, 0.92 * root),
            ];
            mesh.lathed(&ring, 40, pitch);
            // The drive stands before the bearing, under the nose.
            let u = 0.13 * hub;
            let at = Affine3A::from_translation(Vec3::new(0.0, 0.0, -root - 0.6 * u));
            let motor = [
                (0.42 * hub, 0.0),
                (0.42 * hub, 0.8 * u),
                (0.70 * hub, 0.8 * u),
                (0.70 * hub, 1.2 * u),
                (1.02 * hub, 1.2 * u),
                (1.02 * hub, 0.0),
            ];
            mesh.placed(at, |mesh| mesh.lathed(&motor, 16, pitch.tone(1.15)));
        });
    }
    let cabinet = Vec3::new(0.0, 0.0, -1.15 * hub);
    mesh.block(cabinet, Vec3::new(0.3, 0.3, 0.16) * hub, pitch.tone(0.7));
}

/// What stands in the tower's foot: switchgear, control cabinet, ladder and lift.
fn tower_base(mesh: &mut MeshBuilder, d: &Dimensions) {
    let body = tag(Surface::TowerBase);
    let r = 0.92 * d.tower_radius_m(0.0);
    let low = d.foundation_height_m + 0.35;
    let storey = cut_height_m(d) / 2.0;
    for y in [low, low + storey] {
        mesh.lathed(
            &[(y - 0.1, 0.0), (y - 0.1, r), (y, r), (y, 0.0)],
            32,
            body.tone(0.62),
        );
    }
    let high = (0.62 * storey).min(2.3) / 2.0;
    for (i, x) in [-0.46_f32, 0.0, 0.46].into_iter().enumerate() {
        let at = Vec3::new(x * r, low + high, -0.42 * r);
        mesh.block(at, Vec3::new(0.21 * r, high, 0.2 * r), body);
        mesh.block(
            at + Vec3::Z * 0.2 * r,
            Vec3::new(0.16 * r, 0.8 * high, 0.02),
            body.tone(0.86),
        );
        let up = low + storey + high;
        if i != 1 {
            mesh.block(
                at.with_y(up),
                Vec3::new(0.19 * r, high, 0.17 * r),
                body.tone(0.9),
            );
        }
    }
    let top = low + 2.0 * storey;
    let ladder = Vec3::new(0.62 * r, 0.0, 0.1 * r);
    for z in [-0.22, 0.22] {
        let rail = ladder + Vec3::Z * z;
        mesh.bar(rail.with_y(low), rail.with_y(top), 0.04, 4, body.tone(1.2));
    }
    for i in 0..(2.0 * storey / 0.3) as usize {
        let y = low + 0.3 * i as f32;
        let at = |z: f32| (ladder + Vec3::Z * z).with_y(y);
        mesh.bar(at(-0.22), at(0.22), 0.025, 3, body.tone(1.2));
    }
    let lift = Vec3::new(-0.5 * r, low + storey + 1.05, 0.32 * r);
    mesh.block(
        lift,
        Vec3::new(0.45, 1.05, 0.45).min(Vec3::splat(0.24 * r).with_y(1.05)),
        body.tone(0.8),
    );
}

/// How much of the tower's foot is cut open, metres.
pub(super) fn cut_height_m(d: &Dimensions) -> f32 {
    (0.16 * (d.tower_top_m() - d.foundation_height_m)).clamp(2.0, 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::TurbineShape;

    fn farm() -> Vec<Dimensions> {
        let direct = TurbineShape {
            drivetrain: Some(Drivetrain::DirectDrive),
            ..TurbineShape::default()
        };
        vec![
            Dimensions::new(70.0, 80.0, true),
            Dimensions::new(100.0, 120.0, false),
            Dimensions::new(140.0, 236.0, true),
            Dimensions::with(60.0, 44.0, false, &direct),
        ]
    }

    /// Half a superellipse is within another one if its corners are.
    fn is_in_nacelle(d: &Dimensions, p: Vec3) -> bool {
        let x = p.x / d.nacelle_half_width_m;
        let y = (p.y - d.hub_height_m) / d.nacelle_half_height_m;
        let t = (p.z - d.nacelle_front_z()) / d.nacelle_length_m;
        let n = super::super::nacelle::SQUARENESS;
        x.abs().powf(n) + y.abs().powf(n) < 1.0 && t < 0.99
    }

    #[test]
    fn every_part_within_is_within_its_shell() {
        for d in farm() {
            let mut mesh = MeshBuilder::default();
            parts(&mut mesh, &d);
            for (p, _, part) in mesh.vertices() {
                let surface = part & 0xff;
                let is = |s: Surface| surface == s as u32;
                let fits = if is(Surface::Hub) || is(Surface::Pitch) {
                    p.x.hypot(p.y) < d.spinner_radius_m * 1.02
                        && p.z.abs() < 2.0 * d.spinner_radius_m
                } else if is(Surface::TowerBase) {
                    p.x.hypot(p.z) < d.tower_foot_radius_m && p.y > d.foundation_height_m
                } else {
                    let axis = on_axis(&d).inverse().transform_point3(p);
                    let radius = axis.x.hypot(axis.z);
                    let in_front =
                        -axis.y < d.hub_rear_m() + d.drum_length_m + 0.06 * d.nacelle_length_m;
                    is_in_nacelle(&d, p)
                        || (in_front && radius < d.drum_radius_m.max(d.nacelle_half_width_m))
                };
                assert!(fits, "surface {surface} at {p} of {d:?}");
            }
        }
    }

    #[test]
    fn each_place_that_a_label_points_to_is_on_a_part_that_is_drawn() {
        for d in farm() {
            let mut mesh = MeshBuilder::default();
            parts(&mut mesh, &d);
            for (part, _) in part_places(&d) {
                let own = part.surfaces().last().copied().unwrap() as u32;
                assert!(mesh.vertices().any(|(_, _, p)| p & 0xff == own), "{part:?}");
            }
        }
    }
}
