// Sky, and sea or land to the horizon, as one triangle behind everything.
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::shadows::fetch_directional_shadow
#import windvane::farm::{table, sky, haze, grid_line}

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

// The slope of a few crossing swells. Those shorter than a few pixels are faded out, so that the
// sea is calm at a distance instead of shimmering.
fn swell(at: vec2<f32>, metres_a_pixel: f32, time: f32) -> vec2<f32> {
    var slope = vec2(0.0);
    var direction = vec2(0.8, 0.6);
    var wave_length = 140.0;
    var steepness = 0.016;
    var bend = 0.0;
    let swells = i32(table.head.extra.y);
    for (var i = 0; i < swells; i++) {
        let keep = 1.0 - smoothstep(0.12, 0.5, metres_a_pixel / wave_length);
        if keep > 0.0 {
            let k = 6.2831853 / wave_length;
            let phase = k * dot(direction, at) - sqrt(9.81 * k) * time + bend;
            slope += direction * (steepness * keep * cos(phase));
            bend += 1.4 * sin(phase * 0.61 + f32(i)) + 0.8 * sin(0.0071 * at.x - 0.0053 * at.y);
        }
        direction = vec2(direction.x * 0.36 - direction.y * 0.93, direction.x * 0.93 + direction.y * 0.36);
        wave_length *= 0.53;
        steepness *= 0.92;
    }
    return slope;
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

    var above = sky(ray);
    let glow = max(dot(ray, sun), 0.0);
    above += table.head.ground_glint.rgb * (0.12 * pow(glow, 8.0) + 0.3 * pow(glow, 180.0));
    // The horizon is a pixel wide, not a staircase.
    let below = select(smoothstep(0.0, 1.0, (-ray.y) / pixel_angle), 1.0, is_map);
    if below <= 0.0 {
        return vec4(above, 1.0);
    }

    let down = max(-ray.y, 1e-5);
    let distance_m = origin.y / down;
    let at = origin + ray * distance_m;
    let metres_a_pixel = select(distance_m, 1.0, is_map) * pixel_angle;
    var colour = table.head.ground.rgb;

    let wave = table.head.time_haze_wave_shadow.z;
    if wave > 0.0 {
        // Along the view, a pixel covers more water the flatter it is seen.
        let covered = metres_a_pixel * (0.3 + 0.35 / max(down, 0.05));
        let slope = swell(at.xz, covered, table.head.extra.z) * wave;
        let normal = normalize(vec3(-slope.x, 1.0, -slope.y));
        let mirrored = reflect(ray, normal);
        let fresnel = 0.03 + 0.72 * pow(1.0 - max(dot(normal, -ray), 0.0), 5.0);
        let mirror = sky(vec3(mirrored.x, abs(mirrored.y), mirrored.z));
        colour = mix(colour * (1.0 + 2.2 * (slope.x * sun.x + slope.y * sun.z)), mirror, fresnel);
        let glint = pow(max(dot(mirrored, sun), 0.0), 60.0);
        colour += table.head.ground_glint.rgb * 0.22 * glint;
    } else {
        // Fields: broad, barely different patches.
        let field = sin(at.x * 0.0043 + 1.3 * sin(at.z * 0.0021)) * sin(at.z * 0.0037 + sin(at.x * 0.0017));
        let keep = 1.0 - smoothstep(40.0, 400.0, metres_a_pixel);
        colour *= 1.0 + 0.028 * keep * field;
    }
    if table.head.time_haze_wave_shadow.w > 0.5 {
        let view_z = dot(view.world_from_view[2].xyz, at - view.world_position);
        let lit = fetch_directional_shadow(0u, vec4(at, 1.0), vec3(0.0, 1.0, 0.0), view_z, in.position.xy);
        colour *= mix(1.0 - table.head.extra.x, 1.0, lit);
    }
    // A pixel covers more ground along the view the flatter it is seen.
    let along = select(ray.xz / max(length(ray.xz), 1e-5), vec2(0.0, 1.0), is_map);
    let flatness = select(1.0 / max(down, 1e-3), 1.0, is_map);
    let beside = vec2(along.y, -along.x);
    let covered = metres_a_pixel * sqrt(beside * beside + along * along * (flatness * flatness));
    let line = grid_line(at.xz, covered);
    let lightness = dot(colour, vec3(0.3, 0.6, 0.1));
    let line_colour = select(vec3(0.42, 0.46, 0.5), table.head.ink.rgb, lightness > 0.12);
    colour = mix(colour, line_colour, 0.34 * line);
    colour = mix(colour, table.head.sky_horizon.rgb, haze(distance_m));
    return vec4(mix(above, colour, below), 1.0);
}
