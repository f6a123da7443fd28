//! The heading of a group: its worst mark, its name, how many alarms it has.

use bevy_egui::egui::{FontId, Rect, Response, Ui, WidgetInfo, WidgetType, pos2};
use egui_extras::TableRow;
use egui_phosphor::regular as icon;

use crate::panels::alarm_rows::{Group, GroupBy};
use crate::panels::format;
use crate::panels::frame::Look;
use crate::panels::widgets::priority_word;
use crate::theme::{BODY, MarkFill, SMALL, paint_mark, semibold};

/// Fills a row of the table with a heading. `view` is what of the table is on the screen. A click folds
/// the group, or unfolds it.
pub(super) fn group_row_ui(
    row: &mut TableRow,
    look: &Look,
    group: &Group,
    by: GroupBy,
    columns: usize,
    view: Rect,
) -> Response {
    let mut heading = Rect::NOTHING;
    for at in 0..=columns {
        row.col(|ui| {
            heading |= ui.max_rect();
            if at == columns {
                // The cells before are drawn by now, and nothing lies over the words.
                paint(ui, look, group, by, heading, view);
            }
        });
    }
    let response = row.response();
    response.widget_info(|| {
        let name = format!(
            "Group {}: {}, {}",
            group.name,
            priority_word(group.worst),
            counts(group, by)
        );
        WidgetInfo::selected(WidgetType::CollapsingHeader, true, !group.is_folded, name)
    });
    response
}

/// `12 alarms of 4 turbines, 3 unacknowledged`
fn counts(group: &Group, by: GroupBy) -> String {
    let mut words = format::counted(group.count as usize, "alarm", "alarms");
    if by != GroupBy::Turbine && group.turbines > 1 {
        let turbines = format::counted(group.turbines as usize, "turbine", "turbines");
        words.push_str(&format!(" of {turbines}"));
    }
    if group.unacknowledged > 0 {
        let waiting = format::count(u64::from(group.unacknowledged));
        words.push_str(&format!(", {waiting} unacknowledged"));
    }
    words
}

fn paint(ui: &Ui, look: &Look, group: &Group, by: GroupBy, heading: Rect, view: Rect) {
    // The last cell's own clip would leave nothing of it.
    let mut painter = ui.painter().clone();
    painter.set_clip_rect(heading.expand(4.0).intersect(view));
    let y = heading.center().y;
    let waits = group.unacknowledged > 0;
    let tone = look.text_color(waits);
    let text = |words: String, size: f32, is_strong: bool, tone| {
        let font = match is_strong {
            true => FontId::new(size, semibold()),
            false => FontId::proportional(size),
        };
        painter.layout_no_wrap(words, font, tone)
    };
    let mark = pos2(heading.left() + 18.0, y);
    let fill = MarkFill::flash(!waits || look.flash_is_filled());
    paint_mark(&painter, mark, 16.0, group.worst, fill, look.theme);
    let caret = if group.is_folded {
        icon::CARET_RIGHT
    } else {
        icon::CARET_DOWN
    };
    let quiet = look.theme.quiet;
    let mut x = heading.left() + 40.0;
    for galley in [
        text(caret.to_owned(), BODY, false, quiet),
        text(group.name.to_string(), BODY, true, tone),
        text(counts(group, by), SMALL, false, quiet),
    ] {
        let size = galley.size();
        painter.galley(pos2(x, y - size.y / 2.0), galley, quiet);
        x += size.x + 8.0;
    }
}
