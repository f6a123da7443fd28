//! Marks over a composition: tags, the names of boxes that stand in, brackets about what is selected.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::egui::{
    Align2, Color32, CornerRadius, FontId, LayerId, Order, Painter, Pos2, Rect, Shape, Stroke,
    StrokeKind, Vec2 as UiVec2, pos2, vec2,
};
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};
use egui_phosphor::regular as icon;

use super::outcome::{Judge, Outcome};
use super::pick::MeshPick;
use super::{ChosenNode, NodeEntity, Stage, StandIn, fontawesome};
use crate::fleet::TurbineRow;
use crate::scene::Priority;
use crate::scene::{Component as Part, Tag, TagIcon, Target};
use crate::theme::{Theme, contrast_ratio, paint_unknown_mark};
use crate::view::camera::{PointerInView, Pose};
use crate::view::farm::{Bounds, Farm};
use crate::view::project::{Frozen, Projector};
use crate::view::{Selection, ViewCards};

/// Of a tag that keeps its size, points.
const SIZE: f32 = 26.0;
/// Of a tag that has its size in the world, metres.
const SIZE_M: f32 = 0.5;
/// Names of boxes at most.
const MOST_NAMES: usize = 60;
/// What hides a tag is looked for at most so often while the camera moves.
const LOOK_EVERY: Duration = Duration::from_millis(150);

/// A tag on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlacedTag {
    /// Where.
    pub rect: Rect,
    /// Its node.
    pub node: usize,
    /// What its node reads.
    pub row: Option<TurbineRow>,
    /// How many tags it stands for.
    pub count: usize,
}

/// The tags on the screen, in the order in which they were painted.
#[derive(Resource, Debug, Default, PartialEq)]
pub struct PlacedTags(pub Vec<PlacedTag>, Vec<Rect>);

impl PlacedTags {
    /// The uppermost tag here.
    pub fn at(&self, at: Pos2) -> Option<&PlacedTag> {
        self.0.iter().rfind(|tag| tag.rect.contains(at))
    }

    /// What the tags and the names of boxes take of the screen.
    pub fn taken(&self) -> impl Iterator<Item = Rect> + '_ {
        let tags = self.0.iter().map(|tag| tag.rect);
        tags.chain(self.1.iter().copied())
    }

    /// Where the tag of a node is, if it is on the screen.
    pub fn of(&self, node: usize) -> Option<Rect> {
        let mut tags = self.0.iter();
        tags.find(|tag| tag.node == node).map(|tag| tag.rect)
    }
}

/// What hides which tag, as of a camera.
#[derive(Debug, Default)]
struct Hidden {
    seen_from: Option<(Pose, u64)>,
    looked: Option<Instant>,
    nodes: HashMap<usize, bool>,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<PlacedTags>()
        .add_systems(EguiPrimaryContextPass, marks_ui);
}

/// What the marks rest on.
#[derive(SystemParam)]
pub(super) struct Told<'w, 's> {
    pub stage: Res<'w, Stage>,
    pub nodes: Query<'w, 's, (&'static NodeEntity, &'static GlobalTransform)>,
    boxes: Query<'w, 's, (&'static StandIn, &'static GlobalTransform)>,
    pub judge: Judge<'w>,
    pub theme: Res<'w, Theme>,
    pub selection: Res<'w, Selection>,
    pub chosen: Res<'w, ChosenNode>,
    farm: Res<'w, Farm>,
    pub cards: Res<'w, ViewCards>,
    pick: MeshPick<'w, 's>,
    pointer: Res<'w, PointerInView>,
    pub projector: Projector<'w, 's>,
}

fn marks_ui(
    mut contexts: EguiContexts,
    told: Told,
    mut placed: ResMut<PlacedTags>,
    mut hidden: Local<Hidden>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let view = told.projector.freeze(Some(context.viewport_rect()));
    let tags = match (view, &told.stage.composition) {
        (Some(view), Some(_)) if crate::theme::is_dressed(context) => {
            paint(context, &told, &view, &mut hidden)
        }
        _ => PlacedTags::default(),
    };
    placed.set_if_neq(tags);
    Ok(())
}

