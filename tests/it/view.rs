//! The view: what the pictures show.

use std::sync::Arc;
use std::time::Duration;

use bevy::ecs::message::Messages;
use bevy::math::UVec2;
use image::RgbaImage;
use windvane::fleet::TurbineRow;
use windvane::rules::{Appearance, RuleStates, Shown, Texts};
use windvane::scene::{
    ActiveScene, Broker, Ground, Model, Scene, SceneReplaced, Site, Surface, Turbine,
};
use windvane::view::app::{ViewOptions, build};
use windvane::view::{OffScreen, Selection, StartView};

const SIZE: UVec2 = UVec2::new(480, 300);

/// Horns Rev 1's grid: 560 m apart, rows leaning 7.2°.
fn scene(count: usize) -> Scene {
    let model = Model {
        id: "v80".into(),
        name: "Vestas V80-2.0 MW".to_owned(),
        hub_height_m: 70.0,
        rotor_diameter_m: 80.0,
        rated_power_kw: 2000.0,
        signals: Vec::new(),
    };
    let turbines = (0..count)
        .map(|i| {
            let (row, column) = ((i / 10) as f64, (i % 10) as f64);
            Turbine {
                id: format!("T{:02}", i + 1).into(),
                model: 0,
                east_m: column * 560.0 + row * 560.0 * 7.2_f64.to_radians().sin(),
                north_m: -row * 560.0,
            }
        })
        .collect();
    Scene {
        path: "test.toml".into(),
        files: Vec::new(),
        title: "Test".to_owned(),
        site: Site {
            latitude_deg: 55.486,
            longitude_deg: 7.84,
            ground: Ground::Sea,
            time_zone: None,
        },
        broker: Broker {
            url: "mqtt://127.0.0.1:1".to_owned(),
            stale_after: Duration::from_secs(30),
            username_env: None,
            password_env: None,
        },
        topics: Vec::new(),
        signals: Vec::new(),
        kinds: Vec::new(),
        models: vec![model],
        turbines,
        rules: Vec::new(),
        texts: Arc::new(Texts::default()),
    }
}

fn viewer(scene: Scene, start: StartView) -> OffScreen {
    let options = ViewOptions {
        off_screen: true,
        size: std::env::var("WV_BIG").map_or(SIZE, |_| UVec2::new(1280, 800)),
        start,
        panels: false,
        ..ViewOptions::default()
    };
    let mut viewer = OffScreen::new(build(&options).unwrap());
    let world = viewer.world_mut();
    world.insert_resource(ActiveScene {
        scene: Arc::new(scene),
        generation: 1,
    });
    if let Some(mut replaced) = world.get_resource_mut::<Messages<SceneReplaced>>() {
        replaced.write(SceneReplaced { previous: None });
    }
    viewer.load().unwrap();
    viewer
}

#[test]
fn a_picture_of_the_farm_can_be_taken() {
    let start = std::env::var("WV_VIEW").map_or(StartView::Farm, StartView::Named);
    let mut viewer = viewer(scene(80), start);
    let frames = std::env::var("WV_FRAMES").ok().and_then(|f| f.parse().ok()).unwrap_or(0);
    for _ in 0..frames {
        viewer.frame().unwrap();
    }
    let picture: RgbaImage = viewer.picture().unwrap();
    if let Ok(path) = std::env::var("WINDVANE_PICTURE") {
        picture.save(path).unwrap();
    }
    eprintln!("{:?} {:?}", picture.get_pixel(10, 10), picture.get_pixel(240, 200));
    assert_eq!(picture.dimensions(), (SIZE.x, SIZE.y));
    let _ = (Appearance::default(), Shown::default(), Surface::Nacelle, TurbineRow(0));
    let _ = viewer.world_mut().get_resource::<RuleStates>();
    let _ = viewer.world_mut().get_resource::<Selection>();
}
