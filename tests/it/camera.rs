//! The camera: what drags, wheels and requests make of the view, and the map.

use std::time::{Duration, Instant};

use bevy::ecs::message::Messages;
use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::input::mouse::{MouseButtonInput, MouseScrollUnit, MouseWheel};
use bevy::input::touch::TouchPhase;
use bevy::math::{UVec2, Vec2};
use bevy::prelude::{Entity, KeyCode, MouseButton, Transform, With};
use bevy::window::{CursorMoved, WindowEvent};
use image::RgbaImage;
use windvane::action::Action;
use windvane::fleet::TurbineRow;
use windvane::scene::{LoadOptions, load};
use windvane::view::app::{ViewOptions, build};
use windvane::view::{
    FarmCamera, Flight, Manner, OffScreen, Overlay, Selection, StartView, Viewpoint,
};

use crate::support::folder_with;

const SIZE: UVec2 = UVec2::new(480, 300);

const HEAD: &str = r##"
title = "Three turbines"

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
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0

[[turbines]]
id = "T02"
model = "v80"
east_m = 600
north_m = 0

[[turbines]]
id = "T03"
model = "v80"
east_m = 0
north_m = 600
"##;

const VIEWS: &str = r#"
[[views]]
name = "South-west row"
camera_m = [-500, -700, 120]
target_m = [300, 0, 60]

[[views]]
name = "Chart"
camera_m = [300, 300, 2000]
target_m = [300, 300, 0]

[[views]]
name = "Far chart"
camera_m = [500, 500, 15000]
target_m = [500, 500, 0]
"#;

struct Viewer {
    off_screen: OffScreen,
    _folder: tempfile::TempDir,
}

impl Viewer {
    fn new(start: &str) -> Self {
        let folder = folder_with(&[("scene.toml", &format!("{HEAD}{VIEWS}"))]);
        let options = ViewOptions {
            scene: Some(folder.path().join("scene.toml")),
            off_screen: true,
            size: SIZE,
            start: StartView::Named(start.to_owned()),
            panels: false,
            time_ms: Some(crate::support::MIDSUMMER_NOON_MS),
            ..ViewOptions::default()
        };
        let mut off_screen = OffScreen::new(build(&options).unwrap());
        off_screen.load().unwrap();
        Self {
            off_screen,
            _folder: folder,
        }
    }

    fn frame(&mut self) {
        self.off_screen.frame().unwrap();
    }

    fn ask(&mut self, action: Action) {
        let world = self.off_screen.world_mut();
        world.resource_mut::<Messages<Action>>().write(action);
        self.frame();
        let limit = Instant::now() + Duration::from_mins(2);
        while self
            .off_screen
            .world_mut()
            .resource::<Flight>()
            .is_under_way()
        {
            assert!(Instant::now() < limit, "the flight does not end");
            self.frame();
        }
        self.frame();
    }

    fn events(&mut self, events: impl IntoIterator<Item = WindowEvent>) {
        let world = self.off_screen.world_mut();
        world
            .resource_mut::<Messages<WindowEvent>>()
            .write_batch(events);
        self.frame();
        self.frame();
    }

    fn camera(&mut self) -> Transform {
        let world = self.off_screen.world_mut();
        let mut cameras = world.query_filtered::<&Transform, With<FarmCamera>>();
        *cameras.single(world).unwrap()
    }

    fn viewpoint(&mut self) -> Viewpoint {
        let world = self.off_screen.world_mut();
        let mut cameras = world.query::<&Viewpoint>();
        cameras.single(world).unwrap().clone()
    }

    fn selected(&mut self) -> Vec<TurbineRow> {
        self.off_screen
            .world_mut()
            .resource::<Selection>()
            .all()
            .collect()
    }

    fn picture(&mut self, name: &str) -> RgbaImage {
        self.frame();
        let picture = self.off_screen.picture().unwrap();
        if let Some(folder) = std::env::var_os("WINDVANE_PICTURES") {
            let path = std::path::Path::new(&folder).join(format!("{name}.png"));
            picture.save(path).unwrap();
        }
        picture
    }
}

