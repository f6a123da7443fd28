//! Several windows: two views of one farm, and what is done in the second.

use std::path::Path;
use std::time::{Duration, Instant};

use bevy::ecs::message::Messages;
use bevy::math::UVec2;
use bevy::prelude::{Entity, Transform, With};
use bevy_egui::EguiInput;
use bevy_egui::egui::{Event, Key, Modifiers, PointerButton, Pos2, pos2};
use image::RgbaImage;
use windvane::action::Action;
use windvane::alarms::Alarms;
use windvane::fleet::{Quality, TurbineRow};
use windvane::panels::layout::Pane;
use windvane::view::app::{ViewOptions, build};
use windvane::view::windows::{MOST_WINDOWS, Shows, SideCameras, SideView, Vantage};
use windvane::view::{FarmCamera, OffScreen, Selection, StartView};

use crate::hearing::Hearing;

const SIZE: UVec2 = UVec2::new(640, 400);

const SCENE: &str = r##"
title = "Two turbines"

[site]
latitude = 55.486
longitude = 7.84
ground = "sea"

[broker]
url = "mqtt://127.0.0.1:1"

[[topics]]
filter = "farm/{turbine}"
payload = "json"

[models.v80]
name = "Vestas V80-2.0 MW"
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[models.v80.signals]
oil = { field = "/t", unit = "degC", part = "gearbox" }

[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0

[[turbines]]
id = "T02"
model = "v80"
east_m = 900
north_m = 0

[[rules]]
name = "Gearbox oil hot"
models = ["v80"]
part = "gearbox"
when = "oil > 80"
color = "#d13212"

[rules.alarm]
priority = "high"
"##;

/// A viewer off screen, and a hand to put values into its fleet with.
struct Viewer {
    off_screen: OffScreen,
    hearing: Hearing,
    _folder: tempfile::TempDir,
}

impl Viewer {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scene.toml");
        std::fs::write(&path, SCENE).unwrap();
        let options = ViewOptions {
            scene: Some(path),
            off_screen: true,
            size: SIZE,
            start: StartView::Named("south".to_owned()),
            panels: true,
            time_ms: Some(crate::support::MIDSUMMER_NOON_MS),
            ..ViewOptions::default()
        };
        let (off_screen, hearing) = Hearing::of(&options);
        Self {
            off_screen,
            hearing,
            _folder: folder,
        }
    }

    fn hear(&self, turbine: u32, temperature: f64) {
        self.hearing.hear(turbine, 0, temperature, Quality::Good);
    }

    fn frames(&mut self, count: usize) {
        for _ in 0..count {
            self.off_screen.frame().unwrap();
        }
    }

    fn send(&mut self, action: Action) {
        let world = self.off_screen.world_mut();
        world.resource_mut::<Messages<Action>>().write(action);
    }

    /// Opens one more window that shows this.
    fn open(&mut self, shows: Shows) -> Entity {
        let before = self.sides();
        self.send(Action::NewWindow);
        self.frames(2);
        let new = self.sides();
        let side = new.into_iter().find(|side| !before.contains(side)).unwrap();
        self.side(side).show(shows);
        self.frames(3);
        side
    }

    fn sides(&mut self) -> Vec<Entity> {
        let world = self.off_screen.world_mut();
        let mut sides = world.query_filtered::<Entity, With<SideView>>();
        sides.iter(world).collect()
    }

    fn side(&mut self, side: Entity) -> bevy::ecs::world::Mut<'_, SideView> {
        let world = self.off_screen.world_mut();
        world.get_mut::<SideView>(side).unwrap()
    }

    /// What egui is told in the next frame of that window.
    fn tell(&mut self, side: Entity, events: Vec<Event>) {
        let world = self.off_screen.world_mut();
        let cameras = *world.get::<SideCameras>(side).unwrap();
        let mut input = world.get_mut::<EguiInput>(cameras.ui).unwrap();
        input.focused = true;
        input.events.extend(events);
        self.frames(1);
    }

    fn press(&mut self, side: Entity, key: Key) {
        let event = |pressed| Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        self.tell(side, vec![event(true), event(false)]);
        self.frames(1);
    }

    fn click(&mut self, side: Entity, at: Pos2) {
        self.tell(side, vec![Event::PointerMoved(at)]);
        let event = |pressed| Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        self.tell(side, vec![event(true)]);
        self.tell(side, vec![event(false)]);
        self.frames(1);
    }

    fn selected(&mut self) -> Option<TurbineRow> {
        self.off_screen.world_mut().resource::<Selection>().turbine
    }

    fn first_camera(&mut self) -> Transform {
        let world = self.off_screen.world_mut();
        let mut cameras = world.query_filtered::<&Transform, With<FarmCamera>>();
        *cameras.single(world).unwrap()
    }

    fn picture_of(&mut self, side: Entity, name: &str) -> RgbaImage {
        self.frames(1);
        keep(self.off_screen.picture_of(side).unwrap(), name)
    }
}

