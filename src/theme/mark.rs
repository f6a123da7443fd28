//! The mark of an alarm: a shape, a number and a colour, the same in lists, labels and the view.

use bevy_egui::egui::{Align2, Color32, FontId, Painter, Pos2, Shape, Stroke, Vec2};

use crate::scene::Priority;
use crate::theme::Theme;

/// How a mark is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkFill {
    /// In its colour.
    Solid,
    /// The other half of the flash of an unacknowledged alarm: pale, not gone, so that whoever looks
    /// in this half of the second sees the colour too.
    Pale,
    /// Of a priority of which nothing stands.
    Hollow,
}

impl MarkFill {
    /// A mark in one of the two halves of a flash.
    pub fn flash(is_solid: bool) -> Self {
        if is_solid { Self::Solid } else { Self::Pale }
    }
}

/// Paints the mark of a priority: ■ 1, ▲ 2, ◆ 3, ● 4, `size` points across, with a dark rim and
/// numeral. When an unacknowledged alarm flashes, the shape stays and the fill changes.
pub fn paint_mark(
    painter: &Painter,
    center: Pos2,
    size: f32,
    priority: Priority,
    fill: MarkFill,
    theme: &Theme,
) {
    let color = theme.priority(priority);
    let filled = fill == MarkFill::Solid;
    let fill = match fill {
        MarkFill::Solid => color,
        MarkFill::Pale => theme.pale(priority),
        MarkFill::Hollow => theme.panel,
    };
    let ink = if filled { theme.mark_ink } else { theme.text };
    let rim = Stroke::new((size / 12.0).clamp(1.0, 2.5), ink);
    let r = size / 2.0;
    let at = |x: f32, y: f32| center + Vec2::new(x * r, y * r);
    let shape = match priority {
        Priority::Critical => polygon(
            vec![
                at(-0.86, -0.86),
                at(0.86, -0.86),
                at(0.86, 0.86),
                at(-0.86, 0.86),
            ],
            fill,
            rim,
        ),
        Priority::High => polygon(
            vec![at(0.0, -1.05), at(1.08, 0.86), at(-1.08, 0.86)],
            fill,
            rim,
        ),
        Priority::Medium => polygon(
            vec![at(0.0, -1.12), at(1.12, 0.0), at(0.0, 1.12), at(-1.12, 0.0)],
            fill,
            rim,
        ),
        Priority::Low => {
            painter.circle(center, r * 0.96, fill, rim);
            Shape::Noop
        }
    };
    painter.add(shape);
    let drop = if priority == Priority::High {
        0.22
    } else {
        0.0
    };
    let numeral = if filled { theme.numeral(priority) } else { ink };
    painter.text(
        at(0.0, drop),
        Align2::CENTER_CENTER,
        priority.number(),
        FontId::new(size * 0.66, super::semibold()),
        numeral,
    );
}

/// Paints the mark of a state that is not known: a hatched disc with a question mark.
pub fn paint_unknown_mark(painter: &Painter, center: Pos2, size: f32, theme: &Theme) {
    let r = size / 2.0;
    painter.circle(
        center,
        r * 0.96,
        theme.panel,
        Stroke::new(1.5, theme.unknown),
    );
    painter.text(
        center,
        Align2::CENTER_CENTER,
        "?",
        FontId::new(size * 0.7, super::semibold()),
        theme.text,
    );
}

fn polygon(points: Vec<Pos2>, fill: Color32, rim: Stroke) -> Shape {
    Shape::convex_polygon(points, fill, rim)
}
