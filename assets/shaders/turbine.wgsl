// Turbines: posed from their rows, lit plainly so that the theme's colours arrive on the screen.
#import bevy_pbr::mesh_functions
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::shadows::fetch_directional_shadow
#import bevy_pbr::view_transformations::position_world_to_clip
#import windvane::farm::{
    table, model_shape, pose, haze, linear_from_srgb, SURFACE_COLOURED, SURFACE_ALARM, SURFACE_UNKNOWN,
    ROW_SELECTED, ROW_HOVERED, ROW_CUT, SURFACE_BLADES, SURFACE_TOWER, SURFACE_NACELLE, SURFACE_HUB,
    PART_WITHIN, PART_LINING, PART_CUT_FACE, PART_SOLID, PART_SECTIONED,
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
    // PART_ flags.
    @location(4) @interpolate(flat) part: u32,
    // Cut away where all three are above 0.
    @location(5) cut: vec3<f32>,
}

// On which side of the nacelle's axis the camera is: 1 for +x in the nacelle's frame, else -1.
fn side_of_nacelle(row: u32, foot: vec3<f32>) -> f32 {
    let yaw = table.rows[row].yaw;
    let to_eye = view.world_position.xz - foot.xz;
    return select(-1.0, 1.0, dot(to_eye, vec2(cos(yaw), sin(yaw))) >= 0.0);
}

// How far a place is inside what is cut away of its shell.
fn cut_away(part: u32, row: u32, foot: vec3<f32>, p: vec3<f32>) -> vec3<f32> {
    let surface = part & 0xffu;
    let is_shell = surface >= SURFACE_TOWER && surface <= SURFACE_HUB
        && (part & (PART_WITHIN | PART_CUT_FACE | PART_SOLID)) == 0u;
    if !is_shell && (part & PART_SECTIONED) == 0u {
        return vec3(-1.0);
    }
    let planes = model_shape.cut_planes;
    if surface == SURFACE_TOWER {
        let towards = normalize(view.world_position.xz - foot.xz);
        let open = model_shape.cut_tower;
        return vec3(dot(p.xz, towards) - planes.z, p.y - open.x, open.y - p.y);
    }
    let yaw = table.rows[row].yaw;
    let beside = side_of_nacelle(row, foot) * dot(p.xz, vec2(cos(yaw), sin(yaw)));
    let is_whole_height = surface == SURFACE_HUB || (part & PART_SECTIONED) != 0u;
    return vec3(beside - planes.x, select(p.y - planes.y, 1.0, is_whole_height), 1.0);
}

@vertex
fn vertex(in: Vertex) -> Varyings {
    let row = mesh_functions::get_tag(in.instance_index);
    let world_from_local = mesh_functions::get_world_from_local(in.instance_index);
    let foot = world_from_local[3].xyz;
    var part = in.part;
    var position = in.position;
    var normal = in.normal;
    if (part & PART_CUT_FACE) != 0u {
        if (part & 0xffu) == SURFACE_TOWER {
            let towards = normalize(view.world_position.xz - foot.xz);
            position = vec3(position.z * towards.x + position.x * towards.y, position.y,
                position.z * towards.y - position.x * towards.x);
            normal = vec3(normal.z * towards.x + normal.x * towards.y, normal.y,
                normal.z * towards.y - normal.x * towards.x);
        } else {
            let side = side_of_nacelle(row, foot);
            position.x *= side;
            normal.x *= side;
            // The hub's does not turn with it.
            part = SURFACE_NACELLE;
        }
    }
    let posed = pose(row, part, position, normal);
    var world = (world_from_local * vec4(posed.position, 1.0)).xyz;
    // Nothing gets thinner than about a pixel: a turbine a few pixels high is still a turbine.
    let metres_a_pixel = 2.0 * distance(world, view.world_position)
        / (view.clip_from_view[1][1] * view.viewport.w);
    let surface = in.part & 0xffu;
    // Blades are thin and edge-on to the sun half the time: they need more to be seen turning.
    let least_radius_px = select(0.75, 1.1, surface == SURFACE_BLADES);
    world += posed.normal * metres_a_pixel * least_radius_px;

    let packed = table.rows[row].surfaces[surface];
    var colour = linear_from_srgb(packed);
    let surface_flags = (packed >> 24u) & 0xfu;
    // Small things on a surface are darker or lighter than it; what is within a cut always is, so that
    // its form is seen, and elsewhere not where the colour tells something.
    let tone = f32((in.part >> 10u) & 0x3fu) / 32.0;
    let is_lining = (in.part & PART_LINING) != 0u;
    colour *= select(mix(1.0, tone, 0.4), tone, (surface_flags & SURFACE_COLOURED) == 0u || is_lining);
    var out: Varyings;
    out.position = position_world_to_clip(world);
    out.world_position = world;
    out.world_normal = posed.normal;
    out.colour = colour;
    out.flags = surface_flags | ((table.rows[row].flags & 0xffu) << 8u) | ((packed >> 28u) << 16u);
    out.part = in.part;
    out.cut = vec3(-1.0);
    if (table.rows[row].flags & ROW_CUT) != 0u {
        out.cut = cut_away(in.part, row, foot, posed.position);
    }
    return out;
}

