//! The coordinates at the lines of the grid; the lines themselves are drawn with the ground.

use bevy::prelude::*;
use bevy_egui::egui::{Align2, FontId, LayerId, Order, Painter, Pos2, Rect, vec2};
use bevy_egui::{EguiContexts, egui};

use super::overlay::corners;
use crate::theme::Theme;
use crate::view::camera::grid_spacing_m;
use crate::view::project::{Frozen, Projector};
use crate::view::{Overlay, Overlays};
use crate::wording;

/// Lines that are looked at on either side of what the camera looks at.
const MOST_LINES: i32 = 40;
/// How far lines are followed, in distances from one to the next.
const REACH: f32 = 40.0;
/// Labels of one direction stand at least so far from each other, points.
const LEAST_GAP: f32 = 44.0;

pub(super) fn grid_ui(
    mut contexts: EguiContexts,
    projector: Projector,
    (overlays, theme): (Res<Overlays>, Res<Theme>),
) -> Result {
    let context = contexts.ctx_mut()?;
    if !overlays.is_shown(Overlay::Grid) || !crate::theme::is_dressed(context) {
        return Ok(());
    }
    let (Some(view), Some(viewpoint)) = (
        projector.freeze(Some(context.viewport_rect())),
        projector.viewpoint(),
    ) else {
        return Ok(());
    };
    let painter = context
        .layer_painter(LayerId::new(
            Order::Background,
            egui::Id::new("view labels"),
        ))
        .with_clip_rect(view.area);
    let spacing_m = grid_spacing_m(&viewpoint.pose, view.area.height());
    let mut taken: Vec<Rect> = corners(view.area).into_iter().flatten().collect();
    // The reading of the pointer stands there.
    let lower_left = view.area.left_bottom();
    taken.push(Rect::from_two_pos(
        lower_left,
        lower_left + vec2(290.0, -32.0),
    ));
    for axis in [Axis::East, Axis::North] {
        for label in labels(axis, viewpoint.pose.focus, spacing_m, &view) {
            label_ui(&painter, &label, view.area, &mut taken, &theme);
        }
    }
    Ok(())
}

/// What the lines of a direction tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axis {
    East,
    North,
}

#[derive(Debug, Clone, PartialEq)]
struct Label {
    at: Pos2,
    words: String,
    axis: Axis,
}

/// Where the lines leave the view: those of east at its lower edge, those of north at its left.
fn labels(axis: Axis, focus: Vec3, spacing_m: f32, view: &Frozen) -> Vec<Label> {
    let along_m = match axis {
        Axis::East => focus.x,
        Axis::North => -focus.z,
    };
    let middle = (along_m / spacing_m).round() as i32;
    let reach_m = REACH * spacing_m;
    let mut found: Vec<Label> = Vec::new();
    for line in middle - MOST_LINES..=middle + MOST_LINES {
        let at_m = line as f32 * spacing_m;
        let (a, b) = match axis {
            Axis::East => (
                Vec3::new(at_m, 0.0, focus.z - reach_m),
                Vec3::new(at_m, 0.0, focus.z + reach_m),
            ),
            Axis::North => (
                Vec3::new(focus.x - reach_m, 0.0, -at_m),
                Vec3::new(focus.x + reach_m, 0.0, -at_m),
            ),
        };
        let Some((from, to)) = view.sight.clip(a, b) else {
            continue;
        };
        let ends = [from, to].map(|t| view.point(a.lerp(b, t)));
        let best = ends.into_iter().flatten().min_by(|(p, _), (q, _)| {
            let edge = |p: &Pos2| match axis {
                Axis::East => -p.y,
                Axis::North => p.x,
            };
            edge(p).total_cmp(&edge(q))
        });
        let Some((at, depth_m)) = best else { continue };
        // Where lines run together, their names would be of no use.
        if view.points_a_metre(depth_m) * spacing_m > 26.0 {
            let letter = if axis == Axis::East { "E" } else { "N" };
            found.push(Label {
                at,
                words: format!("{letter} {}", metres(at_m)),
                axis,
            });
        }
    }
    found
}

/// `1,500 m`, or `12 km` for round thousands.
fn metres(metres: f32) -> String {
    let whole = f64::from(metres).round();
    if whole.abs() >= 10_000.0 && (whole % 500.0).abs() < 0.5 {
        format!("{} km", wording::number(whole / 1_000.0, None))
    } else {
        format!("{} m", wording::grouped(&format!("{whole:.0}")))
    }
}

fn label_ui(painter: &Painter, label: &Label, area: Rect, taken: &mut Vec<Rect>, theme: &Theme) {
    let (align, off) = match label.axis {
        Axis::East => (Align2::CENTER_BOTTOM, vec2(0.0, -4.0)),
        Axis::North => (Align2::LEFT_CENTER, vec2(5.0, 0.0)),
    };
    let font = FontId::proportional(12.0);
    let galley = painter.layout_no_wrap(label.words.clone(), font, theme.text);
    let mut rect = align.anchor_size(label.at + off, galley.size());
    let inner = area.shrink(4.0);
    // At the edge of the view, the reading of the pointer has its place at the lower left.
    if label.axis == Axis::East {
        rect = rect.translate(vec2(0.0, (inner.bottom() - 26.0 - rect.bottom()).min(0.0)));
    }
    let gap = match label.axis {
        Axis::East => vec2(LEAST_GAP / 4.0, 4.0),
        Axis::North => vec2(4.0, LEAST_GAP / 4.0),
    };
    if !inner.contains_rect(rect) || taken.iter().any(|t| t.intersects(rect.expand2(gap))) {
        return;
    }
    taken.push(rect);
    painter.rect_filled(
        rect.expand2(vec2(3.0, 0.0)),
        2.0,
        theme.panel.gamma_multiply(0.75),
    );
    painter.galley(rect.min, galley, theme.text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::camera::{Pose, Sight};

    fn view(pose: &Pose) -> Frozen {
        let area = Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 800.0));
        Frozen {
            sight: Sight::new(pose, 1.6),
            area,
        }
    }

    #[test]
    fn labels_of_the_map_stand_where_their_lines_leave_it() {
        let pose = Pose::map(Vec3::new(1_000.0, 0.0, 0.0), 4_000.0);
        let view = view(&pose);
        let east = labels(Axis::East, pose.focus, 500.0, &view);
        assert!(east.len() >= 5, "{east:?}");
        assert!(east.iter().all(|l| (l.at.y - 800.0).abs() < 0.5));
        let at_focus = east.iter().find(|l| l.words == "E 1,000 m").unwrap();
        assert!((at_focus.at.x - 640.0).abs() < 0.5);
        let north = labels(Axis::North, pose.focus, 500.0, &view);
        assert!(north.iter().all(|l| l.at.x.abs() < 0.5));
        assert!(north.iter().any(|l| l.words == "N −500 m"), "{north:?}");
    }

    #[test]
    fn lines_that_run_together_have_no_labels() {
        let low = Pose::looking(Vec3::new(0.0, 30.0, 3_000.0), Vec3::ZERO);
        let far = labels(Axis::North, low.focus, 20.0, &view(&low));
        assert!(far.is_empty(), "{far:?}");
    }
}
