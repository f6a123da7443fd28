//! Alarmed turbines that are out of view, pointed at from the view's edge.

use std::collections::HashMap;

use bevy::math::Vec3;
use bevy_egui::egui::{
    CornerRadius, FontId, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2,
};

use super::Placed;
use super::choose::StandingAlarm;
use super::layout::Layout;
use super::paint::MARK;
use crate::fleet::TurbineRow;
use crate::scene::Scene;
use crate::theme::{MarkFill, Theme, paint_mark};
use crate::view::farm::Farm;
use crate::view::project::Frozen;

/// From the view's edge to the middle of a pointer, points: room for its arrow.
const INSET: Vec2 = vec2(46.0, 22.0);
/// Pointers nearer to each other than this, points, are one.
const NEAR: Vec2 = vec2(76.0, 40.0);
/// In a view that is smaller than this, points, they would cover what is there.
const SMALLEST: Vec2 = vec2(240.0, 160.0);
const ARROW: f32 = 8.0;
const PADDING: f32 = 5.0;
/// How far a pointer moves inwards at a time where something lies already, and how often at most.
const STEP: f32 = 12.0;
const MOST_STEPS: usize = 24;

/// What stands beyond the edge in about one direction.
#[derive(Debug, Clone)]
struct Pointer {
    /// The most urgent one.
    leader: TurbineRow,
    alarm: StandingAlarm,
    count: usize,
    /// On the view's edge.
    at: Pos2,
    /// Towards it on the screen, of length 1.
    towards: Vec2,
}

/// Points at the alarmed turbines of which nothing is in view: the most urgent in each direction, with
/// how many there are. Tells where; a click there flies to it.
pub(super) fn paint_pointers(
    painter: &Painter,
    (scene, farm): (&Scene, &Farm),
    alarms: &HashMap<TurbineRow, StandingAlarm>,
    (view, layout): (&Frozen, &mut Layout),
    (theme, is_bright): (&Theme, bool),
) -> Vec<Placed> {
    if view.area.width() < SMALLEST.x || view.area.height() < SMALLEST.y {
        return Vec::new();
    }
    let mut beyond: Vec<(TurbineRow, StandingAlarm, Vec2)> = alarms
        .iter()
        .filter_map(|(&row, &alarm)| Some((row, alarm, direction(scene, farm, row, view)?)))
        .collect();
    // The rows make the order the same in every frame.
    beyond.sort_by_key(|(row, alarm, _)| (alarm.priority, !alarm.unacknowledged, *row));
    let pointers = gather(&beyond, view.area);
    let mut placed = Vec::new();
    for pointer in &pointers {
        placed.push(paint(
            painter, pointer, scene, view.area, layout, theme, is_bright,
        ));
    }
    placed
}

/// Which way on the screen a turbine lies that is out of view; `None` for one that can be seen.
fn direction(scene: &Scene, farm: &Farm, row: TurbineRow, view: &Frozen) -> Option<Vec2> {
    let foot = farm.foot(row)?;
    let d = farm.dimensions.get(scene.turbine(row)?.model)?;
    let hub = foot + Vec3::Y * d.hub_height_m;
    let top = foot + Vec3::Y * (d.hub_height_m + d.nacelle_half_height_m);
    if let Some((at, depth_m)) = view.point(top) {
        // One that fills the view is what is looked at, wherever its nacelle is.
        let is_large = view.points_a_metre(depth_m) * d.rotor_radius_m > 0.5 * view.area.height();
        if view.area.contains(at) || (is_large && view.sees_sphere(hub, d.rotor_radius_m)) {
            return None;
        }
    }
    let sight = &view.sight;
    let away = hub - sight.eye;
    let mut across = vec2(away.dot(sight.right), -away.dot(sight.up));
    if !sight.is_parallel && away.dot(sight.forward) < sight.near_m {
        // Behind the camera there is no up and down: what is there is reached by turning round.
        across.y = across.y.abs().max(0.25 * across.x.abs());
    }
    let length = across.length();
    (length > 1e-3).then(|| across / length)
}

/// Those of about one direction become one pointer. They come with the most urgent first.
fn gather(beyond: &[(TurbineRow, StandingAlarm, Vec2)], area: Rect) -> Vec<Pointer> {
    let mut pointers: Vec<Pointer> = Vec::new();
    for &(leader, alarm, towards) in beyond {
        let at = on_edge(area, towards);
        let near = pointers.iter_mut().find(|p| {
            let apart = (p.at - at).abs();
            apart.x < NEAR.x && apart.y < NEAR.y
        });
        if let Some(near) = near {
            near.count += 1;
            continue;
        }
        pointers.push(Pointer {
            leader,
            alarm,
            count: 1,
            at,
            towards,
        });
    }
    pointers
}

/// Where the line from the middle in this direction leaves the view, a little inside of its edge.
fn on_edge(area: Rect, towards: Vec2) -> Pos2 {
    let half = (area.size() / 2.0 - INSET).max(Vec2::splat(1.0));
    let reach = |half: f32, along: f32| match along.abs() {
        along if along > 1e-4 => half / along,
        _ => f32::INFINITY,
    };
    area.center() + towards * reach(half.x, towards.x).min(reach(half.y, towards.y))
}

