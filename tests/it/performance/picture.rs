//! A picture of the pane over a made-up month, for people to look at.

use std::path::PathBuf;
use std::sync::Arc;

use bevy::math::UVec2;
use windvane::alarms::performance::SharedRecords;
use windvane::demo::shipped;
use windvane::panels::PanelState;
use windvane::panels::layout::Pane;
use windvane::panels::performance::Choice;
use windvane::scene::{LoadOptions, load};
use windvane::theme::Variant;
use windvane::view::OffScreen;
use windvane::view::app::{ViewOptions, build};

use super::alarm_journal::{Plan, month_of_80, records};
use crate::support::wait_for;

/// `WINDVANE_PICTURE=/tmp/x.png cargo nextest run --release --run-ignored all draw_the_pane`; with
/// `WINDVANE_PICTURE_SIZE=1920x1080` and `WINDVANE_PICTURE_DARK=1` where that is wanted.
#[test]
#[ignore = "draws a picture for people to look at"]
fn draw_the_pane() {
    let var = |name: &str| std::env::var(name).ok();
    let path = PathBuf::from(var("WINDVANE_PICTURE").expect("WINDVANE_PICTURE names a file"));
    let size = var("WINDVANE_PICTURE_SIZE").unwrap_or_else(|| "1280x800".to_owned());
    let (width, height) = size.split_once('x').expect("as in 1280x800");
    let size = UVec2::new(width.parse().unwrap(), height.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let scene = shipped("horns-rev-1")
        .unwrap()
        .write(folder.path())
        .unwrap();
    let of_scene = load(&scene, &LoadOptions::default()).unwrap().scene;
    let now_ms = windvane::clock::now_ms();
    let alarms = of_scene.rules.iter();
    let alarms = alarms.filter_map(|r| Some((Arc::clone(&r.name), r.alarm.as_ref()?.priority)));
    let plan = Plan {
        turbines: of_scene
            .turbines
            .iter()
            .map(|t| Arc::clone(&t.id))
            .collect(),
        alarms: alarms.collect(),
        ..month_of_80(now_ms - 30 * 86_400_000)
    };
    let is_dark = var("WINDVANE_PICTURE_DARK").is_some();
    let mut app = build(&ViewOptions {
        scene: Some(scene),
        broker: Some("mqtt://127.0.0.1:1".to_owned()),
        off_screen: true,
        size,
        theme: Some(if is_dark {
            Variant::Dark
        } else {
            Variant::Light
        }),
        pane: Some(Pane::Performance),
        ..ViewOptions::default()
    })
    .unwrap();
    app.insert_resource(SharedRecords(Arc::new(records(&plan))));
    let mut viewer = OffScreen::new(app);
    viewer.load().unwrap();
    let mut panels = viewer.world_mut().resource_mut::<PanelState>();
    panels.0.alarm_panes.performance.chosen.choice = Choice::Month;
    wait_for("the figures", || {
        viewer.frame().unwrap();
        let panels = viewer.world_mut().resource::<PanelState>();
        panels.0.alarm_panes.performance.is_settled().then_some(())
    });
    for _ in 0..6 {
        viewer.frame().unwrap();
    }
    viewer.save_picture(&path).unwrap();
}
