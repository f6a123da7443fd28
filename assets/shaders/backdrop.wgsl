// Sky, and sea or land to the horizon, as one triangle behind everything.
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::shadows::fetch_directional_shadow
#import windvane::farm::{table, sky, haze, haze_colour, dithered, grain, grid_line, grid_colour}

// Slope along and across the wind, the square of the slope, and patches; coarser levels hold means.
// See src/view/light/surface.rs.
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var surface: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(3) var surface_sampler: sampler;

const TEXELS: f32 = 256.0;
// Sides of a tile, metres: in no simple ratio, so that no two of them repeat together.
const WAVES_M: f32 = 437.0;
const CHOP_M: f32 = 67.0;
const RIPPLES_M: f32 = 11.3;
const GUSTS_M: f32 = 4730.0;

struct Varyings {
    @builtin(position) position: vec4<f32>,
    @location(0) ndc: vec2<f32>,
}

@vertex
fn vertex(@location(0) position: vec3<f32>) -> Varyings {
    var out: Varyings;
    // Depth 0 is infinitely far away.
    out.position = vec4(position.xy, 0.0, 1.0);
    out.ndc = position.xy;
    return out;
}

struct Water {
    // Of the surface, mean over the pixel.
    slope: vec2<f32>,
    // Mean square of what the pixel does not show.
    roughness: f32,
    foam: f32,
}

// `footprint` is the binary logarithm of the metres that a pixel covers.
fn water(at: vec2<f32>, footprint: f32) -> Water {
    let sea = table.head.sea;
    let time = table.head.extra.z;
    let total = sea.z * sea.z;
    // Along and across the wind.
    let p = vec2(dot(at, sea.xy), dot(at, vec2(-sea.y, sea.x)));

    let gust_uv = vec2(p.x * 0.6 - 2.0 * time, p.y) / GUSTS_M;
    let gust = textureSampleLevel(surface, surface_sampler, gust_uv, footprint - log2(GUSTS_M / TEXELS)).a;
    let gusty = clamp(0.35 + 1.3 * gust, 0.5, 1.6);

    let waves_uv = (p - vec2(9.0 * time, 0.0)) / WAVES_M;
    let waves = textureSampleLevel(surface, surface_sampler, waves_uv, footprint - log2(WAVES_M / TEXELS));
    // The chop runs half across the swell; the two never line up into a pattern.
    let turned = vec2(p.x * 0.877 + p.y * 0.479, p.y * 0.877 - p.x * 0.479);
    let chop_uv = (turned - vec2(3.6 * time, 0.0)) / CHOP_M;
    let chop = textureSampleLevel(surface, surface_sampler, chop_uv, footprint - log2(CHOP_M / TEXELS));

    // Of the whole mean square, the longest waves hold little and the shortest most.
    let waves_scale = sqrt(0.05 * total);
    let chop_scale = sqrt(0.20 * total) * gusty;
    var slope = (waves.rg - 0.5) * (8.0 * waves_scale);
    let chop_slope = (chop.rg - 0.5) * (8.0 * chop_scale);
    var hidden = waves.b * 8.0 * waves_scale * waves_scale - dot(slope, slope)
        + chop.b * 8.0 * chop_scale * chop_scale - dot(chop_slope, chop_slope);
    slope += vec2(chop_slope.x * 0.877 - chop_slope.y * 0.479, chop_slope.y * 0.877 + chop_slope.x * 0.479);
    if table.head.extra.y > 0.5 && footprint < -1.0 {
        let ripples_scale = sqrt(0.3 * total) * gusty;
        let ripples_uv = (p - vec2(1.3 * time, 0.4 * time)) / RIPPLES_M;
        let ripples = textureSampleLevel(surface, surface_sampler, ripples_uv, footprint - log2(RIPPLES_M / TEXELS));
        let ripple_slope = (ripples.rg - 0.5) * (8.0 * ripples_scale);
        slope += ripple_slope;
        hidden += ripples.b * 8.0 * ripples_scale * ripples_scale - dot(ripple_slope, ripple_slope);
        hidden += 0.45 * total * gusty * gusty;
    } else {
        hidden += 0.75 * total * gusty * gusty;
    }

    // Crests of the chop break where the waves are high and the gusts strong; far away, as many as
    // there are make the sea that much lighter.
    let breaking = chop.a * 0.65 + waves.a * 0.35 + 0.18 * (gust - 0.5);
    let cover = sea.w;
    let least = table.head.sun_tint.w;
    let near = smoothstep(least, least + 0.05, breaking);
    let blurred = smoothstep(-1.0, 3.0, footprint);
    let foam = select(0.0, mix(near, cover * 1.5 * gusty, blurred), cover > 1e-4);

    let along = sea.xy;
    return Water(
        along * slope.x + vec2(-along.y, along.x) * slope.y,
        max(hidden, 0.02 * total),
        foam,
    );
}

// Faint points, each in a cell of its own.
fn stars(ray: vec3<f32>, pixel_angle: f32) -> f32 {
    let scaled = ray * 46.0;
    let cell = floor(scaled);
    var h = fract(cell * vec3(0.1031, 0.1030, 0.0973));
    h += dot(h, h.yxz + 33.33);
    let random = fract((h.xxy + h.yxx) * h.zyx);
    let centre = cell + 0.25 + 0.5 * random;
    let off = distance(scaled, centre) / (46.0 * max(pixel_angle, 8e-4));
    let bright = select(0.0, random.x * random.x, random.z > 0.86);
    return bright * (1.0 - smoothstep(0.5, 1.1, off)) * smoothstep(0.01, 0.2, ray.y);
}

