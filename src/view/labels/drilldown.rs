//! What is within the opened turbine, named: leader lines to a column of parts and their values.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use bevy_egui::egui::{
    self, Color32, CornerRadius, FontId, LayerId, Order, Painter, Pos2, Rect, Shape, Stroke,
    StrokeKind, Vec2, pos2, vec2,
};

use super::callout::{column, leader_end};
use super::choose::StandingAlarm;
use super::overlay::corners;
use super::paint::{MARK, Told, flash_is_bright, hatch};
use super::words::{key_value, reading};
use crate::alarms::AlarmState;
use crate::clock::Clock;
use crate::fleet::TurbineRow;
use crate::scene::{Model, Part, Scene, Signal, ValueKind};
use crate::theme::{MarkFill, Theme, paint_mark, paint_unknown_mark};
use crate::view::geometry::{Dimensions, part_places};
use crate::view::inside::Opened;
use crate::view::project::{Frozen, Projector};
use crate::view::rows::Rows;
use crate::wording;

/// Where labels of parts stand: other labels keep clear of them.
#[derive(Resource, Debug, Default, PartialEq)]
pub(super) struct Callouts(pub Vec<Rect>);

/// Parts are named from this length of the nacelle on, points.
const NAMED_FROM: f32 = 130.0;
const PADDING: Vec2 = vec2(8.0, 3.0);
const GAP: f32 = 6.0;
const FONT: f32 = 13.0;

/// What is said of one part.
struct Callout {
    name: String,
    value: String,
    anchor: Pos2,
    alarm: Option<StandingAlarm>,
    unknown: bool,
    /// The colour that a rule without an alarm gives it.
    color: Option<Color32>,
}

pub(super) fn callouts_ui(
    mut contexts: EguiContexts,
    told: Told,
    (projector, rows): (Projector, Res<Rows>),
    opened: Res<Opened>,
    mut callouts: ResMut<Callouts>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let shown = shown_callouts(context, &told, &projector, &rows, opened.0);
    callouts.set_if_neq(Callouts(shown.unwrap_or_default()));
    Ok(())
}

fn shown_callouts(
    context: &egui::Context,
    told: &Told,
    projector: &Projector,
    rows: &Rows,
    opened: Option<TurbineRow>,
) -> Option<Vec<Rect>> {
    if !crate::theme::is_dressed(context) {
        return None;
    }
    let turbine = opened?;
    let scene = &*told.active.as_ref()?.scene;
    let d = told.farm.dimensions.get(scene.turbine(turbine)?.model)?;
    let view = projector.freeze(Some(context.viewport_rect()))?;
    let frame = NacelleOnScreen::new(
        told.farm.foot(turbine)?,
        rows.get(turbine)?.yaw_rad,
        d,
        &view,
    )?;
    let mut found: Vec<Callout> = part_places(d)
        .into_iter()
        .filter_map(|(part, place)| {
            let anchor = frame.point(part, place)?;
            callout(told, scene, turbine, part, anchor)
        })
        .filter(|c| view.area.shrink(8.0).contains(c.anchor) || c.alarm.is_some())
        .collect();
    // Alarms first: where there is little room, they keep theirs.
    found.sort_by_key(|c| (c.alarm.map_or(9, |a| a.priority.number()), c.unknown));
    let painter = context
        .layer_painter(LayerId::new(Order::Background, egui::Id::new("parts")))
        .with_clip_rect(view.area);
    Some(paint(&painter, &found, frame.bounds, view.area, told))
}

/// A nacelle as it stands on the screen.
struct NacelleOnScreen<'a> {
    foot: Vec3,
    yaw: Quat,
    view: &'a Frozen,
    bounds: Rect,
}

impl<'a> NacelleOnScreen<'a> {
    /// `None` where it is too small to name anything in it.
    fn new(foot: Vec3, yaw_rad: f32, d: &Dimensions, view: &'a Frozen) -> Option<Self> {
        let mut this = Self {
            foot,
            yaw: Quat::from_rotation_y(-yaw_rad),
            view,
            bounds: Rect::NOTHING,
        };
        let (behind, before) = d.nacelle_reach_m();
        let (w, h) = (d.nacelle_half_width_m, d.nacelle_half_height_m);
        for z in [-before, behind] {
            for (x, y) in [(-w, -h), (w, -h), (-w, h), (w, h)] {
                let place = Vec3::new(x, d.hub_height_m + y, z);
                if let Some(at) = this.point(Part::Nacelle, place) {
                    this.bounds.extend_with(at);
                }
            }
        }
        let middle = foot + Vec3::Y * d.hub_height_m;
        let scale = view.points_a_metre(view.sight.eye.distance(middle));
        (scale * (behind + before) >= NAMED_FROM).then_some(this)
    }

