// Stripes that run along a motion indicator: chevrons that point where it goes.
#import bevy_pbr::forward_io::VertexOutput

struct FlowLook {
    foreground: vec4<f32>,
    background: vec4<f32>,
    // x: how far they have come, in stripes; y: stripes along; z: rows of them across.
    run: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> look: FlowLook;

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
    let across = abs(fract(in.uv.y * look.run.z) - 0.5);
    let along = in.uv.x * look.run.y - look.run.x + 0.7 * across;
    let width = max(fwidth(in.uv.x * look.run.y) + 0.7 * fwidth(in.uv.y * look.run.z), 1e-4);
    let part = fract(along);
    // A third is stripe; its edges are a pixel soft.
    let edge = min(part, 0.36 - part) / width;
    let sharp = clamp(edge + 0.5, 0.0, 1.0);
    let margin = smoothstep(0.46, 0.40, across);
    // Too many stripes for the pixels: their mean.
    let stripe = mix(sharp, 0.36, smoothstep(0.5, 1.2, width)) * margin;
    let alpha = mix(look.background.a, look.foreground.a, stripe);
    let colour = mix(look.background.rgb * look.background.a, look.foreground.rgb * look.foreground.a, stripe);
    return vec4(colour / max(alpha, 1e-4), alpha);
}
