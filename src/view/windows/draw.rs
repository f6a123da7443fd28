//! Draws the further windows: their strip, and below it the farm or a panel.

use std::time::Duration;

use bevy::prelude::*;
use bevy::window::{RequestRedraw, WindowMode};
use bevy_egui::egui::{
    self, CentralPanel, Context, Event, Frame, Margin, MouseWheelUnit, Panel, PointerButton, Popup,
    Response, ScrollArea, Sense, Ui, WidgetInfo, WidgetType,
};
use bevy_egui::{EguiContext, EguiFullOutput, EguiInput};

use super::header::{HEIGHT, HeaderRequest, Shown, header_ui};
use super::{OfSide, Shows, SideCamera, SideCameras, SideView, Vantage, keys, steer};
use crate::action::Action;
use crate::fleet::TurbineRow;
use crate::panels::frame::{Look, empty_ui};
use crate::panels::layout::{Pane, pane_ui};
use crate::panels::shortcuts::{Shortcut, pressed};
use crate::panels::{Sources, Zone, frame, zone_of};
use crate::view::Selection;
use crate::view::camera::Pose;
use crate::view::farm::Farm;
use crate::view::labels::{Told, overlay_on, paint_labels_on};
use crate::view::pick::PickGrid;
use crate::view::project::Frozen;
use crate::view::rows::Rows;

/// A turbine is met within this many points of its tower.
const SLACK: f32 = 5.0;

/// Least width of the alarm list, points.
const LIST_WIDTH: f32 = 960.0;

/// What is under the pointer in one of the windows, if that has changed.
#[derive(Resource, Debug, Default)]
pub(super) struct Asked {
    hovered: Option<Option<TurbineRow>>,
}

/// What all windows draw from.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Drawn<'w> {
    told: Told<'w>,
    sources: Sources<'w>,
    grid: Res<'w, PickGrid>,
    rows: Res<'w, Rows>,
    time: Res<'w, Time<Real>>,
}

/// The same for one frame.
struct Scenery<'a, 'w> {
    look: Look<'a>,
    panels: frame::Farm<'a>,
    drawn: &'a Drawn<'w>,
    passed: Duration,
}

/// What came of the windows in a frame.
#[derive(Default)]
struct Outcome {
    actions: Vec<Action>,
    hovered: Option<Option<TurbineRow>>,
    fullscreen: bool,
    close: bool,
}

/// What a window is called in its title.
pub(super) fn window_title(shows: &Shows, scene: Option<&str>) -> String {
    let what = match shows {
        Shows::Farm(vantage) => format!("Farm, {}", lower_first(vantage.words())),
        Shows::Turbine(Some(name)) => name.clone(),
        shows => shows.title().to_owned(),
    };
    let scene = scene.map_or(String::new(), |s| format!(" – {s}"));
    format!("{what}{scene} – Windvane")
}

fn lower_first(words: &str) -> String {
    // A turbine's name stays as it is.
    words
        .strip_prefix("From")
        .map_or_else(|| words.to_owned(), |rest| format!("from{rest}"))
}

pub(super) fn draw_windows(
    mut commands: Commands,
    mut sides: Query<(Entity, &mut SideView, &SideCameras, Option<&mut Window>)>,
    mut contexts: Query<
        (
            &mut EguiContext,
            &mut EguiInput,
            &mut EguiFullOutput,
            &mut Camera,
        ),
        (With<OfSide>, Without<SideCamera>),
    >,
    mut cameras: Query<(&mut Camera, &mut Transform), With<SideCamera>>,
    drawn: Drawn,
    mut zone: Local<Zone>,
    mut alarms_revision: Local<u64>,
    mut actions: MessageWriter<Action>,
    mut asked: ResMut<Asked>,
) {
    let sources = &drawn.sources;
    *alarms_revision += u64::from(sources.alarms_changed());
    if sides.is_empty() {
        return;
    }
    let scenery = Scenery {
        look: Look {
            theme: &drawn.told.theme,
            zone: zone_of(&mut zone, sources),
            now_ms: sources.now_ms(),
        },
        panels: sources.farm(*alarms_revision),
        drawn: &drawn,
        passed: drawn.time.delta(),
    };
    for (entity, mut side, of, mut window) in &mut sides {
        let (Ok(mut ui_of), Ok((mut camera, mut at))) =
            (contexts.get_mut(of.ui), cameras.get_mut(of.farm))
        else {
            continue;
        };
        let side = &mut *side;
        let (context, input, output, ui_camera) =
            (&mut ui_of.0, &mut ui_of.1, &mut ui_of.2, &mut ui_of.3);
        let context = context.get_mut().clone();
        let is_full = window
            .as_ref()
            .is_some_and(|w| w.mode != WindowMode::Windowed);
        let mut outcome = Outcome::default();
        let input = input.take();
        output.0 = Some(context.run_ui(input, |ui| {
            window_ui(ui, side, &scenery, is_full, &mut outcome);
        }));
        actions.write_batch(outcome.actions);
        asked.hovered = outcome.hovered.or(asked.hovered);
        let shows_farm = matches!(side.shows, Shows::Farm(_)) && side.pose.is_some();
        set_active(ui_camera, !side.hidden);
        set_active(&mut camera, !side.hidden && shows_farm);
        if let Some(pose) = side.pose {
            at.set_if_neq(steer::transform(&pose));
        }
        super::cameras::fill(&mut camera, side.area, context.pixels_per_point());
        if outcome.close {
            commands.entity(entity).despawn();
            continue;
        }
        if let Some(window) = &mut window {
            if outcome.fullscreen {
                window.mode = keys::toggled(window.mode);
            }
            let scene = scenery.panels.scene.map(|s| s.title.as_str());
            let title = window_title(&side.shows, scene);
            if window.title != title {
                window.title = title;
            }
        }
    }
}

