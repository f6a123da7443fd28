//! A row of the search: icon or mark, name with the matched letters set off, what it is, its keys.

use std::borrow::Cow;

use bevy_egui::egui::text::{LayoutJob, TextFormat};
use bevy_egui::egui::{
    Align2, Color32, FontFamily, FontId, Response, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2,
};

use super::items::{Target, icon_of, kind_of, may};
use super::search::Search;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::denied_ui;
use crate::theme::{BODY, LARGE, MarkFill, SMALL, paint_mark, semibold};

/// The height of a row, points.
pub(super) const ROW: f32 = 30.0;

/// One row; the chosen one is set off, and what the role forbids is quiet and says what it takes.
pub(super) fn row_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    search: &mut Search,
    target: &Target,
    is_chosen: bool,
) -> Response {
    let (name, mut detail) = words(search, look, farm, target);
    let may = may(target, farm);
    if let Err(denied) = may {
        detail = format!("takes the role {}", denied.needs.name());
    }
    let size = vec2(ui.available_width(), ROW);
    let add = |ui: &mut Ui| ui.allocate_exact_size(size, Sense::click());
    let (rect, response) = ui.add_enabled_ui(may.is_ok(), add).inner;
    let visuals = ui.visuals();
    if is_chosen {
        ui.painter()
            .rect_filled(rect, 4.0, visuals.selection.bg_fill);
    } else if response.hovered() {
        let fill = visuals.widgets.inactive.bg_fill;
        ui.painter().rect_filled(rect, 4.0, fill);
    }
    let (theme, y) = (look.theme, rect.center().y);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let icon_at = pos2(rect.left() + 18.0, y);
    if let Target::Alarm(_, _, priority) = target {
        paint_mark(&painter, icon_at, 17.0, *priority, MarkFill::Solid, theme);
    } else {
        let font = FontId::proportional(LARGE);
        let glyph = icon_of(target);
        painter.text(icon_at, Align2::CENTER_CENTER, glyph, font, theme.quiet);
    }
    let detail_font = FontId::proportional(SMALL);
    let detail_galley = painter.layout_no_wrap(detail, detail_font, theme.quiet);
    let detail_left = rect.right() - 10.0 - detail_galley.size().x;
    let letters = search.matched_letters(&name);
    let job = match may {
        Ok(()) => emphasised(&name, &letters, theme.text, theme.accent),
        Err(_) => emphasised(&name, &letters, theme.quiet, theme.quiet),
    };
    let galley = painter.layout_job(job);
    let name_at = pos2(rect.left() + 38.0, y - galley.size().y / 2.0);
    let mut clip = painter.clip_rect();
    clip.set_right(detail_left - 8.0);
    painter
        .with_clip_rect(clip)
        .galley(name_at, galley, theme.text);
    let at = pos2(detail_left, y - detail_galley.size().y / 2.0);
    painter.galley(at, detail_galley, theme.quiet);
    let told = format!("{name}, {}", kind_of(target));
    let is_allowed = may.is_ok();
    response.widget_info(|| {
        WidgetInfo::selected(WidgetType::SelectableLabel, is_allowed, is_chosen, &told)
    });
    denied_ui(ui, &response, may);
    response
}

/// A target's name and what is told beside it.
fn words<'a>(search: &'a Search, look: &Look, farm: &Farm, target: &Target) -> (String, String) {
    match target {
        Target::Turbine(row) => {
            let id = farm.scene.and_then(|s| s.turbine(*row)).map(|t| &*t.id);
            let model = farm.scene.and_then(|s| s.model_of(*row));
            let detail = model.map_or_else(String::new, |m| match m.is_entity {
                true => format!("Entity · {}", m.name),
                false => format!("Turbine · {}", m.name),
            });
            (id.unwrap_or_default().to_owned(), detail)
        }
        Target::SaveView(name) => (format!("Save this view as “{name}”"), String::new()),
        target => search.item(target).map_or_else(Default::default, |item| {
            let name: Cow<'a, str> = item.name(look, farm);
            (name.into_owned(), item.detail.clone())
        }),
    }
}

/// A name in which the letters at these places are heavier and in the accent's colour.
fn emphasised(name: &str, letters: &[u32], text: Color32, accent: Color32) -> LayoutJob {
    let format = |is_matched: bool| TextFormat {
        font_id: FontId::new(
            BODY,
            if is_matched {
                semibold()
            } else {
                FontFamily::Proportional
            },
        ),
        color: if is_matched { accent } else { text },
        ..TextFormat::default()
    };
    let mut job = LayoutJob::default();
    let mut run = String::new();
    let mut run_is_matched = false;
    for (at, letter) in (0..).zip(name.chars()) {
        let is_matched = letters.binary_search(&at).is_ok();
        if is_matched != run_is_matched && !run.is_empty() {
            job.append(&run, 0.0, format(run_is_matched));
            run.clear();
        }
        run_is_matched = is_matched;
        run.push(letter);
    }
    job.append(&run, 0.0, format(run_is_matched));
    job
}