/// A tag to be painted.
struct Shown<'a> {
    tag: &'a Tag,
    node: usize,
    row: Option<TurbineRow>,
    icon: TagIcon,
    is_unknown: bool,
    is_hidden: bool,
    at: Pos2,
    depth_m: f32,
    size: f32,
}

impl Shown<'_> {
    /// What is urgent is on top.
    fn urgency(&self) -> u8 {
        match self.icon {
            TagIcon::Error => 0,
            TagIcon::Warning => 1,
            _ if self.is_unknown => 2,
            _ => 3,
        }
    }
}

fn paint(context: &egui::Context, told: &Told, view: &Frozen, hidden: &mut Hidden) -> PlacedTags {
    let layer = LayerId::new(Order::Background, egui::Id::new("view labels"));
    let painter = context.layer_painter(layer).with_clip_rect(view.area);
    let theme = &*told.theme;
    if let Some(bounds) = (told.selection.turbine).and_then(|row| told.farm.entity_boxes.get(&row))
    {
        brackets(&painter, bounds, view, theme);
    }
    let names = names(&painter, told, view);
    let mut tags = shown(told, view);
    look_behind(context, told, view, hidden, &mut tags);
    tags.sort_by(|a, b| {
        let key = |s: &Shown| (s.is_hidden, s.urgency());
        key(a).cmp(&key(b)).then(a.depth_m.total_cmp(&b.depth_m))
    });
    // Most important first; what would lie under another joins it.
    let mut placed: Vec<(PlacedTag, &Shown)> = Vec::new();
    for tag in &tags {
        let rect = Rect::from_center_size(tag.at, UiVec2::splat(tag.size + 4.0));
        let joins = placed.iter_mut().find(|(other, shown)| {
            shown.is_hidden == tag.is_hidden && overlap(other.rect, rect) > 0.35
        });
        match joins {
            Some((other, _)) => other.count += 1,
            None => placed.push((
                PlacedTag {
                    rect,
                    node: tag.node,
                    row: tag.row,
                    count: 1,
                },
                tag,
            )),
        }
    }
    placed.reverse();
    for (at, shown) in &placed {
        let is_hovered = told.pointer.at.is_some_and(|p| at.rect.contains(p));
        let is_chosen = told.chosen.0 == Some(shown.node)
            || (shown.row.is_some() && shown.row == told.selection.turbine);
        tag_ui(&painter, shown, at.count, is_hovered, is_chosen, theme);
        if is_hovered && shown.row.is_none() {
            name_of(&painter, told, shown.node, at.rect, view, theme);
        }
    }
    PlacedTags(placed.into_iter().map(|(tag, _)| tag).collect(), names)
}

fn overlap(a: Rect, b: Rect) -> f32 {
    let common = a.intersect(b);
    if common.width() <= 0.0 || common.height() <= 0.0 {
        return 0.0;
    }
    common.area() / a.area().min(b.area()).max(1.0)
}

/// Every tag in view.
fn shown<'a>(told: &'a Told, view: &Frozen) -> Vec<Shown<'a>> {
    let Some(composition) = told.stage.composition.as_deref() else {
        return Vec::new();
    };
    let settings = composition.tags;
    let mut tags = Vec::new();
    for (node, at) in &told.nodes {
        let parts = composition.nodes.get(node.0);
        let parts = parts.map(|n| n.components.as_slice()).unwrap_or_default();
        for part in parts {
            let Part::Tag(tag) = part else { continue };
            let place = at.transform_point(tag.offset.as_vec3());
            let Some((screen, depth_m)) = view.point(place) else {
                continue;
            };
            if !view.area.expand(20.0).contains(screen) {
                continue;
            }
            let scale = settings.scale.clamp(0.1, 10.0);
            let size = if settings.keeps_size {
                SIZE * scale.clamp(0.6, 2.5)
            } else {
                (SIZE_M * scale * view.points_a_metre(depth_m)).clamp(14.0, 64.0)
            };
            let outcome = told.judge.outcome(composition, &tag.binding);
            let icon = match &outcome {
                Outcome::Target(Target::Icon(icon)) => icon.clone(),
                _ => tag.icon.clone(),
            };
            tags.push(Shown {
                tag,
                node: node.0,
                row: told.pick.row(node.0),
                icon,
                is_unknown: outcome == Outcome::Unknown,
                is_hidden: false,
                at: screen,
                depth_m,
                size,
            });
        }
    }
    tags
}