/// Kept to be looked at where a folder is given for it.
fn keep(mut picture: RgbaImage, name: &str) -> RgbaImage {
    if let Some(folder) = std::env::var_os("WINDVANE_PICTURES") {
        for pixel in picture.pixels_mut() {
            pixel.0[3] = u8::MAX;
        }
        let path = Path::new(&folder).join(format!("{name}.png"));
        picture.save(path).unwrap();
    }
    picture
}

fn farm_from(vantage: &str) -> Shows {
    Shows::Farm(Vantage(vantage.to_owned()))
}

/// How many pixels below the strip are like this sRGB colour, within 40 a channel.
fn like(picture: &RgbaImage, [r, g, b]: [u8; 3]) -> usize {
    let near = |a: u8, b: u8| a.abs_diff(b) <= 40;
    let pixels = picture.enumerate_pixels().filter(|(_, y, _)| *y > 44);
    pixels
        .filter(|(_, _, p)| near(p.0[0], r) && near(p.0[1], g) && near(p.0[2], b))
        .count()
}

const RULE_RED: [u8; 3] = [0xd1, 0x32, 0x12];
const ACCENT: [u8; 3] = [0x1a, 0x63, 0xa1];

#[test]
fn two_views_of_one_farm_show_it_from_two_places_and_both_mark_the_selected_turbine() {
    let mut viewer = Viewer::new();
    viewer.hear(0, 60.0);
    viewer.hear(1, 81.0);
    let above = viewer.open(farm_from("above"));
    let east = viewer.open(farm_from("east"));
    viewer.send(Action::Select(Some(TurbineRow(1))));
    viewer.frames(2);
    let pose = |viewer: &mut Viewer, side| viewer.side(side).pose.unwrap();
    let (a, b) = (pose(&mut viewer, above), pose(&mut viewer, east));
    assert!(a.pitch_rad > b.pitch_rad + 1.0, "{a:?} {b:?}");
    let first = viewer.first_camera().translation;
    assert!(a.eye().distance(first) > 100.0 && b.eye().distance(first) > 100.0);
    let from_above = viewer.picture_of(above, "windows-above");
    let from_east = viewer.picture_of(east, "windows-east");
    keep(viewer.off_screen.picture().unwrap(), "windows-first");
    for (picture, name) in [(&from_above, "above"), (&from_east, "east")] {
        let marked = like(picture, ACCENT);
        assert!(marked > 40, "{name}: {marked} accent pixels");
    }
    // The turbine itself is there, not only its marks: its hot gearbox is red.
    let near = viewer.open(farm_from("T02"));
    viewer.frames(3);
    let red = like(&viewer.picture_of(near, "windows-near"), RULE_RED);
    assert!(red > 20, "{red} red pixels");
    let pairs = from_above.pixels().zip(from_east.pixels());
    let differ = pairs.filter(|(a, b)| a.0.iter().zip(&b.0).any(|(a, b)| a.abs_diff(*b) > 24));
    let share = differ.count() as f32 / (SIZE.x * SIZE.y) as f32;
    assert!(share > 0.05, "{share} of the two pictures differ");
}

#[test]
fn an_alarm_is_acknowledged_with_the_keys_of_the_second_window() {
    let mut viewer = Viewer::new();
    let list = viewer.open(Shows::Panel(Pane::Alarms));
    viewer.hear(0, 81.0);
    let limit = Instant::now() + Duration::from_mins(1);
    let standing = |viewer: &mut Viewer| {
        let alarms = viewer.off_screen.world_mut().resource::<Alarms>();
        alarms.standing().first().map(|a| a.acknowledged.is_some())
    };
    while standing(&mut viewer).is_none() {
        assert!(Instant::now() < limit, "no alarm was raised");
        viewer.frames(1);
    }
    viewer.frames(2);
    viewer.picture_of(list, "windows-alarms");
    assert_eq!(standing(&mut viewer), Some(false));
    viewer.press(list, Key::ArrowDown);
    assert_eq!(viewer.selected(), Some(TurbineRow(0)));
    viewer.press(list, Key::A);
    assert_eq!(standing(&mut viewer), Some(true));
}

