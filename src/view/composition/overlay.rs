//! Texts with live values: panels that belong to a node, and annotations that stand in the scene.

use std::path::{Path, PathBuf};

use bevy::prelude::*;
use bevy_egui::egui::{
    Align2, Area, Context, CornerRadius, Frame, Id, Margin, OpenUrl, Order, Pos2, Rect, Stroke, Ui,
    pos2, vec2,
};
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};

use super::marks::{PlacedTags, Told};
use super::{ChosenNode, text};
use crate::action::Action;
use crate::fleet::Fleet;
use crate::scene::{Binding, Component as Part, Composition, DataOverlay, NavLink};
use crate::scene::{Scene, ValueKind};
use crate::theme::{SMALL, Theme, strong};
use crate::view::ViewArea;
use crate::view::project::Frozen;

/// Annotations and panels at most: more cannot be read.
const MOST: usize = 48;
const PANEL_WIDTH: f32 = 260.0;
const ANNOTATION_WIDTH: f32 = 220.0;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(EguiPrimaryContextPass, overlays_ui);
}

/// What a panel asks for.
enum Asked {
    Close,
    Open(NavLink),
}

fn overlays_ui(
    mut contexts: EguiContexts,
    told: Told,
    tags: Res<PlacedTags>,
    area: Res<ViewArea>,
    mut actions: MessageWriter<Action>,
    mut close: Local<bool>,
    mut commands: Commands,
    mut cache: Local<CommonMarkCache>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let Some(composition) = told.stage.composition.clone() else {
        return Ok(());
    };
    let view = told.projector.freeze(Some(context.viewport_rect()));
    let Some(view) = view.filter(|_| crate::theme::is_dressed(context)) else {
        return Ok(());
    };
    // Without panels the whole screen is the view's.
    let room = area.0.unwrap_or(view.area).intersect(view.area);
    let mut taken: Vec<Rect> = told.cards.0.clone();
    for asked in panels(
        context,
        &told,
        &tags,
        &composition,
        room,
        &mut taken,
        &mut cache,
    ) {
        match asked {
            Asked::Close => *close = true,
            Asked::Open(link) => open(context, &told, &link, &mut actions),
        }
    }
    taken.extend(tags.taken());
    annotations(context, &told, &composition, &view, &mut taken, &mut cache);
    if std::mem::take(&mut *close) {
        commands.insert_resource(ChosenNode(None));
    }
    Ok(())
}

/// The value of a binding as a text; `None` where it is not known.
fn value(scene: &Scene, fleet: &Fleet, binding: &Binding) -> Option<String> {
    let (row, signal) = (binding.row?, binding.signal?);
    let value = fleet.usable(row, signal)?;
    let kind = scene.kinds.get(signal.index()).copied().unwrap_or_default();
    Some(match kind {
        ValueKind::Number => text::number(value),
        ValueKind::Boolean => (value != 0.0).to_string(),
        ValueKind::Text => scene.texts.text(value as u32)?.to_string(),
    })
}

/// The rows of an overlay with their values, as one Markdown text.
fn markdown(told: &Told, overlay: &DataOverlay) -> String {
    let rows = overlay.rows.iter().map(|row| {
        text::with_values(row, |name| {
            let (_, binding) = overlay.bindings.iter().find(|(n, _)| n == name)?;
            value(told.judge.scene()?, told.judge.fleet()?, binding)
        })
    });
    rows.collect::<Vec<_>>().join("\n\n")
}

