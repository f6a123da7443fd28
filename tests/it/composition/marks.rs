//! Tags, and what a click on them or on a mesh does.

use bevy::math::Vec2;
use serde_json::json;
use windvane::fleet::TurbineRow;
use windvane::view::Selection;
use windvane::view::composition::{ChosenNode, PlacedTags};

use super::{SIZE, Viewer, bound};
use crate::support::click;

fn selected(viewer: &mut Viewer) -> Option<TurbineRow> {
    viewer
        .off_screen
        .world_mut()
        .resource::<Selection>()
        .turbine
}

#[test]
fn a_click_on_a_tag_selects_what_it_reads_and_one_beside_it_lets_go() {
    let tag = json!({
        "type": "Tag", "icon": "iottwinmaker.common.icon:Info", "ruleBasedMapId": "hot",
        "valueDataBinding": bound("temp"), "offset": [0, 2, 0],
        "navLink": {"destination": "https://example.org"},
    });
    let rules = json!({"hot": {"statements": [
        {"expression": "temp > 80", "target": "iottwinmaker.common.icon:Error"},
    ]}});
    let mut viewer = Viewer::of_box(&[tag], rules);
    viewer.until("the tag to be there", |v| {
        let tags = v.off_screen.world_mut().resource::<PlacedTags>();
        !tags.0.is_empty()
    });
    let tags = viewer.off_screen.world_mut().resource::<PlacedTags>();
    let tag = tags.0[0];
    assert_eq!((tag.node, tag.row, tag.count), (0, Some(TurbineRow(0)), 1));
    let at = tag.rect.center();
    assert!(at.y < SIZE.y as f32 / 2.0, "{at}");
    click(&mut viewer.off_screen, Vec2::new(at.x, at.y));
    assert_eq!(selected(&mut viewer), Some(TurbineRow(0)));
    let chosen = *viewer.off_screen.world_mut().resource::<ChosenNode>();
    assert_eq!(chosen, ChosenNode(Some(0)));
    click(&mut viewer.off_screen, Vec2::new(4.0, 4.0));
    assert_eq!(selected(&mut viewer), None);
}

#[test]
fn a_click_on_a_mesh_selects_the_entity_of_its_node() {
    let entity = json!({"type": "EntityBinding", "valueDataBinding": bound("temp")});
    let mut viewer = Viewer::of_box(&[entity], json!({}));
    viewer.off_screen.frame().unwrap();
    click(&mut viewer.off_screen, SIZE.as_vec2() / 2.0);
    assert_eq!(selected(&mut viewer), Some(TurbineRow(0)));
}