fn paint(
    painter: &Painter,
    pointer: &Pointer,
    scene: &Scene,
    area: Rect,
    layout: &mut Layout,
    theme: &Theme,
    is_bright: bool,
) -> Placed {
    let words = match pointer.count {
        1 => scene
            .turbine(pointer.leader)
            .map_or_else(String::new, |t| t.id.to_string()),
        count => format!("×{count}"),
    };
    let galley = painter.layout_no_wrap(words, FontId::proportional(12.0), theme.text);
    let size = vec2(MARK + 3.0 + galley.size().x + 2.0 * PADDING, MARK + 6.0);
    // An alarm is pointed at whatever lies there already: further in, where there is room.
    let mut centre = pointer.at;
    let inwards = (area.center() - pointer.at).normalized();
    let mut rect = Rect::from_center_size(centre, size);
    for _ in 0..MOST_STEPS {
        if layout.is_free(rect.expand(2.0)) {
            break;
        }
        centre += inwards * STEP;
        rect = Rect::from_center_size(centre, size);
    }
    layout.take(rect.expand(ARROW));
    painter.add(Shape::convex_polygon(
        arrow(rect, pointer.towards).to_vec(),
        theme.text,
        Stroke::NONE,
    ));
    let rim = Stroke::new(1.0, theme.line);
    painter.rect(
        rect,
        CornerRadius::same(4),
        theme.panel,
        rim,
        StrokeKind::Inside,
    );
    let left = rect.left() + PADDING;
    let is_filled = !pointer.alarm.unacknowledged || is_bright;
    paint_mark(
        painter,
        pos2(left + MARK / 2.0, rect.center().y),
        MARK,
        pointer.alarm.priority,
        MarkFill::flash(is_filled),
        theme,
    );
    let at = pos2(left + MARK + 3.0, rect.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, theme.text);
    Placed {
        rect: rect.expand(ARROW),
        turbine: pointer.leader,
        // A click flies there, as to a cluster.
        is_cluster: true,
    }
}

/// The arrow's corners: outside of the label, on the side where the turbine lies.
fn arrow(rect: Rect, towards: Vec2) -> [Pos2; 3] {
    let half = rect.size() / 2.0;
    let reach = |half: f32, along: f32| half / along.abs().max(1e-4);
    let out = reach(half.x, towards.x).min(reach(half.y, towards.y));
    let base = rect.center() + towards * out;
    let across = vec2(-towards.y, towards.x) * ARROW;
    [
        base + towards * ARROW,
        base - across - towards * ARROW,
        base + across - towards * ARROW,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Priority;

    const AREA: Rect = Rect {
        min: Pos2::new(0.0, 40.0),
        max: Pos2::new(800.0, 640.0),
    };

    fn beyond(row: u32, priority: Priority, towards: Vec2) -> (TurbineRow, StandingAlarm, Vec2) {
        let alarm = StandingAlarm {
            priority,
            rule: Some(0),
            unacknowledged: true,
        };
        (TurbineRow(row), alarm, towards.normalized())
    }

    #[test]
    fn a_pointer_stands_at_the_edge_in_the_direction_of_its_turbine() {
        for (towards, expected) in [
            (vec2(1.0, 0.0), pos2(800.0 - INSET.x, 340.0)),
            (vec2(-1.0, 0.0), pos2(INSET.x, 340.0)),
            (vec2(0.0, -1.0), pos2(400.0, 40.0 + INSET.y)),
            (vec2(0.0, 1.0), pos2(400.0, 640.0 - INSET.y)),
        ] {
            assert!((on_edge(AREA, towards) - expected).length() < 0.5);
        }
        for turn in 0..64 {
            let (sin, cos) = (turn as f32 / 64.0 * std::f32::consts::TAU).sin_cos();
            let at = on_edge(AREA, vec2(cos, sin));
            assert!(AREA.contains(at), "{at:?}");
        }
    }

    #[test]
    fn those_of_one_direction_are_one_pointer_of_the_most_urgent_that_counts_all() {
        let all = [
            beyond(7, Priority::Critical, vec2(1.0, 0.02)),
            beyond(3, Priority::High, vec2(1.0, 0.0)),
            beyond(4, Priority::Low, vec2(1.0, -0.03)),
            beyond(9, Priority::Low, vec2(-1.0, 0.0)),
        ];
        let pointers = gather(&all, AREA);
        let told: Vec<_> = pointers.iter().map(|p| (p.leader.0, p.count)).collect();
        assert_eq!(told, [(7, 3), (9, 1)]);
    }

    #[test]
    fn an_arrow_lies_outside_of_its_label() {
        let rect = Rect::from_center_size(pos2(100.0, 100.0), vec2(60.0, 22.0));
        for towards in [vec2(1.0, 0.0), vec2(0.0, -1.0), vec2(0.6, 0.8)] {
            let [tip, ..] = arrow(rect, towards);
            assert!(!rect.contains(tip), "{tip:?}");
        }
    }
}
