// Turbines: posed from their rows, lit plainly so that the theme's colours arrive on the screen.
#import bevy_pbr::mesh_functions
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::shadows::fetch_directional_shadow
#import bevy_pbr::view_transformations::position_world_to_clip
#import windvane::farm::{
    table, model_shape, pose, haze, haze_colour, linear_from_srgb, symbol, SURFACE_COLOURED, SURFACE_ALARM,
    SURFACE_UNKNOWN, ROW_SELECTED, ROW_HOVERED, ROW_CUT, SURFACE_BLADES, SURFACE_TOWER,
    SURFACE_NACELLE, SURFACE_HUB, PART_WITHIN, PART_LINING, PART_CUT_FACE, PART_SOLID, PART_SECTIONED,
}

// Base-colour textures of a model from a file.
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var paint_layers: texture_2d_array<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(3) var paint_sampler: sampler;

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) part: u32,
#ifdef MODEL_FILE
    @location(3) uv: vec2<f32>,
    // sRGB, and the texture's layer counted from 1; 0 for none.
    @location(4) paint: vec4<f32>,
#endif
}

struct Varyings {
    @builtin(position) position: vec4<f32>,
    @location(0) world_position: vec3<f32>,
    @location(1) world_normal: vec3<f32>,
    @location(2) @interpolate(flat) colour: vec3<f32>,
    // Low byte: SURFACE_ flags, next byte: ROW_ flags, then the opacity in 0..=15, then two bits that
    // differ between neighbours.
    @location(3) @interpolate(flat) flags: u32,
    // PART_ flags.
    @location(4) @interpolate(flat) part: u32,
    // Cut away where all three are above 0.
    @location(5) cut: vec3<f32>,
    // The alarm's colour where a signal gives the surface's own; w is 0 where it does not.
    @location(9) @interpolate(flat) outline: vec4<f32>,
#ifdef MODEL_FILE
    @location(6) paint: vec3<f32>,
    @location(7) uv: vec2<f32>,
    @location(8) @interpolate(flat) layer: i32,
#endif
}

struct Drawn {
    @location(0) colour: vec4<f32>,
    // The samples that are covered.
    @builtin(sample_mask) mask: u32,
}

// In 0..=15, of what is selected or under the pointer.
const LEAST_POINTED_OUT: u32 = 5u;