fn set_active(camera: &mut Mut<Camera>, is_active: bool) {
    if camera.is_active != is_active {
        camera.is_active = is_active;
    }
}

/// Carries out what must wait until every window is drawn.
pub(super) fn follow_asked(
    mut asked: ResMut<Asked>,
    mut selection: ResMut<Selection>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    if let Some(hovered) = asked.bypass_change_detection().hovered.take()
        && selection.hovered != hovered
    {
        selection.hovered = hovered;
        redraw.write(RequestRedraw);
    }
}

fn window_ui(
    ui: &mut Ui,
    side: &mut SideView,
    scenery: &Scenery,
    is_full: bool,
    out: &mut Outcome,
) {
    let context = ui.ctx().clone();
    // The fonts hold from the second pass on.
    if !crate::theme::is_dressed(&context) {
        return;
    }
    follow_keys(&context, side, scenery, out);
    let strip = Frame::new()
        .fill(scenery.look.theme.panel)
        .inner_margin(Margin::symmetric(12, 0));
    let request = Panel::top("strip")
        .exact_size(HEIGHT)
        .show_separator_line(true)
        .frame(strip)
        .show(ui, |ui| {
            let shown = Shown {
                shows: &side.shows,
                follows: side.follows,
                fullscreen: is_full,
            };
            header_ui(
                ui,
                &scenery.look,
                &scenery.panels,
                shown,
                &mut side.panel.choice,
            )
        })
        .inner;
    follow_header(request, side, scenery, out);
    match side.shows.clone() {
        Shows::Farm(vantage) => {
            CentralPanel::no_frame().show(ui, |ui| farm_ui(ui, side, &vantage, scenery, out));
        }
        shows => {
            let ground = Frame::new()
                .fill(scenery.look.theme.panel)
                .inner_margin(Margin::symmetric(12, 8));
            CentralPanel::default()
                .frame(ground)
                .show(ui, |ui| panel_ui(ui, side, &shows, scenery, out));
        }
    }
    side.panel.is_typing = context.text_edit_focused();
}

fn panel_ui(ui: &mut Ui, side: &mut SideView, shows: &Shows, scenery: &Scenery, out: &mut Outcome) {
    let mut farm = scenery.panels;
    let pane = match shows {
        Shows::Turbine(Some(name)) => {
            let Some(row) = row_of(&farm, name) else {
                let words = format!("There is no turbine {name} in this scene.");
                empty_ui(ui, &scenery.look, &words);
                return;
            };
            farm.selected = Some(row);
            Pane::Turbine
        }
        Shows::Panel(pane) => *pane,
        _ => Pane::Turbine,
    };
    let (look, list) = (&scenery.look, &mut side.panel.list);
    // The alarm list's columns need some room: a narrow window is moved over it.
    let least = if pane == Pane::Alarms {
        LIST_WIDTH
    } else {
        0.0
    };
    let width = ui.available_width().max(least);
    ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
        ui.set_width(width);
        pane_ui(ui, pane, look, &farm, list, &mut out.actions);
    });
}

fn row_of(farm: &frame::Farm, name: &str) -> Option<TurbineRow> {
    let at = farm.scene?.turbines.iter().position(|t| &*t.id == name)?;
    Some(TurbineRow(at as u32))
}

