//! What the pictures show of a turbine from a glTF file.

use bevy::math::UVec2;
use image::RgbaImage;
use windvane::fleet::{Quality, TurbineRow};
use windvane::theme::Variant;
use windvane::view::app::ViewOptions;
use windvane::view::{OffScreen, StartView};

use crate::hearing::Hearing;

const TOWER_ORANGE: [u8; 3] = [0xd9, 0x77, 0x06];
const BLADES_BLUE: [u8; 3] = [0x1d, 0x4e, 0xd8];

/// A viewer of the turbine that AWS's samples use, with a rule for its tower and one for its blades.
struct Viewer {
    off_screen: OffScreen,
    hearing: Hearing,
    _folder: tempfile::TempDir,
}

impl Viewer {
    fn new() -> Option<Self> {
        let shared = crate::scene::shared_data()?;
        let folder = tempfile::tempdir().unwrap();
        let model = shared.join("twinmaker/models/animated_wind_turbine.glb");
        std::fs::copy(model, folder.path().join("turbine.glb")).unwrap();
        let scene = r##"
site = { latitude = 55.0, longitude = 5.0, ground = "land" }
broker = { url = "mqtt://127.0.0.1:1" }
topics = [{ filter = "farm/{turbine}", payload = "json" }]
turbines = [
    { id = "T1", model = "aws", east_m = 0, north_m = 0 },
    { id = "T2", model = "aws", east_m = 90, north_m = 30 },
]
[models.aws]
hub_height_m = 53.1
rotor_diameter_m = 54
rated_power_kw = 850
gltf = { file = "turbine.glb", parts = { tower = "Main Unit", blades = "Blades" } }
[models.aws.signals]
tower_sway = { unit = "m" }
blade_ice = { unit = "kg" }
rotor_speed = { unit = "rpm", drives = "rotor" }
[[rules]]
name = "Tower sways"
part = "tower"
when = "tower_sway > 1"
color = "#d97706"
[[rules]]
name = "Ice"
part = "blades"
when = "blade_ice > 1"
color = "#1d4ed8"
"##;
        let path = folder.path().join("scene.toml");
        std::fs::write(&path, scene).unwrap();
        let options = ViewOptions {
            scene: Some(path),
            off_screen: true,
            size: UVec2::new(480, 300),
            start: StartView::From {
                camera_m: [-20.0, 150.0, 60.0],
                target_m: Some([20.0, 0.0, 40.0]),
            },
            theme: Some(Variant::Light),
            panels: false,
            time_ms: Some(crate::support::MIDSUMMER_NOON_MS),
            ..ViewOptions::default()
        };
        let (off_screen, hearing) = Hearing::of(&options);
        Some(Self {
            off_screen,
            hearing,
            _folder: folder,
        })
    }

    /// Both turbines report.
    fn hear(&self, signal: u16, value: f64) {
        for turbine in 0..2 {
            self.hearing.hear(turbine, signal, value, Quality::Good);
        }
    }

    fn well(&self) {
        self.hear(0, 0.0);
        self.hear(1, 0.0);
        self.hear(2, 0.0);
    }

    /// The very next frame.
    fn picture(&mut self, name: &str) -> RgbaImage {
        self.off_screen.frame().unwrap();
        let picture = self.off_screen.picture().unwrap();
        if let Some(folder) = std::env::var_os("WINDVANE_PICTURES") {
            let path = std::path::Path::new(&folder).join(format!("gltf-{name}.png"));
            picture.save(path).unwrap();
        }
        picture
    }
}

fn like(picture: &RgbaImage, [r, g, b]: [u8; 3]) -> usize {
    let near = |a: u8, b: u8| a.abs_diff(b) <= 45;
    let pixels = picture.pixels();
    pixels
        .filter(|p| near(p.0[0], r) && near(p.0[1], g) && near(p.0[2], b))
        .count()
}

#[test]
fn parts_are_coloured_apart_in_the_frame_after_their_values_came() {
    let Some(mut viewer) = Viewer::new() else {
        return;
    };
    viewer.well();
    let well = viewer.picture("well");
    assert_eq!(like(&well, TOWER_ORANGE) + like(&well, BLADES_BLUE), 0);
    viewer.hear(0, 2.0);
    let swaying = viewer.picture("tower");
    let orange = like(&swaying, TOWER_ORANGE);
    assert!(orange > 300, "{orange} orange pixels");
    assert_eq!(like(&swaying, BLADES_BLUE), 0);
    viewer.hear(1, 2.0);
    let both = viewer.picture("tower-and-blades");
    let blue = like(&both, BLADES_BLUE);
    assert!(blue > 300, "{blue} blue pixels");
    assert!(like(&both, TOWER_ORANGE) > 200);
    viewer.well();
    let after = viewer.picture("well-again");
    assert_eq!(like(&after, TOWER_ORANGE) + like(&after, BLADES_BLUE), 0);
}

#[test]
fn its_own_colours_are_calm() {
    let Some(mut viewer) = Viewer::new() else {
        return;
    };
    viewer.well();
    let picture = viewer.picture("calm");
    let saturated = picture.pixels().filter(|p| {
        let [r, g, b, _] = p.0;
        r.max(g).max(b) - r.min(g).min(b) > 90
    });
    assert_eq!(saturated.count(), 0);
}

#[test]
fn the_rotor_turns_at_the_speed_that_is_reported() {
    let Some(mut viewer) = Viewer::new() else {
        return;
    };
    viewer.well();
    let still = viewer.picture("still");
    viewer.hear(2, 15.0);
    viewer.off_screen.frame().unwrap();
    let rows = |viewer: &mut Viewer| {
        let world = viewer.off_screen.world_mut();
        let rows = world.resource::<windvane::view::Rows>();
        rows.rotor_angle_rad(TurbineRow(0))
    };
    let before = rows(&mut viewer);
    // Until it has turned by a good part of a blade's distance to the next.
    let mut frames = 0;
    while (rows(&mut viewer) - before).rem_euclid(std::f32::consts::TAU) < 0.6 {
        viewer.off_screen.frame().unwrap();
        frames += 1;
        assert!(frames < 5_000, "it does not turn");
    }
    let turned = viewer.picture("turned");
    let both = still.pixels().zip(turned.pixels());
    let changed = both.filter(|(a, b)| a.0[0].abs_diff(b.0[0]) > 20).count();
    assert!(changed > 300, "{changed} pixels changed");
}
