//! The viewer put together: Bevy, egui, the rooms, and either a window or an image to draw to.

use std::path::PathBuf;
use std::time::Instant;

use bevy::asset::RenderAssetUsages;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat, TextureUsages};
use bevy::render::settings::RenderCreation;
use bevy::window::{ExitCondition, WindowResizeConstraints, WindowResolution};
use bevy::winit::WinitPlugin;
use bevy_egui::EguiPlugin;

use super::camera::{CameraTarget, TargetScale};
use super::report::Started;
use super::{ColourBy, Daylight, NoDriver, Overlay, Overlays, StartView, check_driver, gpu, pace};
use crate::panels::AskedPane;
use crate::panels::layout::Pane;
use crate::scene::{LoadOptions, SceneSource};
use crate::theme::{AskedTheme, Theme, Variant};

/// Of the window, logical pixels: in less, the panels leave no room for the farm.
const LEAST_SIZE: Vec2 = Vec2::new(800.0, 500.0);

/// What the viewer is to be like.
#[derive(Debug, Clone)]
pub struct ViewOptions {
    /// When the process started.
    pub started: Instant,
    /// The scene file; without one, [`crate::scene::ActiveScene`] is inserted by hand, as tests do.
    pub scene: Option<PathBuf>,
    /// A broker over the scene's.
    pub broker: Option<String>,
    /// The folder of a TwinMaker scene's models.
    pub models: Option<PathBuf>,
    /// The file of a TwinMaker scene's topics.
    pub bindings: Option<PathBuf>,
    /// Draw to an image instead of a window.
    pub off_screen: bool,
    /// Of the window or the image, pixels.
    pub size: UVec2,
    /// Pixels a point of the window or the image; as the display has it without one.
    pub scale: Option<f32>,
    /// Light or dark; as the user left it without one.
    pub theme: Option<Variant>,
    /// Where the camera starts.
    pub start: StartView,
    /// With the panels around the view.
    pub panels: bool,
    /// The sun as it stood at this time, milliseconds since 1970 UTC; as the scene says without one.
    pub time_ms: Option<i64>,
    /// What the turbines' colours tell at first.
    pub colour_by: ColourBy,
    /// What is shown in the view beside the usual.
    pub show: Vec<Overlay>,
    /// The pane that is in front at the start.
    pub pane: Option<Pane>,
}

impl Default for ViewOptions {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            scene: None,
            broker: None,
            models: None,
            bindings: None,
            off_screen: false,
            size: UVec2::new(1280, 800),
            scale: None,
            theme: None,
            start: StartView::Farm,
            panels: true,
            time_ms: None,
            colour_by: ColourBy::default(),
            show: Vec::new(),
            pane: None,
        }
    }
}

/// Puts the viewer together. Run it with [`App::run`] in a window, with
/// [`OffScreen`](super::OffScreen) without one.
///
/// # Errors
/// There is no graphics driver.
pub fn build(options: &ViewOptions) -> Result<App, NoDriver> {
    check_driver()?;
    let mut app = App::new();
    super::composition::register_source(&mut app);
    let plugins = DefaultPlugins
        .set(LogPlugin {
            // Bevy's own remarks on the driver are not for operators.
            filter: "warn,windvane=info,bevy_render::renderer=error,wgpu_hal=error,bevy_egui::render=error,rumqttd=off,egui_extras::loaders=off,bevy_gltf::loader=error,offset_allocator=error"
                .to_owned(),
            ..default()
        })
        .set(RenderPlugin {
            render_creation: RenderCreation::Automatic(Box::new(gpu::wgpu_settings())),
            synchronous_pipeline_compilation: options.off_screen,
            ..default()
        });
    if options.off_screen {
        let plugins = plugins
            .set(WindowPlugin {
                primary_window: None,
                exit_condition: ExitCondition::DontExit,
                ..default()
            })
            .disable::<WinitPlugin>()
            // One frame after the other: what was asked for is in the picture.
            .disable::<PipelinedRenderingPlugin>();
        app.add_plugins(plugins);
    } else {
        let size = WindowResolution::new(options.size.x, options.size.y);
        let window = Window {
            title: "Windvane".to_owned(),
            name: Some("windvane".to_owned()),
            resolution: match options.scale {
                Some(scale) => size.with_scale_factor_override(scale),
                None => size,
            },
            resize_constraints: WindowResizeConstraints {
                min_width: LEAST_SIZE.x,
                min_height: LEAST_SIZE.y,
                ..default()
            },
            ..default()
        };
        app.add_plugins(plugins.set(WindowPlugin {
            primary_window: Some(window),
            exit_condition: ExitCondition::OnPrimaryClosed,
            ..default()
        }));
    }
    app.add_plugins(EguiPlugin::default())
        .insert_resource(ClearColor(Color::BLACK))
        .insert_resource(Theme::new(options.theme.unwrap_or_default()))
        .insert_resource(AskedTheme(options.theme))
        .insert_resource(Started(options.started))
        .insert_resource(options.start.clone())
        .insert_resource(
            options
                .time_ms
                .map_or_else(Daylight::default, Daylight::Fixed),
        )
        .insert_resource(TargetScale(options.scale.unwrap_or(1.0)))
        .insert_resource(options.colour_by.clone())
        .add_plugins((
            crate::headless_plugin,
            crate::demo::session_plugin,
            super::plugin,
        ));
    for overlay in &options.show {
        app.world_mut()
            .resource_mut::<Overlays>()
            .show(*overlay, true);
    }
    if let Some(path) = options.scene.clone() {
        let options = LoadOptions {
            broker: options.broker.clone(),
            models: options.models.clone(),
            bindings: options.bindings.clone(),
        };
        app.insert_resource(SceneSource {
            path,
            options,
            loaded: None,
        });
    }
    if options.off_screen {
        let image = picture(options.size);
        let image = app.world_mut().resource_mut::<Assets<Image>>().add(image);
        app.insert_resource(CameraTarget(Some(image)))
            .add_systems(Last, (pace::watch_rotors, super::composition::watch_motion));
    } else {
        app.add_plugins(pace::plugin);
    }
    if options.panels {
        app.add_plugins((crate::history::plugin, crate::panels::plugin));
        if let Some(pane) = options.pane {
            app.insert_resource(AskedPane(pane));
        }
    } else {
        // The panels bring the theme's fonts; labels need them as well.
        app.add_plugins(crate::theme::plugin);
    }
    Ok(app)
}

/// An image that a camera can draw to and that can be read back.
pub(super) fn picture(size: UVec2) -> Image {
    let extent = Extent3d {
        width: size.x.clamp(16, 8_192),
        height: size.y.clamp(16, 8_192),
        depth_or_array_layers: 1,
    };
    let mut image = Image::new_uninit(
        extent,
        TextureDimension::D2,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.texture_descriptor.usage |= TextureUsages::RENDER_ATTACHMENT | TextureUsages::COPY_SRC;
    image
}