#[test]
fn a_click_in_the_second_window_selects_and_a_drag_turns_its_camera_alone() {
    let mut viewer = Viewer::new();
    let side = viewer.open(farm_from("T02"));
    let first = viewer.first_camera();
    let below_strip = 40.0 + (SIZE.y as f32 - 40.0) / 2.0;
    let middle = pos2(SIZE.x as f32 / 2.0, below_strip);
    viewer.click(side, middle);
    assert_eq!(viewer.selected(), Some(TurbineRow(1)));
    let before = viewer.side(side).pose.unwrap();
    let button = |pressed, pos| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    viewer.tell(side, vec![button(true, middle)]);
    for step in 1..=8 {
        let at = middle + bevy_egui::egui::vec2(step as f32 * 12.0, 0.0);
        viewer.tell(side, vec![Event::PointerMoved(at)]);
    }
    viewer.tell(side, vec![button(false, middle)]);
    let after = viewer.side(side).pose.unwrap();
    assert!((after.yaw_rad - before.yaw_rad).abs() > 0.1, "{after:?}");
    assert!(after.focus.distance(before.focus) < 0.1);
    assert_eq!(viewer.first_camera(), first);
    viewer.click(side, pos2(8.0, SIZE.y as f32 - 8.0));
    assert_eq!(viewer.selected(), None);
}

#[test]
fn a_window_that_follows_flies_to_what_is_selected_elsewhere_and_another_stays() {
    let mut viewer = Viewer::new();
    let (following, staying) = (
        viewer.open(farm_from("above")),
        viewer.open(farm_from("above")),
    );
    viewer.side(following).follows = true;
    let before = viewer.side(staying).pose;
    viewer.send(Action::Select(Some(TurbineRow(1))));
    let limit = Instant::now() + Duration::from_mins(1);
    let turbine = bevy::math::Vec3::new(900.0, 0.0, 0.0);
    while viewer
        .side(following)
        .pose
        .unwrap()
        .focus
        .with_y(0.0)
        .distance(turbine)
        > 20.0
    {
        assert!(Instant::now() < limit, "it did not arrive");
        viewer.frames(1);
    }
    assert_eq!(viewer.side(staying).pose, before);
}

#[test]
fn a_window_that_is_gone_takes_its_cameras_with_it_and_the_others_go_on() {
    let mut viewer = Viewer::new();
    let (gone, stays) = (
        viewer.open(farm_from("above")),
        viewer.open(farm_from("north")),
    );
    let cameras = |viewer: &mut Viewer| {
        let world = viewer.off_screen.world_mut();
        let mut cameras = world.query::<&bevy::prelude::Camera>();
        cameras.iter(world).count()
    };
    assert_eq!(cameras(&mut viewer), 6);
    viewer.off_screen.world_mut().despawn(gone);
    viewer.frames(2);
    assert_eq!(cameras(&mut viewer), 4);
    assert!(viewer.off_screen.picture_of(gone).is_err());
    viewer.picture_of(stays, "windows-north");
}

#[test]
fn there_is_an_end_to_the_windows() {
    let mut viewer = Viewer::new();
    for _ in 0..40 {
        viewer.send(Action::NewWindow);
    }
    let world = viewer.off_screen.world_mut();
    // Their pictures are not needed: without cameras they cost nothing.
    let mut cameras = world.query_filtered::<Entity, With<FarmCamera>>();
    let first = cameras.single(world).unwrap();
    world.despawn(first);
    viewer.frames(1);
    assert_eq!(viewer.sides().len(), MOST_WINDOWS);
}

#[test]
#[ignore = "measures; cargo nextest run --release --run-ignored only -E 'test(what_a_window_costs)' --no-capture"]
fn what_a_window_costs() {
    let options = ViewOptions {
        scene: Some("scenes/horns-rev-1/horns-rev-1.toml".into()),
        off_screen: true,
        size: UVec2::new(1280, 800),
        time_ms: Some(crate::support::MIDSUMMER_NOON_MS),
        ..ViewOptions::default()
    };
    let mut off_screen = OffScreen::new(build(&options).unwrap());
    off_screen.load().unwrap();
    for windows in 1..=3 {
        for _ in 0..6 {
            off_screen.frame().unwrap();
        }
        let (began, frames) = (cpu_time::ProcessTime::now(), 20);
        for _ in 0..frames {
            off_screen.frame().unwrap();
        }
        let ms = began.elapsed().as_secs_f64() * 1e3 / f64::from(frames);
        println!("{windows} windows of 1280x800: {ms:.0} ms of CPU a frame");
        let world = off_screen.world_mut();
        world
            .resource_mut::<Messages<Action>>()
            .write(Action::NewWindow);
    }
}
