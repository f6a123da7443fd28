//! Opens windows: one more when asked for, and at the start those that were open at the end.

use bevy::ecs::system::NonSendMarker;
use bevy::prelude::*;
use bevy::window::{
    Monitor, MonitorSelection, OnMonitor, PresentMode, PrimaryWindow, RawHandleWrapper,
    RequestRedraw, WindowDestroyed, WindowMode, WindowPosition, WindowResizeConstraints,
    WindowResolution,
};
use bevy::winit::WINIT_WINDOWS;

use super::cameras::SideTarget;
use super::place::{LEAST_SIZE, Screen, clamped, for_new};
use super::remember::{RememberedWindows, USUAL_SIZE, WindowMemory, WindowPlace};
use super::{MOST_WINDOWS, SideView};
use crate::action::Action;
use crate::view::app::picture;
use crate::view::camera::CameraTarget;

/// Frames that are waited for the monitors to be told; a display server may tell of none.
const MONITORS_WITHIN: u32 = 20;

/// The monitors that there are now.
pub(super) fn screens<'a>(monitors: impl Iterator<Item = &'a Monitor>) -> Vec<Screen> {
    monitors
        .map(|m| Screen {
            name: m.name.clone(),
            at: m.physical_position,
            size: m.physical_size(),
            scale: m.scale_factor as f32,
        })
        .collect()
}

/// Where a window is, if the display server says so, and its size. To be asked on the main thread.
pub(super) fn place_of(entity: Entity, window: &Window) -> Option<(IVec2, UVec2)> {
    let at = match window.position {
        WindowPosition::At(at) => Some(at),
        // A window that was never moved is told of only when asked.
        _ => WINIT_WINDOWS.with_borrow(|windows| {
            let at = windows.get_window(entity)?.outer_position().ok()?;
            Some(IVec2::new(at.x, at.y))
        }),
    };
    at.map(|at| (at, window.physical_size()))
}

fn window(memory: &WindowMemory, at: Option<IVec2>, size: UVec2) -> Window {
    Window {
        title: super::content::window_title(&memory.shows, None),
        name: Some("windvane".to_owned()),
        resolution: WindowResolution::new(size.x, size.y),
        position: at.map_or(WindowPosition::Automatic, WindowPosition::At),
        // The first window waits for the screen; another that waited too would halve the pace of both.
        present_mode: PresentMode::Mailbox,
        resize_constraints: WindowResizeConstraints {
            min_width: LEAST_SIZE.x as f32,
            min_height: LEAST_SIZE.y as f32,
            ..default()
        },
        mode: mode(memory.place.fullscreen),
        ..default()
    }
}

fn mode(fullscreen: bool) -> WindowMode {
    if fullscreen {
        WindowMode::BorderlessFullscreen(MonitorSelection::Current)
    } else {
        WindowMode::Windowed
    }
}

/// Opens what was remembered, where it still fits, and puts the first window where it was.
pub(super) fn restore(
    mut commands: Commands,
    mut remembered: ResMut<RememberedWindows>,
    monitors: Query<&Monitor>,
    mut first: Query<(&mut Window, Has<RawHandleWrapper>), With<PrimaryWindow>>,
    mut frames: Local<u32>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    if remembered.restored {
        return;
    }
    let Ok((mut first, is_open)) = first.single_mut() else {
        remembered.restored = true;
        return;
    };
    *frames += 1;
    let screens = screens(monitors.iter());
    if !is_open || (screens.is_empty() && *frames < MONITORS_WITHIN) {
        redraw.write(RequestRedraw);
        return;
    }
    remembered.restored = true;
    let fitted = |place: &WindowPlace| {
        let at = place.at.map(IVec2::from_array);
        let size = UVec2::from_array(place.size);
        clamped(&screens, place.monitor.as_deref(), at, size)
    };
    // Another size was asked for on the command line.
    let is_usual = first.resolution.size() == USUAL_SIZE.as_vec2();
    if let Some(place) = remembered.first.as_ref().filter(|_| is_usual) {
        let (at, size) = fitted(place);
        if let Some(at) = at {
            first.position = WindowPosition::At(at);
        }
        first.resolution.set(size.x as f32, size.y as f32);
        first.mode = mode(place.fullscreen);
    }
    for memory in remembered.windows.iter().take(MOST_WINDOWS) {
        let (at, size) = fitted(&memory.place);
        commands.spawn((window(memory, at, size), memory.view()));
    }
    redraw.write(RequestRedraw);
}

/// Opens one more window; off screen, one more picture of the first one's size.
pub(super) fn open_windows(
    mut commands: Commands,
    mut actions: MessageReader<Action>,
    sides: Query<(), With<SideView>>,
    windows: Query<(Entity, &Window)>,
    monitors: Query<&Monitor>,
    target: Res<CameraTarget>,
    mut images: ResMut<Assets<Image>>,
    mut redraw: MessageWriter<RequestRedraw>,
    // Windows are asked on the main thread only.
    _main_thread: NonSendMarker,
) {
    let asked = actions
        .read()
        .filter(|action| **action == Action::NewWindow)
        .count();
    let room = MOST_WINDOWS.saturating_sub(sides.iter().count());
    if asked > room {
        warn!("No more than {} windows can be open.", MOST_WINDOWS + 1);
    }
    let mut taken: Vec<_> = windows
        .iter()
        .filter_map(|(id, w)| place_of(id, w))
        .collect();
    for _ in 0..asked.min(room) {
        let memory = WindowMemory::default();
        if let Some(size) = target
            .0
            .as_ref()
            .and_then(|image| Some(images.get(image)?.size()))
        {
            let image = images.add(picture(size));
            commands.spawn((SideTarget(image), memory.view()));
            continue;
        }
        let place = for_new(&screens(monitors.iter()), &taken);
        taken.extend(place);
        let size = UVec2::from_array(memory.place.size);
        let (at, size) = place.map_or((None, size), |(at, size)| (Some(at), size));
        commands.spawn((window(&memory, at, size), memory.view()));
        redraw.write(RequestRedraw);
    }
}

/// A window that the display server took away is closed; the others stay.
pub(super) fn follow_lost(
    mut lost: MessageReader<WindowDestroyed>,
    sides: Query<(), With<SideView>>,
    mut commands: Commands,
) {
    for event in lost.read().filter(|event| sides.contains(event.window)) {
        commands.entity(event.window).try_despawn();
    }
}

/// Bevy despawns the windows of a monitor with it: pulling a plug would end the program.
pub(super) fn forget_monitor(inserted: On<Insert, OnMonitor>, mut commands: Commands) {
    commands.entity(inserted.entity).try_remove::<OnMonitor>();
}
