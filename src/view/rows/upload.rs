//! Writes changed rows into the GPU's buffer: the only traffic that telemetry causes.

use bevy::prelude::*;
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::BufferId;
use bevy::render::renderer::RenderQueue;
use bevy::render::storage::{GpuShaderBuffer, ShaderBuffer};
use bevy::render::{ExtractSchedule, MainWorld, Render, RenderApp, RenderSystems};

use super::table::Rows;

/// What was taken from the main world and is not yet in the buffer.
#[derive(Resource, Default)]
struct PendingWrites {
    buffer: AssetId<ShaderBuffer>,
    writes: Vec<(u64, Vec<u8>)>,
    /// The GPU's buffer that has got every row.
    written_to: Option<BufferId>,
    /// That buffer is gone, with a lost device: its successor has no row yet.
    is_lost: bool,
}

pub(super) fn plugin(app: &mut App) {
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else {
        return;
    };
    render_app
        .init_resource::<PendingWrites>()
        .add_systems(ExtractSchedule, take_writes)
        .add_systems(Render, write_rows.in_set(RenderSystems::PrepareResources));
}

fn take_writes(mut main_world: ResMut<MainWorld>, mut pending: ResMut<PendingWrites>) {
    let Some(mut rows) = main_world.get_resource_mut::<Rows>() else {
        return;
    };
    let id = rows.buffer.id();
    if pending.buffer != id {
        // Another farm: what was meant for the old buffer is void.
        pending.buffer = id;
        pending.writes.clear();
        pending.written_to = None;
        rows.bypass_change_detection().mark_all();
    }
    if std::mem::take(&mut pending.is_lost) {
        rows.bypass_change_detection().mark_all();
    }
    let rows = rows.bypass_change_detection();
    // While the buffer does not exist yet nothing is taken: the rows stay marked.
    if pending.writes.is_empty() {
        pending.writes = rows.take_writes();
    }
}

fn write_rows(
    mut pending: ResMut<PendingWrites>,
    buffers: Res<RenderAssets<GpuShaderBuffer>>,
    queue: Res<RenderQueue>,
) {
    let Some(gpu) = buffers.get(pending.buffer) else {
        return;
    };
    let id = Some(gpu.buffer.id());
    if pending.written_to != id {
        pending.is_lost = pending.written_to.is_some();
        pending.written_to = id;
    }
    for (offset, bytes) in pending.writes.drain(..) {
        if offset + bytes.len() as u64 <= gpu.buffer.size() {
            queue.write_buffer(&gpu.buffer, offset, &bytes);
        }
    }
}
