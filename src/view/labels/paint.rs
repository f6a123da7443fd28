//! Painting labels, marks, and the brackets of the selected turbine.

use std::collections::{HashMap, HashSet};

use bevy::prelude::*;
use bevy_egui::egui::{
    Color32, CornerRadius, FontId, Galley, LayerId, Order, Painter, Pos2, Rect, Shape, Stroke,
    StrokeKind, Vec2, pos2, vec2,
};
use bevy_egui::{EguiContexts, egui};

use super::choose::{Candidate, alarmed, candidates};
use super::cluster::{Cluster, clusters};
use super::drilldown::Callouts;
use super::layout::Layout;
use super::numbers::{number_of, numbers, shown_column};
use super::overlay::corners;
use super::pointers::paint_pointers;
use super::words::key_value;
use super::{Placed, PlacedLabels};
use crate::alarms::Alarms;
use crate::clock::Clock;
use crate::fleet::{Fleet, SignalColumn, TurbineRow};
use crate::rules::{Outputs, RuleStates};
use crate::scene::{ActiveScene, RuleColor, Scene};
use crate::theme::{MarkFill, Theme, paint_mark, paint_unknown_mark, rule_icon};
use crate::view::colour::ColourScale;
use crate::view::farm::Farm;
use crate::view::project::{Frozen, Projector};
use crate::view::{Overlay, Overlays, Selection, ViewCards};
use crate::wording;

pub(super) const MARK: f32 = 16.0;
const PADDING: Vec2 = vec2(6.0, 3.0);
const GAP: f32 = 5.0;
/// From a turbine's middle on the map to its label: clear of the symbol.
const LIFT_ON_MAP: f32 = 14.0;

/// Of the view's area, what the labels of alarms may cover: in a flood the others become marks.
const MOST_COVERED: f32 = 0.14;

/// What the labels tell of, as resources.
#[derive(bevy::ecs::system::SystemParam)]
pub(in crate::view) struct Told<'w> {
    pub active: Option<Res<'w, ActiveScene>>,
    pub fleet: Option<Res<'w, Fleet>>,
    pub states: Option<Res<'w, RuleStates>>,
    pub alarms: Option<Res<'w, Alarms>>,
    pub selection: Res<'w, Selection>,
    pub farm: Res<'w, Farm>,
    pub theme: Res<'w, Theme>,
    pub clock: Res<'w, Clock>,
    overlays: Res<'w, Overlays>,
    scale: Res<'w, ColourScale>,
    pub cards: Res<'w, ViewCards>,
}

impl Told<'_> {
    /// The signal whose values are shown as numbers, if any are.
    fn numbered(&self, scene: &Scene) -> Option<SignalColumn> {
        let is_shown = self.overlays.is_shown(Overlay::Numbers);
        is_shown
            .then(|| shown_column(scene, self.scale.0.as_ref()))
            .flatten()
    }
}

/// What was where in the last frame, so that nothing jumps.
#[derive(Debug, Default)]
pub(in crate::view) struct Remembered {
    /// Which of its places a label had.
    slots: HashMap<TurbineRow, u8>,
    numbered: HashSet<TurbineRow>,
}

pub(super) fn labels_ui(
    mut contexts: EguiContexts,
    told: Told,
    projector: Projector,
    callouts: Res<Callouts>,
    mut placed: ResMut<PlacedLabels>,
    mut remembered: Local<Remembered>,
) -> Result {
    let context = contexts.ctx_mut()?;
    placed.set_if_neq(PlacedLabels(
        shown_labels(context, &told, &projector, &callouts, &mut remembered).unwrap_or_default(),
    ));
    Ok(())
}

/// Paints the labels and tells where; `None` if there is nothing to label.
fn shown_labels(
    context: &egui::Context,
    told: &Told,
    projector: &Projector,
    callouts: &Callouts,
    remembered: &mut Remembered,
) -> Option<Vec<Placed>> {
    if !crate::theme::is_dressed(context) {
        return None;
    }
    let view = projector.freeze(Some(context.viewport_rect()))?;
    let cards = told.cards.0.iter().map(|card| card.expand(4.0));
    let taken: Vec<Rect> = cards.chain(callouts.0.iter().copied()).collect();
    Some(paint_labels_on(context, told, &view, &taken, remembered))
}