const WINDOW: Entity = Entity::PLACEHOLDER;

fn to(x: f32, y: f32) -> WindowEvent {
    WindowEvent::CursorMoved(CursorMoved {
        window: WINDOW,
        position: Vec2::new(x, y),
        delta: None,
    })
}

fn button(button: MouseButton, state: ButtonState) -> WindowEvent {
    WindowEvent::MouseButtonInput(MouseButtonInput {
        button,
        state,
        window: WINDOW,
    })
}

fn key(key_code: KeyCode, state: ButtonState) -> WindowEvent {
    WindowEvent::KeyboardInput(KeyboardInput {
        key_code,
        logical_key: Key::Shift,
        state,
        text: None,
        repeat: false,
        window: WINDOW,
    })
}

use ButtonState::{Pressed, Released};

#[test]
fn a_drag_within_one_slow_frame_orbits() {
    let mut viewer = Viewer::new("T01");
    let before = viewer.camera();
    let left = MouseButton::Left;
    viewer.events([
        to(200.0, 150.0),
        button(left, Pressed),
        to(260.0, 150.0),
        button(left, Released),
    ]);
    let after = viewer.camera();
    assert!(after.translation.distance(before.translation) > 20.0);
    let level = after.right().y.abs() < 1e-4;
    assert!(level, "it rolled");
    // It went about the turbine, not away from it.
    let radius = |t: Transform| t.translation.with_y(0.0).length();
    assert!((radius(after) - radius(before)).abs() < 1.0);
    assert_eq!(viewer.selected(), [TurbineRow(0)], "a drag is no click");
}

#[test]
fn a_drag_with_the_right_button_draws_the_ground_along() {
    let mut viewer = Viewer::new("map");
    let before = viewer.viewpoint().pose;
    let right = MouseButton::Right;
    viewer.events([
        to(200.0, 150.0),
        button(right, Pressed),
        to(260.0, 120.0),
        button(right, Released),
    ]);
    let after = viewer.viewpoint().pose;
    let metres_a_pixel = 2.0 * before.half_height_m() / SIZE.y as f32;
    let moved = (after.focus - before.focus) / metres_a_pixel;
    assert!(
        (moved.x + 60.0).abs() < 0.5 && (moved.z - 30.0).abs() < 0.5,
        "{moved}"
    );
    assert!(after.is_map());
}

#[test]
fn the_wheel_keeps_what_is_under_the_pointer_there() {
    let mut viewer = Viewer::new("map");
    let at = Vec2::new(400.0, 60.0);
    let under = |v: &mut Viewer| {
        let pose = v.viewpoint().pose;
        let metres_a_pixel = 2.0 * pose.half_height_m() / SIZE.y as f32;
        let off = (at - SIZE.as_vec2() / 2.0) * metres_a_pixel;
        (Vec2::new(pose.focus.x, pose.focus.z) + off, pose.radius_m)
    };
    let (place, radius_m) = under(&mut viewer);
    viewer.events([
        to(at.x, at.y),
        WindowEvent::MouseWheel(MouseWheel {
            unit: MouseScrollUnit::Line,
            x: 0.0,
            y: 3.0,
            window: WINDOW,
            phase: TouchPhase::Moved,
        }),
    ]);
    let limit = Instant::now() + Duration::from_mins(2);
    while viewer.viewpoint().is_zooming() {
        assert!(Instant::now() < limit, "the zoom does not end");
        viewer.frame();
    }
    let (place_after, radius_after_m) = under(&mut viewer);
    assert!(place.distance(place_after) < 0.5, "{place} {place_after}");
    assert!(radius_after_m < 0.7 * radius_m);
}

