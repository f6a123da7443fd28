//! The materials of the view and their shaders, which are built into the program.

use bevy::asset::uuid_handle;
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
};
use bevy::render::storage::ShaderBuffer;
use bevy::shader::{Shader, ShaderRef};

use super::geometry::ATTRIBUTE_PART;
use super::marks::{ATTRIBUTE_CORNER, ATTRIBUTE_ROW};

const FARM_SHADER: Handle<Shader> = uuid_handle!("8d7f6c1e-5b0a-4d53-9a35-0c3f7e6f2b01");
const TURBINE_SHADER: Handle<Shader> = uuid_handle!("8d7f6c1e-5b0a-4d53-9a35-0c3f7e6f2b02");
const PREPASS_SHADER: Handle<Shader> = uuid_handle!("8d7f6c1e-5b0a-4d53-9a35-0c3f7e6f2b03");
const BACKDROP_SHADER: Handle<Shader> = uuid_handle!("8d7f6c1e-5b0a-4d53-9a35-0c3f7e6f2b04");

const MARKS_SHADER: Handle<Shader> = uuid_handle!("8d7f6c1e-5b0a-4d53-9a35-0c3f7e6f2b32");
const LAND_SHADER: Handle<Shader> = uuid_handle!("8d7f6c1e-5b0a-4d53-9a35-0c3f7e6f2b31");

/// What turbines of one model share in the shader.
#[derive(ShaderType, Debug, Clone, Copy, PartialEq)]
pub struct ModelShape {
    /// Sine and cosine of the rotor's tilt, then of its cone.
    pub tilt_cone: Vec4,
}

impl ModelShape {
    /// From the angles of the rotor, degrees.
    pub fn new(tilt_deg: f32, cone_deg: f32) -> Self {
        let (tilt_sin, tilt_cos) = tilt_deg.to_radians().sin_cos();
        let (cone_sin, cone_cos) = cone_deg.to_radians().sin_cos();
        Self {
            tilt_cone: Vec4::new(tilt_sin, tilt_cos, cone_sin, cone_cos),
        }
    }
}

/// The material of a model's turbines; never changed while the farm stands.
#[derive(Asset, TypePath, AsBindGroup, Debug, Clone)]
pub struct TurbineMaterial {
    /// Head and rows.
    #[storage(0, read_only)]
    pub rows: Handle<ShaderBuffer>,
    /// The model.
    #[uniform(1)]
    pub shape: ModelShape,
}

impl Material for TurbineMaterial {
    fn vertex_shader() -> ShaderRef {
        TURBINE_SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        TURBINE_SHADER.into()
    }

    fn prepass_vertex_shader() -> ShaderRef {
        PREPASS_SHADER.into()
    }

    fn specialize(
        _pipeline: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        _key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        let layout = layout.0.get_layout(&[
            Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
            Mesh::ATTRIBUTE_NORMAL.at_shader_location(1),
            ATTRIBUTE_PART.at_shader_location(2),
        ])?;
        descriptor.vertex.buffers = vec![layout];
        Ok(())
    }
}

/// Sky, sea and land.
#[derive(Asset, TypePath, AsBindGroup, Debug, Clone)]
pub struct BackdropMaterial {
    /// Head and rows; only the head is read.
    #[storage(0, read_only)]
    pub rows: Handle<ShaderBuffer>,
    /// Waves and patches.
    #[texture(2)]
    #[sampler(3)]
    pub surface: Handle<Image>,
}

impl Material for BackdropMaterial {
    fn vertex_shader() -> ShaderRef {
        BACKDROP_SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        BACKDROP_SHADER.into()
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _pipeline: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        _key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        let layout = layout
            .0
            .get_layout(&[Mesh::ATTRIBUTE_POSITION.at_shader_location(0)])?;
        descriptor.vertex.buffers = vec![layout];
        descriptor.primitive.cull_mode = None;
        Ok(())
    }
}

/// What belongs to each turbine beside its mesh.
#[derive(Asset, TypePath, AsBindGroup, Debug, Clone)]
pub struct MarkMaterial {
    /// Head and rows.
    #[storage(0, read_only)]
    pub rows: Handle<ShaderBuffer>,
}

impl Material for MarkMaterial {
    fn vertex_shader() -> ShaderRef {
        MARKS_SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        MARKS_SHADER.into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _pipeline: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        _key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        let layout = layout.0.get_layout(&[
            Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
            ATTRIBUTE_CORNER.at_shader_location(1),
            ATTRIBUTE_ROW.at_shader_location(2),
        ])?;
        descriptor.vertex.buffers = vec![layout];
        descriptor.primitive.cull_mode = None;
        Ok(())
    }
}

/// Where the relief lies, and between which heights.
#[derive(ShaderType, Debug, Clone, Copy, PartialEq)]
pub struct LandShape {
    /// West, north as z, and the inverse of the relief's width and depth.
    pub place: Vec4,
    /// Lowest and highest point.
    pub heights: Vec4,
}

/// Land with a form.
#[derive(Asset, TypePath, AsBindGroup, Debug, Clone)]
pub struct LandMaterial {
    /// Head and rows; only the head is read.
    #[storage(0, read_only)]
    pub rows: Handle<ShaderBuffer>,
    /// Waves and patches.
    #[texture(2)]
    #[sampler(3)]
    pub surface: Handle<Image>,
    /// The land's normals.
    #[texture(4)]
    #[sampler(5)]
    pub relief: Handle<Image>,
    /// Where the relief lies.
    #[uniform(6)]
    pub shape: LandShape,
}

impl Material for LandMaterial {
    fn vertex_shader() -> ShaderRef {
        LAND_SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        LAND_SHADER.into()
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _pipeline: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        _key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        let layout = layout
            .0
            .get_layout(&[Mesh::ATTRIBUTE_POSITION.at_shader_location(0)])?;
        descriptor.vertex.buffers = vec![layout];
        Ok(())
    }
}

pub(super) fn plugin(app: &mut App) {
    let sources = [
        (
            FARM_SHADER,
            include_str!("../../assets/shaders/farm.wgsl"),
            "farm.wgsl",
        ),
        (
            TURBINE_SHADER,
            include_str!("../../assets/shaders/turbine.wgsl"),
            "turbine.wgsl",
        ),
        (
            PREPASS_SHADER,
            include_str!("../../assets/shaders/turbine_prepass.wgsl"),
            "turbine_prepass.wgsl",
        ),
        (
            BACKDROP_SHADER,
            include_str!("../../assets/shaders/backdrop.wgsl"),
            "backdrop.wgsl",
        ),
        (
            LAND_SHADER,
            include_str!("../../assets/shaders/land.wgsl"),
            "land.wgsl",
        ),
        (
            MARKS_SHADER,
            include_str!("../../assets/shaders/marks.wgsl"),
            "marks.wgsl",
        ),
    ];
    if let Some(mut shaders) = app.world_mut().get_resource_mut::<Assets<Shader>>() {
        for (handle, source, name) in sources {
            let shader = Shader::from_wgsl(source, format!("windvane/{name}"));
            if let Err(error) = shaders.insert(&handle, shader) {
                error!("The shader {name} could not be added: {error}");
            }
        }
    }
    app.add_plugins((
        MaterialPlugin::<TurbineMaterial>::default(),
        MaterialPlugin::<BackdropMaterial>::default(),
        MaterialPlugin::<LandMaterial>::default(),
        MaterialPlugin::<MarkMaterial>::default(),
    ));
}