fn follow_keys(context: &Context, side: &mut SideView, scenery: &Scenery, out: &mut Outcome) {
    if std::mem::take(&mut side.panel.is_typing) || Popup::is_any_open(context) {
        return;
    }
    let has_list = side.shows == Shows::Panel(Pane::Alarms);
    let farm = &scenery.panels;
    for shortcut in pressed(context) {
        let list = &mut side.panel.list;
        let rows = list.rows(farm, scenery.look.now_ms);
        match shortcut {
            Shortcut::Acknowledge if has_list => list.acknowledge_selected(&rows, &mut out.actions),
            Shortcut::NextAlarm if has_list => list.step(1, farm, &rows, &mut out.actions),
            Shortcut::PreviousAlarm if has_list => list.step(-1, farm, &rows, &mut out.actions),
            Shortcut::Filter if has_list => list.focus_filter = true,
            Shortcut::FitAll => fit(side, scenery),
            Shortcut::Deselect => {
                list.selected.clear();
                out.actions.push(Action::Select(None));
            }
            _ => {}
        }
    }
    let is_pressed = |key| context.input_mut(|i| i.consume_key(egui::Modifiers::NONE, key));
    if matches!(side.shows, Shows::Farm(_)) {
        if is_pressed(egui::Key::Home) {
            fit(side, scenery);
        }
        if is_pressed(egui::Key::Enter)
            && let Some(selected) = farm.selected
        {
            fly_to(side, selected, scenery);
        }
    }
}

fn follow_header(
    request: HeaderRequest,
    side: &mut SideView,
    scenery: &Scenery,
    out: &mut Outcome,
) {
    if let Some(shows) = request.shows {
        let was_farm = matches!(side.shows, Shows::Farm(_));
        if let (true, Shows::Farm(vantage)) = (was_farm, &shows) {
            send(side, vantage, scenery);
        } else {
            side.flight = None;
        }
        side.shows = shows;
    }
    if let Some(follows) = request.follows {
        side.follows = follows;
        if let Some(selected) = scenery.panels.selected.filter(|_| follows) {
            fly_to(side, selected, scenery);
        }
    }
    if request.fit {
        fit(side, scenery);
    }
    out.fullscreen |= request.fullscreen;
    out.close |= request.close;
}

fn aspect(side: &SideView) -> f32 {
    side.area.map_or(1.6, |a| a.width() / a.height().max(1.0))
}

fn fly(side: &mut SideView, to: Pose) {
    if let Some(from) = side.pose {
        side.flight = Some(steer::Leg::new(from, to));
    }
}

fn fit(side: &mut SideView, scenery: &Scenery) {
    let farm = &scenery.drawn.told.farm;
    // From above stays from above.
    let from = side
        .pose
        .map_or(Pose::USUAL, |p| (p.yaw_rad, p.pitch_rad.max(Pose::USUAL.1)));
    fly(side, Pose::of_farm(farm, aspect(side), from));
}

fn send(side: &mut SideView, vantage: &Vantage, scenery: &Scenery) {
    let farm = &scenery.drawn.told.farm;
    if let Some(scene) = scenery.panels.scene {
        fly(side, vantage.start_view().pose(farm, scene, aspect(side)));
    }
}

fn fly_to(side: &mut SideView, turbine: TurbineRow, scenery: &Scenery) {
    let farm = &scenery.drawn.told.farm;
    let model = scenery
        .panels
        .scene
        .and_then(|s| s.turbine(turbine))
        .map(|t| t.model);
    let dimensions = model.and_then(|m| farm.dimensions.get(m));
    if let (Some(foot), Some(d), Some(from)) = (farm.foot(turbine), dimensions, side.pose) {
        fly(side, Pose::of_turbine(foot, d, &from));
    }
}

fn farthest_m(farm: &Farm) -> f32 {
    4.0 * farm.radius_m + 6_000.0
}

/// The farm: its camera follows the pointer, and labels lie over it.
fn farm_ui(
    ui: &mut Ui,
    side: &mut SideView,
    vantage: &Vantage,
    scenery: &Scenery,
    out: &mut Outcome,
) {
    let area = ui.max_rect();
    side.area = Some(area);
    let response = ui.interact(area, ui.id().with("farm"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, "The farm"));
    place(side, vantage, scenery);
    // A pass that is drawn once more has moved the camera already.
    let is_first_pass = ui.ctx().current_pass_index() == 0;
    if is_first_pass {
        follow_selection(side, scenery);
        steer_by(ui, &response, side, scenery);
    }
    let Some(pose) = side.pose else {
        if scenery.panels.scene.is_none() {
            empty_ui(ui, &scenery.look, "No scene is open.");
        }
        return;
    };
    let view = Frozen::of(&steer::transform(&pose), area);
    let placed = paint_labels_on(ui.ctx(), &scenery.drawn.told, &view);
    overlay_on(ui.ctx(), &view, pose.focus, scenery.look.theme);
    let hit = |at: egui::Pos2| {
        let label = placed.iter().rfind(|(rect, _)| rect.contains(at));
        label.map(|(_, turbine)| *turbine).or_else(|| {
            let (ray, point_rad) = view.ray(at)?;
            let yaw = |t| scenery.drawn.rows.get(t).map_or(0.0, |r| r.yaw_rad);
            scenery.drawn.grid.pick(ray, point_rad * SLACK, yaw)
        })
    };
    if is_first_pass {
        point_and_click(&response, side, scenery, out, hit);
    }
}