#[test]
fn shift_and_a_drag_select_those_within_the_frame_and_no_others() {
    let mut viewer = Viewer::new("map");
    viewer.ask(Action::Select(None));
    let pose = viewer.viewpoint().pose;
    let points_a_metre = SIZE.y as f32 / (2.0 * pose.half_height_m());
    let middle = SIZE.as_vec2() / 2.0;
    let on_screen = |east: f32, north: f32| {
        middle + Vec2::new(east - pose.focus.x, -north - pose.focus.z) * points_a_metre
    };
    // About T01 and T02, which stand in the south.
    let (a, b) = (on_screen(-150.0, 150.0), on_screen(750.0, -150.0));
    let left = MouseButton::Left;
    viewer.events([
        to(a.x, a.y),
        key(KeyCode::ShiftLeft, Pressed),
        button(left, Pressed),
        to(b.x, b.y),
        button(left, Released),
        key(KeyCode::ShiftLeft, Released),
    ]);
    assert_eq!(viewer.selected(), [TurbineRow(0), TurbineRow(1)]);
    assert_eq!(viewer.viewpoint().pose, pose, "the camera stands");
    // Ctrl and a click take one away, and add one.
    for (east, north, expected) in [
        (0.0, 0.0, vec![TurbineRow(1)]),
        (0.0, 600.0, vec![TurbineRow(1), TurbineRow(2)]),
    ] {
        let at = on_screen(east, north);
        viewer.events([
            to(at.x, at.y),
            key(KeyCode::ControlLeft, Pressed),
            button(left, Pressed),
            button(left, Released),
            key(KeyCode::ControlLeft, Released),
        ]);
        assert_eq!(viewer.selected(), expected);
    }
}

#[test]
fn back_and_forward_return_to_where_the_camera_was() {
    let mut viewer = Viewer::new("farm");
    let first = viewer.camera();
    viewer.ask(Action::FlyTo(TurbineRow(1)));
    let second = viewer.camera();
    assert!(first.translation.distance(second.translation) > 50.0);
    viewer.ask(Action::GoToView("South-west row".to_owned()));
    viewer.ask(Action::Back);
    assert!(viewer.camera().translation.distance(second.translation) < 0.1);
    viewer.ask(Action::Back);
    assert!(viewer.camera().translation.distance(first.translation) < 0.1);
    viewer.ask(Action::Forward);
    assert!(viewer.camera().translation.distance(second.translation) < 0.1);
}

#[test]
fn named_views_of_the_scene_are_gone_to_and_one_straight_down_is_the_map() {
    let mut viewer = Viewer::new("South-west row");
    let eye = viewer.camera().translation;
    assert!(
        eye.distance(bevy::math::Vec3::new(-500.0, 120.0, 700.0)) < 0.5,
        "{eye}"
    );
    viewer.ask(Action::GoToView("Chart".to_owned()));
    let chart = viewer.viewpoint();
    assert_eq!(chart.manner, Manner::Map);
    assert!((chart.pose.radius_m - 2_000.0).abs() < 0.5);
    viewer.ask(Action::ToggleMap);
    assert_eq!(viewer.viewpoint().manner, Manner::Orbit);
}

#[test]
fn a_person_stands_where_the_camera_stood_and_never_below_the_ground() {
    let mut viewer = Viewer::new("South-west row");
    let before = viewer.camera();
    viewer.ask(Action::ToggleFirstPerson);
    assert_eq!(viewer.viewpoint().manner, Manner::Person);
    assert!(viewer.camera().translation.distance(before.translation) < 0.1);
    // One key brings everything back.
    viewer.ask(Action::FitAll);
    assert_eq!(viewer.viewpoint().manner, Manner::Orbit);
}

/// The columns and rows that turbines, lighter than the sea, take up; about the middle of a part.
fn extent(picture: &RgbaImage, x: std::ops::Range<u32>, y: std::ops::Range<u32>) -> (u32, u32) {
    let is_turbine = |x: u32, y: u32| {
        let [r, g, b, _] = picture.get_pixel(x, y).0;
        u32::from(r) + u32::from(g) + u32::from(b) > 3 * 190
    };
    let columns = x.clone().filter(|&x| y.clone().any(|y| is_turbine(x, y)));
    let rows = y.clone().filter(|&y| x.clone().any(|x| is_turbine(x, y)));
    (columns.count() as u32, rows.count() as u32)
}

