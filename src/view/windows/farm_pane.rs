//! The farm in a further window, and what the pointer does there.

use bevy_egui::egui::{
    self, Event, MouseWheelUnit, PointerButton, Response, Sense, Ui, WidgetInfo, WidgetType,
};

use super::draw::{Outcome, Scenery};
use super::flights::{fly_to, follow_selection, place};
use super::{SideView, Vantage, steer};
use crate::action::Action;
use crate::fleet::TurbineRow;
use crate::panels::frame::empty_ui;
use crate::view::camera::{POINTS_A_NOTCH, farthest_m};
use crate::view::labels::{overlay_on, paint_labels_on};
use crate::view::project::Frozen;

/// A turbine is met within this many points of its tower.
const SLACK: f32 = 5.0;

/// The farm: its camera follows the pointer, and labels lie over it.
pub(super) fn farm_ui(
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
        ui.painter()
            .rect_filled(area, 0.0, scenery.look.theme.ground);
        if scenery.panels.scene.is_none() {
            empty_ui(ui, &scenery.look, "No scene is open.");
        }
        return;
    };
    let view = Frozen::of(&pose, area);
    let told = &scenery.drawn.told;
    let placed = paint_labels_on(ui.ctx(), told, &view, &[], &mut side.labels);
    overlay_on(ui.ctx(), &view, Some(&pose), scenery.look.theme);
    let hit = |at: egui::Pos2| {
        let label = placed.iter().rfind(|label| label.rect.contains(at));
        label
            .map(|label| label.turbine)
            .or_else(|| pick(&view, at, scenery))
    };
    if is_first_pass {
        point_and_click(&response, side, scenery, out, hit);
    }
}

/// The turbine under a point.
fn pick(view: &Frozen, at: egui::Pos2, scenery: &Scenery) -> Option<TurbineRow> {
    let point_rad = 1.0 / view.points_a_metre(1.0);
    let yaw = |t| scenery.drawn.rows.get(t).map_or(0.0, |r| r.yaw_rad);
    let grid = &scenery.drawn.grid;
    grid.pick(view.ray(at)?, point_rad * SLACK, yaw)
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
        let notches = ui.input(|i| i.events.iter().map(wheel_notches).sum::<f32>());
        if notches != 0.0 {
            side.flight = None;
            let ray = Frozen::of(&pose, response.rect).ray(at);
            steer::zoom(&mut pose, notches, ray, farthest_m(farm));
        }
    }
    side.pose = Some(pose);
}

fn wheel_notches(event: &Event) -> f32 {
    match event {
        Event::MouseWheel { unit, delta, .. } => match unit {
            MouseWheelUnit::Point => delta.y / POINTS_A_NOTCH,
            MouseWheelUnit::Line => delta.y,
            MouseWheelUnit::Page => 4.0 * delta.y,
        },
        _ => 0.0,
    }
}
