//! Painting labels, marks, and the brackets of the selected turbine.

use std::time::{SystemTime, UNIX_EPOCH};

use bevy::prelude::*;
use bevy_egui::egui::{
    Color32, CornerRadius, FontId, Galley, LayerId, Order, Painter, Pos2, Rect, Shape, Stroke,
    StrokeKind, Vec2, pos2, vec2,
};
use bevy_egui::{EguiContexts, egui};

use super::PlacedLabels;
use super::choose::{Candidate, alarmed, candidates};
use super::layout::Layout;
use super::overlay::corners;
use super::words::key_value;
use crate::alarms::Alarms;
use crate::fleet::{Fleet, TurbineRow};
use crate::rules::RuleStates;
use crate::scene::{ActiveScene, Scene};
use crate::theme::{MarkFill, Theme, paint_mark, paint_unknown_mark};
use crate::view::Selection;
use crate::view::farm::Farm;
use crate::view::project::{Frozen, Projector};

const MARK: f32 = 16.0;
const PADDING: Vec2 = vec2(6.0, 3.0);
const GAP: f32 = 5.0;

/// What the labels tell of, as resources.
#[derive(bevy::ecs::system::SystemParam)]
pub(in crate::view) struct Told<'w> {
    active: Option<Res<'w, ActiveScene>>,
    fleet: Option<Res<'w, Fleet>>,
    states: Option<Res<'w, RuleStates>>,
    alarms: Option<Res<'w, Alarms>>,
    selection: Res<'w, Selection>,
    pub(in crate::view) farm: Res<'w, Farm>,
    pub(in crate::view) theme: Res<'w, Theme>,
}

pub(super) fn labels_ui(
    mut contexts: EguiContexts,
    told: Told,
    projector: Projector,
    mut placed: ResMut<PlacedLabels>,
) -> Result {
    let context = contexts.ctx_mut()?;
    placed.set_if_neq(PlacedLabels(
        shown_labels(context, &told, &projector).unwrap_or_default(),
    ));
    Ok(())
}

/// Paints the labels and tells where; `None` if there is nothing to label.
fn shown_labels(
    context: &egui::Context,
    told: &Told,
    projector: &Projector,
) -> Option<Vec<(Rect, TurbineRow)>> {
    if !crate::theme::is_dressed(context) {
        return None;
    }
    let view = projector.freeze(Some(context.viewport_rect()))?;
    Some(paint_labels_on(context, told, &view))
}

/// Paints the labels of a view that is not hidden and tells where.
pub(in crate::view) fn paint_labels_on(
    context: &egui::Context,
    told: &Told,
    view: &Frozen,
) -> Vec<(Rect, TurbineRow)> {
    let Some(active) = told.active.as_ref() else {
        return Vec::new();
    };
    let painter = context
        .layer_painter(LayerId::new(
            Order::Background,
            egui::Id::new("view labels"),
        ))
        .with_clip_rect(view.area);
    let alarms = told.alarms.as_deref().map(alarmed).unwrap_or_default();
    let chosen = candidates(
        &active.scene,
        &told.farm,
        told.states.as_deref(),
        &alarms,
        &told.selection,
        view,
    );
    paint_labels(&painter, &chosen, &active.scene, told, view)
}

/// The bright half of the flash: one a second for the whole screen, by the wall clock.
pub(in crate::view) fn flash_is_bright() -> bool {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since.subsec_millis() < 500
}

fn paint_labels(
    painter: &Painter,
    chosen: &[Candidate],
    scene: &Scene,
    told: &Told,
    view: &Frozen,
) -> Vec<(Rect, TurbineRow)> {
    let theme = &*told.theme;
    let mut placed = Vec::new();
    let mut layout = Layout::default();
    for corner in corners(view.area).into_iter().flatten() {
        layout.take(corner);
    }
    for candidate in chosen.iter().filter(|c| c.selected) {
        bracket(painter, candidate, scene, told, view);
    }
    for candidate in chosen {
        let words = words(painter, candidate, scene, told);
        let has_mark = candidate.alarm.is_some() || candidate.unknown;
        let lift = 10.0 + (candidate.height * 0.10).min(40.0);
        let size = chip_size(&words, has_mark);
        if let Some(rect) = layout.place(candidate.anchor, size, view.area, lift) {
            chip(painter, rect, candidate, &words, theme);
            placed.push((rect, candidate.turbine));
            continue;
        }
        // There is no room for words: an alarm still shows its mark, wherever its turbine is.
        if has_mark {
            let centre = candidate.anchor - vec2(0.0, 4.0 + MARK / 2.0);
            let rect = Rect::from_center_size(centre, Vec2::splat(MARK + 2.0));
            if candidate.alarm.is_some() || layout.is_free(rect) {
                layout.take(rect);
                mark(painter, centre, candidate, theme);
                placed.push((rect, candidate.turbine));
            }
        }
    }
    placed
}

struct Words {
    id: std::sync::Arc<Galley>,
    value: Option<std::sync::Arc<Galley>>,
}