// The samples of a pixel that something of this opacity covers, 0..=14. The pass stays opaque: nothing
// needs sorting, and what is behind the nearest wall of a turbine stays behind it. `turn` lets two
// turbines behind each other take other samples.
fn screen_door(opacity: u32, turn: u32, pixel: vec2<u32>) -> u32 {
    // Bayer's matrix of 4 by 4, 0 to 15.
    let a = pixel.x ^ pixel.y;
    let b = pixel.y;
    let bayer = ((a & 1u) << 3u) | ((b & 1u) << 2u) | (a & 2u) | ((b & 2u) >> 1u);
#ifdef MULTISAMPLED
    // Four samples: whole quarters are even, and only what is between them is a pattern.
    let level = opacity * 64u / 15u;
    var mask = 0u;
    for (var i = 0u; i < 4u; i++) {
        if level > i * 16u + bayer {
            mask |= 1u << ((i + turn) & 3u);
        }
    }
    return mask;
#else
    return select(0u, 0xffffffffu, opacity * 16u / 15u > bayer);
#endif
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

#ifdef MODEL_FILE
// A file's own colour, drawn towards the tone of the plant that is well: alarms must stand out.
fn calmed(own: vec3<f32>, plain: vec3<f32>) -> vec3<f32> {
    let calm = model_shape.motion.x;
    let weights = vec3(0.2126, 0.7152, 0.0722);
    let grey = vec3(dot(own, weights));
    // Less saturated, and no brighter than the theme's turbines: a file's white glares at night.
    let muted = mix(own, grey, calm) * mix(1.0, min(1.0, dot(plain, weights)), calm);
    return mix(muted, plain, 0.5 * calm);
}
#endif

// Metres that a pixel covers at a distance from the camera: on the map the same at any.
fn metres_a_pixel_at(distance: f32) -> f32 {
    let is_map = view.clip_from_view[3][3] == 1.0;
    return 2.0 * select(distance, 1.0, is_map) / (view.clip_from_view[1][1] * view.viewport.w);
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
    let surface = in.part & 0xffu;
    // In another window the same farm may be seen otherwise than on the map.
    let is_map = view.clip_from_view[3][3] == 1.0;
    let place = select(posed.position, symbol(posed.position, surface), is_map);
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
    // Small things on a surface are darker or lighter than it; what is within a cut always is, so that
    // its form is seen, and elsewhere not where the colour tells something.
    let tone = f32((in.part >> 10u) & 0x3fu) / 32.0;
    let is_lining = (in.part & PART_LINING) != 0u;
    colour *= select(mix(1.0, tone, 0.4), tone, (surface_flags & SURFACE_COLOURED) == 0u || is_lining);
    var out: Varyings;
    out.position = position_world_to_clip(world);
    out.world_position = world;
    out.world_normal = posed.normal;
#ifdef MODEL_FILE
    let code = in.paint.rgb;
    out.paint = select(pow((code + 0.055) / 1.055, vec3(2.4)), code / 12.92, code <= vec3(0.04045));
    out.uv = in.uv;
    out.layer = i32(round(in.paint.a * 255.0)) - 1;
#endif
    out.colour = colour;
    out.flags = surface_flags | ((table.rows[row].flags & 0xffu) << 8u) | ((packed >> 28u) << 16u)
        | ((row & 3u) << 20u);
    out.part = in.part;
    out.cut = vec3(-1.0);
    if (table.rows[row].flags & ROW_CUT) != 0u {
        out.cut = cut_away(in.part, row, foot, posed.position);
    }
    let outline = table.rows[row].outline;
    out.outline = vec4(linear_from_srgb(outline), f32((outline >> 24u) & 1u));
    return out;
}

@fragment
fn fragment(in: Varyings, @builtin(front_facing) front: bool) -> Drawn {
    if min(in.cut.x, min(in.cut.y, in.cut.z)) > 0.0 {
        discard;
    }
    let to_eye = view.world_position - in.world_position;
    let eye_distance = length(to_eye);
    // On the map, rays are parallel.
    let eye = select(to_eye / eye_distance, view.world_from_view[2].xyz, view.clip_from_view[3][3] == 1.0);
    var normal = normalize(in.world_normal);
#ifdef MODEL_FILE
    // Taken where all fragments come by: the smaller copies are chosen by their neighbours.
    let texel = textureSample(paint_layers, paint_sampler, in.uv, max(in.layer, 0)).rgb;
    normal = select(-normal, normal, dot(normal, eye) > -0.02 || front);
#endif
    let facing = dot(normal, eye);

    // What is pointed out never vanishes.
    let is_pointed_out = ((in.flags >> 8u) & (ROW_SELECTED | ROW_HOVERED)) != 0u;
    let opacity = max((in.flags >> 16u) & 0xfu, select(0u, LEAST_POINTED_OUT, is_pointed_out));
    var mask = 0xffffffffu;
    if opacity < 15u {
        mask = screen_door(opacity, in.flags >> 20u, vec2<u32>(in.position.xy));
        if mask == 0u {
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
    let ambient = mix(table.head.light.z, table.head.light.y, up);
    var light = table.head.light.x * sun * lit + ambient;
    if is_within {
        // A lamp at the operator's shoulder: the sun does not reach what the shell hides.
        light = 0.50 + 0.34 * max(facing, 0.0) + 0.16 * up;
    }

    var colour = in.colour;
#ifdef MODEL_FILE
    if (in.flags & (SURFACE_COLOURED | SURFACE_ALARM | SURFACE_UNKNOWN)) == 0u {
        colour = calmed(in.paint * select(vec3(1.0), texel, in.layer >= 0), in.colour);
    }
#endif
    let stands_out = (in.flags & (SURFACE_COLOURED | SURFACE_ALARM)) != 0u;
    // A colour that tells something is mostly its own light: red in the sun is red in shadow.
    var shade = clamp(light, 0.0, 1.04);
    // The same by day and by night: of a shade that is form, not hour.
    if stands_out {
        let form = clamp(0.5 * sun + mix(0.42, 0.62, up), 0.0, 1.0);
        shade = mix(1.0, select(form, min(shade, 1.0), is_within), select(0.22, 0.5, is_within));
    }
    // Where a blade is a pixel wide, shading no longer tells its form, only hides it.
    let metres_a_pixel = metres_a_pixel_at(eye_distance);
    let least_shade = select(table.head.light.w, 0.97, stands_out);
    shade = mix(shade, max(shade, least_shade), smoothstep(0.6, 2.5, metres_a_pixel));
    colour *= shade;
    if !stands_out && !is_within {
        let warmth = clamp(table.head.light.x * sun * lit / max(light, 1e-3), 0.0, 1.0);
        colour *= mix(vec3(1.0), table.head.sun_tint.rgb, warmth);
    }

    if (in.flags & SURFACE_UNKNOWN) != 0u {
        // Hatched on the screen, so that it reads at any distance and never as a colour.
        let stripe = fract((in.position.x + in.position.y) / 7.0);
        let hatch = smoothstep(0.44, 0.52, stripe) - smoothstep(0.94, 1.0, stripe);
        colour = mix(table.head.unknown_ground.rgb * mix(1.0, shade, 0.5), table.head.unknown.rgb, hatch);
    }
    if (in.flags & SURFACE_ALARM) != 0u && in.outline.w > 0.0 {
        // The surface tells a value: its rim tells the alarm.
        // Where a surface is a pixel or two wide, a rim would be all of it.
        let room = 1.0 - smoothstep(0.15, 0.6, metres_a_pixel);
        colour = mix(colour, in.outline.rgb, room * smoothstep(0.72, 0.6, facing));
    }
    if (in.flags & SURFACE_ALARM) != 0u && facing < 0.34 {
        let rim = select(smoothstep(0.34, 0.2, facing), 0.6 * smoothstep(0.24, 0.1, facing), is_within);
        colour = mix(colour, table.head.ink.rgb, rim);
    }
    let row_flags = (in.flags >> 8u) & 0xffu;
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
    colour = mix(colour, haze_colour(-eye), hidden);
    return Drawn(vec4(colour, 1.0), mask);
}
