//! The view: what the pictures show.

mod colours;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bevy::ecs::message::Messages;
use bevy::math::UVec2;
use bevy::prelude::{Transform, With};
use image::RgbaImage;
use windvane::action::Action;
use windvane::fleet::{Quality, TurbineRow};
use windvane::scene::ActiveScene;
use windvane::view::app::ViewOptions;
use windvane::view::{
    ColourBy, FarmCamera, OffScreen, Overlay, Overlays, Selection, StartView, ViewCovered,
};

use crate::hearing::Hearing;
use crate::support::click;

const SIZE: UVec2 = UVec2::new(480, 300);

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
gearbox_oil_temperature = { field = "/t", unit = "degC", part = "gearbox" }

[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0

[[turbines]]
id = "T02"
model = "v80"
east_m = 5000
north_m = 9000

[[rules]]
name = "Gearbox oil hot"
models = ["v80"]
part = "gearbox"
when = "gearbox_oil_temperature > 80"
color = "#d13212"
"##;

/// A viewer without panels, and a hand to put values into its fleet with.
struct Viewer {
    off_screen: OffScreen,
    hearing: Hearing,
    folder: tempfile::TempDir,
}

impl Viewer {
    fn new(start: StartView) -> Self {
        Self::of(SCENE, start)
    }

    fn of(scene: &str, start: StartView) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path: PathBuf = folder.path().join("scene.toml");
        std::fs::write(&path, scene).unwrap();
        let options = ViewOptions {
            scene: Some(path),
            off_screen: true,
            size: SIZE,
            start,
            panels: false,
            time_ms: Some(crate::support::MIDSUMMER_NOON_MS),
            ..ViewOptions::default()
        };
        let (off_screen, hearing) = Hearing::of(&options);
        Self {
            off_screen,
            hearing,
            folder,
        }
    }

    fn near() -> Self {
        Self::new(StartView::Named("T01".to_owned()))
    }

    fn hear(&self, temperature: f64) {
        self.hearing.hear(0, 0, temperature, Quality::Good);
    }

    fn selected(&mut self) -> Option<TurbineRow> {
        self.off_screen.world_mut().resource::<Selection>().turbine
    }

    fn camera(&mut self) -> Transform {
        let world = self.off_screen.world_mut();
        let mut cameras = world.query_filtered::<&Transform, With<FarmCamera>>();
        *cameras.single(world).unwrap()
    }

    fn picture(&mut self, name: &str) -> RgbaImage {
        self.off_screen.frame().unwrap();
        let picture = self.off_screen.picture().unwrap();
        if let Some(folder) = std::env::var_os("WINDVANE_PICTURES") {
            picture
                .save(Path::new(&folder).join(format!("{name}.png")))
                .unwrap();
        }
        picture
    }
}

/// How many pixels are like this sRGB colour, within 40 a channel.
fn like(picture: &RgbaImage, [r, g, b]: [u8; 3]) -> usize {
    let near = |a: u8, b: u8| a.abs_diff(b) <= 40;
    picture
        .pixels()
        .filter(|p| near(p.0[0], r) && near(p.0[1], g) && near(p.0[2], b))
        .count()
}

const RULE_RED: [u8; 3] = [0xd1, 0x32, 0x12];
const ACCENT: [u8; 3] = [0x1a, 0x63, 0xa1];

#[test]
fn a_turbine_whose_rule_holds_turns_red_and_back() {
    let mut viewer = Viewer::near();
    viewer.hear(60.0);
    assert_eq!(like(&viewer.picture("well"), RULE_RED), 0);
    viewer.hear(81.0);
    let red = like(&viewer.picture("hot"), RULE_RED);
    assert!(red > 25, "{red} red pixels");
    viewer.hear(79.0);
    assert_eq!(like(&viewer.picture("cooled"), RULE_RED), 0);
}

#[test]
fn a_hot_gearbox_is_seen_in_the_opened_turbine_and_hidden_in_a_closed_one() {
    let mut viewer = Viewer::new(StartView::Named("T01/inside".to_owned()));
    assert_eq!(viewer.selected(), Some(TurbineRow(0)));
    viewer.hear(60.0);
    viewer.off_screen.frame().unwrap();
    assert_eq!(like(&viewer.picture("opened"), RULE_RED), 0);
    viewer.hear(81.0);
    viewer.off_screen.frame().unwrap();
    let gearbox = like(&viewer.picture("opened-hot"), RULE_RED);
    assert!(gearbox > 150, "{gearbox} red pixels");
    // Closed, the nacelle that hides it is red instead, and that is far larger.
    let world = viewer.off_screen.world_mut();
    let mut actions = world.resource_mut::<Messages<Action>>();
    actions.write(Action::Select(None));
    viewer.off_screen.frame().unwrap();
    viewer.off_screen.frame().unwrap();
    let nacelle = like(&viewer.picture("closed-hot"), RULE_RED);
    assert!(
        nacelle > 3 * gearbox,
        "{nacelle} red pixels, {gearbox} opened"
    );
}

#[test]
fn a_turbine_without_data_is_hatched_and_one_with_data_is_not() {
    /// Along the nacelle, brightness changes often where it is hatched.
    fn changes(picture: &RgbaImage) -> usize {
        let light = |x: u32, y: u32| {
            let [r, g, b, _] = picture.get_pixel(x, y).0;
            i32::from(r) + i32::from(g) + i32::from(b)
        };
        (0..picture.height())
            .flat_map(|y| (1..picture.width()).map(move |x| (x, y)))
            .filter(|&(x, y)| (light(x, y) - light(x - 1, y)).abs() > 90)
            .count()
    }
    let mut viewer = Viewer::near();
    let unknown = changes(&viewer.picture("unknown"));
    viewer.hear(60.0);
    let known = changes(&viewer.picture("known"));
    assert!(
        unknown > known + 20,
        "{unknown} changes unknown, {known} known"
    );
}

