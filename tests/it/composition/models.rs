//! Where nodes and models stand.

use bevy::math::Vec3;
use serde_json::json;
use windvane::view::composition::StandIn;
use windvane::view::{NamedViews, StartView};

use super::{Viewer, glb, model, node, scene};

fn is_near(a: Vec3, b: [f32; 3]) -> bool {
    a.distance(Vec3::from(b)) < 1e-4
}

#[test]
fn nodes_stand_where_hand_computed_numbers_say() {
    let quarter = std::f64::consts::FRAC_PI_2;
    let mut parent = node(
        "Parent",
        [10.0, 0.0, 0.0],
        &[1, 2],
        json!([model("box.glb")]),
    );
    parent["transform"]["rotation"] = json!([0, quarter, 0]);
    parent["transform"]["scale"] = json!([2, 2, -2]);
    let nodes = [
        parent,
        node("Along x", [1.0, 0.0, 0.0], &[], json!([])),
        node("Along z", [0.0, 3.0, 1.0], &[], json!([])),
    ];
    let files = [("box.glb", glb(&[("Body", None, [0.0, 0.0, 4.0])]))];
    let scene = scene(&nodes, &[0], json!({}));
    let mut viewer = Viewer::of(&scene, &files, StartView::Farm);
    // Scaled, then x turns to -z and z to x, then moved.
    let at = viewer.of_node(1).translation();
    assert!(is_near(at, [10.0, 0.0, -2.0]), "{at}");
    let at = viewer.of_node(2).translation();
    assert!(is_near(at, [8.0, 6.0, 0.0]), "{at}");
    let bodies = viewer.named("Body");
    assert!(is_near(bodies[0], [2.0, 0.0, 0.0]), "{bodies:?}");
}

#[test]
fn a_models_scale_is_that_of_its_reference() {
    let mut of = model("box.glb");
    of["unitOfMeasure"] = json!("centimeters");
    let nodes = [node("A", [1.0, 0.0, 0.0], &[], json!([of]))];
    let files = [("box.glb", glb(&[("Body", None, [100.0, 0.0, 0.0])]))];
    let scene = scene(&nodes, &[0], json!({}));
    let mut viewer = Viewer::of(&scene, &files, StartView::Farm);
    let bodies = viewer.named("Body");
    assert!(is_near(bodies[0], [2.0, 0.0, 0.0]), "{bodies:?}");
}

#[test]
fn a_sub_models_node_overrides_the_place_of_its_object_by_name_and_by_number() {
    let solids = [
        ("Base", None, [0.0; 3]),
        ("Arm", Some(0), [0.0, 1.0, 0.0]),
        ("Lamp", Some(0), [0.0, 2.0, 0.0]),
    ];
    let of = |selector: serde_json::Value| json!([{"type": "SubModelRef", "selector": selector}]);
    let nodes = [
        node(
            "Crane",
            [100.0, 0.0, 0.0],
            &[1, 2],
            json!([model("crane.glb")]),
        ),
        node("Its arm", [5.0, 0.0, 0.0], &[3], of(json!("Arm"))),
        node("Its lamp", [0.0, 0.0, 7.0], &[], of(json!(2))),
        node("On the arm", [0.0, 0.0, 1.0], &[], json!([])),
    ];
    let files = [("crane.glb", glb(&solids))];
    let scene = scene(&nodes, &[0], json!({}));
    let mut viewer = Viewer::of(&scene, &files, StartView::Farm);
    viewer.until("the arm to be moved", |v| {
        is_near(v.named("Arm")[0], [105.0, 0.0, 0.0])
    });
    assert!(is_near(viewer.named("Lamp")[0], [100.0, 0.0, 7.0]));
    assert!(is_near(viewer.named("Base")[0], [100.0, 0.0, 0.0]));
    assert!(is_near(viewer.of_node(3).translation(), [105.0, 0.0, 1.0]));
}

#[test]
fn a_box_with_the_files_name_stands_where_a_model_is_missing_or_cannot_be_read() {
    let nodes = [
        node("A", [0.0; 3], &[], json!([model("Tank.glb")])),
        node("B", [4.0, 0.0, 0.0], &[], json!([model("Broken.glb")])),
    ];
    let files = [("Broken.glb", b"no model".to_vec())];
    let scene = scene(&nodes, &[0, 1], json!({}));
    let mut viewer = Viewer::of(&scene, &files, StartView::Farm);
    let world = viewer.off_screen.world_mut();
    let mut boxes = world.query::<&StandIn>();
    let mut words: Vec<&str> = boxes.iter(world).map(|b| b.words.as_str()).collect();
    words.sort_unstable();
    assert_eq!(words, ["Broken.glb cannot be read", "Tank.glb is missing"]);
}

#[test]
fn cameras_are_views_with_their_own_angle() {
    let camera = json!([{"type": "Camera", "cameraIndex": 0}]);
    let nodes = [
        node("A", [0.0; 3], &[], json!([model("box.glb")])),
        node("From the gate", [0.0, 0.0, 20.0], &[], camera),
    ];
    let files = [("box.glb", glb(&[("Body", None, [0.0; 3])]))];
    let scene = scene(&nodes, &[0, 1], json!({}));
    let mut viewer = Viewer::of(&scene, &files, StartView::Named("From the gate".to_owned()));
    let views = viewer.off_screen.world_mut().resource::<NamedViews>();
    let view = views.get("From the gate").unwrap();
    assert_eq!(view.fov_deg, Some(30.0));
    assert!((view.camera_m[1] + 20.0).abs() < 1e-6, "{view:?}");
    assert!(view.target_m[1] > view.camera_m[1], "{view:?}");
    // A box of a metre, at 20 m, in a view of 30 degrees: 28 of 300 pixels high.
    let picture = viewer.picture();
    let back = picture.get_pixel(4, 4).0;
    let column = (0..300).filter(|&y| picture.get_pixel(240, y).0[..3] != back[..3]);
    let heights: Vec<u32> = column.filter(|y| (100..165).contains(y)).collect();
    assert!((20..=40).contains(&heights.len()), "{}", heights.len());
}
