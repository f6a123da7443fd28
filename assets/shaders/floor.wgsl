// The floor beneath a composition: lighter by the middle, gone far out; lines of a grid on request.
#import bevy_pbr::forward_io::VertexOutput

struct FloorLook {
    colour: vec4<f32>,
    line: vec4<f32>,
    // x, z: the middle; y: the radius at which it is gone; w: from line to line.
    place: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> look: FloorLook;

// How much of a pixel a line covers: one pixel wide wherever it is seen.
fn lines(at: vec2<f32>, spacing: f32) -> f32 {
    let p = at / spacing;
    let width = max(fwidth(p), vec2(1e-6));
    let off = abs(fract(p - 0.5) - 0.5) / width;
    let clear = 1.0 - smoothstep(0.25, 0.6, max(width.x, width.y));
    return (1.0 - min(min(off.x, off.y), 1.0)) * clear;
}

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
    let at = in.world_position.xz;
    let away = distance(at, look.place.xz) / look.place.y;
    let near = 1.0 - smoothstep(0.15, 1.0, away);
    let fine = lines(at, look.place.w);
    let coarse = lines(at, look.place.w * 10.0);
    let line = look.line.a * max(0.5 * fine, coarse) * near;
    let ground = look.colour.a * near;
    let alpha = ground + line * (1.0 - ground);
    let colour = mix(look.colour.rgb, look.line.rgb, line / max(alpha, 1e-4));
    return vec4(colour, alpha);
}