#[test]
fn the_selected_turbine_is_marked_until_it_is_deselected() {
    let mut viewer = Viewer::near();
    viewer.hear(60.0);
    let send = |viewer: &mut Viewer, action| {
        let world = viewer.off_screen.world_mut();
        world.resource_mut::<Messages<Action>>().write(action);
    };
    // The view that it starts from names the turbine, which selects it.
    send(&mut viewer, Action::Select(None));
    let before = like(&viewer.picture("not-selected"), ACCENT);
    send(&mut viewer, Action::Select(Some(TurbineRow(0))));
    let marked = like(&viewer.picture("selected"), ACCENT);
    assert!(
        marked > before + 60,
        "{marked} accent pixels, {before} before"
    );
    let selection = viewer.off_screen.world_mut().resource::<Selection>();
    assert_eq!(selection.turbine, Some(TurbineRow(0)));
    let world = viewer.off_screen.world_mut();
    world
        .resource_mut::<Messages<Action>>()
        .write(Action::Select(None));
    let after = like(&viewer.picture("deselected"), ACCENT);
    assert!(
        after < before + 20,
        "{after} accent pixels, {before} before"
    );
}

#[test]
fn turbines_out_of_view_cost_no_draw() {
    let mut towards = Viewer::near();
    towards.off_screen.frame().unwrap();
    let seen = towards.off_screen.report();
    assert!(seen.draw_calls > 1 && seen.triangles > 150, "{seen:?}");
    drop(towards);
    let mut away = Viewer::new(StartView::From {
        camera_m: [0.0, -400.0, 60.0],
        target_m: Some([0.0, -900.0, 50.0]),
    });
    let empty = away.picture("away");
    let report = away.off_screen.report();
    assert_eq!((report.draw_calls, report.triangles), (1, 0));
    // Sky, haze and sea alone: nothing as white as a turbine is below the horizon.
    let lower = empty.height() * 3 / 5;
    let white = empty
        .enumerate_pixels()
        .filter(|(_, y, p)| *y > lower && p.0[0] > 236)
        .count();
    assert_eq!(white, 0);
}

#[test]
fn a_click_between_two_frames_selects_what_is_under_it() {
    let mut viewer = Viewer::near();
    let (tower, sea) = (SIZE.as_vec2() / 2.0, SIZE.as_vec2() - 10.0);
    click(&mut viewer.off_screen, sea);
    assert_eq!(viewer.selected(), None);
    click(&mut viewer.off_screen, tower);
    assert_eq!(viewer.selected(), Some(TurbineRow(0)));
    click(&mut viewer.off_screen, sea);
    assert_eq!(viewer.selected(), None);
}

#[test]
fn nothing_is_picked_through_a_pane_that_covers_the_view() {
    let mut viewer = Viewer::near();
    click(&mut viewer.off_screen, SIZE.as_vec2() - 10.0);
    let world = viewer.off_screen.world_mut();
    *world.resource_mut::<ViewCovered>() = ViewCovered(true);
    click(&mut viewer.off_screen, SIZE.as_vec2() / 2.0);
    assert_eq!(viewer.selected(), None);
}

#[test]
fn a_reload_keeps_the_camera_the_colours_the_overlays_and_the_selected_turbine_in_its_new_row() {
    let mut viewer = Viewer::near();
    viewer.off_screen.frame().unwrap();
    assert_eq!(viewer.selected(), Some(TurbineRow(0)));
    let colours = ColourBy::named("gearbox_oil_temperature");
    let world = viewer.off_screen.world_mut();
    world.write_message(Action::ColourBy(colours.clone()));
    world.write_message(Action::Show(Overlay::Wakes, true));
    viewer.off_screen.frame().unwrap();
    let before = viewer.camera();
    let another = r#"[[turbines]]
id = "T00"
model = "v80"
east_m = -3000
north_m = 0

[[turbines]]
id = "T01""#;
    let changed = SCENE.replace("[[turbines]]\nid = \"T01\"", another);
    assert_ne!(changed, SCENE);
    std::fs::write(viewer.folder.path().join("scene.toml"), changed).unwrap();
    let limit = Instant::now() + Duration::from_mins(2);
    let turbines = |viewer: &mut Viewer| {
        let world = viewer.off_screen.world_mut();
        world.resource::<ActiveScene>().scene.turbines.len()
    };
    while turbines(&mut viewer) < 3 {
        assert!(Instant::now() < limit, "the changed scene was not loaded");
        viewer.off_screen.frame().unwrap();
    }
    viewer.off_screen.frame().unwrap();
    assert_eq!(viewer.selected(), Some(TurbineRow(1)));
    assert_eq!(viewer.camera(), before);
    let world = viewer.off_screen.world_mut();
    assert_eq!(*world.resource::<ColourBy>(), colours);
    assert!(world.resource::<Overlays>().is_shown(Overlay::Wakes));
}

#[test]
fn a_scene_with_errors_ends_a_run_without_a_window_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.toml");
    std::fs::write(&path, SCENE.replace("latitude", "latitud")).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_windvane"))
        .args(["view", "--off-screen", "--size", "160x100"])
        .arg(&path)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("scene.toml:5:1: error:"), "{said}");
}
