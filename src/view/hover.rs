//! When the card of the turbine under the pointer is shown, and what it must not cover.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::egui;

use super::camera::{Flight, PointerInView, follow_pointer};
use super::farm::Farm;
use super::labels::PlacedLabels;
use super::project::{Frozen, Projector};
use super::{Selection, pointer};
use crate::fleet::TurbineRow;
use crate::scene::{ActiveScene, Scene};

/// The pointer must have been over a turbine for so long before its card comes.
const DELAY: Duration = Duration::from_millis(150);

/// The turbine whose card is due, and where it must not lie.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct HoverCard {
    /// Whose card is shown.
    pub shown: Option<TurbineRow>,
    /// How long until it is due, while the pointer is over a turbine whose card is not shown yet.
    pub due: Option<Duration>,
    /// The turbine on the screen, egui points.
    pub turbine: Option<egui::Rect>,
    /// The pointer, egui points.
    pub pointer: Option<egui::Pos2>,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<HoverCard>().add_systems(
        PostUpdate,
        follow_hover
            .after(follow_pointer)
            .after(pointer::point_and_click),
    );
}

fn follow_hover(
    selection: Res<Selection>,
    pointer: Res<PointerInView>,
    buttons: Res<ButtonInput<MouseButton>>,
    flight: Res<Flight>,
    active: Option<Res<ActiveScene>>,
    farm: Res<Farm>,
    (projector, labels): (Projector, Res<PlacedLabels>),
    mut card: ResMut<HoverCard>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut since: Local<Option<(TurbineRow, Instant)>>,
) {
    let is_busy = flight.is_under_way() || buttons.get_pressed().next().is_some();
    let hovered = selection.hovered.filter(|_| !is_busy);
    let (Some(turbine), Some(at), Some(active)) = (hovered, pointer.at, active) else {
        *since = None;
        card.set_if_neq(HoverCard::default());
        return;
    };
    let now = Instant::now();
    let (of, began) = *since.get_or_insert((turbine, now));
    if of != turbine {
        *since = Some((turbine, now));
    }
    // One card is up already: the next turbine's comes at once.
    let waited = if of == turbine {
        now.duration_since(began)
    } else {
        Duration::ZERO
    };
    let is_shown = card.shown.is_some() || waited >= DELAY;
    let rect = projector
        .freeze(None)
        .and_then(|view| rect_of(turbine, &active.scene, &farm, &view))
        .map(|rect| labels.of(turbine).map_or(rect, |label| rect.union(label)));
    let next = HoverCard {
        shown: is_shown.then_some(turbine),
        due: (!is_shown).then(|| DELAY.saturating_sub(waited)),
        turbine: rect,
        pointer: Some(at),
    };
    if card.shown != next.shown || (card.due.is_none() && next.due.is_some()) {
        redraw.write(RequestRedraw);
    }
    card.set_if_neq(next);
}

/// The turbine's tower and rotor on the screen.
fn rect_of(turbine: TurbineRow, scene: &Scene, farm: &Farm, view: &Frozen) -> Option<egui::Rect> {
    let foot = farm.foot(turbine)?;
    let d = farm.dimensions.get(scene.turbine(turbine)?.model)?;
    let (base, _) = view.point(foot)?;
    let (hub, depth_m) = view.point(foot + Vec3::Y * d.hub_height_m)?;
    let reach = view.points_a_metre(depth_m) * d.rotor_radius_m;
    let rotor = egui::Rect::from_center_size(hub, egui::Vec2::splat(2.0 * reach));
    Some(
        rotor
            .union(egui::Rect::from_two_pos(base, base))
            .expand(4.0),
    )
}
