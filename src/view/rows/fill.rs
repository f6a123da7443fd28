//! What the rows are filled from: drive signals, appearances, the selection.

use bevy::prelude::*;

use super::layout::{Row, RowFlags, SurfaceStyle};
use super::table::Rows;
use crate::fleet::{Fleet, TurbineRow};
use crate::rules::{Appearance, RuleStates, Shown};
use crate::scene::{ActiveScene, Drive, Scene};
use crate::theme::Theme;
use crate::view::Selection;

/// Revolutions a minute to radians a second.
const RAD_S_PER_RPM: f32 = std::f32::consts::TAU / 60.0;
/// Faster than any rotor that still stands; what is beyond is a fault of the sensor.
const FASTEST_RPM: f64 = 60.0;

/// Turns rotors, nacelles and blades as the drive signals of the rows that changed say.
pub(super) fn follow_drives(
    active: Option<Res<ActiveScene>>,
    fleet: Option<Res<Fleet>>,
    time: Res<Time<Real>>,
    mut rows: ResMut<Rows>,
) {
    let (Some(active), Some(fleet)) = (active, fleet) else {
        return;
    };
    let rows = rows.bypass_change_detection();
    rows.tick(time.elapsed_secs_f64());
    for &turbine in fleet.dirty_rows() {
        let Some(model) = active.scene.model_of(turbine) else {
            continue;
        };
        let value = |drive| {
            let signal = model.driver(drive)?;
            fleet.usable(turbine, signal.column)
        };
        // A rotor of unknown speed stands: turning would claim that it runs.
        let rpm = value(Drive::Rotor)
            .unwrap_or(0.0)
            .clamp(-FASTEST_RPM, FASTEST_RPM);
        rows.set_rotor_speed(turbine, rpm as f32 * RAD_S_PER_RPM);
        // Direction and pitch stay as last known.
        let yaw = value(Drive::Yaw).map(|deg| deg.rem_euclid(360.0).to_radians() as f32);
        let pitch = value(Drive::Pitch).map(|deg| deg.clamp(-20.0, 100.0).to_radians() as f32);
        rows.change(turbine, |row| {
            row.yaw_rad = yaw.unwrap_or(row.yaw_rad);
            row.pitch_rad = pitch.unwrap_or(row.pitch_rad);
        });
    }
}

/// Colours the surfaces as the rules say.
pub(super) fn follow_appearance(
    active: Option<Res<ActiveScene>>,
    states: Option<Res<RuleStates>>,
    theme: Res<Theme>,
    mut rows: ResMut<Rows>,
    mut styled: Local<Option<AssetId<bevy::render::storage::ShaderBuffer>>>,
) {
    let (Some(active), Some(states)) = (active, states) else {
        return;
    };
    let scene = &*active.scene;
    let rows = rows.bypass_change_detection();
    let all = *styled != Some(rows.buffer.id()) || theme.is_changed() || active.is_changed();
    *styled = Some(rows.buffer.id());
    let mut follow = |turbine| {
        let surfaces = packed_surfaces(states.appearance(turbine), scene, &theme);
        rows.change(turbine, |row| row.surfaces = surfaces);
    };
    if all {
        (0..scene.turbines.len() as u32)
            .map(TurbineRow)
            .for_each(&mut follow);
    } else {
        states.changed().iter().copied().for_each(&mut follow);
    }
}

fn packed_surfaces(
    appearance: Appearance,
    scene: &Scene,
    theme: &Theme,
) -> [u32; crate::scene::SURFACES] {
    appearance
        .surfaces
        .map(|shown| style(shown, scene, theme).packed())
}

/// How a surface is drawn that shows this.
fn style(shown: Shown, scene: &Scene, theme: &Theme) -> SurfaceStyle {
    let rule = shown.rule.and_then(|r| scene.rules.get(usize::from(r)));
    let alarm = rule.and_then(|r| r.alarm.as_ref());
    let given = rule
        .and_then(|r| r.color)
        .map(|[r, g, b]| bevy_egui::egui::Color32::from_rgb(r, g, b));
    let color = given.or(alarm.map(|a| theme.priority(a.priority)));
    SurfaceStyle {
        color: color.unwrap_or(theme.turbine),
        coloured: color.is_some(),
        alarm: alarm.is_some(),
        // A rule that holds says more than that an earlier one is unknown.
        unknown: shown.unknown && rule.is_none(),
        opacity: rule.map_or(1.0, |r| r.opacity),
    }
}

/// Marks the selected turbine and the one under the pointer.
pub(super) fn follow_selection(
    selection: Res<Selection>,
    mut rows: ResMut<Rows>,
    mut marked: Local<(
        Option<AssetId<bevy::render::storage::ShaderBuffer>>,
        Selection,
    )>,
) {
    let rows = rows.bypass_change_detection();
    let id = Some(rows.buffer.id());
    if marked.0 == id && marked.1 == *selection {
        return;
    }
    let told_of = |s: &Selection| s.all().chain(s.hovered).collect::<Vec<_>>();
    for turbine in told_of(&marked.1).into_iter().chain(told_of(&selection)) {
        let mut flags = 0;
        if selection.contains(turbine) {
            flags |= RowFlags::SELECTED;
        }
        if selection.hovered == Some(turbine) {
            flags |= RowFlags::HOVERED;
        }
        rows.change(turbine, |row: &mut Row| row.flags = flags);
    }
    *marked = (id, selection.clone());
}