@fragment
fn fragment(in: Varyings, @builtin(front_facing) front: bool) -> @location(0) vec4<f32> {
    if min(in.cut.x, min(in.cut.y, in.cut.z)) > 0.0 {
        discard;
    }
    let to_eye = view.world_position - in.world_position;
    let eye_distance = length(to_eye);
    let eye = to_eye / eye_distance;
    let normal = normalize(in.world_normal);
    let facing = dot(normal, eye);

    let opacity = (in.flags >> 16u) & 0xfu;
    if opacity < 15u {
        // A screen door keeps the pass opaque.
        let cell = vec2<u32>(in.position.xy) % 4u;
        if (cell.x * 5u + cell.y * 7u) % 16u > opacity {
            discard;
        }
    }

    let is_within = (in.part & (PART_WITHIN | PART_LINING | PART_CUT_FACE)) != 0u;
    let sun = max(dot(normal, table.head.sun_direction.xyz), 0.0);
    var lit = 1.0;
    if sun > 0.0 && !is_within && table.head.time_haze_wave_shadow.w > 0.5 {
        let view_z = -dot(view.world_from_view[2].xyz, to_eye);
        lit = fetch_directional_shadow(0u, vec4(in.world_position, 1.0), normal, view_z, in.position.xy);
    }
    let up = 0.5 + 0.5 * normal.y;
    var light = table.head.light.x * sun * lit
        + mix(table.head.light.z, table.head.light.y, up);
    if is_within {
        // A lamp at the operator's shoulder: the sun does not reach what the shell hides.
        light = 0.50 + 0.34 * max(facing, 0.0) + 0.16 * up;
    }

    var colour = in.colour;
    let stands_out = (in.flags & (SURFACE_COLOURED | SURFACE_ALARM)) != 0u;
    // A colour that tells something is mostly its own light: red in the sun is red in shadow.
    var shade = clamp(light, 0.0, 1.04);
    if stands_out {
        shade = mix(1.0, min(shade, 1.0), select(0.22, 0.5, is_within));
    }
    // Where a blade is a pixel wide, shading no longer tells its form, only hides it.
    let metres_a_pixel = 2.0 * eye_distance / (view.clip_from_view[1][1] * view.viewport.w);
    shade = mix(shade, max(shade, 0.97), smoothstep(0.6, 2.5, metres_a_pixel));
    colour *= shade;

    if (in.flags & SURFACE_UNKNOWN) != 0u {
        // Hatched on the screen, so that it reads at any distance and never as a colour.
        let stripe = fract((in.position.x + in.position.y) / 7.0);
        let hatch = smoothstep(0.44, 0.52, stripe) - smoothstep(0.94, 1.0, stripe);
        colour = mix(table.head.unknown_ground.rgb * mix(1.0, shade, 0.5), table.head.unknown.rgb, hatch);
    }
    if (in.flags & SURFACE_ALARM) != 0u && facing < 0.34 {
        let rim = select(smoothstep(0.34, 0.2, facing), 0.6 * smoothstep(0.24, 0.1, facing), is_within);
        colour = mix(colour, table.head.ink.rgb, rim);
    }
    let row_flags = in.flags >> 8u;
    // An alarm's colour is never tinted: brackets and the label's rim tell the selection there.
    if (row_flags & (ROW_SELECTED | ROW_HOVERED)) != 0u && (in.flags & SURFACE_ALARM) == 0u
        && !is_within && (row_flags & ROW_CUT) == 0u {
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
