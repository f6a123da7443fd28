//! Where the pointer is on the ground: metres east and north, latitude and longitude; a click on the
//! reading copies it.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use bevy_egui::egui::{
    Align2, Area, FontId, Frame, Id, Label, Margin, Order, Pos2, Rect, RichText, Sense, pos2,
};

use super::overlay::corners;
use crate::scene::{ActiveScene, TangentPlane};
use crate::theme::{SMALL, Theme};
use crate::view::ViewCards;
use crate::view::camera::{Manner, PointerInView, ground_height_m};
use crate::view::farm::Farm;
use crate::view::project::Projector;
use crate::view::site_frame::site_from_view;
use crate::wording::grouped;

/// A plane that touches the earth says nothing of places farther away, metres.
const FARTHEST_M: f64 = 500_000.0;
/// From the view's lower left corner, or from the card that lies there.
const CORNER: f32 = 12.0;
/// About the words.
const PADDING: Margin = Margin::symmetric(8, 2);

/// The last place on the ground that was pointed at: metres east and north.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Reading(Option<[f64; 2]>);

pub(super) fn coordinates_ui(
    mut contexts: EguiContexts,
    projector: Projector,
    pointer: Res<PointerInView>,
    (farm, theme, cards): (Res<Farm>, Res<Theme>, Res<ViewCards>),
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
    let font = FontId::proportional(SMALL);
    let wide = context.fonts_mut(|fonts| {
        let galley = fonts.layout_no_wrap(words.clone(), font, theme.text);
        galley.size().x + PADDING.sum().x
    });
    let Some(corner) = corner(view.area, &cards.0, wide) else {
        return Ok(());
    };
    Area::new(id)
        .order(Order::Middle)
        .pivot(Align2::LEFT_BOTTOM)
        .fixed_pos(corner)
        .show(context, |ui| {
            let frame = Frame::new()
                .fill(theme.panel.gamma_multiply(0.85))
                .corner_radius(4)
                .inner_margin(PADDING);
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

/// The reading's lower left corner: the view's, or to the right of the cards that lie there; `None`
/// where that would lie over the scale bar.
fn corner(area: Rect, cards: &[Rect], wide: f32) -> Option<Pos2> {
    let bottom = area.bottom() - CORNER;
    let left = cards
        .iter()
        .filter(|card| card.left() < area.left() + 2.0 * CORNER && card.bottom() > bottom - CORNER)
        .map(|card| card.right())
        .fold(area.left(), f32::max)
        + CORNER;
    let end = corners(area).map_or(area.right(), |[_, bar]| bar.left());
    (left + wide < end).then(|| pos2(left, bottom))
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
    use bevy_egui::egui::vec2;

    #[test]
    fn a_reading_keeps_clear_of_the_legend_and_the_scale_bar() {
        let area = Rect::from_min_size(Pos2::ZERO, vec2(900.0, 500.0));
        let legend = Rect::from_min_max(pos2(12.0, 380.0), pos2(258.0, 488.0));
        let elsewhere = Rect::from_min_max(pos2(840.0, 80.0), pos2(880.0, 260.0));
        let at = |cards: &[Rect], wide| corner(area, cards, wide);
        assert_eq!(at(&[elsewhere], 250.0), Some(pos2(12.0, 488.0)));
        assert_eq!(at(&[legend, elsewhere], 250.0), Some(pos2(270.0, 488.0)));
        assert_eq!(at(&[legend], 600.0), None);
    }

    #[test]
    fn a_reading_is_in_metres_and_degrees() {
        let text = words([1_234.4, -0.4], [55.486_123, 7.840_309]);
        assert_eq!(text, "E 1,234 m  N 0 m   55.48612° 7.84031°");
    }
}
