//! Turbines coloured by a signal, as the pictures show it.

use windvane::view::ColourBy;
use windvane::view::colour::map_color;

use super::*;

const THREE: &str = r#"
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
name = "Vestas V80-2.0 MW"
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[models.v80.signals]
active_power = { field = "/p", unit = "kW", range = [0, 2000] }

[[turbines]]
id = "T01"
model = "v80"
east_m = -130
north_m = 0

[[turbines]]
id = "T02"
model = "v80"
east_m = 0
north_m = 0

[[turbines]]
id = "T03"
model = "v80"
east_m = 130
north_m = 0
"#;

/// How many pixels of this third of the picture (0 to 2, from the left) are of the map's colour at a
/// share, within 34 a channel.
fn of_map(picture: &RgbaImage, third: u32, share: f64) -> usize {
    let [r, g, b, _] = map_color(share).to_array();
    let width = picture.width() / 3;
    let near = |a: u8, b: u8| a.abs_diff(b) <= 34;
    picture
        .enumerate_pixels()
        .filter(|(x, ..)| x / width == third)
        .filter(|(_, _, p)| near(p.0[0], r) && near(p.0[1], g) && near(p.0[2], b))
        .count()
}

#[test]
fn turbines_of_different_power_differ_as_the_map_says_and_a_silent_one_has_no_colour_of_it() {
    let mut viewer = Viewer::of(
        THREE,
        StartView::From {
            camera_m: [0.0, -330.0, 70.0],
            target_m: Some([0.0, 0.0, 60.0]),
        },
    );
    let hear = |viewer: &Viewer, turbine: u32, value: f64, quality: Quality| {
        viewer.hearing.hear(turbine, 0, value, quality);
    };
    hear(&viewer, 0, 200.0, Quality::Good);
    hear(&viewer, 1, 1_000.0, Quality::Stale);
    hear(&viewer, 2, 2_000.0, Quality::Good);
    let by_rules = viewer.picture("by-rules");
    let world = viewer.off_screen.world_mut();
    world
        .resource_mut::<Messages<Action>>()
        .write(Action::ColourBy(ColourBy::named("active_power")));
    viewer.off_screen.frame().unwrap();
    let picture = viewer.picture("by-power");
    let (low, high) = (0.1, 1.0);
    for (third, share) in [(0, low), (2, high)] {
        let before = of_map(&by_rules, third, share);
        let now = of_map(&picture, third, share);
        assert!(now > before + 150, "third {third}: {before} to {now}");
    }
    assert!(of_map(&picture, 0, high) < 20);
    assert!(of_map(&picture, 2, low) < 20);
    // Hatched: neither the colour of the value that it last had, nor that of no value at all.
    for share in [0.0, 0.5, 1.0] {
        let before = of_map(&by_rules, 1, share);
        let now = of_map(&picture, 1, share);
        assert!(now < before + 60, "share {share}: {before} to {now}");
    }
    // Its value comes again: only then has it a colour.
    hear(&viewer, 1, 1_000.0, Quality::Good);
    let picture = viewer.picture("by-power-heard");
    let (before, now) = (of_map(&by_rules, 1, 0.5), of_map(&picture, 1, 0.5));
    assert!(now > before + 150, "{before} to {now}");
    let world = viewer.off_screen.world_mut();
    world
        .resource_mut::<Messages<Action>>()
        .write(Action::ColourBy(ColourBy::Rules));
    viewer.off_screen.frame().unwrap();
    let picture = viewer.picture("by-rules-again");
    assert!(of_map(&picture, 2, high) < 20);
}
