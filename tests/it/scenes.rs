//! The scenes that ship: each loads, is calm in health, and tells of its faults and of nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use windvane::alarms::Alarms;
use windvane::demo::{Climate, Farm, Held, Options, SHIPPED, Shipped, SimulationOptions, shipped};
use windvane::scene::{ActiveScene, LoadOptions, Scene, SceneSource, load};

use crate::support::wait_for;

/// A scene that ships, with whatever is generated of it, in a folder of its own.
fn open(scene: &Shipped) -> (tempfile::TempDir, Arc<Scene>) {
    let folder = tempfile::tempdir().unwrap();
    let path = scene.write(folder.path()).unwrap();
    let loaded = load(&path, &LoadOptions::default())
        .unwrap_or_else(|problems| panic!("{}: {problems:?}", scene.name));
    assert!(
        loaded.warnings.is_empty(),
        "{}: {:?}",
        scene.name,
        loaded.warnings
    );
    (folder, loaded.scene)
}

/// The alarms that stand when the rooms without a window have followed a run for so long.
fn alarms_of(name: &str, faults: &[&str], climate: Climate, at: Duration) -> BTreeSet<String> {
    let (_folder, scene) = open(shipped(name).unwrap());
    let options = Options {
        farm: Arc::new(Farm::of_scene(&scene).0),
        simulation: SimulationOptions {
            seed: 3,
            climate,
            calm: faults.is_empty(),
            faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
        },
        interval: Duration::from_secs(2),
        speed: 1.0,
    };
    let mut held = Held::new(&options, at).unwrap();
    let mut app = App::new();
    app.add_plugins((TaskPoolPlugin::default(), windvane::headless_plugin));
    held.prepare(&mut app);
    app.insert_resource(SceneSource {
        path: scene.path.clone(),
        options: LoadOptions::default(),
        loaded: None,
    });
    app.finish();
    app.cleanup();
    wait_for("the scene", || {
        app.update();
        app.world().contains_resource::<ActiveScene>().then_some(())
    });
    held.play(app.world_mut());
    let alarms = app.world().resource::<Alarms>();
    let standing = alarms.standing().iter();
    standing
        .map(|alarm| format!("{}: {}", alarm.turbine_id, alarm.name))
        .collect()
}

#[test]
fn every_scene_loads_without_a_warning_and_the_simulator_measures_all_of_it() {
    for (scene, turbines) in SHIPPED.iter().zip([80, 40, 1, 75_000]) {
        let (_folder, loaded) = open(scene);
        assert_eq!(loaded.turbines.len(), turbines, "{}", scene.name);
        let (_, unknown) = Farm::of_scene(&loaded);
        assert!(unknown.is_empty(), "{}: {unknown:?}", scene.name);
    }
}

#[test]
fn the_ridges_turbines_stand_three_diameters_apart() {
    let (_folder, scene) = open(shipped("ridge").unwrap());
    for (index, a) in scene.turbines.iter().enumerate() {
        for b in &scene.turbines[index + 1..] {
            let apart = (a.east_m - b.east_m).hypot(a.north_m - b.north_m);
            let diameter = f64::from(scene.models[a.model].rotor_diameter_m);
            assert!(apart >= 3.0 * diameter, "{} and {}: {apart} m", a.id, b.id);
        }
    }
}

#[test]
fn a_healthy_scene_is_calm_for_an_hour() {
    for name in ["ridge", "turbine"] {
        let climate = shipped(name).unwrap().climate;
        let standing = alarms_of(name, &[], climate, Duration::from_mins(60));
        assert!(standing.is_empty(), "{name}: {standing:?}");
    }
}

#[test]
fn a_fault_raises_its_alarm_at_its_turbine_and_none_elsewhere() {
    let cases: [(&str, &str, &str, u64); 12] = [
        ("ridge", "gearbox:A07@0s", "Gearbox oil hot", 8),
        ("ridge", "gearbox-bearing:A07@0s", "Gearbox bearing hot", 8),
        ("ridge", "main-bearing:B03@0s", "Main bearing hot", 8),
        ("ridge", "over-speed:B03@0s", "Stopped by protection", 2),
        ("ridge", "pitch-offset:A07@0s", "Power below the curve", 8),
        ("ridge", "anemometer:A07@0s", "Anemometer in doubt", 5),
        ("turbine", "main-bearing:W01@0s", "Main bearing hot", 8),
        (
            "turbine",
            "pitch-offset:W01@0s",
            "Blades at different pitch",
            5,
        ),
        (
            "turbine",
            "generator-cooling:W01@0s",
            "Generator winding hot",
            13,
        ),
        ("turbine", "converter:W01@0s", "Converter water warm", 7),
        ("turbine", "nacelle-fan:W01@0s", "Nacelle warm", 7),
        ("turbine", "vibration:W01@0s", "Vibration dangerous", 4),
    ];
    for (name, fault, alarm, minutes) in cases {
        let climate = shipped(name).unwrap().climate;
        let at = Duration::from_mins(minutes);
        let standing = alarms_of(name, &[fault], climate, at);
        let turbine = fault.split([':', '@']).nth(1).unwrap();
        assert!(
            standing.contains(&format!("{turbine}: {alarm}")),
            "{name}, {fault}: {standing:?}"
        );
        assert!(
            standing.iter().all(|s| s.starts_with(turbine)),
            "{name}, {fault}: {standing:?}"
        );
    }
}
