//! Where the pointer is on the ground: metres east and north, latitude and longitude; a click on the
//! reading copies it.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use bevy_egui::egui::{Align2, Area, Frame, Id, Label, Margin, Order, RichText, Sense, vec2};

use crate::scene::{ActiveScene, TangentPlane};
use crate::theme::{SMALL, Theme};
use crate::view::camera::{Manner, PointerInView, ground_height_m};
use crate::view::farm::Farm;
use crate::view::project::Projector;
use crate::view::site_frame::site_from_view;
use crate::wording::grouped;

/// A plane that touches the earth says nothing of places farther away, metres.
const FARTHEST_M: f64 = 500_000.0;

/// The last place on the ground that was pointed at: metres east and north.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Reading(Option<[f64; 2]>);

pub(super) fn coordinates_ui(
    mut contexts: EguiContexts,
    projector: Projector,
    pointer: Res<PointerInView>,
    (farm, theme): (Res<Farm>, Res<Theme>),
    active: Option<Res<ActiveScene>>,
    mut reading: ResMut<Reading>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let (Some(view), Some(active), Some(viewpoint)) = (
        projector.freeze(Some(context.viewport_rect())),
        active,
        projector.viewpoint(),
    ) else {
        return Ok(());
    };
    let id = Id::new("coordinates");
    if let Some(at) = pointer.at {
        let ground_m = ground_height_m(&farm, viewpoint.pose.focus);
        let place = view
            .ground_at(at, ground_m)
            .map(|(place, _)| site_from_view(place));
        let near =
            |[east, north, _]: [f64; 3]| (east.hypot(north) < FARTHEST_M).then_some([east, north]);
        reading.set_if_neq(Reading(place.and_then(near)));
    } else if !context
        .pointer_latest_pos()
        .and_then(|at| context.layer_id_at(at))
        .is_some_and(|layer| layer.id == id)
    {
        // Neither in the view nor on the reading itself.
        reading.set_if_neq(Reading(None));
    }
    let is_shown = viewpoint.manner != Manner::Person && crate::theme::is_dressed(context);
    let (Some(place), true) = (reading.0, is_shown) else {
        return Ok(());
    };
    let site = &active.scene.site;
    let plane = TangentPlane::new(site.latitude_deg, site.longitude_deg);
    let words = words(place, plane.latitude_longitude(place));
    Area::new(id)
        .order(Order::Middle)
        .pivot(Align2::LEFT_BOTTOM)
        .fixed_pos(view.area.left_bottom() + vec2(10.0, -8.0))
        .show(context, |ui| {
            let frame = Frame::new()
                .fill(theme.panel.gamma_multiply(0.85))
                .corner_radius(4)
                .inner_margin(Margin::symmetric(6, 2));
            frame.show(ui, |ui| {
                let text = RichText::new(&words).size(SMALL).color(theme.text);
                let label = Label::new(text).extend().sense(Sense::click());
                if ui.add(label).on_hover_text("Click to copy").clicked() {
                    ui.ctx().copy_text(words.clone());
                }
            });
        });
    Ok(())
}

/// `E 1,234 m  N −567 m  55.48612° 7.84031°`
fn words([east, north]: [f64; 2], [latitude, longitude]: [f64; 2]) -> String {
    let metres = |m: f64| {
        let rounded = format!("{m:.0}");
        grouped(if rounded == "-0" { "0" } else { &rounded })
    };
    format!(
        "E {} m  N {} m   {latitude:.5}° {longitude:.5}°",
        metres(east),
        metres(north)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_in_metres_and_degrees() {
        let text = words([1_234.4, -0.4], [55.486_123, 7.840_309]);
        assert_eq!(text, "E 1,234 m  N 0 m   55.48612° 7.84031°");
    }
}