/// The panels: of the node that was clicked, and of all nodes where the scene says so.
fn panels(
    context: &Context,
    told: &Told,
    tags: &PlacedTags,
    composition: &Composition,
    room: Rect,
    taken: &mut Vec<Rect>,
    cache: &mut CommonMarkCache,
) -> Vec<Asked> {
    let mut asked = Vec::new();
    let mut shown = 0;
    for (index, node) in composition.nodes.iter().enumerate() {
        let is_chosen = told.chosen.0 == Some(index);
        let overlay = node.components.iter().find_map(|part| match part {
            Part::Overlay(overlay) if !overlay.is_annotation => Some(overlay),
            _ => None,
        });
        let link = node.components.iter().find_map(|part| match part {
            Part::Tag(tag) => tag.link.as_ref(),
            _ => None,
        });
        let is_due = is_chosen && (overlay.is_some() || link.is_some());
        let is_standing = composition.shows_overlay_panels && overlay.is_some();
        let Some(anchor) = tags.of(index).filter(|_| is_due || is_standing) else {
            continue;
        };
        shown += 1;
        if shown > MOST {
            break;
        }
        let id = Id::new("composition panel").with(index);
        let size = egui::AreaState::load(context, id).and_then(|state| state.size);
        let size = size.unwrap_or(vec2(PANEL_WIDTH, 90.0));
        let at = beside(anchor, size, room, taken);
        taken.push(Rect::from_min_size(at, size));
        let area = Area::new(id)
            .order(Order::Middle)
            .fixed_pos(at)
            .constrain(false)
            .fade_in(false);
        area.show(context, |ui| {
            ui.set_clip_rect(room);
            card(&told.theme).show(ui, |ui| {
                ui.set_max_width(PANEL_WIDTH - 24.0);
                ui.horizontal(|ui| {
                    ui.add(egui::Label::new(strong(&node.name)).truncate());
                    if is_chosen {
                        let right = egui::Layout::right_to_left(egui::Align::Center);
                        ui.with_layout(right, |ui| {
                            let close = ui.small_button(egui_phosphor::regular::X);
                            if close.on_hover_text("Close").clicked() {
                                asked.push(Asked::Close);
                            }
                        });
                    }
                });
                if let Some(overlay) = overlay {
                    markdown_ui(ui, cache, &markdown(told, overlay));
                }
                if let Some(link) = link {
                    link_ui(ui, told, link, &mut asked);
                }
            });
        });
    }
    asked
}

/// A place beside a tag that is free, or as near to that as there is.
fn beside(anchor: Rect, size: egui::Vec2, room: Rect, taken: &[Rect]) -> Pos2 {
    let gap = 10.0;
    let places = [
        pos2(anchor.right() + gap, anchor.center().y - size.y / 2.0),
        pos2(
            anchor.left() - gap - size.x,
            anchor.center().y - size.y / 2.0,
        ),
        pos2(anchor.center().x - size.x / 2.0, anchor.bottom() + gap),
        pos2(
            anchor.center().x - size.x / 2.0,
            anchor.top() - gap - size.y,
        ),
    ];
    let inner = room.shrink(6.0);
    let within = |p: Pos2| {
        pos2(
            p.x.clamp(inner.left(), (inner.right() - size.x).max(inner.left())),
            p.y.clamp(inner.top(), (inner.bottom() - size.y).max(inner.top())),
        )
    };
    let is_free = |p: &Pos2| {
        let rect = Rect::from_min_size(*p, size);
        !taken.iter().any(|t| t.intersects(rect)) && !rect.intersects(anchor)
    };
    let mut found = places.into_iter().map(within).filter(is_free);
    found
        .next()
        .unwrap_or_else(|| within(pos2(anchor.right() + gap, anchor.top())))
}

fn card(theme: &Theme) -> Frame {
    Frame::new()
        .fill(theme.panel)
        .stroke(Stroke::new(1.0, theme.line))
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::symmetric(12, 10))
}

fn markdown_ui(ui: &mut Ui, cache: &mut CommonMarkCache, text: &str) {
    ui.style_mut().url_in_tooltip = true;
    let width = ui.available_width() as usize;
    CommonMarkViewer::new()
        .max_image_width(Some(width))
        .show(ui, cache, text);
}

fn link_ui(ui: &mut Ui, told: &Told, link: &NavLink, asked: &mut Vec<Asked>) {
    let (words, is_there) = match leads_to(told.judge.scene(), link) {
        Lead::Web => (format!("Open {}", shortened(&link.destination)), true),
        Lead::Scene(file) => (format!("Open {}", shortened(&name(&file))), true),
        Lead::Nothing => (
            format!("{} is not there", shortened(&link.destination)),
            false,
        ),
    };
    ui.add_space(4.0);
    let button = egui::Button::new(egui::RichText::new(words).size(SMALL));
    let response = ui.add_enabled(is_there, button);
    let params = link
        .params
        .iter()
        .map(|(name, value)| format!("{name}: {value}"));
    let all: Vec<String> = std::iter::once(link.destination.clone())
        .chain(params)
        .collect();
    if response.on_hover_text(all.join("\n")).clicked() {
        asked.push(Asked::Open(link.clone()));
    }
}

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
enum Lead {
    /// A web address.
    Web,
    /// A scene beside this one.
    Scene(PathBuf),
    /// Nothing that there is.
    Nothing,
}