/// Paints the labels of a view that is not hidden, clear of what is taken, and tells where.
pub(in crate::view) fn paint_labels_on(
    context: &egui::Context,
    told: &Told,
    view: &Frozen,
    taken: &[Rect],
    remembered: &mut Remembered,
) -> Vec<Placed> {
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
    let mut chosen = candidates(
        &active.scene,
        &told.farm,
        told.states.as_deref(),
        &alarms,
        &told.selection,
        view,
        &remembered.slots,
    );
    if !told.overlays.is_shown(Overlay::Labels) {
        chosen.retain(|c| c.selected || c.hovered || c.alarm.is_some());
    }
    let (painter, scene) = (&painter, &*active.scene);
    let mut layout = Layout::default();
    let corners = corners(view.area).into_iter().flatten();
    let taken = taken.iter().copied();
    for taken in corners.chain(super::wind::corner(view.area)).chain(taken) {
        layout.take(taken);
    }
    let is_bright = flash_is_bright(&told.clock);
    let mut placed = paint_pointers(
        painter,
        (scene, &told.farm),
        &alarms,
        (view, &mut layout),
        (&told.theme, is_bright),
    );
    placed.extend(paint_labels(
        painter, &chosen, scene, told, view, layout, remembered,
    ));
    placed
}

/// The bright half of the flash: one a second for the whole screen, by the wall clock.
pub(in crate::view) fn flash_is_bright(clock: &Clock) -> bool {
    clock.wall_ms.rem_euclid(1000) < 500
}

fn paint_labels(
    painter: &Painter,
    chosen: &[Candidate],
    scene: &Scene,
    told: &Told,
    view: &Frozen,
    mut layout: Layout,
    remembered: &mut Remembered,
) -> Vec<Placed> {
    let theme = &*told.theme;
    let mut placed = Vec::new();
    // Several have rings alone, painted before.
    let is_one = told.selection.also.is_empty();
    for candidate in chosen.iter().filter(|c| c.selected && is_one) {
        bracket(painter, candidate, scene, told, view);
    }
    let numbered = told.numbered(scene);
    let with_words = told.overlays.is_shown(Overlay::Labels);
    let most_covered = MOST_COVERED * view.area.area();
    let mut covered = 0.0;
    let mut slots = HashMap::new();
    let mut chips = Vec::new();
    let mut crowded = Vec::new();
    for candidate in chosen {
        let is_pointed_out = candidate.selected || candidate.hovered;
        let has_room = is_pointed_out || (with_words && covered < most_covered);
        let chip = has_room.then(|| {
            let words = words(painter, candidate, scene, told, numbered);
            let lift = if view.is_map() {
                LIFT_ON_MAP
            } else {
                10.0 + (candidate.height * 0.10).min(40.0)
            };
            let size = chip_size(&words, candidate.has_mark());
            let before = remembered.slots.get(&candidate.turbine).copied();
            let (rect, slot) = layout.place(candidate.anchor, size, view.area, lift, before)?;
            Some((rect, slot, words))
        });
        let Some((rect, slot, words)) = chip.flatten() else {
            // There is no room for words: an alarm still shows its mark, wherever its turbine is.
            crowded.push(candidate);
            continue;
        };
        if candidate.has_mark() {
            covered += rect.area();
        }
        slots.insert(candidate.turbine, slot);
        chips.push((rect, candidate, words));
    }
    // Leaders first, so that none crosses a label.
    for (rect, candidate, _) in &chips {
        leader(painter, *rect, candidate, theme);
    }
    for (rect, candidate, words) in &chips {
        chip(painter, *rect, candidate, words, theme, &told.clock);
        placed.push(Placed {
            rect: *rect,
            turbine: candidate.turbine,
            is_cluster: false,
        });
    }
    let alarms = crowded.iter().copied().filter(|c| c.alarm.is_some());
    for cluster in clusters(alarms, &mut layout, MARK) {
        placed.push(cluster_mark(painter, &cluster, theme, &told.clock));
    }
    for candidate in crowded.iter().filter(|c| c.alarm.is_none() && c.unknown) {
        let centre = candidate.anchor - vec2(0.0, 4.0 + MARK / 2.0);
        let rect = Rect::from_center_size(centre, Vec2::splat(MARK + 2.0));
        if layout.is_free(rect) {
            layout.take(rect);
            mark(painter, centre, candidate, theme, &told.clock);
            placed.push(Placed {
                rect,
                turbine: candidate.turbine,
                is_cluster: false,
            });
        }
    }
    remembered.slots = slots;
    remembered.numbered = match (numbered, told.fleet.as_deref()) {
        (Some(column), Some(fleet)) => {
            let labelled = placed.iter().map(|p| p.turbine).collect();
            let of = (scene, fleet, &*told.farm);
            let before = std::mem::take(&mut remembered.numbered);
            numbers(
                painter,
                of,
                theme,
                view,
                column,
                &labelled,
                &before,
                &mut layout,
            )
        }
        _ => HashSet::new(),
    };
    placed
}

