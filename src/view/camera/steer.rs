//! The person at the camera: what the pointer and the held keys do to the viewpoint.

use bevy::input::mouse::MouseMotion;
use bevy::prelude::*;
use bevy::window::WindowEvent;
use bevy_egui::{EguiContext, PrimaryEguiContext, egui};

use super::flight::Flight;
use super::ground::ground_height_m;
use super::hand::{Gesture, Hand};
use super::held::{Move, moves, steps};
use super::input::{PointerInView, is_free};
use super::place::FarmCamera;
use super::sight::{Sight, on_plane};
use super::viewpoint::{Manner, Viewpoint};
use crate::action::Action;
use crate::view::farm::Farm;
use crate::view::pick::PickGrid;
use crate::view::rows::Rows;
use crate::view::windows::SideEvents;
use crate::view::{ViewArea, ViewCovered};

/// A longer pause between frames is no time for a held key.
const LONGEST_STEP_S: f32 = 0.1;
/// Of a held key: heights of the view a second, and zoom a second.
const KEY_TURN: f32 = 0.35;
const KEY_PAN: f32 = 0.6;
const KEY_ZOOM: f32 = 1.2;
/// A person turns by this much for each point that the mouse moves, radians.
const LOOK_RAD: f32 = 0.0022;
/// A person's speed on the ground, metres a second, and more for each metre above it.
const SPEED_M_S: f32 = 9.0;
const SPEED_A_METRE: f32 = 0.6;
const FASTER: f32 = 5.0;

/// Reads the window's events as gestures.
pub(super) fn read_hand(
    mut events: MessageReader<WindowEvent>,
    (area, covered): (Res<ViewArea>, Res<ViewCovered>),
    mut egui: Query<&mut EguiContext, With<PrimaryEguiContext>>,
    elsewhere: SideEvents,
    mut hand: ResMut<Hand>,
) {
    let Ok(mut context) = egui.single_mut() else {
        return;
    };
    let context = context.bypass_change_detection().get_mut();
    let zoom = context.zoom_factor();
    let hand = hand.bypass_change_detection();
    hand.gestures.clear();
    for event in events.read().filter(|event| !elsewhere.has(event)) {
        hand.follow(event, zoom, |at| is_free(context, *area, *covered, at));
    }
}

/// Where the view lies on the screen, and what is in it.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Surroundings<'w> {
    area: Res<'w, ViewArea>,
    farm: Res<'w, Farm>,
    grid: Res<'w, PickGrid>,
    rows: Res<'w, Rows>,
}

/// The view of a frame: its rectangle on the screen.
#[derive(Debug, Clone, Copy)]
struct Screen(egui::Rect);

impl Screen {
    fn of(area: ViewArea, camera: &Camera) -> Self {
        let whole = camera
            .logical_target_size()
            .unwrap_or(Vec2::new(1280.0, 800.0));
        let whole = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(whole.x, whole.y));
        Self(area.0.unwrap_or(whole))
    }

    fn sight(self, viewpoint: &Viewpoint) -> Sight {
        Sight::new(&viewpoint.pose, self.0.width() / self.0.height().max(1.0))
    }

    fn place(self, at: egui::Pos2) -> Vec2 {
        let half = self.0.size().max(egui::vec2(2.0, 2.0)) / 2.0;
        let off = at - self.0.center();
        Vec2::new(off.x / half.x, -off.y / half.y)
    }

    /// A way on the screen in heights of the view, downwards.
    fn heights(self, from: egui::Pos2, to: egui::Pos2) -> Vec2 {
        let way = (to - from) / self.0.height().max(1.0);
        Vec2::new(way.x, way.y)
    }
}

impl Surroundings<'_> {
    /// What a ray meets first: a turbine, or the ground. Near the horizon, the depth of the focus.
    fn anchor(&self, viewpoint: &Viewpoint, ray: Ray3d) -> Vec3 {
        let pose = &viewpoint.pose;
        let ground = on_plane(ray, ground_height_m(&self.farm, pose.focus));
        let along = |place: Vec3| (place - ray.origin).dot(*ray.direction);
        let turbine = (!pose.is_map())
            .then(|| {
                let yaw = |t| self.rows.get(t).map_or(0.0, |r| r.yaw_rad);
                let turbine = self.grid.pick(ray, 0.0, yaw)?;
                // The axis of its tower is met at the ray's own distance from it.
                let foot = self.farm.foot(turbine)?;
                let flat = ray.direction.with_y(0.0).length_squared().max(1e-4);
                Some(
                    (foot - ray.origin)
                        .with_y(0.0)
                        .dot(ray.direction.with_y(0.0))
                        / flat,
                )
            })
            .flatten();
        let limit_m = 8.0 * pose.distance_m() + 400.0;
        let distance_m = turbine
            .into_iter()
            .chain(ground.map(|(_, distance_m)| distance_m))
            .filter(|m| *m > 0.0 && *m < limit_m)
            .fold(f32::MAX, f32::min);
        let distance_m = if distance_m < f32::MAX {
            distance_m
        } else {
            along(pose.focus).max(1.0)
        };
        ray.origin + *ray.direction * distance_m
    }

    fn ground_m(&self, at: Vec3) -> f32 {
        ground_height_m(&self.farm, at)
    }
}