    fn point(&self, part: Part, place: Vec3) -> Option<Pos2> {
        // The tower's foot does not turn with the nacelle.
        let turned = if part == Part::TowerBase {
            place
        } else {
            self.yaw * place
        };
        self.view.point(self.foot + turned).map(|(at, _)| at)
    }
}

fn callout(
    told: &Told,
    scene: &Scene,
    turbine: TurbineRow,
    part: Part,
    anchor: Pos2,
) -> Option<Callout> {
    let model = scene.model_of(turbine)?;
    let own = *part.surfaces().last()?;
    let shown = told
        .states
        .as_ref()
        .and_then(|s| s.appearance(turbine).surfaces.get(own as usize).copied());
    // A rule for the whole turbine tells nothing of this part.
    let of_part = |r: &u16| {
        let rule = scene.rules.get(usize::from(*r));
        rule.is_some_and(|r| r.part.is_some())
    };
    let rule = shown.and_then(|s| s.rule).filter(of_part);
    let alarm = part_alarm(told, scene, turbine, part);
    let fleet = told.fleet.as_deref();
    // What decides its colour tells most; else its temperature.
    let states = told.states.as_deref();
    let labelled = states.zip(fleet).and_then(|(states, fleet)| {
        let is_of_part = |rule: u16| {
            let rule = scene.rules.get(usize::from(rule));
            rule.is_some_and(|r| r.part == Some(part))
        };
        let mut labels = wording::labels(scene, states, fleet, turbine).into_iter();
        labels
            .find(|(rule, _)| is_of_part(*rule))
            .map(|(_, text)| text)
    });
    let decided = alarm
        .and_then(|a| a.rule)
        .or(rule)
        .zip(fleet)
        .and_then(|(rule, fleet)| key_value(scene, fleet, turbine, rule));
    let signal = telling(model, part);
    let measured = signal.zip(fleet);
    let known = measured.is_some_and(|(s, fleet)| fleet.usable(turbine, s.column).is_some());
    let value = decided
        .or_else(|| measured.and_then(|(s, fleet)| reading(scene, fleet, turbine, s)))
        .unwrap_or_default();
    // The part's name stands before it already.
    let value = value
        .strip_prefix(&format!("{}_", part.name()))
        .unwrap_or(&value)
        .replace('_', " ");
    let value = labelled.unwrap_or(value);
    let lacks_value = states
        .zip(rule)
        .is_some_and(|(s, rule)| s.lacks_value(rule, turbine));
    let is_unknown = shown.is_some_and(|s| s.unknown && s.rule.is_none());
    Some(Callout {
        name: in_words(part),
        value,
        anchor,
        alarm,
        unknown: alarm.is_none()
            && (lacks_value || (rule.is_none() && (is_unknown || (signal.is_some() && !known)))),
        color: rule
            .zip(states)
            .and_then(|(rule, states)| wording::rule_color(scene, states, rule, turbine))
            .map(|[r, g, b]| Color32::from_rgb(r, g, b)),
    })
}

/// The most urgent standing alarm of a part.
fn part_alarm(
    told: &Told,
    scene: &Scene,
    turbine: TurbineRow,
    part: Part,
) -> Option<StandingAlarm> {
    let standing = told.alarms.as_ref()?.standing();
    let of_part = standing.iter().filter(|a| {
        let rule = a
            .source
            .rule()
            .and_then(|r| scene.rules.get(usize::from(r)));
        a.turbine == turbine && rule.is_some_and(|r| r.part == Some(part))
    });
    let alarms = of_part.map(|a| StandingAlarm {
        priority: a.priority,
        rule: a.source.rule(),
        unacknowledged: matches!(
            a.state(),
            AlarmState::Unacknowledged | AlarmState::ReturnedUnacknowledged
        ),
    });
    alarms.min_by_key(|a| (a.priority, !a.unacknowledged))
}

/// The signal that tells most of a part: a temperature before a number before anything else.
fn telling(model: &Model, part: Part) -> Option<&Signal> {
    let rank = |s: &Signal| match (wording::unit(&s.unit), s.kind) {
        ("°C" | "°F", _) => 0,
        (_, ValueKind::Number) => 1,
        _ => 2,
    };
    let of_part = model.signals.iter().filter(|s| s.part == Some(part));
    of_part.min_by_key(|s| rank(s))
}