fn leads_to(scene: Option<&Scene>, link: &NavLink) -> Lead {
    let to = link.destination.trim();
    let lower = to.to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        return Lead::Web;
    }
    let Some(folder) = scene.and_then(|s| s.path.parent()) else {
        return Lead::Nothing;
    };
    // A name of a scene: `Mixer` is `Mixer.json` beside this one. Nothing outside of the folder.
    let is_name = !to.is_empty() && Path::new(to).components().count() == 1 && to != "..";
    if !is_name {
        return Lead::Nothing;
    }
    let endings = ["", ".json", ".scene.json", ".toml"];
    let files = endings
        .iter()
        .map(|ending| folder.join(format!("{to}{ending}")));
    files
        .into_iter()
        .find(|file| file.is_file())
        .map_or(Lead::Nothing, Lead::Scene)
}

fn name(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn shortened(text: &str) -> String {
    const MOST: usize = 34;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let start: String = text.chars().take(MOST - 1).collect();
    format!("{start}…")
}

fn open(context: &Context, told: &Told, link: &NavLink, actions: &mut MessageWriter<Action>) {
    match leads_to(told.judge.scene(), link) {
        Lead::Web => context.open_url(OpenUrl::new_tab(link.destination.trim())),
        Lead::Scene(file) => {
            actions.write(Action::OpenScene(file));
        }
        Lead::Nothing => {}
    }
}

/// The texts that stand in the scene, nearest first; one for which there is no room is not shown.
fn annotations(
    context: &Context,
    told: &Told,
    composition: &Composition,
    view: &Frozen,
    taken: &mut Vec<Rect>,
    cache: &mut CommonMarkCache,
) {
    let mut found: Vec<(f32, Pos2, usize, &DataOverlay)> = Vec::new();
    for (node, at) in &told.nodes {
        let parts = composition.nodes.get(node.0);
        let parts = parts.map(|n| n.components.as_slice()).unwrap_or_default();
        let overlays = parts.iter().filter_map(|part| match part {
            Part::Overlay(overlay) if overlay.is_annotation => Some(overlay),
            _ => None,
        });
        for overlay in overlays {
            if let Some((screen, depth_m)) = view.point(at.translation())
                && view.area.contains(screen)
            {
                found.push((depth_m, screen, node.0, overlay));
            }
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (_, at, node, overlay) in found.into_iter().take(MOST) {
        let id = Id::new("composition annotation").with(node);
        let known = egui::AreaState::load(context, id).and_then(|state| state.size);
        let size = known.unwrap_or(vec2(ANNOTATION_WIDTH, 36.0));
        let rect = Rect::from_min_size(at - vec2(size.x / 2.0, size.y), size);
        if taken.iter().any(|t| t.intersects(rect)) {
            continue;
        }
        taken.push(rect);
        let area = Area::new(id)
            // It must not come between the pointer and the plant.
            .interactable(false)
            .order(Order::Background)
            .pivot(Align2::CENTER_BOTTOM)
            .fixed_pos(at)
            .constrain(false)
            .fade_in(false);
        area.show(context, |ui| {
            ui.set_clip_rect(view.area);
            let frame = card(&told.theme).fill(told.theme.panel.gamma_multiply(0.88));
            frame.inner_margin(Margin::symmetric(8, 4)).show(ui, |ui| {
                ui.set_max_width(ANNOTATION_WIDTH);
                markdown_ui(ui, cache, &markdown(told, overlay));
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_web_or_to_a_scene_beside_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Mixer.json"), "{}").unwrap();
        let scene = Scene {
            path: folder.path().join("Factory.json"),
            ..Scene::default()
        };
        let to = |destination: &str| {
            let link = NavLink {
                destination: destination.to_owned(),
                params: Vec::new(),
            };
            leads_to(Some(&scene), &link)
        };
        assert_eq!(to("https://example.org/a?b=c"), Lead::Web);
        assert_eq!(to("Mixer"), Lead::Scene(folder.path().join("Mixer.json")));
        for nowhere in [
            "",
            "..",
            "../Mixer",
            "/etc/passwd",
            "file:///etc/passwd",
            "Pump",
        ] {
            assert_eq!(to(nowhere), Lead::Nothing, "{nowhere}");
        }
    }
}