fn point_and_click(
    response: &Response,
    side: &mut SideView,
    scenery: &Scenery,
    out: &mut Outcome,
    hit: impl Fn(egui::Pos2) -> Option<TurbineRow>,
) {
    match response.hover_pos().filter(|_| !response.dragged()) {
        Some(at) => {
            out.hovered = Some(hit(at));
            side.hovers = true;
        }
        None if std::mem::take(&mut side.hovers) => out.hovered = Some(None),
        None => {}
    }
    if let Some(at) = response
        .interact_pointer_pos()
        .filter(|_| response.clicked())
    {
        let turbine = hit(at);
        out.actions.push(Action::Select(turbine));
        if let Some(turbine) = turbine.filter(|_| response.double_clicked()) {
            fly_to(side, turbine, scenery);
        }
    }
}

/// A farm that is seen for the first time is seen from where was asked for; at once. As long as nobody
/// has moved the camera, it follows the window's shape.
fn place(side: &mut SideView, vantage: &Vantage, scenery: &Scenery) {
    let farm = &scenery.drawn.told.farm;
    let Some(scene) = scenery.panels.scene.filter(|_| !farm.feet.is_empty()) else {
        return;
    };
    let aspect = aspect(side);
    let known = side.placed.as_ref().filter(|p| p.scene == scene.path);
    let is_due = match (known, side.pose) {
        (Some(placed), Some(pose)) => {
            placed.aspect != aspect && placed.pose == pose && side.flight.is_none()
        }
        // Remembered from the last run: if it is of this farm, it stays.
        (None, Some(pose)) if side.placed.is_none() => {
            pose.focus.distance(farm.middle) > 2.0 * farm.radius_m + 6_000.0
        }
        _ => true,
    };
    if is_due {
        let start = if vantage.is_of(scene) {
            vantage.clone()
        } else {
            Vantage("farm".to_owned())
        };
        let pose = start.start_view().pose(farm, scene, aspect);
        side.pose = Some(pose);
        side.flight = None;
    }
    if is_due || known.is_none() {
        side.placed = side.pose.map(|pose| steer::Placed {
            scene: scene.path.clone(),
            aspect,
            pose,
        });
    }
}

fn follow_selection(side: &mut SideView, scenery: &Scenery) {
    let selected = scenery.panels.selected;
    let was = std::mem::replace(&mut side.selected, selected);
    if let Some(turbine) = selected.filter(|_| side.follows && was != selected) {
        fly_to(side, turbine, scenery);
    }
}

fn steer_by(ui: &Ui, response: &Response, side: &mut SideView, scenery: &Scenery) {
    let farm = &scenery.drawn.told.farm;
    let Some(mut pose) = side.pose else { return };
    if let Some(leg) = &mut side.flight {
        let (next, has_arrived) = leg.step(scenery.passed);
        pose = next;
        if has_arrived {
            side.flight = None;
        } else {
            ui.ctx().request_repaint();
        }
    }
    let (drag, height) = (response.drag_delta(), response.rect.height());
    if drag != egui::Vec2::ZERO {
        side.flight = None;
        let shift = ui.input(|i| i.modifiers.shift);
        if response.dragged_by(PointerButton::Primary) && !shift {
            steer::orbit(&mut pose, drag, height);
        } else {
            steer::pan(&mut pose, drag, height, farthest_m(farm));
        }
    }
    if let Some(at) = response.hover_pos() {
        let lines = ui.input(|i| i.events.iter().map(wheel_lines).sum::<f32>());
        if lines != 0.0 {
            side.flight = None;
            let ray = Frozen::of(&steer::transform(&pose), response.rect).ray(at);
            steer::zoom(&mut pose, lines, ray.map(|r| r.0), farthest_m(farm));
        }
    }
    side.pose = Some(pose);
}

fn wheel_lines(event: &Event) -> f32 {
    match event {
        Event::MouseWheel { unit, delta, .. } => match unit {
            MouseWheelUnit::Point => delta.y / 50.0,
            MouseWheelUnit::Line => delta.y,
            MouseWheelUnit::Page => 4.0 * delta.y,
        },
        _ => 0.0,
    }
}