/// Finds out what stands before each tag: when the camera has moved, and not in every frame.
fn look_behind(
    context: &egui::Context,
    told: &Told,
    view: &Frozen,
    hidden: &mut Hidden,
    tags: &mut [Shown],
) {
    let settings = told.stage.composition.as_ref().map(|c| c.tags);
    if !settings.is_some_and(|s| s.is_hidden_behind) || view.is_map() {
        return;
    }
    let pose = told.projector.viewpoint().map(|v| v.pose);
    let now = pose.map(|p| (p, told.stage.revision));
    if hidden.seen_from != now {
        let waited = hidden.looked.map_or(LOOK_EVERY, |at| at.elapsed());
        if waited >= LOOK_EVERY {
            hidden.looked = Some(Instant::now());
            hidden.seen_from = now;
            hidden.nodes.clear();
            for (node, at) in &told.nodes {
                let Some(tag) = tags.iter().find(|t| t.node == node.0) else {
                    continue;
                };
                let place = at.transform_point(tag.tag.offset.as_vec3());
                let is_hidden = told.pick.is_between(view.sight.eye, place);
                hidden.nodes.insert(node.0, is_hidden);
            }
        } else {
            context.request_repaint_after(LOOK_EVERY - waited);
        }
    }
    for tag in tags {
        tag.is_hidden = hidden.nodes.get(&tag.node).copied().unwrap_or(false);
    }
}

/// The colour and the glyph of a tag.
fn face(shown: &Shown, theme: &Theme) -> (Color32, Color32, &'static str) {
    let own = |[r, g, b]: [u8; 3]| Color32::from_rgb(r, g, b);
    let ink_on = |ground: Color32| {
        let (dark, light) = (theme.mark_ink, Color32::WHITE);
        if contrast_ratio(dark, ground) >= contrast_ratio(light, ground) {
            dark
        } else {
            light
        }
    };
    let (ground, glyph) = match &shown.icon {
        TagIcon::Error => (theme.priority(Priority::Critical), icon::WARNING_OCTAGON),
        TagIcon::Warning => (theme.priority(Priority::High), icon::WARNING),
        TagIcon::Info => (theme.panel, icon::INFO),
        TagIcon::Video => (theme.panel, icon::VIDEO_CAMERA),
        TagIcon::Custom { name, color, .. } => {
            let color = color.or(shown.tag.color);
            (color.map_or(theme.panel, own), fontawesome::glyph(name))
        }
    };
    let ink = if ground == theme.panel {
        theme.text
    } else {
        ink_on(ground)
    };
    (ground, ink, glyph)
}

fn tag_ui(
    painter: &Painter,
    shown: &Shown,
    count: usize,
    is_hovered: bool,
    is_chosen: bool,
    theme: &Theme,
) {
    let (ground, ink, glyph) = face(shown, theme);
    // What is behind something steps back; a warning does not.
    let is_faint = shown.is_hidden && shown.urgency() > 1 && !is_chosen && !is_hovered;
    let fade = |color: Color32| {
        if is_faint {
            color.gamma_multiply(0.30)
        } else {
            color
        }
    };
    let radius = shown.size / 2.0 * if is_hovered { 1.08 } else { 1.0 };
    let rim = match (is_chosen, shown.urgency() < 2) {
        (true, _) => Stroke::new(2.5, theme.accent),
        (false, true) => Stroke::new(1.5, theme.mark_ink),
        (false, false) => Stroke::new(1.0, theme.quiet),
    };
    painter.circle(
        shown.at,
        radius,
        fade(ground),
        Stroke::new(rim.width, fade(rim.color)),
    );
    let font = FontId::proportional(radius * 1.2);
    painter.text(shown.at, Align2::CENTER_CENTER, glyph, font, fade(ink));
    let corner = shown.at + vec2(radius * 0.75, -radius * 0.75);
    if count > 1 {
        let font = FontId::new(11.0, crate::theme::semibold());
        let galley = painter.layout_no_wrap(format!("×{count}"), font, theme.text);
        let rect = Rect::from_center_size(corner, galley.size() + vec2(6.0, 2.0));
        let line = Stroke::new(1.0, theme.line);
        painter.rect(
            rect,
            CornerRadius::same(4),
            theme.panel,
            line,
            StrokeKind::Inside,
        );
        painter.galley(rect.center() - galley.size() / 2.0, galley, theme.text);
    } else if shown.is_unknown {
        paint_unknown_mark(painter, corner, 13.0, theme);
    }
}

