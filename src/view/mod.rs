//! The 3D window: turbines, ground, sky, camera, labels and picking.

use bevy::prelude::*;

use crate::RoomSet;
use crate::fleet::TurbineRow;
use crate::theme::Theme;

pub mod app;
mod camera;
pub mod colour;
pub mod composition;
mod detail;
mod display;
mod farm;
mod geometry;
mod gpu;
mod hover;
mod inside;
mod labels;
mod light;
mod marks;
mod material;
mod model_file;
mod named_views;
mod off_screen;
mod overlays;
mod pace;
mod pick;
mod pointer;
mod project;
pub mod report;
mod rows;
mod select;
mod site_frame;
mod start_view;
mod terrain;
mod wind;
pub mod windows;

pub use camera::{FarmCamera, Flight, Gesture, Hand, Manner, Pose, Viewpoint};
pub use colour::ColourBy;
pub use display::has_display;
pub use farm::{Bounds, Farm, TurbineEntity};
pub use gpu::{GpuCulling, NoDriver, SoftwareRenderer, check_driver};
pub use hover::HoverCard;
pub use light::Daylight;
pub use named_views::{NamedViews, as_toml};
pub use off_screen::{OffScreen, RunError, WaitFor};
pub use overlays::{Overlay, Overlays};
pub use rows::Rows;
pub use start_view::{BUILT_IN, StartView};
pub use wind::Wind;

/// What the operator has selected and points at.
#[derive(Resource, Debug, Default, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The selected turbine: what panels tell about.
    pub turbine: Option<TurbineRow>,
    /// Turbines that are selected beside it, each once.
    pub also: Vec<TurbineRow>,
    /// The turbine under the pointer.
    pub hovered: Option<TurbineRow>,
}

impl Selection {
    /// Whether a turbine is selected, alone or among several.
    pub fn contains(&self, turbine: TurbineRow) -> bool {
        self.turbine == Some(turbine) || self.also.contains(&turbine)
    }

    /// Every selected turbine, the one that panels tell about first.
    pub fn all(&self) -> impl Iterator<Item = TurbineRow> + '_ {
        self.turbine.into_iter().chain(self.also.iter().copied())
    }
}

/// The part of the window that the panels leave to the 3D view, in egui points. Written by the
/// panels each frame; the whole window without panels.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct ViewArea(pub Option<bevy_egui::egui::Rect>);

/// The view's pane is behind another tab: nothing of it is on the screen. Written by the panels.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct ViewCovered(pub bool);

/// The places of cards that lie over the view, in egui points: labels keep clear of them. Written by
/// the panels each frame.
#[derive(Resource, Debug, Default, Clone, PartialEq)]
pub struct ViewCards(pub Vec<bevy_egui::egui::Rect>);

/// Turbines for which the rule holds that is being edited: marked in the view. Written by the panels.
#[derive(Resource, Debug, Default, Clone, PartialEq, Eq)]
pub struct RulePreview(pub Vec<TurbineRow>);

/// Draws the farm and follows the camera.
pub fn plugin(app: &mut App) {
    app.init_resource::<Selection>()
        .init_resource::<ViewArea>()
        .init_resource::<ViewCovered>()
        .init_resource::<ViewCards>()
        .init_resource::<RulePreview>()
        .init_resource::<Theme>()
        .init_resource::<Farm>()
        .init_resource::<detail::FarmMeshes>()
        .init_resource::<inside::Opened>()
        .init_resource::<pick::PickGrid>()
        .add_plugins(gpu::CapabilitiesPlugin)
        .add_plugins((
            material::plugin,
            rows::plugin,
            wind::plugin,
            terrain::plugin,
            colour::plugin,
            hover::plugin,
            marks::plugin,
            light::plugin,
            camera::plugin,
            overlays::plugin,
            named_views::plugin,
            labels::plugin,
            composition::plugin,
            report::plugin,
            windows::plugin,
        ))
        .add_systems(
            Update,
            farm::build_farm
                .after(RoomSet::Scene)
                .before(RoomSet::Fleet),
        )
        .add_systems(
            Update,
            (
                pointer::keys.before(camera::CameraMoves),
                (detail::choose_detail, inside::open_selected)
                    .chain()
                    .after(camera::CameraMoves),
            )
                .in_set(RoomSet::View),
        )
        // Where the pointer is now, not where it was before the frame.
        .add_systems(
            PostUpdate,
            pointer::point_and_click.after(camera::follow_pointer),
        );
}
