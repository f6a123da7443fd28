//! What happened to the alarm, marked at its times along the upper edge of a trend.

use bevy_egui::egui::{Align2, FontFamily, FontId, Painter, Pos2, Rect, Stroke, pos2};

use crate::panels::frame::Look;
use crate::scene::Priority;
use crate::theme::{BODY, MarkFill, paint_mark};

/// Something that happened to the alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// What.
    pub kind: MomentKind,
}

/// What happened to the alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MomentKind {
    /// It was raised, at this priority.
    Raised(Priority),
    /// It was given this priority because nobody acknowledged it.
    Escalated(Priority),
    /// It was acknowledged.
    Acknowledged,
    /// It cleared.
    Cleared,
}

impl MomentKind {
    /// In a word.
    pub fn words(self) -> &'static str {
        match self {
            Self::Raised(_) => "Raised",
            Self::Escalated(_) => "Escalated",
            Self::Acknowledged => "Acknowledged",
            Self::Cleared => "Cleared",
        }
    }
}

/// Size of a mark, points.
pub(super) const SIZE: f32 = 14.0;

/// Paints a line at the first place, and the moment's mark above the plot at the second.
pub(super) fn paint(
    painter: &Painter,
    look: &Look,
    kind: MomentKind,
    [x, mark_x]: [f32; 2],
    plot: Rect,
) {
    let center = pos2(mark_x, plot.top() - SIZE * 0.5 - 2.0);
    let line = Stroke::new(1.0, look.theme.quiet);
    painter.vline(x, plot.y_range(), line);
    match kind {
        MomentKind::Raised(priority) | MomentKind::Escalated(priority) => {
            paint_mark(painter, center, SIZE, priority, MarkFill::Solid, look.theme);
        }
        MomentKind::Acknowledged => glyph(painter, look, center, egui_phosphor::regular::CHECK),
        MomentKind::Cleared => glyph(painter, look, center, egui_phosphor::regular::ARROW_DOWN),
    }
}

fn glyph(painter: &Painter, look: &Look, center: Pos2, glyph: &str) {
    let font = FontId::new(BODY, FontFamily::Proportional);
    painter.text(center, Align2::CENTER_CENTER, glyph, font, look.theme.text);
}
