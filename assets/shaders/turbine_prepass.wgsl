// Turbines in shadow maps: the same pose, depth only.
#import bevy_pbr::mesh_functions
#import bevy_pbr::view_transformations::position_world_to_clip
#import windvane::farm::{pose, table}

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) part: u32,
}

struct Varyings {
    @builtin(position) position: vec4<f32>,
}

@vertex
fn vertex(in: Vertex) -> Varyings {
    let row = mesh_functions::get_tag(in.instance_index);
    let posed = pose(row, in.part, in.position, in.normal);
    let world_from_local = mesh_functions::get_world_from_local(in.instance_index);
    var out: Varyings;
    out.position = position_world_to_clip((world_from_local * vec4(posed.position, 1.0)).xyz);
    // What is more air than wall throws no shadow.
    if (table.rows[row].surfaces[in.part & 0xffu] >> 28u) < 8u {
        out.position = vec4(2.0, 2.0, 2.0, 1.0);
    }
#ifdef UNCLIPPED_DEPTH_ORTHO_EMULATION
    out.position.z = min(out.position.z, 1.0);
#endif
    return out;
}