/// A mark, or a mark and how many turbines it stands for: `▲2 ×14`.
fn cluster_mark(painter: &Painter, cluster: &Cluster, theme: &Theme, clock: &Clock) -> Placed {
    let (centre, leader) = (cluster.centre, cluster.leader);
    let mut placed = Placed {
        rect: Rect::from_center_size(centre, Vec2::splat(MARK + 2.0)),
        turbine: leader.turbine,
        is_cluster: cluster.count > 1,
    };
    if !placed.is_cluster {
        mark(painter, centre, leader, theme, clock);
        return placed;
    }
    let font = FontId::new(12.0, crate::theme::semibold());
    let text = format!("×{}", cluster.count);
    let galley = painter.layout_no_wrap(text, font, theme.text);
    let size = vec2(MARK + galley.size().x + 10.0, MARK + 4.0);
    placed.rect = Rect::from_center_size(centre, size);
    let rim = Stroke::new(1.0, theme.line);
    let corner = CornerRadius::same(4);
    painter.rect(placed.rect, corner, theme.panel, rim, StrokeKind::Inside);
    let left = placed.rect.left() + 3.0;
    mark(
        painter,
        pos2(left + MARK / 2.0, centre.y),
        leader,
        theme,
        clock,
    );
    let at = pos2(left + MARK + 3.0, centre.y - galley.size().y / 2.0);
    painter.galley(at, galley, theme.text);
    placed
}

/// A label is cut beyond this: it lies over the plant.
const MOST_LETTERS: usize = 48;
/// Icons on a label.
const MOST_ICONS: usize = 3;

/// What a label says after the name: of the alarm first, then of other rules; each once.
fn said(alarm: Option<u16>, decided: Option<String>, labels: Vec<(u16, String)>) -> Option<String> {
    let (of_alarm, others): (Vec<_>, Vec<_>) = labels
        .into_iter()
        .partition(|(rule, _)| Some(*rule) == alarm);
    let texts = of_alarm.into_iter().chain(others).map(|(_, text)| text);
    let mut told: Vec<String> = Vec::new();
    for text in decided.into_iter().chain(texts) {
        if !text.trim().is_empty() && !told.contains(&text) {
            told.push(text);
        }
    }
    let mut said = told.join(" · ");
    if let Some((end, _)) = said.char_indices().nth(MOST_LETTERS) {
        said.truncate(end);
        said.push('…');
    }
    (!said.is_empty()).then_some(said)
}

/// What the colour of a turbine stands for, where a rule colours by a value.
fn scale_words(scene: &Scene, told: &Told, c: &Candidate, rule: u16) -> Option<String> {
    let of = scene.rules.get(usize::from(rule))?;
    let Some(RuleColor::Scale(scale)) = &of.color else {
        return None;
    };
    let value = told.states.as_ref()?.scale_value(rule, c.turbine);
    let words = value.map(|value| wording::on_scale(scene, scale, value));
    Some(words.unwrap_or_else(|| "no data".to_owned()))
}

