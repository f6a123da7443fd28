//! The place: ground, wind, and light by day and by night.

use std::sync::Arc;

use bevy::math::UVec2;
use image::RgbaImage;
use windvane::fleet::Quality;
use windvane::scene::{ActiveScene, LoadOptions, load};
use windvane::theme::Variant;
use windvane::view::app::ViewOptions;
use windvane::view::{OffScreen, Overlay, Overlays, StartView, Wind};

use crate::hearing::Hearing;
use crate::support::folder_with;

const HEAD: &str = r##"
[broker]
url = "mqtt://127.0.0.1:1"

[[topics]]
filter = "farm/{turbine}"
payload = "json"

[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[models.v80.signals]
rotor = { field = "/r", unit = "rpm", drives = "rotor" }
nacelle = { field = "/y", unit = "deg", drives = "yaw" }
speed = { field = "/v", unit = "m/s", drives = "wind_speed" }
direction = { field = "/d", unit = "deg", drives = "wind_direction" }
temperature = { field = "/t", unit = "degC" }

[[rules]]
name = "Hot"
when = "temperature > 80"
color = "#c4122f"
[rules.alarm]
priority = "critical"
consequence = "None"
response = "None"

[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0

[[turbines]]
id = "T02"
model = "v80"
east_m = 100
north_m = 50
"##;

const SEA: &str = "[site]\nlatitude = 55.486\nlongitude = 7.84\nground = \"sea\"\n";

/// From 100 m in the west to 140 m in the east.
const SLOPE: &str = "ncols 3\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 200\n\
                     100 120 140\n100 120 140\n";

fn on_slope(height_map: &str) -> String {
    format!(
        "[site]\nlatitude = 50.9\nlongitude = 9.1\nground = \"land\"\nheight_map = {{ {height_map} }}\n{HEAD}"
    )
}

const WHOLE: &str =
    "file = \"slope.asc\", west_m = -200, south_m = -200, east_m = 200, north_m = 200";

#[test]
fn turbines_stand_on_the_ground_unless_their_height_is_given() {
    let more = "[[turbines]]\nid = \"T03\"\nmodel = \"v80\"\neast_m = 0\nnorth_m = 9\nup_m = 7.5\n\
                [[turbines_from]]\nfile = \"more.csv\"\nid = \"id\"\neast_m = \"e\"\nnorth_m = \"n\"\nup_m = \"h\"\nmodel = \"v80\"\n";
    let scene = on_slope(WHOLE) + more;
    let folder = folder_with(&[
        ("scene.toml", scene.as_str()),
        ("slope.asc", SLOPE),
        ("more.csv", "id,e,n,h\nT04,-200,0,\nT05,-200,10,88.25\n"),
    ]);
    let loaded = load(&folder.path().join("scene.toml"), &LoadOptions::default()).unwrap();
    let heights: Vec<f64> = loaded.scene.turbines.iter().map(|t| t.up_m).collect();
    assert_eq!(heights, [120.0, 130.0, 7.5, 100.0, 88.25]);
}

#[test]
fn a_bad_height_map_is_told_with_its_place() {
    let first_error = |height_map: &str, asc: &str| {
        let scene = on_slope(height_map);
        let folder = folder_with(&[("scene.toml", scene.as_str()), ("slope.asc", asc)]);
        let path = folder.path().join("scene.toml");
        let problems = load(&path, &LoadOptions::default()).expect_err("it has an error");
        let problem = problems.list()[0].clone();
        let file = problem
            .file
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        (file, problem.line, problem.column, problem.message)
    };
    let (file, line, column, message) = first_error(WHOLE, &SLOPE.replace("140\n100", "14O\n100"));
    assert_eq!(
        (file.as_str(), line, column),
        ("slope.asc", 6, 9),
        "{message}"
    );
    let (file, line, _, message) = first_error(&WHOLE.replace("= 200, n", "= -300, n"), SLOPE);
    assert_eq!((file.as_str(), line), ("scene.toml", 5));
    assert!(
        message.contains("`east_m` must be over `west_m`"),
        "{message}"
    );
    let (_, line, _, message) = first_error(&WHOLE.replace("slope.asc", "slope.png"), SLOPE);
    assert_eq!(line, 5);
    assert!(message.contains("has no `low_m`"), "{message}");
    let png = format!(
        "{}, low_m = 0, high_m = 9",
        WHOLE.replace("slope.asc", "none.png")
    );
    assert!(
        first_error(&png, SLOPE)
            .3
            .contains("cannot read `none.png`")
    );
    let away = WHOLE.replace("slope.asc", "../slope.asc");
    assert!(
        first_error(&away, SLOPE)
            .3
            .contains("leaves the scene's folder")
    );
    let degrees = WHOLE.replace("= 200, n", "= -199.9, n");
    let (_, line, _, message) = first_error(&degrees, SLOPE);
    assert_eq!(line, 5);
    assert!(message.contains("0.100 m from its `west_m`"), "{message}");
    let no_png = format!(
        "{}, low_m = 0, high_m = 9",
        WHOLE.replace(".asc\"", ".dat\"")
    );
    let scene = on_slope(&no_png);
    for (bytes, what) in [
        ("no picture", "it is not a PNG"),
        ("\u{89}PNG", "it is not a PNG"),
    ] {
        let folder = folder_with(&[("scene.toml", scene.as_str()), ("slope.dat", bytes)]);
        let path = folder.path().join("scene.toml");
        let problems = load(&path, &LoadOptions::default()).expect_err("it has an error");
        assert!(problems.list()[0].message.contains(what), "{problems}");
    }
}

#[test]
fn what_fits_but_is_hardly_meant_is_a_warning() {
    let warnings = |scene: String| {
        let folder = folder_with(&[("scene.toml", scene.as_str()), ("slope.asc", SLOPE)]);
        let path = folder.path().join("scene.toml");
        let loaded = load(&path, &LoadOptions::default()).expect("it opens");
        loaded.warnings.to_string()
    };
    assert_eq!(warnings(on_slope(WHOLE)), "no problems");
    let beside = on_slope(&WHOLE.replace("west_m = -200", "west_m = 50"));
    assert!(warnings(beside).contains("the turbine `T01` stands beside the height map"));
    let on_land = on_slope(WHOLE).replace(
        "[models.v80]",
        "[models.v80]\nshape = { foundation = \"monopile\" }",
    );
    assert!(warnings(on_land).contains("a foundation for the sea, in a farm on land"));
    let furlongs = on_slope(WHOLE).replace("\"m/s\"", "\"furlong\"");
    assert!(warnings(furlongs).contains("no unit of wind speed"));
}

/// A viewer without panels, with values of T01 and T02 in its fleet: row, signal, value.
fn viewer(site: &str, time: &str, start: StartView, values: &[(u32, &str, f64)]) -> OffScreen {
    let scene = format!("{site}{HEAD}");
    let folder = folder_with(&[("scene.toml", scene.as_str())]);
    let options = ViewOptions {
        scene: Some(folder.path().join("scene.toml")),
        off_screen: true,
        size: UVec2::new(320, 240),
        theme: Some(Variant::Light),
        start,
        panels: false,
        time_ms: Some(time.parse::<jiff::Timestamp>().unwrap().as_millisecond()),
        ..ViewOptions::default()
    };
    let (mut viewer, hearing) = Hearing::of(&options);
    let scene = Arc::clone(&viewer.world_mut().resource::<ActiveScene>().scene);
    for &(turbine, signal, value) in values {
        let column = scene.signals.iter().position(|name| &**name == signal);
        hearing.hear(turbine, column.unwrap() as u16, value, Quality::Good);
    }
    for _ in 0..4 {
        viewer.frame().unwrap();
    }
    viewer
}

/// Left in the folder that `WINDVANE_PICTURES` names, to be looked at.
fn keep(picture: RgbaImage, name: &str) -> RgbaImage {
    if let Some(folder) = std::env::var_os("WINDVANE_PICTURES") {
        let path = std::path::Path::new(&folder).join(name);
        picture.save(path).unwrap();
    }
    picture
}

const NOON: &str = "2026-06-21T11:30Z";
const MIDNIGHT: &str = "2026-01-10T23:30Z";

fn near() -> StartView {
    StartView::Named("T01".to_owned())
}

/// The mean of the pixels that are a saturated red, and how many there are.
fn mean_red(picture: &RgbaImage) -> ([f64; 3], usize) {
    let (mut sum, mut count) = ([0.0; 3], 0);
    for pixel in picture.pixels() {
        let [r, g, b, _] = pixel.0.map(f64::from);
        if r > 110.0 && r > 2.2 * g && r > 2.2 * b {
            count += 1;
            for (sum, channel) in sum.iter_mut().zip([r, g, b]) {
                *sum += channel;
            }
        }
    }
    (sum.map(|s| s / f64::from(count.max(1))), count as usize)
}

fn mean_light(picture: &RgbaImage) -> f64 {
    let of = |p: &image::Rgba<u8>| p.0.iter().take(3).map(|&c| f64::from(c)).sum::<f64>() / 3.0;
    picture.pixels().map(of).sum::<f64>() / (picture.pixels().len() as f64)
}

#[test]
fn an_alarm_is_the_same_red_at_noon_and_at_midnight_and_only_the_place_grows_dark() {
    let picture = |time| {
        let mut viewer = viewer(SEA, time, near(), &[(0, "temperature", 95.0)]);
        viewer.picture().unwrap()
    };
    let day = keep(picture(NOON), "alarm-day.png");
    let night = keep(picture(MIDNIGHT), "alarm-night.png");
    let ((by_day, day_count), (by_night, night_count)) = (mean_red(&day), mean_red(&night));
    assert!(
        day_count > 150 && night_count > 150,
        "{day_count} {night_count}"
    );
    for (a, b) in by_day.into_iter().zip(by_night) {
        assert!(
            (a - b).abs() < 14.0,
            "{by_day:?} by day, {by_night:?} at night"
        );
    }
    assert!(mean_light(&night) < 0.45 * mean_light(&day));
}

#[test]
fn a_healthy_turbine_is_not_red_at_night_for_all_its_light() {
    let picture = viewer(
        SEA,
        MIDNIGHT,
        near(),
        &[(0, "temperature", 20.0), (1, "temperature", 20.0)],
    )
    .picture()
    .unwrap();
    let (_, count) = mean_red(&picture);
    assert!(count < 25, "{count} red pixels");
}

#[test]
fn the_wind_is_what_most_turbines_report() {
    let reports = [
        (0, "speed", 8.0),
        (1, "speed", 9.0),
        (0, "direction", 350.0),
        (1, "direction", 20.0),
    ];
    let mut viewer = viewer(SEA, NOON, near(), &reports);
    let wind = *viewer.world_mut().resource::<Wind>();
    assert_eq!(wind.reporting, 2);
    assert!((wind.speed_m_s.unwrap() - 8.5).abs() < 1e-4, "{wind:?}");
    assert!((wind.from_deg.unwrap() - 5.0).abs() < 1e-3, "{wind:?}");
}

/// Waves smaller than a pixel must not beat against the pixels: seen from a metre further on, the far
/// sea looks the same.
#[test]
fn the_far_sea_does_not_shimmer_as_the_camera_moves() {
    let picture = |east_m: f64| {
        let start = StartView::From {
            camera_m: [3_000.0 + east_m, 4_000.0, 150.0],
            target_m: Some([3_000.0 + east_m, 9_000.0, 0.0]),
        };
        viewer(SEA, NOON, start, &[]).picture().unwrap()
    };
    let (here, there) = (picture(0.0), picture(1.0));
    // Between 1 and 4 km away, below the horizon.
    let rows = 124..150;
    let mut sum = 0.0;
    let mut count = 0.0;
    for y in rows {
        for x in 0..here.width() {
            let difference =
                f64::from(here.get_pixel(x, y).0[1]) - f64::from(there.get_pixel(x, y).0[1]);
            sum += difference.abs();
            count += 1.0;
        }
    }
    let mean = sum / count;
    assert!(mean < 2.0, "a mean change of {mean:.2} of 255");
}

#[test]
fn a_wake_is_drawn_on_request_and_only_behind_a_rotor_that_turns() {
    // From the south, with the wind from the west: the wake lies to the right.
    let start = || StartView::From {
        camera_m: [260.0, -700.0, 150.0],
        target_m: Some([260.0, 0.0, 70.0]),
    };
    let picture = |rpm: f64, wakes: bool, name| {
        let values = [(0, "rotor", rpm), (1, "rotor", 0.0), (0, "nacelle", 270.0)];
        let mut viewer = viewer(SEA, NOON, start(), &values);
        let mut overlays = viewer.world_mut().resource_mut::<Overlays>();
        overlays.show(Overlay::Wakes, wakes);
        viewer.frame().unwrap();
        keep(viewer.picture().unwrap(), name)
    };
    let without = picture(12.0, false, "wake-none.png");
    let with = picture(12.0, true, "wake.png");
    let standing = picture(0.0, true, "wake-standing.png");
    // Well behind the rotor, where neither blade nor sea moves by much.
    let light = |p: &RgbaImage| {
        let crop = image::imageops::crop_imm(p, 150, 90, 60, 50).to_image();
        mean_light(&crop)
    };
    let (without, with, standing) = (light(&without), light(&with), light(&standing));
    assert!(
        (with - without).abs() > 2.0,
        "{with} with a wake, {without} without"
    );
    assert!(
        (standing - without).abs() < 1.0,
        "{standing} behind a standing rotor, {without}"
    );
}
