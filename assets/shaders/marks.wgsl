// What belongs to each turbine beside its own mesh: its light at night, foam and mirror image where it
// stands in water, the wake behind it. One mesh a kind, with the row of the turbine at each vertex.
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::view_transformations::position_world_to_clip
#import windvane::farm::{
    table, haze, haze_colour, SURFACE_FOUNDATION, SURFACE_TOWER, SURFACE_NACELLE, SURFACE_BLADES,
}

const LIGHT: u32 = 0u;
const FOAM: u32 = 1u;
const MIRROR: u32 = 2u;
const WAKE: u32 = 3u;

// Foam and mirror images are lost in the waves beyond, metres.
const WATERLINE_TO: f32 = 3500.0;
// Rotor diameters.
const WAKE_LENGTH: f32 = 8.0;

struct Vertex {
    @location(0) foot: vec3<f32>,
    // xy: place in the mark; zw: two of its dimensions.
    @location(1) corner: vec4<f32>,
    // The row; the kind in the top four bits.
    @location(2) row: u32,
}

struct Varyings {
    @builtin(position) position: vec4<f32>,
    @location(0) world_position: vec3<f32>,
    @location(1) corner: vec2<f32>,
    @location(2) strength: f32,
    @location(3) @interpolate(flat) kind: u32,
}

@vertex
fn vertex(in: Vertex) -> Varyings {
    let kind = in.row >> 28u;
    let row = in.row & 0x0fffffffu;
    let yaw = table.rows[row].yaw;
    // Where the nacelle points: into the wind.
    let forward = vec3(sin(yaw), 0.0, -cos(yaw));
    let c = in.corner;
    let eye = view.world_position - in.foot;
    let metres_a_pixel = 2.0 * length(eye) / (view.clip_from_view[1][1] * view.viewport.w);
    var world = in.foot;
    var strength = 0.0;

    if kind == LIGHT {
        world += vec3(0.0, c.z, 0.0) - forward * c.w;
        let radius = max(0.8, 2.6 * metres_a_pixel);
        let towards = normalize(view.world_position - world);
        let right = normalize(cross(vec3(0.0, 1.0, 0.0), towards));
        world += (right * c.x + cross(towards, right) * c.y) * radius + towards * (1.0 + radius);
        strength = table.head.extra.w;
    } else if kind == FOAM {
        world += vec3(c.x, 0.0, c.y) * c.z * 2.0;
        world.y = 0.08;
        strength = 1.0 - smoothstep(0.3, 1.0, length(eye) / WATERLINE_TO);
    } else if kind == MIRROR {
        let right = normalize(vec3(eye.z, 0.0, -eye.x));
        let width = max(c.z, 0.6 * metres_a_pixel);
        world += right * (c.x * width) - vec3(0.0, c.y * c.w, 0.0);
        strength = 1.0 - smoothstep(0.5, 1.0, length(eye) / WATERLINE_TO);
    } else {
        let along = max(c.y, 0.0);
        // A wake widens by a twentieth of the way.
        let radius = c.z * (1.0 + 0.1 * WAKE_LENGTH * along);
        let side = vec3(forward.z, 0.0, -forward.x);
        // Signs of w tell the upright strip from the level one.
        let across = select(side, vec3(0.0, 1.0, 0.0), c.w < 0.0);
        world += vec3(0.0, abs(c.w), 0.0) + across * (c.x * radius)
            - forward * (2.0 * c.z * (0.12 + WAKE_LENGTH * along));
        // Thrust falls as the blades turn out of the wind; a rotor that stands leaves no wake.
        let pitch_deg = max(table.rows[row].pitch * 57.29578, 0.0);
        let thrust = 0.82 * exp(-pitch_deg / 11.0);
        let deficit = (1.0 - sqrt(1.0 - thrust)) / (1.0 + 0.1 * WAKE_LENGTH * along);
        strength = select(0.0, deficit, abs(table.rows[row].rotor_speed) > 0.05) * (1.0 - along);
    }

    // As faint as what it belongs to.
    var surface = SURFACE_FOUNDATION;
    if kind == LIGHT {
        surface = SURFACE_NACELLE;
    } else if kind == MIRROR {
        surface = SURFACE_TOWER;
    } else if kind == WAKE {
        surface = SURFACE_BLADES;
    }
    strength *= f32(table.rows[row].surfaces[surface] >> 28u) / 15.0;

    var out: Varyings;
    out.position = position_world_to_clip(world);
    if strength <= 0.0 && kind != WAKE {
        // Out of the picture.
        out.position = vec4(2.0, 2.0, 2.0, 1.0);
    }
    out.world_position = world;
    out.corner = c.xy;
    out.strength = strength;
    out.kind = kind;
    return out;
}

@fragment
fn fragment(in: Varyings) -> @location(0) vec4<f32> {
    let ray = normalize(in.world_position - view.world_position);
    let distance_m = distance(in.world_position, view.world_position);
    let seen = 1.0 - haze(distance_m);
    let time = table.head.extra.z;
    var colour = vec3(0.0);
    var alpha = 0.0;
    if in.kind == LIGHT {
        let off = length(in.corner);
        let core = 1.0 - smoothstep(0.22, 0.5, off);
        let halo = 1.0 - smoothstep(0.2, 1.0, off);
        // Deep and small: an alarm is bright, large, and has a shape and a number.
        colour = mix(vec3(0.30, 0.020, 0.012), vec3(0.58, 0.075, 0.045), core);
        alpha = in.strength * (0.85 * core + 0.30 * halo * halo) * mix(1.0, seen, 0.5);
    } else if in.kind == FOAM {
        let r = length(in.corner) * 2.0;
        let angle = atan2(in.corner.y, in.corner.x);
        let lap = 0.10 * sin(5.0 * angle + 0.9 * time) + 0.06 * sin(11.0 * angle - 1.4 * time);
        let ring = smoothstep(0.92, 1.02, r) * (1.0 - smoothstep(1.12, 1.55 + lap, r));
        let lee = 0.75 + 0.25 * dot(normalize(in.corner + vec2(1e-4)), table.head.sea.xy);
        colour = mix(haze_colour(ray), table.head.sky_horizon.rgb, seen);
        alpha = 0.42 * ring * lee * in.strength * seen * clamp(table.head.sea.z * 5.0, 0.3, 1.0);
    } else if in.kind == MIRROR {
        let grazing = 1.0 - clamp(-ray.y + 0.06, 0.0, 1.0);
        let squared = grazing * grazing;
        let fresnel = squared * squared * grazing;
        let depth = in.corner.y;
        // Waves break it into strips.
        let wobble = 0.7 + 0.3 * sin(46.0 * depth + 1.7 * time + 9.0 * in.corner.x * depth);
        let edge = 1.0 - smoothstep(0.55, 1.0, abs(in.corner.x));
        let light = table.head.light;
        let fade = 1.0 - depth;
        colour = table.head.sky_horizon.rgb * 0.25 + vec3(0.62) * light.w;
        alpha = 0.55 * fresnel * edge * wobble * fade * fade * in.strength * seen;
    } else {
        let across = 1.0 - in.corner.x * in.corner.x;
        colour = mix(table.head.sky_horizon.rgb, vec3(1.0), 0.25 * (1.0 - table.head.land.w));
        alpha = 0.62 * across * across * max(in.strength, 0.0) * seen;
        // Nothing hides the plant when the camera is within a wake.
        alpha *= smoothstep(20.0, 160.0, distance_m);
    }
    return vec4(colour, clamp(alpha, 0.0, 1.0));
}