/// The icons on a label, that of the alarm first.
fn glyphs(scene: &Scene, told: &Told, c: &Candidate) -> Option<String> {
    let outputs = told.states.as_ref().map(|s| s.outputs(c.turbine));
    let shown = outputs.iter().flat_map(Outputs::icons);
    let mut glyphs: Vec<&str> = Vec::new();
    for rule in c.alarm.and_then(|a| a.rule).into_iter().chain(shown) {
        let rule = scene.rules.get(usize::from(rule));
        let glyph = rule.and_then(|rule| rule_icon(rule.icon.as_deref()?));
        if let Some(glyph) = glyph
            && glyphs.len() < MOST_ICONS
            && !glyphs.contains(&glyph)
        {
            glyphs.push(glyph);
        }
    }
    (!glyphs.is_empty()).then(|| glyphs.join(" "))
}

struct Words {
    icon: Option<std::sync::Arc<Galley>>,
    id: std::sync::Arc<Galley>,
    value: Option<std::sync::Arc<Galley>>,
}

fn words(
    painter: &Painter,
    c: &Candidate,
    scene: &Scene,
    told: &Told,
    numbered: Option<SignalColumn>,
) -> Words {
    let theme = &told.theme;
    let id = scene.turbine(c.turbine).map_or("", |t| &t.id);
    let shown_rule = told.states.as_ref().and_then(|s| {
        let surfaces = s.appearance(c.turbine).surfaces;
        surfaces.iter().find_map(|s| s.rule)
    });
    let rule = c.alarm.map_or(shown_rule, |a| a.rule);
    let fleet = told.fleet.as_deref();
    let labels = match (told.states.as_deref(), fleet) {
        (Some(states), Some(fleet)) => wording::labels(scene, states, fleet, c.turbine),
        _ => Vec::new(),
    };
    let decided = rule
        .zip(fleet)
        // What an engineer wrote says more than the value that decides.
        .filter(|(rule, _)| match c.alarm {
            Some(_) => labels.iter().all(|(of, _)| of != rule),
            None => labels.is_empty(),
        })
        .and_then(|(rule, fleet)| {
            let on_scale = c.alarm.is_none().then(|| scale_words(scene, told, c, rule));
            let on_scale = on_scale.flatten();
            on_scale.or_else(|| key_value(scene, fleet, c.turbine, rule))
        });
    let value = match said(c.alarm.and_then(|a| a.rule), decided, labels) {
        Some(said) => Some(said),
        None if rule.is_some() => None,
        None if c.unknown => Some("no data".to_owned()),
        None => {
            let numbered = numbered.zip(fleet);
            numbered.and_then(|(column, fleet)| number_of(scene, fleet, c.turbine, column))
        }
    };
    let glyph = glyphs(scene, told, c);
    let icon =
        glyph.map(|glyph| painter.layout_no_wrap(glyph, FontId::proportional(14.0), theme.quiet));
    let id = painter.layout_no_wrap(id.to_owned(), FontId::proportional(13.0), theme.text);
    let value = value.map(|v| painter.layout_no_wrap(v, FontId::proportional(13.0), theme.quiet));
    Words { icon, id, value }
}

fn chip_size(words: &Words, has_mark: bool) -> Vec2 {
    let mut width = words.id.size().x + 2.0 * PADDING.x;
    for galley in [&words.icon, &words.value].into_iter().flatten() {
        width += GAP + galley.size().x;
    }
    if has_mark {
        width += MARK + GAP;
    }
    vec2(
        width.ceil(),
        (words.id.size().y.max(MARK) + 2.0 * PADDING.y).ceil(),
    )
}

/// The line from a label to its turbine.
fn leader(painter: &Painter, rect: Rect, c: &Candidate, theme: &Theme) {
    let leader = Stroke::new(1.0, theme.text.gamma_multiply(0.55));
    let from = pos2(
        c.anchor.x.clamp(rect.left() + 4.0, rect.right() - 4.0),
        rect.bottom(),
    );
    // Close to its turbine a label needs no line, which would run across the symbol of the map.
    if c.anchor.y - from.y > LIFT_ON_MAP + 1.0 || c.anchor.y < from.y {
        painter.line_segment([from, c.anchor], leader);
    }
}

