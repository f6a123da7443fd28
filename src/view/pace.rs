//! How often a frame is drawn: steadily while something moves, else only when something changes.
//!
//! An operator's machine runs day and night, so a calm scene costs next to nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bevy::ecs::system::NonSendMarker;
use bevy::prelude::*;
use bevy::window::{PrimaryWindow, RequestRedraw, WindowOccluded};
use bevy::winit::{
    EventLoopProxyWrapper, UpdateMode, WINIT_WINDOWS, WinitSettings, WinitUserEvent,
};

use super::ViewCovered;
use super::camera::{FarmCamera, Flight, Manner, Viewpoint};
use super::composition::{MotionInView, watch_motion};
use super::farm::Farm;
use super::gpu::SoftwareRenderer;
use super::project::{Frozen, Projector};
use super::rows::Rows;
use super::windows::{OfSide, SideEyes, SidePace, watch_windows};
use crate::alarms::Alarms;
use crate::fleet::TurbineRow;
use crate::telemetry::TelemetryStatus;
use crate::wake::Wake;

/// Between frames while rotors turn in view or values stream in.
const MOVING: Duration = Duration::from_millis(33);
/// The same where the processor draws, which the fleet needs too.
const MOVING_SOFTWARE: Duration = Duration::from_millis(125);
/// Between frames of a flight or an orbit: as fast as the screen shows them.
const FLYING: Duration = Duration::from_millis(16);
/// Between frames while nothing moves: ages are counted in seconds.
const CALM: Duration = Duration::from_secs(1);
/// The same where the processor draws, and there in a window that has not the keyboard.
const CALM_SOFTWARE: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(10)];
/// More values a second than this come as a stream: each frame takes what has gathered.
const STREAM_PER_S: f64 = 4.0;
/// A rotor smaller than this on the screen, in points, is not worth a frame.
const LEAST_ROTOR: f32 = 9.0;

/// Set by the first wake-up after a frame; those that follow before the next frame are the same.
#[derive(Resource, Debug, Clone, Default)]
struct Woken(Arc<AtomicBool>);

/// Cameras that draw again from the next frame on: one that wakes up at the end of a frame has no shadow
/// cascades in it, which Bevy takes for certain.
#[derive(Resource, Debug, Default)]
struct Waking(Vec<Entity>);

fn wake_cameras(mut waking: ResMut<Waking>, mut cameras: Query<&mut Camera>) {
    for camera in waking.bypass_change_detection().0.drain(..) {
        if let Ok(mut camera) = cameras.get_mut(camera) {
            camera.is_active = true;
        }
    }
}

/// Draws on demand in a window.
pub(super) fn plugin(app: &mut App) {
    let woken = Woken::default();
    if let Some(proxy) = app.world().get_resource::<EventLoopProxyWrapper>() {
        let (proxy, flag) = ((**proxy).clone(), Arc::clone(&woken.0));
        app.insert_resource(Wake::new(move || {
            if !flag.swap(true, Ordering::AcqRel)
                && proxy.send_event(WinitUserEvent::WakeUp).is_err()
            {
                // The window is closed: nothing is left to wake.
                flag.store(true, Ordering::Release);
            }
        }));
    }
    app.insert_resource(woken)
        .insert_resource(settings([MOVING; 2], true, false))
        .init_resource::<Waking>()
        .add_systems(First, wake_cameras)
        .add_systems(First, |woken: Res<Woken>| {
            woken.0.store(false, Ordering::Release);
        })
        .add_systems(
            Last,
            (watch_rotors, watch_motion, watch_windows, choose_pace).chain(),
        );
}

/// Frames at this distance in time, in a window that has the keyboard and in one that has not;
/// sooner on input, and sooner when woken if `on_wake`. A mouse that is held in its place moves no
/// cursor: its own motion counts if `on_motion`.
fn settings(wait: [Duration; 2], on_wake: bool, on_motion: bool) -> WinitSettings {
    let [focused_mode, unfocused_mode] = wait.map(|wait| UpdateMode::Reactive {
        wait,
        react_to_device_events: on_motion,
        react_to_user_events: on_wake,
        react_to_window_events: true,
    });
    WinitSettings {
        focused_mode,
        unfocused_mode,
    }
}

/// X11 says that a window is minimised only when asked.
pub(super) fn is_minimized(window: Entity) -> bool {
    WINIT_WINDOWS.with_borrow(|windows| {
        windows
            .get_window(window)
            .and_then(|w| w.is_minimized())
            .unwrap_or(false)
    })
}

