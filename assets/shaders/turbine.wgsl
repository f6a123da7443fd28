// Turbines: posed from their rows, lit plainly so that the theme's colours arrive on the screen.
#import bevy_pbr::mesh_functions
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::shadows::fetch_directional_shadow
#import bevy_pbr::view_transformations::position_world_to_clip
#import windvane::farm::{
    table, pose, haze, linear_from_srgb, symbol, SURFACE_COLOURED, SURFACE_ALARM, SURFACE_UNKNOWN,
    ROW_SELECTED, ROW_HOVERED, SURFACE_FOUNDATION, SURFACE_BLADES,
}

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) part: u32,
}

struct Varyings {
    @builtin(position) position: vec4<f32>,
    @location(0) world_position: vec3<f32>,
    @location(1) world_normal: vec3<f32>,
    @location(2) @interpolate(flat) colour: vec3<f32>,
    // Low byte: SURFACE_ flags, next byte: ROW_ flags, then the opacity in 0..=15.
    @location(3) @interpolate(flat) flags: u32,
}

// Metres that a pixel covers at a distance from the camera: on the map the same at any.
fn metres_a_pixel_at(distance: f32) -> f32 {
    let is_map = view.clip_from_view[3][3] == 1.0;
    return 2.0 * select(distance, 1.0, is_map) / (view.clip_from_view[1][1] * view.viewport.w);
}

@vertex
fn vertex(in: Vertex) -> Varyings {
    let row = mesh_functions::get_tag(in.instance_index);
    let posed = pose(row, in.part, in.position, in.normal);
    let world_from_local = mesh_functions::get_world_from_local(in.instance_index);
    let surface = in.part & 0xffu;
    let place = symbol(posed.position, surface);
    var world = (world_from_local * vec4(place, 1.0)).xyz;
    // Nothing gets thinner than about a pixel: a turbine a few pixels high is still a turbine.
    let metres_a_pixel = metres_a_pixel_at(distance(world, view.world_position));
    // Blades are thin and edge-on to the sun half the time: they need more to be seen turning.
    var least_radius_px = select(0.75, 1.1, surface == SURFACE_BLADES);
    if view.clip_from_view[3][3] == 1.0 {
        // A symbol is seen at a glance.
        least_radius_px = 1.5;
    }
    world += posed.normal * metres_a_pixel * least_radius_px;

    let packed = table.rows[row].surfaces[surface];
    var colour = linear_from_srgb(packed);
    let surface_flags = (packed >> 24u) & 0xfu;
    // The transition piece of a farm at sea is painted a shade off the tower.
    if surface == SURFACE_FOUNDATION && (surface_flags & SURFACE_COLOURED) == 0u {
        colour = mix(colour, table.head.ground.rgb, 0.35);
    }
    var out: Varyings;
    out.position = position_world_to_clip(world);
    out.world_position = world;
    out.world_normal = posed.normal;
    out.colour = colour;
    out.flags = surface_flags | ((table.rows[row].flags & 0xffu) << 8u) | ((packed >> 28u) << 16u);
    return out;
}

@fragment
fn fragment(in: Varyings, @builtin(front_facing) front: bool) -> @location(0) vec4<f32> {
    let to_eye = view.world_position - in.world_position;
    let eye_distance = length(to_eye);
    // On the map, rays are parallel.
    let eye = select(to_eye / eye_distance, view.world_from_view[2].xyz, view.clip_from_view[3][3] == 1.0);
    let normal = normalize(in.world_normal);
    let facing = dot(normal, eye);

    let opacity = in.flags >> 16u;
    if opacity < 15u {
        // A screen door keeps the pass opaque.
        let cell = vec2<u32>(in.position.xy) % 4u;
        if (cell.x * 5u + cell.y * 7u) % 16u > opacity {
            discard;
        }
    }

    let sun = max(dot(normal, table.head.sun_direction.xyz), 0.0);
    var lit = 1.0;
    if sun > 0.0 && table.head.time_haze_wave_shadow.w > 0.5 {
        let view_z = -dot(view.world_from_view[2].xyz, to_eye);
        lit = fetch_directional_shadow(0u, vec4(in.world_position, 1.0), normal, view_z, in.position.xy);
    }
    let up = 0.5 + 0.5 * normal.y;
    let light = table.head.light.x * sun * lit
        + mix(table.head.light.z, table.head.light.y, up);

    var colour = in.colour;
    let stands_out = (in.flags & (SURFACE_COLOURED | SURFACE_ALARM)) != 0u;
    // A colour that tells something is mostly its own light: red in the sun is red in shadow.
    var shade = clamp(light, 0.0, 1.04);
    if stands_out {
        shade = mix(1.0, min(shade, 1.0), 0.22);
    }
    // Where a blade is a pixel wide, shading no longer tells its form, only hides it.
    let metres_a_pixel = metres_a_pixel_at(eye_distance);
    shade = mix(shade, max(shade, 0.97), smoothstep(0.6, 2.5, metres_a_pixel));
    colour *= shade;

    if (in.flags & SURFACE_UNKNOWN) != 0u {
        // Hatched on the screen, so that it reads at any distance and never as a colour.
        let stripe = fract((in.position.x + in.position.y) / 7.0);
        let hatch = smoothstep(0.44, 0.52, stripe) - smoothstep(0.94, 1.0, stripe);
        colour = mix(table.head.unknown_ground.rgb * mix(1.0, shade, 0.5), table.head.unknown.rgb, hatch);
    }
    if (in.flags & SURFACE_ALARM) != 0u && facing < 0.34 {
        colour = mix(colour, table.head.ink.rgb, smoothstep(0.34, 0.2, facing));
    }
    let row_flags = in.flags >> 8u;
    // An alarm's colour is never tinted: brackets and the label's rim tell the selection there.
    if (row_flags & (ROW_SELECTED | ROW_HOVERED)) != 0u && (in.flags & SURFACE_ALARM) == 0u {
        let strength = select(0.5, 0.9, (row_flags & ROW_SELECTED) != 0u);
        colour = mix(colour, table.head.accent.rgb, strength * smoothstep(0.55, 0.2, facing));
    }

    var hidden = haze(eye_distance);
    if stands_out || (in.flags & SURFACE_UNKNOWN) != 0u {
        hidden *= 0.25;
    }
    colour = mix(colour, table.head.sky_horizon.rgb, hidden);
    return vec4(colour, 1.0);
}
