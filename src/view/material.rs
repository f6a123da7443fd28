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

use super::geometry::{ATTRIBUTE_PART, Cut, Dimensions};
use super::marks::{ATTRIBUTE_CORNER, ATTRIBUTE_ROW};
use super::model_file::{ATTRIBUTE_PAINT, motion};
use crate::scene::GltfModel;

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
    /// Where a turbine is cut open: x: the plane beside the axis, y: the height below which the
    /// nacelle is left whole, z: the plane before the tower's axis.
    pub cut_planes: Vec4,
    /// The tower is open from x to y.
    pub cut_tower: Vec4,
    /// See [`motion`].
    pub motion: Vec4,
    /// x: radius of the rotor, metres; 0 where it is no symbol on the map.
    pub size: Vec4,
}

impl ModelShape {
    /// Of a model of these dimensions, and the file that it is drawn from.
    pub fn new(d: &Dimensions, file: Option<&GltfModel>) -> Self {
        let (tilt_sin, tilt_cos) = d.tilt_deg.to_radians().sin_cos();
        let (cone_sin, cone_cos) = d.cone_deg.to_radians().sin_cos();
        let cut = Cut::new(d);
        let [low, high] = cut.tower_m;
        Self {
            tilt_cone: Vec4::new(tilt_sin, tilt_cos, cone_sin, cone_cos),
            cut_planes: Vec4::new(cut.beside_m, cut.floor_m, cut.before_m, 0.0),
            cut_tower: Vec4::new(low, high, 0.0, 0.0),
            motion: motion(file),
            size: Vec4::new(d.rotor_radius_m, 0.0, 0.0, 0.0),
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
    /// Base-colour textures of a model from a file; a white pixel for others.
    #[texture(2, dimension = "2d_array")]
    #[sampler(3)]
    pub paint: Handle<Image>,
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
        let mut attributes = vec![
            Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
            Mesh::ATTRIBUTE_NORMAL.at_shader_location(1),
            ATTRIBUTE_PART.at_shader_location(2),
        ];
        if layout.0.contains(ATTRIBUTE_PAINT) {
            attributes.push(Mesh::ATTRIBUTE_UV_0.at_shader_location(3));
            attributes.push(ATTRIBUTE_PAINT.at_shader_location(4));
            descriptor.vertex.shader_defs.push("MODEL_FILE".into());
            if let Some(fragment) = &mut descriptor.fragment {
                fragment.shader_defs.push("MODEL_FILE".into());
            }
            // Files have sheets without a back.
            descriptor.primitive.cull_mode = None;
        }
        descriptor.vertex.buffers = vec![layout.0.get_layout(&attributes)?];
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
