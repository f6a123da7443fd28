//! Turbines from glTF files in the view: their meshes, textures and dimensions in the place of
//! generated ones. See [`GltfModel`].

use bevy::asset::RenderAssetUsages;
use bevy::image::{ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::math::Vec4;
use bevy::mesh::{Indices, Mesh, MeshVertexAttribute, PrimitiveTopology, VertexFormat};
use bevy::prelude::Image;
use bevy::render::render_resource::{
    Extent3d, TextureDimension, TextureFormat, TextureViewDescriptor, TextureViewDimension,
};

use super::geometry::{ATTRIBUTE_PART, Detail, Dimensions, PLAIN_TONE};
use crate::scene::{GltfMesh, GltfModel, GltfPaint, Model, Surface};

/// sRGB colour in three bytes, then the texture's layer counted from 1; 0 for none.
pub const ATTRIBUTE_PAINT: MeshVertexAttribute = MeshVertexAttribute::new(
    "Turbine_Paint",
    0x7769_6e64_7061_696e,
    VertexFormat::Unorm8x4,
);

/// How calm its own colours are drawn: 0 as in the file, 1 as the theme's turbines.
const CALM: f32 = 0.55;

/// The mesh of a level of detail, and its triangles.
pub fn level(file: &GltfModel, detail: Detail) -> (Mesh, usize) {
    let level = level_of(file, detail);
    (mesh(level), level.triangles())
}

/// A file has nothing finer than what it is near: close by it is the same.
fn level_of(file: &GltfModel, detail: Detail) -> &GltfMesh {
    let [near, middle, far, speck] = &file.levels;
    match detail {
        Detail::Close | Detail::Near => near,
        Detail::Middle => middle,
        Detail::Far => far,
        Detail::Speck => speck,
    }
}

fn mesh(level: &GltfMesh) -> Mesh {
    let parts: Vec<u32> = level.parts.iter().map(|part| part | PLAIN_TONE).collect();
    Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::RENDER_WORLD,
    )
    .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, level.positions.clone())
    .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, level.normals.clone())
    .with_inserted_attribute(ATTRIBUTE_PART, parts)
    .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, level.uvs.clone())
    .with_inserted_attribute(
        ATTRIBUTE_PAINT,
        bevy::mesh::VertexAttributeValues::Unorm8x4(level.paints.clone()),
    )
    .with_inserted_indices(Indices::U32(level.indices.clone()))
}

/// The dimensions of a model that comes from a file: picking, labels and culling go by the file's.
pub fn fit(generated: Dimensions, model: &Model) -> Dimensions {
    let Some(file) = &model.gltf else {
        return generated;
    };
    let tower = if file.tower_radius_m > 0.0 {
        file.tower_radius_m
    } else {
        generated.tower_foot_radius_m
    };
    Dimensions {
        hub_height_m: file.hub_height_m,
        rotor_radius_m: file.rotor_radius_m,
        overhang_m: file.overhang_m,
        tilt_deg: file.tilt_deg,
        // What the file's blades have of it is in their vertices.
        cone_deg: 0.0,
        tower_foot_radius_m: tower,
        tower_top_radius_m: generated.tower_top_radius_m.min(tower),
        ..generated
    }
}

/// What a model's shader needs to know of its file; that of generated turbines without one.
/// x: how calm its own colours are; y: whether blades pitch; z: the first surface that yaws;
/// w: 1 if the rotor turns clockwise seen from upwind, else -1.
pub fn motion(file: Option<&GltfModel>) -> Vec4 {
    let flag = |on: bool| if on { 1.0 } else { 0.0 };
    let yaws_from = |as_one: bool| {
        let first = if as_one {
            Surface::Tower
        } else {
            Surface::Nacelle
        };
        f32::from(first as u8)
    };
    match file {
        Some(file) => Vec4::new(
            CALM * flag(file.calm),
            flag(file.blades_pitch),
            yaws_from(file.turns_as_one),
            file.sense,
        ),
        None => Vec4::new(0.0, 1.0, yaws_from(false), 1.0),
    }
}

/// The textures of a model as one array; a white pixel for one without any.
pub fn paint(file: Option<&GltfModel>) -> Image {
    let white = GltfPaint {
        side_px: 1,
        layers: vec![vec![255; 4]],
        mip_levels: 1,
    };
    let paint = file.and_then(|f| f.paint.as_ref()).unwrap_or(&white);
    let mut image = Image::new_uninit(
        Extent3d {
            width: paint.side_px,
            height: paint.side_px,
            depth_or_array_layers: paint.layers.len().max(1) as u32,
        },
        TextureDimension::D2,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.data = Some(paint.layers.concat());
    image.texture_descriptor.mip_level_count = paint.mip_levels;
    image.texture_view_descriptor = Some(TextureViewDescriptor {
        dimension: Some(TextureViewDimension::D2Array),
        ..TextureViewDescriptor::default()
    });
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        address_mode_u: ImageAddressMode::Repeat,
        address_mode_v: ImageAddressMode::Repeat,
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Linear,
        ..ImageSamplerDescriptor::default()
    });
    image
}
