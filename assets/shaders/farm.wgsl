// What the view's shaders share: the rows of the turbines, the light, and the haze.
#define_import_path windvane::farm

// The head is written each frame; `Head` in src/view/rows/layout.rs.
struct Head {
    // x: seconds since the rows' epoch, y: haze per metre, z: wave height (0 on land),
    // w: 1 where a shadow map is drawn.
    time_haze_wave_shadow: vec4<f32>,
    // xyz: towards the sun.
    sun_direction: vec4<f32>,
    // Fractions of a colour that is shown: the sun's part, the sky's and the ground's; w: what is too
    // small to be shaded.
    light: vec4<f32>,
    // The colour of the sun's light: its brightest part is 1; w: what is above it breaks white.
    sun_tint: vec4<f32>,
    // Linear colours.
    // w: how far away shadows are drawn.
    sky_zenith: vec4<f32>,
    sky_horizon: vec4<f32>,
    // w: how much of it.
    sky_glow: vec4<f32>,
    // Sea or land to the horizon; w: its height.
    ground: vec4<f32>,
    // w: 1 at night.
    land: vec4<f32>,
    // xy: where the waves run, x and z; z: their slope; w: the part that breaks white.
    sea: vec4<f32>,
    ground_glint: vec4<f32>,
    accent: vec4<f32>,
    ink: vec4<f32>,
    unknown: vec4<f32>,
    unknown_ground: vec4<f32>,
    // x: how dark a shadow on the ground is, y: 1 where detail is cheap, z: the sea's clock, seconds,
    // which stands while nothing moves, w: stars and lights, 0 by day to 1 at night.
    extra: vec4<f32>,
    // x: radius that a rotor has at least on the map, metres, y: how much of the haze is seen, z: from
    // one line of the grid to the next, metres, 0 without one.
    map: vec4<f32>,
}

// One turbine; `Row` in src/view/rows/layout.rs. No name ends in a digit: naga would rename it in
// one of two copies of the type, and then find two buffers at one binding.
struct Row {
    // sRGB in the low three bytes; the top byte is made of the SURFACE_ flags and the opacity.
    surfaces: array<u32, 15>,
    flags: u32,
    hub_height: f32,
    overhang: f32,
    // The rotor's angle at `rotor_start`, radians, and how it goes on, radians a second.
    rotor_phase: f32,
    rotor_speed: f32,
    rotor_start: f32,
    // Radians clockwise from north.
    yaw: f32,
    // Radians towards feather.
    pitch: f32,
    // The outline of alarmed surfaces that a signal colours: sRGB, the top byte set; 0 without one.
    outline: u32,
}