fn chip(painter: &Painter, centre: Pos2, words: &str, theme: &Theme) {
    let font = FontId::proportional(12.0);
    let galley = painter.layout_no_wrap(words.to_owned(), font, theme.text);
    let rect = Rect::from_center_size(centre, galley.size() + vec2(12.0, 6.0));
    let line = Stroke::new(1.0, theme.line);
    let ground = theme.panel.gamma_multiply(0.92);
    painter.rect(
        rect,
        CornerRadius::same(4),
        ground,
        line,
        StrokeKind::Inside,
    );
    painter.galley(rect.min + vec2(6.0, 3.0), galley, theme.text);
}

fn name_of(painter: &Painter, told: &Told, node: usize, rect: Rect, view: &Frozen, theme: &Theme) {
    let node = told
        .stage
        .composition
        .as_ref()
        .and_then(|c| c.nodes.get(node));
    if let Some(node) = node.filter(|n| !n.name.is_empty()) {
        let above = rect.top() - 16.0 > view.area.top();
        let y = if above {
            rect.top() - 14.0
        } else {
            rect.bottom() + 14.0
        };
        chip(painter, pos2(rect.center().x, y), &node.name, theme);
    }
}

/// The names of boxes that stand in, nearest first, where there is room.
fn names(painter: &Painter, told: &Told, view: &Frozen) -> Vec<Rect> {
    let mut boxes: Vec<_> = told
        .boxes
        .iter()
        .filter_map(|(stand_in, at)| {
            let top = at.transform_point(Vec3::Y * 0.5);
            let (screen, depth_m) = view.point(top)?;
            view.area
                .contains(screen)
                .then_some((depth_m, screen, stand_in))
        })
        .collect();
    boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut taken: Vec<Rect> = Vec::new();
    for (_, at, stand_in) in boxes.iter().take(MOST_NAMES) {
        let centre = *at - vec2(0.0, 14.0);
        let width = 7.0 * stand_in.words.chars().count() as f32 + 12.0;
        let rect = Rect::from_center_size(centre, vec2(width, 22.0));
        if taken.iter().any(|t| t.intersects(rect)) {
            continue;
        }
        taken.push(rect);
        chip(painter, centre, &stand_in.words, &told.theme);
    }
    taken
}

/// Corners about what is selected.
fn brackets(painter: &Painter, bounds: &Bounds, view: &Frozen, theme: &Theme) {
    let points: Vec<Pos2> = (bounds.corners().iter())
        .filter_map(|corner| view.point(*corner).map(|(at, _)| at))
        .collect();
    if points.len() < 8 {
        return;
    }
    let rect = Rect::from_points(&points).expand(6.0);
    let arm = (0.2 * rect.width().min(rect.height())).clamp(6.0, 22.0);
    let corners = [
        (rect.left_top(), vec2(1.0, 1.0)),
        (rect.right_top(), vec2(-1.0, 1.0)),
        (rect.left_bottom(), vec2(1.0, -1.0)),
        (rect.right_bottom(), vec2(-1.0, -1.0)),
    ];
    for (corner, inwards) in corners {
        let path = vec![
            corner + vec2(0.0, inwards.y * arm),
            corner,
            corner + vec2(inwards.x * arm, 0.0),
        ];
        painter.add(Shape::line(path.clone(), Stroke::new(4.0, theme.panel)));
        painter.add(Shape::line(path, Stroke::new(2.0, theme.accent)));
    }
}
