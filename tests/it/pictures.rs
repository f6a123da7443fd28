//! Whole frames beside stored ones: what a person sees does not change unnoticed.
//!
//! `WINDVANE_BLESS=1 cargo nextest run --release pictures` stores the present ones; look at them before
//! they are committed. The stored pictures are those of Mesa's software driver: elsewhere the tests
//! compare nothing and say so.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bevy::math::UVec2;
use image::RgbaImage;
use windvane::demo::{Farm, Held, Options, SimulationOptions, shipped};
use windvane::scene::{LoadOptions, load};
use windvane::theme::Variant;
use windvane::view::app::{ViewOptions, build};
use windvane::view::{OffScreen, SoftwareRenderer, StartView};

const SIZE: UVec2 = UVec2::new(480, 300);
/// What may differ: the mean over all pixels and channels, of 255; a channel by which a pixel counts as
/// another one; and how many may. Versions of a driver round edges and slopes differently.
const MEAN: f64 = 1.5;
const ANOTHER: u8 = 40;
const MOST_OTHERS: f64 = 0.01;

/// What one picture shows.
struct Frame {
    name: &'static str,
    scene: &'static str,
    theme: Variant,
    start: StartView,
    faults: &'static [&'static str],
    at_s: u64,
    panels: bool,
    size: UVec2,
}

impl Frame {
    /// A scene as it is one and a half minutes after the start of a bad shift, by day.
    fn of(name: &'static str, scene: &'static str) -> Self {
        Self {
            name,
            scene,
            theme: Variant::Light,
            start: StartView::Farm,
            faults: &[],
            at_s: 90,
            panels: false,
            size: SIZE,
        }
    }

    /// The picture, or `None` where another driver than the software one draws.
    fn draw(&self) -> Option<RgbaImage> {
        let shipped = shipped(self.scene).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = shipped.write(folder.path()).unwrap();
        let scene = load(&path, &LoadOptions::default()).unwrap().scene;
        let options = Options {
            farm: Arc::new(Farm::of_scene(&scene).0),
            simulation: SimulationOptions {
                seed: 1,
                climate: shipped.climate,
                calm: false,
                faults: self.faults.iter().map(|f| f.parse().unwrap()).collect(),
            },
            interval: shipped.interval,
            speed: 1.0,
        };
        let mut held = Held::new(&options, Duration::from_secs(self.at_s))
            .unwrap()
            .from_noon_at(scene.site.longitude_deg);
        let mut app = build(&ViewOptions {
            scene: Some(path),
            off_screen: true,
            size: self.size,
            theme: Some(self.theme),
            start: self.start.clone(),
            panels: self.panels,
            ..ViewOptions::default()
        })
        .unwrap();
        held.prepare(&mut app);
        let mut viewer = OffScreen::new(app);
        viewer.load().unwrap();
        let software = viewer.world_mut().resource::<SoftwareRenderer>().0;
        if !software {
            println!("skipped: the stored pictures are those of the software driver");
            return None;
        }
        held.play(viewer.world_mut());
        for _ in 0..6 {
            viewer.frame().unwrap();
        }
        Some(viewer.picture().unwrap())
    }

    fn compare(&self) {
        let Some(drawn) = self.draw() else { return };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures");
        let stored = folder.join(format!("{}.png", self.name));
        if std::env::var_os("WINDVANE_BLESS").is_some() {
            save(&drawn, &stored);
            return;
        }
        let found = image::open(&stored)
            .unwrap_or_else(|error| panic!("{}: {error}; WINDVANE_BLESS=1 stores it", self.name))
            .into_rgba8();
        let (mean, others) = difference(&found, &drawn);
        if mean > MEAN || others > MOST_OTHERS {
            let beside = beside(self.name);
            save(&drawn, &beside);
            panic!(
                "{} differs: {mean:.2} of 255 on average, {:.2} % other pixels; drawn: {}, stored: {}",
                self.name,
                others * 100.0,
                beside.display(),
                stored.display()
            );
        }
    }
}

/// Where a picture that differs is put, to be looked at.
fn beside(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.png"))
}

fn save(picture: &RgbaImage, path: &Path) {
    image::DynamicImage::from(picture.clone())
        .into_rgb8()
        .save(path)
        .unwrap();
}

/// The mean difference of a channel, and the share of pixels that are others.
fn difference(a: &RgbaImage, b: &RgbaImage) -> (f64, f64) {
    assert_eq!(a.dimensions(), b.dimensions());
    let (mut sum, mut others) = (0_u64, 0_u64);
    for (a, b) in a.pixels().zip(b.pixels()) {
        let by = [0, 1, 2].map(|channel| a.0[channel].abs_diff(b.0[channel]));
        sum += by.iter().map(|&d| u64::from(d)).sum::<u64>();
        others += u64::from(by.iter().any(|&d| d > ANOTHER));
    }
    let pixels = f64::from(a.width() * a.height());
    (sum as f64 / (pixels * 3.0), others as f64 / pixels)
}

#[test]
fn a_farm_at_sea_by_day() {
    Frame::of("sea", "horns-rev-1").compare();
}

#[test]
fn a_turbine_with_a_hot_gearbox_in_the_dark_theme() {
    Frame {
        theme: Variant::Dark,
        start: StartView::Named("T37".to_owned()),
        faults: &["gearbox:T37@0s"],
        at_s: 480,
        ..Frame::of("hot-gearbox", "horns-rev-1")
    }
    .compare();
}

#[test]
fn a_ridge_by_day() {
    Frame::of("ridge", "ridge").compare();
}

#[test]
fn one_large_turbine() {
    Frame {
        start: StartView::Named("W01".to_owned()),
        ..Frame::of("turbine", "turbine")
    }
    .compare();
}

#[test]
fn the_alarm_list_beside_the_view() {
    Frame {
        panels: true,
        // In less, the panels leave no room for the farm.
        size: UVec2::new(960, 600),
        theme: Variant::Dark,
        ..Frame::of("panels", "horns-rev-1")
    }
    .compare();
}

#[test]
fn a_country_of_75_000() {
    Frame {
        at_s: 120,
        ..Frame::of("country", "country")
    }
    .compare();
}

#[test]
fn a_difference_is_seen_and_a_rounding_is_not() {
    let grey = RgbaImage::from_pixel(100, 100, image::Rgba([90, 90, 90, 255]));
    let mut rounded = grey.clone();
    rounded.pixels_mut().for_each(|p| p.0[0] += 1);
    let (mean, others) = difference(&grey, &rounded);
    assert!(mean < MEAN && others < MOST_OTHERS, "{mean} {others}");
    let mut marked = grey.clone();
    for x in 0..20 {
        for y in 0..20 {
            marked.put_pixel(x, y, image::Rgba([196, 18, 47, 255]));
        }
    }
    let (_, others) = difference(&grey, &marked);
    assert!(others > MOST_OTHERS, "{others}");
}
