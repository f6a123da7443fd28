//! What rules make of meshes and flows.

use serde_json::json;
use windvane::view::composition::MotionInView;

use super::{Viewer, bound};

fn shader() -> serde_json::Value {
    json!({"type": "ModelShader", "ruleBasedMapId": "hot", "valueDataBinding": bound("temp")})
}

fn hot() -> serde_json::Value {
    json!({"hot": {"statements": [
        {"expression": "temp > 80", "target": "iottwinmaker.common.color:#ff0000"},
    ]}})
}

fn is_red([r, g, b]: [u8; 3]) -> bool {
    r > 120 && i32::from(r) - i32::from(g) > 80 && i32::from(r) - i32::from(b) > 80
}

#[test]
fn a_mesh_is_recoloured_in_the_frames_after_a_value_and_has_its_own_colour_back() {
    let mut viewer = Viewer::of_box(&[shader()], hot());
    let unknown = viewer.middle();
    viewer.hear(20.0);
    let own = viewer.middle();
    assert!(own.iter().all(|c| c.abs_diff(own[0]) < 12), "{own:?}");
    // What is not known looks neither well nor alarmed.
    assert_ne!(unknown, own);
    assert!(!is_red(unknown), "{unknown:?}");
    viewer.hear(90.0);
    let alarmed = viewer.middle();
    assert!(is_red(alarmed), "{alarmed:?}");
    viewer.hear(20.0);
    assert_eq!(viewer.middle(), own);
}

#[test]
fn stripes_run_only_while_their_speed_is_known_and_not_zero() {
    let indicator = json!({
        "type": "MotionIndicator", "shape": "LinearPlane",
        "config": {"numOfRepeatInY": 2, "backgroundColorOpacity": 0.5},
        "valueDataBindings": {"speed": {
            "ruleBasedMapId": "speed", "valueDataBinding": bound("speed"),
        }},
    });
    let rules = json!({"speed": {"statements": [
        {"expression": "speed / 10", "target": "iottwinmaker.common.number"},
    ]}});
    let mut viewer = Viewer::of_box(&[indicator], rules);
    let moves = |v: &mut Viewer| v.off_screen.world_mut().resource::<MotionInView>().0;
    assert!(!moves(&mut viewer));
    viewer.hear(30.0);
    viewer.until("stripes to run", moves);
    viewer.hear(0.0);
    viewer.until("stripes to stand", |v| !moves(v));
}
