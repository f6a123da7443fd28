// Land with a form: tones by slope and height, light by the relief, shadows of the turbines.
#import bevy_pbr::mesh_functions
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::shadows::fetch_directional_shadow
#import bevy_pbr::view_transformations::position_world_to_clip
#import windvane::farm::{table, haze, haze_colour, dithered, grid_line, grid_colour}

@group(#{MATERIAL_BIND_GROUP}) @binding(2) var surface: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(3) var surface_sampler: sampler;
@group(#{MATERIAL_BIND_GROUP}) @binding(4) var relief: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(5) var relief_sampler: sampler;

// `LandShape` in src/view/material.rs.
struct LandShape {
    // West, north as z, and the inverse of the width and the depth of the relief.
    place: vec4<f32>,
    // Lowest and highest point; z: metres between contour lines, 0 for none.
    heights: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(6) var<uniform> land_shape: LandShape;

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
}

struct Varyings {
    @builtin(position) position: vec4<f32>,
    @location(0) world_position: vec3<f32>,
}

@vertex
fn vertex(in: Vertex) -> Varyings {
    let world_from_local = mesh_functions::get_world_from_local(in.instance_index);
    let world = (world_from_local * vec4(in.position, 1.0)).xyz;
    var out: Varyings;
    out.position = position_world_to_clip(world);
    out.world_position = world;
    return out;
}

@fragment
fn fragment(in: Varyings) -> @location(0) vec4<f32> {
    let at = in.world_position;
    let at_sea = table.head.time_haze_wave_shadow.z > 0.0;
    if at_sea && at.y < 0.0 {
        discard;
    }
    let to_eye = view.world_position - at;
    let eye_distance = length(to_eye);
    // On the map, rays are parallel.
    let is_map = view.clip_from_view[3][3] == 1.0;
    let ray = select(-to_eye / eye_distance, -view.world_from_view[2].xyz, is_map);
    let pixel_angle = 2.0 / (view.clip_from_view[1][1] * view.viewport.w);
    let metres_a_pixel = select(eye_distance, 1.0, is_map) * pixel_angle;
    let footprint = log2(max(metres_a_pixel, 0.01));

    let uv = (at.xz - land_shape.place.xy) * land_shape.place.zw;
    let form = textureSampleLevel(relief, relief_sampler, uv, 0.0);
    let nx = form.r * 2.0 - 1.0;
    let nz = form.g * 2.0 - 1.0;
    var normal = vec3(nx, sqrt(max(1.0 - nx * nx - nz * nz, 0.04)), nz);
    // The same grain as on the plain beyond, so that no edge shows where the form ends.
    let broad = textureSampleLevel(surface, surface_sampler, at.xz / 6100.0, footprint - log2(6100.0 / 256.0)).a;
    let fine = textureSampleLevel(surface, surface_sampler, at.zx / 940.0, footprint - log2(940.0 / 256.0)).a;
    let grain = textureSampleLevel(surface, surface_sampler, at.xz / 140.0, footprint - log2(140.0 / 256.0)).a;

    // Grass on what is flat, heath on high backs, woods in hollows, rock where it is steep.
    let steep = 1.0 - normal.y;
    let height = clamp((at.y - land_shape.heights.x) / max(land_shape.heights.y - land_shape.heights.x, 1.0), 0.0, 1.0);
    let rock = smoothstep(0.10, 0.26, steep + 0.10 * (fine - 0.5));
    let woods = smoothstep(0.50, 0.60, fine * 0.65 + grain * 0.15 + 0.20 * broad - 0.9 * (form.b - 0.5) - 0.10 * (height - 0.35))
        * (1.0 - rock);
    var tone = table.head.land.rgb;
    tone *= 1.0 + 0.30 * (broad - 0.5) + 0.16 * (fine - 0.5);
    tone = mix(tone, tone * vec3(1.07, 1.04, 0.98), height);
    tone = mix(tone, tone * vec3(0.74, 0.80, 0.78), 0.75 * woods);
    tone = mix(tone, tone * vec3(0.90, 0.88, 0.90), rock);
    tone *= 1.0 + 0.10 * (grain - 0.5);

    // Light from where the sun is, and a little from the north-west as on a map, so that the form
    // reads at noon and at night too. What is flat has the plain's own tone.
    let sun = table.head.sun_direction.xyz;
    let strength = table.head.light.x;
    let by_sun = (dot(normal, sun) - sun.y) * min(strength * 1.7, 0.85);
    let by_map = dot(normal - vec3(0.0, 1.0, 0.0), vec3(-0.52, 0.62, -0.58)) * 0.68;
    let hollow = 1.0 + 0.55 * clamp(form.b - 0.5, -0.25, 0.25);
    var colour = tone * clamp(1.0 + by_sun + by_map, 0.30, 1.45) * hollow;
    let warmth = clamp(by_sun + 0.15, 0.0, 0.6);
    colour *= mix(vec3(1.0), table.head.sun_tint.rgb, warmth);

    let view_z = dot(view.world_from_view[2].xyz, at - view.world_position);
    if table.head.time_haze_wave_shadow.w > 0.5 && -view_z < table.head.sky_zenith.w {
        let lit = fetch_directional_shadow(0u, vec4(at, 1.0), normal, view_z, in.position.xy);
        colour *= 1.0 - 1.15 * table.head.extra.x * (1.0 - lit);
    }
    let along = select(ray.xz / max(length(ray.xz), 1e-5), vec2(0.0, 1.0), is_map);
    let flatness = select(1.0 / max(dot(normal, -ray), 0.02), 1.0, is_map);
    let beside = vec2(along.y, -along.x);
    let covered = metres_a_pixel * sqrt(beside * beside + along * along * (flatness * flatness));
    colour = mix(colour, grid_colour(colour), grid_line(at.xz, covered));
    colour = mix(colour, haze_colour(ray), haze(eye_distance));
    return vec4(dithered(colour, in.position.xy), 1.0);
}
