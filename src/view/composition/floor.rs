//! A soft floor that fades into the background, with a grid on request.

use bevy::asset::uuid_handle;
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, ShaderType};
use bevy::shader::{Shader, ShaderRef};

use crate::theme::{Theme, Variant};

const FLOOR_SHADER: Handle<Shader> = uuid_handle!("8d7f6c1e-5b0a-4d53-9a35-0c3f7e6f2c02");

/// The floor.
#[derive(Component, Debug)]
pub struct Floor;

/// How it looks.
#[derive(ShaderType, Debug, Clone, Copy, PartialEq)]
pub struct FloorLook {
    /// Linear colour by the middle, and how much of it.
    pub colour: Vec4,
    /// Linear colour of the grid's lines, and how much of them.
    pub line: Vec4,
    /// x, z: the middle; y: the radius at which it is gone; w: from line to line, metres.
    pub place: Vec4,
}

/// The floor's material.
#[derive(Asset, TypePath, AsBindGroup, Debug, Clone)]
pub struct FloorMaterial {
    /// How it looks.
    #[uniform(0)]
    pub look: FloorLook,
}

impl FloorMaterial {
    /// For a composition about a place that reaches so far.
    pub fn new(
        theme: &Theme,
        backdrop: Color,
        (middle, radius_m): (Vec3, f32),
        (has_grid, has_ground): (bool, bool),
    ) -> Self {
        let backdrop = backdrop.to_linear().to_vec3();
        let lift = match theme.variant {
            Variant::Light => 1.12,
            Variant::Dark => 1.55,
        };
        let [r, g, b, _] = theme.text.to_array();
        let line = Color::srgb_u8(r, g, b).to_linear().to_vec3();
        Self {
            look: FloorLook {
                colour: (backdrop * lift).extend(if has_ground { 0.0 } else { 0.85 }),
                line: line.extend(if has_grid { 0.22 } else { 0.0 }),
                place: Vec4::new(middle.x, 5.0 * radius_m, middle.z, 1.0),
            },
        }
    }
}

impl Material for FloorMaterial {
    fn fragment_shader() -> ShaderRef {
        FLOOR_SHADER.into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    fn depth_bias(&self) -> f32 {
        // Drawn before all else that is seen through.
        -1.0e6
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }
}

pub(super) fn plugin(app: &mut App) {
    let source = include_str!("../../../assets/shaders/floor.wgsl");
    add_shader(app, &FLOOR_SHADER, source, "floor.wgsl");
    app.add_plugins(MaterialPlugin::<FloorMaterial>::default());
}

/// Adds a shader that is built into the program.
pub fn add_shader(app: &mut App, handle: &Handle<Shader>, source: &'static str, name: &str) {
    if let Some(mut shaders) = app.world_mut().get_resource_mut::<Assets<Shader>>() {
        let shader = Shader::from_wgsl(source, format!("windvane/{name}"));
        if let Err(error) = shaders.insert(handle, shader) {
            error!("The shader {name} could not be added: {error}");
        }
    }
}