/// `main_bearing` as people write it.
fn in_words(part: Part) -> String {
    let mut words = part.name().replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

fn paint(painter: &Painter, found: &[Callout], beside: Rect, area: Rect, told: &Told) -> Vec<Rect> {
    let theme = &*told.theme;
    let font = || FontId::proportional(FONT);
    let words: Vec<_> = found
        .iter()
        .map(|c| {
            let name = painter.layout_no_wrap(c.name.clone(), font(), theme.text);
            let value = painter.layout_no_wrap(c.value.clone(), font(), theme.text);
            (name, value)
        })
        .collect();
    let width = |f: &dyn Fn(usize) -> f32| (0..words.len()).map(f).fold(0.0, f32::max);
    let name_width = width(&|i| words.get(i).map_or(0.0, |w| w.0.size().x));
    let value_width = width(&|i| words.get(i).map_or(0.0, |w| w.1.size().x));
    let size = vec2(
        (2.0 * PADDING.x + MARK + GAP + name_width + 2.0 * GAP + value_width).ceil(),
        MARK + 2.0 * PADDING.y + 2.0,
    );
    let anchors: Vec<Pos2> = found.iter().map(|c| c.anchor).collect();
    let corners = corners(area).into_iter().flatten();
    let cards = told.cards.0.iter().map(|card| card.expand(4.0));
    let taken: Vec<Rect> = corners
        .chain(super::wind::corner(area))
        .chain(cards)
        .collect();
    let places = column(&anchors, beside, size, area, &taken);
    for (c, place) in found.iter().zip(&places) {
        if let Some(place) = place {
            leader(painter, c, *place, theme);
        }
    }
    for ((c, place), (name, value)) in found.iter().zip(&places).zip(words) {
        let Some(rect) = *place else { continue };
        let rim = match c.alarm {
            Some(_) => Stroke::new(1.5, theme.text),
            None => Stroke::new(1.0, theme.line),
        };
        painter.rect(
            rect,
            CornerRadius::same(4),
            theme.panel,
            rim,
            StrokeKind::Inside,
        );
        let mark_at = pos2(rect.left() + PADDING.x + MARK / 2.0, rect.center().y);
        mark(painter, mark_at, c, theme, &told.clock);
        let at = |x: f32, height: f32| pos2(x, rect.center().y - height / 2.0);
        let name_at = at(rect.left() + PADDING.x + MARK + GAP, name.size().y);
        painter.galley(name_at, name, theme.text);
        let value_at = at(rect.right() - PADDING.x - value.size().x, value.size().y);
        let quiet = if c.alarm.is_some() {
            theme.text
        } else {
            theme.quiet
        };
        painter.galley_with_override_text_color(value_at, value, quiet);
    }
    places.into_iter().flatten().collect()
}

/// From the part to its label: a line that is seen on light and dark, and a dot on the part.
fn leader(painter: &Painter, c: &Callout, label: Rect, theme: &Theme) {
    let end = leader_end(label, c.anchor);
    let width = if c.alarm.is_some() { 2.0 } else { 1.0 };
    let line = vec![c.anchor, end];
    let halo = Stroke::new(width + 2.0, theme.panel.gamma_multiply(0.55));
    painter.add(Shape::line(line.clone(), halo));
    let ink = theme
        .text
        .gamma_multiply(if c.alarm.is_some() { 1.0 } else { 0.7 });
    painter.add(Shape::line(line, Stroke::new(width, ink)));
    painter.circle(
        c.anchor,
        2.5 + width,
        theme.panel,
        Stroke::new(1.5, theme.text),
    );
}

fn mark(painter: &Painter, at: Pos2, c: &Callout, theme: &Theme, clock: &Clock) {
    if let Some(alarm) = c.alarm {
        let fill = MarkFill::flash(!alarm.unacknowledged || flash_is_bright(clock));
        paint_mark(painter, at, MARK, alarm.priority, fill, theme);
    } else if c.unknown {
        paint_unknown_mark(painter, at, MARK, theme);
        hatch(painter, at, MARK / 2.0 - 1.0, theme.unknown);
    } else if let Some(color) = c.color {
        let swatch = Rect::from_center_size(at, Vec2::splat(10.0));
        let rim = Stroke::new(1.0, theme.mark_ink);
        painter.rect(
            swatch,
            CornerRadius::same(2),
            color,
            rim,
            StrokeKind::Inside,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_as_people_write_them() {
        assert_eq!(in_words(Part::MainBearing), "Main bearing");
        assert_eq!(in_words(Part::Yaw), "Yaw");
    }
}
