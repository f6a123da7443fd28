//! The graphics driver: what it can do, and what to say and do when it fails.

use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy::render::batching::gpu_preprocessing::{GpuPreprocessingMode, GpuPreprocessingSupport};
use bevy::render::error_handler::{ErrorType, RenderErrorHandler, RenderErrorPolicy};
use bevy::render::renderer::RenderAdapterInfo;
use bevy::render::settings::{Backends, RenderCreation, WgpuSettings};

/// Whether turbines out of view are left out by the GPU, so that the CPU need not look at each.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq)]
pub struct GpuCulling(pub bool);

/// Whether pictures are computed by the processor: then every pixel costs what the fleet needs.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SoftwareRenderer(pub bool);

/// No driver that can draw.
#[derive(thiserror::Error, Debug)]
#[error(
    "no graphics driver was found, so nothing can be drawn\n  \
     on Debian or Ubuntu: apt install mesa-vulkan-drivers libvulkan1\n  \
     (they draw on machines without a GPU too)\n  \
     `windvane watch SCENE` needs no driver"
)]
pub struct NoDriver;

fn backends() -> Backends {
    Backends::from_env().unwrap_or(Backends::PRIMARY)
}

/// What Bevy is to ask the driver for.
pub(super) fn wgpu_settings() -> WgpuSettings {
    WgpuSettings {
        backends: Some(backends()),
        ..WgpuSettings::default()
    }
}

/// Looks for a driver before Bevy does, which would end the process without one.
///
/// # Errors
/// [`NoDriver`].
pub fn check_driver() -> Result<(), NoDriver> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = backends();
    let adapters = wgpu::Instance::new(descriptor).enumerate_adapters(backends());
    if bevy::tasks::block_on(adapters).is_empty() {
        return Err(NoDriver);
    }
    Ok(())
}

/// Reads what the renderer found, once it is there.
pub(super) struct CapabilitiesPlugin;

impl Plugin for CapabilitiesPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<SoftwareRenderer>()
            .insert_resource(error_handler());
    }

    fn finish(&self, app: &mut App) {
        let Some(render_app) = app.get_sub_app_mut(RenderApp) else {
            return;
        };
        let support = GpuPreprocessingSupport::from_world(render_app.world_mut());
        let culling = support.max_supported_mode == GpuPreprocessingMode::Culling;
        let software = app
            .world()
            .get_resource::<RenderAdapterInfo>()
            .is_some_and(|info| info.device_type == wgpu::DeviceType::Cpu);
        app.insert_resource(GpuCulling(culling))
            .insert_resource(SoftwareRenderer(software));
    }
}

/// A twin that runs day and night outlives its GPU: a lost device is asked for again.
fn error_handler() -> RenderErrorHandler {
    RenderErrorHandler(|error, _main_world, _render_world| match error.ty {
        ErrorType::DeviceLost => {
            error!("The graphics device was lost; trying to get it back.");
            RenderErrorPolicy::Recover(RenderCreation::Automatic(Box::new(wgpu_settings())))
        }
        ErrorType::OutOfMemory => {
            error!("Out of graphics memory: the picture stands still; alarms go on.");
            RenderErrorPolicy::StopRendering
        }
        _ => {
            error!("Drawing went wrong: {}", error.description);
            RenderErrorPolicy::Ignore
        }
    })
}