fn choose_pace(
    mut winit: ResMut<WinitSettings>,
    window: Query<(Entity, &Window), With<PrimaryWindow>>,
    mut occlusions: MessageReader<WindowOccluded>,
    mut occluded: Local<bool>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut cameras: Query<
        (
            Entity,
            &mut Camera,
            Ref<Transform>,
            Has<FarmCamera>,
            Option<&Viewpoint>,
        ),
        Without<OfSide>,
    >,
    mut waking: ResMut<Waking>,
    (flight, rows, sides): (Res<Flight>, Res<Rows>, Res<SidePace>),
    motion: Res<MotionInView>,
    (software, covered): (Res<SoftwareRenderer>, Res<ViewCovered>),
    telemetry: Option<Res<TelemetryStatus>>,
    alarms: Option<Res<Alarms>>,
    panels: Option<Res<crate::panels::NextRepaint>>,
    mut frames: Local<u32>,
    // Windows are asked on the main thread only.
    _main_thread: NonSendMarker,
) {
    // The first frames lay out panels and load the scene.
    *frames = frames.saturating_add(1);
    for event in occlusions.read().filter(|e| window.contains(e.window)) {
        *occluded = event.occluded;
    }
    let not_shown = window.single().is_ok_and(|(id, w)| {
        w.physical_width() == 0 || w.physical_height() == 0 || !w.visible || is_minimized(id)
    });
    let hidden = *occluded || not_shown;
    let (mut orbiting, mut on_foot) = (sides.moving, false);
    for (id, mut camera, transform, is_farm, viewpoint) in &mut cameras {
        on_foot |= viewpoint.is_some_and(|v| v.manner == Manner::Person);
        let is_seen = !(hidden || (is_farm && covered.0));
        if camera.is_active != is_seen {
            if is_seen {
                waking.0.push(id);
            } else {
                camera.is_active = false;
            }
            // What is on the screen again is drawn at once, not at the next calm frame.
            redraw.write(RequestRedraw);
        }
        orbiting |= is_farm && transform.is_changed();
    }
    // The pace is that of all windows together.
    let hidden = hidden && !sides.seen;
    let streaming = telemetry.is_some_and(|t| t.values_per_s > STREAM_PER_S);
    let flashing = alarms.is_some_and(|a| a.standing().iter().any(|a| a.acknowledged.is_none()));
    let moving = if software.0 { MOVING_SOFTWARE } else { MOVING };
    let calm = if software.0 { CALM_SOFTWARE } else { [CALM; 2] };
    let (wait, on_wake) = if hidden {
        (calm, false)
    } else if flight.is_under_way() || orbiting || *frames < 10 {
        ([FLYING; 2], true)
    } else if rows.turning_in_view() || motion.0 {
        ([moving; 2], false)
    } else if streaming {
        ([moving.max(Duration::from_millis(100)); 2], false)
    } else if flashing {
        ([Duration::from_millis(250); 2], true)
    } else {
        (calm, true)
    };
    // A tooltip or a blinking cursor comes when it is due.
    let soonest = panels
        .and_then(|next| next.0)
        .filter(|delay| !delay.is_zero() && !hidden);
    let wait = wait.map(|wait| soonest.map_or(wait, |delay| wait.min(delay)));
    let next = settings(wait, on_wake, on_foot && !hidden);
    let is_same = |a: &WinitSettings, b: &WinitSettings| {
        a.focused_mode == b.focused_mode && a.unfocused_mode == b.unfocused_mode
    };
    if !is_same(&winit, &next) {
        *winit = next;
    }
}

/// Notes whether a rotor turns where it can be seen.
pub(super) fn watch_rotors(
    projector: Projector,
    sides: SideEyes,
    farm: Res<Farm>,
    mut rows: ResMut<Rows>,
) {
    let rows = rows.bypass_change_detection();
    let turning: &Rows = rows;
    let sees_any = |view: Frozen| {
        farm.feet.iter().enumerate().any(|(index, foot)| {
            let turbine = TurbineRow(index as u32);
            let turns = turning
                .get(turbine)
                .is_some_and(|r| r.rotor_speed_rad_s != 0.0);
            turns
                && view
                    .point(*foot + Vec3::Y * (farm.top_m * 0.6))
                    .is_some_and(|(at, depth_m)| {
                        let size = view.points_a_metre(depth_m) * farm.top_m * 0.5;
                        size > LEAST_ROTOR && view.area.expand(size).contains(at)
                    })
        })
    };
    let mut views = projector.freeze(None).into_iter().chain(sides.frozen());
    let seen = rows.any_turning() && views.any(sees_any);
    rows.set_turning_in_view(seen);
}