fn words(painter: &Painter, c: &Candidate, scene: &Scene, told: &Told) -> Words {
    let theme = &told.theme;
    let id = scene.turbine(c.turbine).map_or("", |t| &t.id);
    let shown_rule = told.states.as_ref().and_then(|s| {
        let surfaces = s.appearance(c.turbine).surfaces;
        surfaces.iter().find_map(|s| s.rule)
    });
    let rule = c.alarm.map(|a| a.rule).or(shown_rule);
    let fleet = told.fleet.as_ref();
    let value = match (rule, fleet) {
        (Some(rule), Some(fleet)) => key_value(scene, fleet, c.turbine, rule),
        _ if c.unknown => Some("no data".to_owned()),
        _ => None,
    };
    let id = painter.layout_no_wrap(id.to_owned(), FontId::proportional(13.0), theme.text);
    let value = value.map(|v| painter.layout_no_wrap(v, FontId::proportional(13.0), theme.quiet));
    Words { id, value }
}

fn chip_size(words: &Words, has_mark: bool) -> Vec2 {
    let mut width = words.id.size().x + 2.0 * PADDING.x;
    if let Some(value) = &words.value {
        width += GAP + value.size().x;
    }
    if has_mark {
        width += MARK + GAP;
    }
    vec2(
        width.ceil(),
        (words.id.size().y.max(MARK) + 2.0 * PADDING.y).ceil(),
    )
}

fn chip(painter: &Painter, rect: Rect, c: &Candidate, words: &Words, theme: &Theme) {
    let leader = Stroke::new(1.0, theme.text.gamma_multiply(0.55));
    let from = pos2(
        c.anchor.x.clamp(rect.left() + 4.0, rect.right() - 4.0),
        rect.bottom(),
    );
    painter.line_segment([from, c.anchor], leader);
    let rim = if c.selected {
        Stroke::new(1.5, theme.accent)
    } else {
        Stroke::new(1.0, theme.line)
    };
    let ground = theme.panel;
    painter.rect(rect, CornerRadius::same(4), ground, rim, StrokeKind::Inside);
    let mut x = rect.left() + PADDING.x;
    if c.alarm.is_some() || c.unknown {
        mark(painter, pos2(x + MARK / 2.0, rect.center().y), c, theme);
        x += MARK + GAP;
    }
    for (galley, color) in [
        (Some(&words.id), theme.text),
        (words.value.as_ref(), theme.quiet),
    ] {
        let Some(galley) = galley else { continue };
        let at = pos2(x, rect.center().y - galley.size().y / 2.0);
        painter.galley(at, galley.clone(), color);
        x += galley.size().x + GAP;
    }
}

fn mark(painter: &Painter, centre: Pos2, c: &Candidate, theme: &Theme) {
    match c.alarm {
        Some(alarm) => {
            let filled = !alarm.unacknowledged || flash_is_bright();
            paint_mark(
                painter,
                centre,
                MARK,
                alarm.priority,
                MarkFill::flash(filled),
                theme,
            );
        }
        None => {
            paint_unknown_mark(painter, centre, MARK, theme);
            hatch(painter, centre, MARK / 2.0 - 1.0, theme.unknown);
        }
    }
}

/// Two strokes beside the question mark: unknown is hatched wherever it is shown.
fn hatch(painter: &Painter, centre: Pos2, r: f32, color: Color32) {
    for offset in [-0.55, 0.55] {
        let half = r * (1.0_f32 - offset * offset).sqrt() * 0.72;
        let middle = centre + vec2(offset * r, offset * r) * 0.72;
        let along = vec2(half, -half) * 0.72;
        painter.line_segment([middle - along, middle + along], Stroke::new(1.0, color));
    }
}

/// A ring on the ground and corner brackets about the turbine: selected, whatever its colour.
fn bracket(painter: &Painter, c: &Candidate, scene: &Scene, told: &Told, view: &Frozen) {
    let (Some(foot), Some(turbine)) = (told.farm.foot(c.turbine), scene.turbine(c.turbine)) else {
        return;
    };
    let Some(d) = told.farm.dimensions.get(turbine.model) else {
        return;
    };
    let stroke = Stroke::new(2.0, told.theme.accent);
    let halo = Stroke::new(4.0, told.theme.panel.gamma_multiply(0.6));
    let ring: Vec<Pos2> = (0..=48)
        .filter_map(|i| {
            let (sin, cos) = (std::f32::consts::TAU * i as f32 / 48.0).sin_cos();
            let radius_m = 0.36 * d.rotor_radius_m;
            view.point(foot + Vec3::new(sin, 0.0, cos) * radius_m)
                .map(|p| p.0)
        })
        .collect();
    painter.add(Shape::line(ring.clone(), halo));
    painter.add(Shape::line(ring, stroke));

    let (Some((base, _)), Some((top, depth))) = (
        view.point(foot),
        view.point(foot.with_y(d.hub_height_m + d.rotor_radius_m)),
    ) else {
        return;
    };
    let half = (view.points_a_metre(depth) * d.rotor_radius_m).max(9.0) + 5.0;
    let x = (base.x + top.x) / 2.0;
    let rect = Rect::from_min_max(
        pos2(x - half, top.y - 6.0),
        pos2(x + half, base.y.max(top.y + 12.0) + 6.0),
    );
    let arm = (half * 0.35).clamp(5.0, 26.0);
    for (corner, dx, dy) in [
        (rect.left_top(), 1.0, 1.0),
        (rect.right_top(), -1.0, 1.0),
        (rect.left_bottom(), 1.0, -1.0),
        (rect.right_bottom(), -1.0, -1.0),
    ] {
        let points = vec![
            corner + vec2(arm * dx, 0.0),
            corner,
            corner + vec2(0.0, arm * dy),
        ];
        painter.add(Shape::line(points.clone(), halo));
        painter.add(Shape::line(points, stroke));
    }
}