/// Moves the camera as the pointer and the keys say; whoever takes it ends a flight.
pub(super) fn steer(
    (hand, pointer): (Res<Hand>, Res<PointerInView>),
    keys: Res<ButtonInput<KeyCode>>,
    mut motion: MessageReader<MouseMotion>,
    time: Res<Time<Real>>,
    around: Surroundings,
    mut flight: ResMut<Flight>,
    mut camera: Query<(&Camera, &mut Viewpoint), With<FarmCamera>>,
    mut actions: MessageWriter<Action>,
    mut looked_at: Local<Option<egui::Pos2>>,
) {
    let Ok((camera, mut seen)) = camera.single_mut() else {
        return;
    };
    let screen = Screen::of(*around.area, camera);
    let seconds = time.delta_secs().min(LONGEST_STEP_S);
    let mut viewpoint = seen.clone();
    let raw = motion.read().map(|m| m.delta).sum::<Vec2>();
    let placed = hand.cursor();
    let before = std::mem::replace(&mut *looked_at, placed);
    if viewpoint.manner == Manner::Person {
        // Where the mouse reports no motion (a tablet, a remote screen), the cursor's way is taken.
        let way = placed.zip(before).map_or(Vec2::ZERO, |(a, b)| {
            let way = a - b;
            Vec2::new(way.x, way.y)
        });
        let moved = if raw == Vec2::ZERO { way } else { raw };
        viewpoint.look(moved * LOOK_RAD);
        if pointer.keys {
            walk(&mut viewpoint, &keys, &around, seconds);
        }
    } else {
        for gesture in &hand.gestures {
            apply(&mut viewpoint, *gesture, screen, &around);
        }
        if pointer.keys {
            for held in moves(&keys) {
                hold(&mut viewpoint, held, seconds.max(0.016), &around);
            }
        }
        viewpoint.go_on(seconds);
    }
    for gesture in &hand.gestures {
        match gesture {
            Gesture::Back => drop(actions.write(Action::Back)),
            Gesture::Forward => drop(actions.write(Action::Forward)),
            _ => {}
        }
    }
    if viewpoint == *seen {
        return;
    }
    viewpoint.keep_within(|at| around.ground_m(at));
    if viewpoint.pose.flatness > 0.0 && !viewpoint.pose.is_map() {
        // Taken on the way to the map or from it: it is a view as any other.
        viewpoint.pose.flatness = 0.0;
        viewpoint.manner = Manner::Orbit;
    }
    flight.interrupt();
    seen.set_if_neq(viewpoint);
}

fn apply(viewpoint: &mut Viewpoint, gesture: Gesture, screen: Screen, around: &Surroundings) {
    match gesture {
        Gesture::Turn { from, to } if viewpoint.manner != Manner::Map => {
            viewpoint.orbit(screen.heights(from, to));
        }
        Gesture::Turn { from, to } | Gesture::Pan { from, to } => {
            let sight = screen.sight(viewpoint);
            let ray = |at| sight.ray(screen.place(at));
            let ground_m = around.ground_m(viewpoint.pose.focus);
            viewpoint.drag_ground(ray(from), ray(to), ground_m, screen.heights(from, to));
        }
        Gesture::Zoom { at, nearer } => {
            if let Some(ray) = screen.sight(viewpoint).ray(screen.place(at)) {
                let anchor = around.anchor(viewpoint, ray);
                viewpoint.zoom_towards(anchor, nearer);
            }
        }
        Gesture::Click { .. } | Gesture::Frame { .. } | Gesture::Back | Gesture::Forward => {}
    }
}

fn hold(viewpoint: &mut Viewpoint, held: Move, seconds: f32, around: &Surroundings) {
    let pan = |viewpoint: &mut Viewpoint, right: f32, ahead: f32| {
        let moved = Vec2::new(-right, ahead) * (KEY_PAN * seconds);
        viewpoint.drag_ground(None, None, around.ground_m(Vec3::ZERO), moved);
    };
    match held {
        Move::Turn(right, down) if viewpoint.manner == Manner::Map => pan(viewpoint, right, -down),
        Move::Turn(right, down) => {
            viewpoint.orbit(Vec2::new(-right, -down) * (KEY_TURN * seconds));
        }
        Move::Pan(right, ahead) => pan(viewpoint, right, ahead),
        Move::Zoom(nearer) => {
            let focus = viewpoint.pose.focus;
            viewpoint.zoom_by(focus, nearer * KEY_ZOOM * seconds);
        }
        Move::Rise(up) => {
            let way_m = viewpoint.pose.half_height_m() * KEY_PAN * seconds;
            viewpoint.step(0.0, up * way_m, 0.0);
        }
    }
}

/// The higher, the faster: the ground goes by at the same pace.
fn walk(
    viewpoint: &mut Viewpoint,
    keys: &ButtonInput<KeyCode>,
    around: &Surroundings,
    seconds: f32,
) {
    let ([right, up, ahead], is_fast) = steps(keys);
    let eye = viewpoint.pose.eye();
    let height_m = (eye.y - around.ground_m(eye)).max(0.0);
    let faster = if is_fast { FASTER } else { 1.0 };
    let way_m = (SPEED_M_S + SPEED_A_METRE * height_m) * faster * seconds.max(0.016);
    if (right, up, ahead) != (0.0, 0.0, 0.0) {
        viewpoint.step(right * way_m, up * way_m, ahead * way_m);
    }
}
