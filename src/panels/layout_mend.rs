//! Layouts that were saved before there were as many panes: the new ones are added to them.

use egui_tiles::{Container, Tile, TileId, Tree};

use crate::panels::layout::{Pane, panes_of};

/// Adds the panes that a saved layout lacks, beside what they belong to. Whether the layout can be used
/// then: it cannot where it is not sound, or has a pane twice.
pub fn mend(tree: &mut Tree<Pane>) -> bool {
    let Some(present) = panes_of(tree) else {
        return false;
    };
    let missing: Vec<Pane> = Pane::ALL
        .into_iter()
        .filter(|pane| !present.contains(pane))
        .collect();
    if present.len() + missing.len() != Pane::ALL.len() {
        return false;
    }
    for pane in missing {
        let beside = match pane {
            Pane::Alarm => Pane::Turbine,
            Pane::View | Pane::Turbine => Pane::View,
            _ => Pane::Alarms,
        };
        add_beside(tree, pane, beside);
    }
    panes_of(tree).is_some_and(|panes| panes == Pane::ALL)
}

/// Adds a pane to the tabs that another is in; the other gets tabs where it stands alone.
fn add_beside(tree: &mut Tree<Pane>, pane: Pane, beside: Pane) {
    let Some(at) = tree.tiles.find_pane(&beside).or(tree.root()) else {
        return;
    };
    let new = tree.tiles.insert_pane(pane);
    let parent = tree.tiles.parent_of(at);
    if let Some(Tile::Container(Container::Tabs(tabs))) = parent.and_then(|p| tree.tiles.get_mut(p))
    {
        // The most wanted ones stand first; what was in front stays there.
        let end = tabs.children.len();
        let place = tabs.children.iter().position(|child| *child == at);
        let place = place.zip(places_after(pane)).map_or(end, |(p, n)| p + n);
        tabs.children.insert(place.min(end), new);
    } else if let Some(tile) = tree.tiles.remove(at) {
        // Its place in what it is in keeps its id, and with it its share of the room.
        let moved: TileId = tree.tiles.insert_new(tile);
        let mut tabs = egui_tiles::Tabs::new(vec![moved, new]);
        tabs.set_active(moved);
        let tabs = Tile::Container(Container::Tabs(tabs));
        tree.tiles.insert(at, tabs);
    }
    if pane == Pane::Rules {
        tree.tiles.set_visible(new, false);
    }
}

/// How many places after the tab that it belongs to; `None` at the end of all.
fn places_after(pane: Pane) -> Option<usize> {
    match pane {
        Pane::Alarm | Pane::SetAside => Some(1),
        Pane::Journal => Some(2),
        Pane::Performance => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::layout::{default_tree, is_sound};
    use egui_tiles::{Linear, LinearDir, Tiles};

    /// The layout of a time when there were no panes of alarms beside the list.
    fn old() -> Tree<Pane> {
        let mut tiles = Tiles::default();
        let view = tiles.insert_pane(Pane::View);
        let turbine = tiles.insert_pane(Pane::Turbine);
        let lists = [
            Pane::Alarms,
            Pane::Connection,
            Pane::Problems,
            Pane::Rejected,
            Pane::Mapping,
            Pane::Rules,
        ];
        let lists = lists.map(|pane| tiles.insert_pane(pane)).to_vec();
        let lists = tiles.insert_tab_tile(lists);
        let top = Linear::new_binary(LinearDir::Horizontal, [view, turbine], 0.7);
        let top = tiles.insert_container(top);
        let all = Linear::new_binary(LinearDir::Vertical, [top, lists], 0.7);
        let root = tiles.insert_container(all);
        Tree::new("panels", root, tiles)
    }

    fn tabs_of(tree: &Tree<Pane>, pane: Pane) -> Vec<Pane> {
        let id = tree.tiles.find_pane(&pane).unwrap();
        let parent = tree.tiles.parent_of(id).unwrap();
        let container = tree.tiles.get_container(parent).unwrap();
        container
            .children()
            .filter_map(|child| tree.tiles.get_pane(child).copied())
            .collect()
    }

    #[test]
    fn a_layout_of_before_gets_the_panes_that_are_new_where_they_belong() {
        let mut tree = old();
        assert!(!is_sound(&tree));
        assert!(mend(&mut tree));
        assert!(is_sound(&tree));
        assert_eq!(tabs_of(&tree, Pane::Turbine), [Pane::Turbine, Pane::Alarm]);
        let below = tabs_of(&tree, Pane::Alarms);
        let first = [
            Pane::Alarms,
            Pane::SetAside,
            Pane::Journal,
            Pane::Performance,
            Pane::Connection,
        ];
        assert_eq!(below[..5], first);
    }

    #[test]
    fn a_layout_with_all_panes_stays_as_it_is() {
        let tree = default_tree(bevy_egui::egui::vec2(1280.0, 800.0));
        let mut same = tree.clone();
        assert!(mend(&mut same));
        assert_eq!(same, tree);
    }

    #[test]
    fn a_layout_with_a_pane_twice_or_of_nothing_cannot_be_mended() {
        let mut tree = old();
        let id = tree.tiles.find_pane(&Pane::Rejected).unwrap();
        if let Some(Tile::Pane(pane)) = tree.tiles.get_mut(id) {
            *pane = Pane::Connection;
        }
        assert!(!mend(&mut tree));
        assert!(!mend(&mut Tree::empty("none")));
    }
}