struct Table {
    head: Head,
    rows: array<Row>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<storage, read> table: Table;

// What turbines of one model share; `ModelShape` in src/view/material.rs.
struct ModelShape {
    // Sine and cosine of the rotor's tilt, then of its cone.
    tilt_cone: vec4<f32>,
    // Where a turbine is cut open, metres: the plane beside the axis, the height below which the
    // nacelle is left whole, the plane before the tower's axis.
    cut_planes: vec4<f32>,
    // The tower is open from x to y.
    cut_tower: vec4<f32>,
    // x: how calm a file's own colours are drawn, y: 1 where blades pitch, z: the first surface that
    // yaws, w: 1 for a rotor that turns clockwise seen from upwind, else -1.
    motion: vec4<f32>,
    // x: radius of the rotor, metres.
    size: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<uniform> model_shape: ModelShape;

const SURFACE_COLOURED: u32 = 1u;
const SURFACE_ALARM: u32 = 2u;
const SURFACE_UNKNOWN: u32 = 4u;
const ROW_SELECTED: u32 = 1u;
const ROW_HOVERED: u32 = 2u;
const ROW_CUT: u32 = 4u;

// What a vertex belongs to; `Tag` in src/view/geometry/tag.rs.
const PART_WITHIN: u32 = 0x10000u;
const PART_LINING: u32 = 0x20000u;
const PART_CUT_FACE: u32 = 0x40000u;
const PART_SOLID: u32 = 0x80000u;
const PART_SECTIONED: u32 = 0x100000u;

const SURFACE_FOUNDATION: u32 = 0u;
const SURFACE_TOWER: u32 = 1u;
const SURFACE_NACELLE: u32 = 2u;
const SURFACE_HUB: u32 = 3u;
const SURFACE_BLADES: u32 = 4u;
const SURFACE_PITCH: u32 = 5u;
const SURFACE_TOWER_BASE: u32 = 14u;

const THIRD: f32 = 2.0943951;

struct Posed {
    position: vec3<f32>,
    normal: vec3<f32>,
}

fn turn(v: vec2<f32>, s: f32, c: f32) -> vec2<f32> {
    return vec2(v.x * c - v.y * s, v.x * s + v.y * c);
}

// Moves a vertex from the frame of its part to the turbine's.
fn pose(row: u32, part: u32, position: vec3<f32>, normal: vec3<f32>) -> Posed {
    var p = position;
    var n = normal;
    let surface = part & 0xffu;
    if surface >= u32(model_shape.motion.z) && surface != SURFACE_TOWER_BASE {
        if surface >= SURFACE_HUB && surface <= SURFACE_PITCH {
            let time = table.head.time_haze_wave_shadow.x;
            var angle = table.rows[row].rotor_phase
                + table.rows[row].rotor_speed * (time - table.rows[row].rotor_start);
            let sense = model_shape.motion.w;
            angle *= sense;
            if surface == SURFACE_BLADES {
                // Pitch: the leading edge (-x) turns upwind (-z).
                let pitch = table.rows[row].pitch * model_shape.motion.y * sense;
                let ps = sin(pitch);
                let pc = cos(pitch);
                p = vec3(p.x * pc - p.z * ps, p.y, p.x * ps + p.z * pc);
                n = vec3(n.x * pc - n.z * ps, n.y, n.x * ps + n.z * pc);
                let cone = model_shape.tilt_cone.zw;
                p = vec3(p.x, p.y * cone.y + p.z * cone.x, p.z * cone.y - p.y * cone.x);
                angle += f32((part >> 8u) & 3u) * THIRD;
            }
            let s = sin(angle);
            let c = cos(angle);
            p = vec3(turn(p.xy, s, c), p.z);
            n = vec3(turn(n.xy, s, c), n.z);
            // Tilt, about the hub's centre; then up and forward to where that is.
            let tilt = model_shape.tilt_cone.xy;
            p = vec3(p.x, p.y * tilt.y - p.z * tilt.x, p.y * tilt.x + p.z * tilt.y);
            n = vec3(n.x, n.y * tilt.y - n.z * tilt.x, n.y * tilt.x + n.z * tilt.y);
            p += vec3(0.0, table.rows[row].hub_height, -table.rows[row].overhang);
        }
        let yaw = table.rows[row].yaw;
        let ys = sin(yaw);
        let yc = cos(yaw);
        p = vec3(p.x * yc - p.z * ys, p.y, p.x * ys + p.z * yc);
        n = vec3(n.x * yc - n.z * ys, n.y, n.x * ys + n.z * yc);
    }
    return Posed(p, n);
}

fn linear_from_srgb(packed: u32) -> vec3<f32> {
    let c = vec3(
        f32(packed & 0xffu),
        f32((packed >> 8u) & 0xffu),
        f32((packed >> 16u) & 0xffu),
    ) / 255.0;
    return select(pow((c + 0.055) / 1.055, vec3(2.4)), c / 12.92, c <= vec3(0.04045));
}

// The part of the sun's side of the sky in a direction.
fn sun_side(direction: vec3<f32>) -> f32 {
    let sun = table.head.sun_direction.xyz;
    let near = max(dot(direction, vec3(sun.x, max(sun.y, 0.0), sun.z)), 0.0);
    let squared = near * near;
    return table.head.sky_glow.w * squared * squared;
}

// The sky in a direction, without the sun.
fn sky(direction: vec3<f32>) -> vec3<f32> {
    let near_horizon = exp(-4.2 * max(direction.y, 0.0));
    let calm = mix(table.head.sky_zenith.rgb, table.head.sky_horizon.rgb, near_horizon);
    return mix(calm, table.head.sky_glow.rgb, sun_side(direction) * near_horizon);
}

// What things far away in a direction fade into: the sky behind them.
fn haze_colour(direction: vec3<f32>) -> vec3<f32> {
    return mix(table.head.sky_horizon.rgb, table.head.sky_glow.rgb, sun_side(direction));
}

// How much of a thing at this distance the haze hides.
fn haze(distance: f32) -> f32 {
    return 1.0 - exp(-distance * table.head.time_haze_wave_shadow.y * table.head.map.y);
}

// How strongly a line of the grid is drawn at a place on the ground, of which a pixel covers `covered`
// metres east and south. Every fifth line is stronger; where lines would run together, they fade.
fn grid_line(at: vec2<f32>, covered: vec2<f32>) -> f32 {
    let spacing = table.head.map.z;
    if spacing <= 0.0 {
        return 0.0;
    }
    let off = abs(fract(at / spacing - 0.5) - 0.5) * spacing;
    let wide_off = abs(fract(at / (5.0 * spacing) - 0.5) - 0.5) * 5.0 * spacing;
    let width = max(covered, vec2(1e-4));
    let fine = (1.0 - smoothstep(vec2(0.3), vec2(1.1), off / width))
        * (1.0 - smoothstep(vec2(0.04), vec2(0.18), width / spacing));
    let wide = (1.0 - smoothstep(vec2(0.3), vec2(1.1), wide_off / width))
        * (1.0 - smoothstep(vec2(0.04), vec2(0.18), width / (5.0 * spacing)));
    return 0.34 * max(max(fine.x, fine.y) * 0.5, max(wide.x, wide.y));
}

// What a line of the grid is drawn in over a colour.
fn grid_colour(colour: vec3<f32>) -> vec3<f32> {
    let lightness = dot(colour, vec3(0.3, 0.6, 0.1));
    return select(vec3(0.42, 0.46, 0.5), table.head.ink.rgb, lightness > 0.12);
}

// On the map, a turbine is drawn as a symbol that stays large enough to see: the rotor as a line
// across the wind, and a nacelle broad enough to tell which way it faces.
fn symbol(position: vec3<f32>, surface: u32) -> vec3<f32> {
    let least = table.head.map.x;
    let rotor_radius = model_shape.size.x;
    if rotor_radius <= 0.0 || least <= rotor_radius {
        return position;
    }
    let scale = least / rotor_radius;
    let broad = select(1.0, 1.0 + 2.0 * smoothstep(1.0, 1.8, scale), surface != SURFACE_BLADES);
    return vec3(position.x * scale * broad, position.y, position.z * scale * broad);
}

// A colour with half a step of noise, so that a slow change of shade shows no bands.
fn dithered(colour: vec3<f32>, pixel: vec2<f32>) -> vec3<f32> {
    return colour + sqrt(max(colour.g, 0.0)) * grain(pixel) * (2.0 / 255.0);
}

// Even noise over the pixels, -0.5 to 0.5 (Jimenez, "Next generation post processing in Call of
// Duty: Advanced Warfare", 2014).
fn grain(pixel: vec2<f32>) -> f32 {
    return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715)))) - 0.5;
}