#[test]
fn on_the_map_turbines_are_equally_large_wherever_they_stand_and_symbols_at_any_zoom() {
    let mut viewer = Viewer::new("map");
    viewer.ask(Action::Show(Overlay::Labels, false));
    viewer.ask(Action::Select(None));
    for name in ["Chart", "Far chart"] {
        viewer.ask(Action::GoToView(name.to_owned()));
        let pose = viewer.viewpoint().pose;
        assert!(pose.is_map());
        let points_a_metre = SIZE.y as f32 / (2.0 * pose.half_height_m());
        let middle = SIZE.as_vec2() / 2.0;
        let picture = viewer.picture(name);
        let sizes: Vec<(u32, u32)> = [(0.0, 0.0), (600.0, 0.0), (0.0, 600.0)]
            .into_iter()
            .map(|(east, north): (f32, f32)| {
                let at =
                    middle + Vec2::new(east - pose.focus.x, -north - pose.focus.z) * points_a_metre;
                let (x, y) = (at.x as u32, at.y as u32);
                extent(&picture, x - 7..x + 7, y - 6..y + 7)
            })
            .collect();
        let (first, rest) = sizes.split_first().unwrap();
        assert!(first.0 >= 6, "{sizes:?} is too small to be seen");
        for size in rest {
            assert!(
                size.0.abs_diff(first.0) <= 2 && size.1.abs_diff(first.1) <= 2,
                "{sizes:?}"
            );
        }
    }
}

#[test]
fn views_of_a_scene_are_read_and_bad_ones_are_told_with_their_place() {
    let good = folder_with(&[("scene.toml", &format!("{HEAD}{VIEWS}"))]);
    let loaded = load(&good.path().join("scene.toml"), &LoadOptions::default()).unwrap();
    let names: Vec<&str> = loaded.scene.views.iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["South-west row", "Chart", "Far chart"]);
    let first_line = HEAD.lines().count() + 2;
    for (views, expected, line) in [
        (
            "[[views]]\nname = \"a\"\ncamera_m = [0, 0]\ntarget_m = [0, 0, 0]\n",
            "camera_m",
            2,
        ),
        (
            "[[views]]\nname = \"\"\ncamera_m = [0, 0, 9]\ntarget_m = [0, 0, 0]\n",
            "no name",
            1,
        ),
        (
            "[[views]]\nname = \"a\"\ncamera_m = [1, 2, 3]\ntarget_m = [1, 2, 3]\n",
            "where it looks",
            3,
        ),
        (
            "[[views]]\nname = \"a\"\ncamera_m = [1e9, 2, 3]\ntarget_m = [1, 2, 3]\n",
            "nowhere near",
            2,
        ),
        (
            "[[views]]\nname = \"a\"\ncamera_m = [nan, 2, 3]\ntarget_m = [1, 2, 3]\n",
            "",
            2,
        ),
        (
            "[[views]]\nname = \"a\"\nkamera_m = [1, 2, 3]\ntarget_m = [1, 2, 4]\n",
            "kamera_m",
            2,
        ),
    ] {
        let folder = folder_with(&[("scene.toml", &format!("{HEAD}\n{views}"))]);
        let problems = load(&folder.path().join("scene.toml"), &LoadOptions::default())
            .map(|_| ())
            .unwrap_err();
        let text = problems.to_string();
        let place = format!("scene.toml:{}:", first_line + line);
        assert!(
            text.contains(expected) && text.contains(&place),
            "{views}\n{text}"
        );
    }
    let twice = format!("{HEAD}{VIEWS}{}", VIEWS.replace("hart", "hair"));
    let folder = folder_with(&[("scene.toml", &twice)]);
    let problems = load(&folder.path().join("scene.toml"), &LoadOptions::default())
        .map(|_| ())
        .unwrap_err();
    assert!(
        problems.to_string().contains("two views are called"),
        "{problems}"
    );
}