fn chip(painter: &Painter, rect: Rect, c: &Candidate, words: &Words, theme: &Theme, clock: &Clock) {
    // A name that nothing is the matter with steps back behind those of alarms.
    let is_calm = !c.selected && !c.hovered && !c.has_mark();
    let (ground, rim) = match (c.selected, is_calm) {
        (true, _) => (theme.panel, Stroke::new(1.5, theme.accent)),
        // What a rule says is read over any ground.
        (_, true) if c.is_told_of => (theme.panel.gamma_multiply(0.9), Stroke::NONE),
        (_, true) => (theme.panel.gamma_multiply(0.7), Stroke::NONE),
        _ => (theme.panel, Stroke::new(1.0, theme.line)),
    };
    painter.rect(rect, CornerRadius::same(4), ground, rim, StrokeKind::Inside);
    let mut x = rect.left() + PADDING.x;
    if c.has_mark() {
        mark(
            painter,
            pos2(x + MARK / 2.0, rect.center().y),
            c,
            theme,
            clock,
        );
        x += MARK + GAP;
    }
    for (galley, color) in [
        (words.icon.as_ref(), theme.quiet),
        (Some(&words.id), theme.text),
        (words.value.as_ref(), theme.quiet),
    ] {
        let Some(galley) = galley else { continue };
        let at = pos2(x, rect.center().y - galley.size().y / 2.0);
        painter.galley(at, galley.clone(), color);
        x += galley.size().x + GAP;
    }
}

fn mark(painter: &Painter, centre: Pos2, c: &Candidate, theme: &Theme, clock: &Clock) {
    match c.alarm {
        Some(alarm) => {
            let filled = !alarm.unacknowledged || flash_is_bright(clock);
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
pub(super) fn hatch(painter: &Painter, centre: Pos2, r: f32, color: Color32) {
    for offset in [-0.55, 0.55] {
        let half = r * (1.0_f32 - offset * offset).sqrt() * 0.72;
        let middle = centre + vec2(offset * r, offset * r) * 0.72;
        let along = vec2(half, -half) * 0.72;
        painter.line_segment([middle - along, middle + along], Stroke::new(1.0, color));
    }
}

/// A ring on the ground about a place, and on the map about its symbol.
pub(super) fn ring(foot: Vec3, radius_m: f32, view: &Frozen) -> Vec<Pos2> {
    let radius_m = if view.is_map() {
        (2.6 * radius_m).max(14.0 / view.points_a_metre(1.0))
    } else {
        radius_m
    };
    (0..=48)
        .filter_map(|i| {
            let (sin, cos) = (std::f32::consts::TAU * i as f32 / 48.0).sin_cos();
            let place = foot + Vec3::new(sin, 0.0, cos) * radius_m;
            view.point(place).map(|p| p.0)
        })
        .collect()
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
    let ring = ring(foot, 0.36 * d.rotor_radius_m, view);
    painter.add(Shape::line(ring.clone(), halo));
    painter.add(Shape::line(ring, stroke));

    let (Some((base, _)), Some((top, depth))) = (
        view.point(foot),
        view.point(foot + Vec3::Y * (d.hub_height_m + d.rotor_radius_m)),
    ) else {
        return;
    };
    if view.is_map() {
        // From above there is no upright to bracket: the ring is all.
        return;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_says_the_alarm_first_and_each_thing_once() {
        let labels = || {
            let text = |rule, text: &str| (rule, text.to_owned());
            vec![text(1, "1,200 kW"), text(4, "83 °C"), text(5, "83 °C")]
        };
        let joined = "83 °C · 1,200 kW";
        assert_eq!(said(Some(4), None, labels()).as_deref(), Some(joined));
        assert_eq!(
            said(Some(9), Some("15 rpm".to_owned()), labels()).as_deref(),
            Some("15 rpm · 1,200 kW · 83 °C")
        );
        assert_eq!(said(None, None, vec![(0, "  ".to_owned())]), None);
        let long = said(None, None, vec![(0, "°".repeat(200))]).unwrap();
        assert_eq!(long.chars().count(), MOST_LETTERS + 1);
        assert!(long.ends_with('…'));
    }
}