@fragment
fn fragment(in: Varyings) -> @location(0) vec4<f32> {
    let across = vec3(in.ndc.x / view.clip_from_view[0][0], in.ndc.y / view.clip_from_view[1][1], 0.0);
    let ahead = vec3(0.0, 0.0, -1.0);
    // On the map rays are parallel, and begin beside the camera.
    let is_map = view.clip_from_view[3][3] == 1.0;
    let ray = normalize((view.world_from_view * vec4(select(across + ahead, ahead, is_map), 0.0)).xyz);
    let origin = view.world_position
        + select(vec3(0.0), (view.world_from_view * vec4(across, 0.0)).xyz, is_map);
    let sun = table.head.sun_direction.xyz;
    let pixel_angle = 2.0 / (view.clip_from_view[1][1] * view.viewport.w);
    let night = table.head.extra.w;

    // The horizon is a pixel wide, not a staircase.
    let below = select(smoothstep(0.0, 1.0, (-ray.y) / pixel_angle), 1.0, is_map);
    var above = vec3(0.0);
    if below < 1.0 {
        above = sky(ray);
        if night > 0.0 {
            above += vec3(0.26, 0.28, 0.30) * (night * stars(ray, pixel_angle));
        }
        let glow = max(dot(ray, sun), 0.0);
        above += table.head.ground_glint.rgb * ((1.0 - night) * (0.10 * pow(glow, 12.0) + 0.35 * pow(glow, 260.0)));
        if below <= 0.0 {
            return vec4(dithered(above, in.position.xy), 1.0);
        }
    }

    let down = max(-ray.y, 1e-5);
    let eye_height = max(origin.y - table.head.ground.w, 1.0);
    let distance_m = eye_height / down;
    let at = origin + ray * distance_m;
    let metres_a_pixel = select(distance_m, 1.0, is_map) * pixel_angle;
    // A pixel covers more ground the flatter it is seen: between its width and its length.
    // Where levels are not blended, noise picks one of the two: no edge shows between them.
    let noise = select(grain(in.position.xy), 0.0, table.head.extra.y > 0.5);
    let footprint = log2(metres_a_pixel) - 0.62 * log2(max(down, 0.002)) + noise;
    var colour = table.head.ground.rgb;
    var lit = 1.0;
    let view_z = dot(view.world_from_view[2].xyz, at - view.world_position);
    if table.head.time_haze_wave_shadow.w > 0.5 && -view_z < table.head.sky_zenith.w {
        lit = fetch_directional_shadow(0u, vec4(at, 1.0), vec3(0.0, 1.0, 0.0), view_z, in.position.xy);
    }

    if table.head.time_haze_wave_shadow.z > 0.0 {
        let w = water(at.xz, footprint);
        let normal = normalize(vec3(-w.slope.x, 1.0, -w.slope.y));
        let facing = max(dot(normal, -ray), 0.0);
        // Of rough water one sees the slopes that face one: it never mirrors as glass does.
        let seen = sqrt(facing * facing + 0.6 * w.roughness);
        let grazing = 1.0 - min(seen, 1.0);
        let squared = grazing * grazing;
        let fresnel = 0.02 + 0.88 * squared * squared * grazing;
        let mirrored = reflect(ray, normal);
        let lifted = vec3(mirrored.x, abs(mirrored.y) + 0.9 * sqrt(w.roughness) * grazing, mirrored.z);
        let mirror = sky(lifted);
        // Light that comes back out of the water: more from slopes that face the sun.
        let slanted = 1.0 + 0.9 * dot(w.slope, -sun.xz) * table.head.light.x;
        colour = mix(colour * slanted, mirror, fresnel);
        // The sun in the slopes that throw it this way.
        let between = sun - ray;
        let off = -between.xz / max(between.y, 0.05) - w.slope;
        let spread = w.roughness + 0.002;
        let beyond = dot(off, off) / spread;
        // Most of the sea throws the sun elsewhere.
        if beyond < 9.0 {
            let towards = 1.0 - max(dot(normalize(between), sun), 0.0);
            let towards_squared = towards * towards;
            let glint_fresnel = 0.02 + 0.98 * towards_squared * towards_squared * towards;
            let glint = exp(-beyond) * glint_fresnel / (12.0 * spread * max(seen, 0.08));
            // Brightness saturates softly: a path of light has no edge.
            let shine = glint * lit;
            colour += table.head.ground_glint.rgb * (0.6 * shine / (shine + 0.9));
        }
        colour = mix(colour, table.head.sky_horizon.rgb, 0.75 * min(w.foam, 1.0));
    } else {
        // Fields and woods: broad, barely different patches.
        let broad = textureSampleLevel(surface, surface_sampler, at.xz / 6100.0, footprint - log2(6100.0 / TEXELS)).a;
        let fine = textureSampleLevel(surface, surface_sampler, at.zx / 940.0, footprint - log2(940.0 / TEXELS)).a;
        // From far away the patches would be seen to repeat.
        let near = 1.0 - smoothstep(4.5, 7.0, log2(metres_a_pixel));
        colour *= 1.0 + near * (0.30 * (broad - 0.5) + 0.16 * (fine - 0.5));
    }
    colour *= 1.0 - table.head.extra.x * (1.0 - lit);
    // A pixel covers more ground along the view the flatter it is seen.
    let along = select(ray.xz / max(length(ray.xz), 1e-5), vec2(0.0, 1.0), is_map);
    let flatness = select(1.0 / max(down, 1e-3), 1.0, is_map);
    let beside = vec2(along.y, -along.x);
    let covered = metres_a_pixel * sqrt(beside * beside + along * along * (flatness * flatness));
    colour = mix(colour, grid_colour(colour), grid_line(at.xz, covered));
    colour = mix(colour, haze_colour(ray), haze(distance_m));
    return vec4(dithered(mix(above, colour, below), in.position.xy), 1.0);
}
