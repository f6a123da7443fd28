//! Materials: of all that glTF has, their base colour.

use std::collections::BTreeMap;

use bevy::math::Vec2;
use gltf::json::texture::Info;
use serde_json::Value;

use super::extensions::without_texture;
use super::file::{File, resource};
use super::gather::Piece;
use super::picture::Pictures;
use super::{Fault, Remarks, Siblings};

/// How the triangles of one material look.
#[derive(Debug, Clone)]
pub(super) struct Look {
    /// Linear.
    pub factor: [f32; 3],
    /// The texture's layer.
    pub layer: Option<usize>,
    /// The set of texture coordinates.
    pub uv_set: u32,
    /// What is done to them (`KHR_texture_transform`): the columns of a matrix, and an offset.
    pub uv_transform: Option<(Vec2, Vec2, Vec2)>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            factor: [1.0; 3],
            layer: None,
            uv_set: 0,
            uv_transform: None,
        }
    }
}

/// The looks of the materials that are used, by number; `None` for primitives without one.
pub(super) type Looks = BTreeMap<Option<usize>, Look>;

/// Reads the looks of all materials that triangles use.
pub(super) fn looks(
    file: &File,
    used_by: &[Piece],
    siblings: &mut Siblings<'_>,
    pictures: &mut Pictures,
    remarks: &mut Remarks,
) -> Result<Looks, Fault> {
    let mut looks = Looks::new();
    let mut layers: BTreeMap<usize, Option<usize>> = BTreeMap::new();
    for piece in used_by {
        if looks.contains_key(&piece.material) {
            continue;
        }
        let Some(number) = piece.material else {
            looks.insert(None, Look::default());
            continue;
        };
        let material = file
            .root
            .materials
            .get(number)
            .ok_or_else(|| Fault::broken(format!("there is no material {number}")))?;
        let base = &material.pbr_metallic_roughness;
        let [r, g, b, _] = base.base_color_factor.0;
        let clean = |c: f32| {
            if c.is_finite() {
                c.clamp(0.0, 1.0)
            } else {
                1.0
            }
        };
        let mut look = Look {
            factor: [r, g, b].map(clean),
            ..Look::default()
        };
        if let Some(info) = &base.base_color_texture {
            let name = material
                .name
                .clone()
                .unwrap_or_else(|| format!("material {number}"));
            look.uv_set = info.tex_coord;
            if let Some(transform) = transform(info) {
                (look.uv_set, look.uv_transform) =
                    (transform.0.unwrap_or(info.tex_coord), transform.1);
            }
            match image_of(file, info) {
                Ok(image) => {
                    look.layer = *layers.entry(image).or_insert_with(|| {
                        let added = image_bytes(file, image, siblings)
                            .and_then(|bytes| pictures.add(&bytes));
                        added
                            .inspect_err(|why| without_texture(&name, why, remarks))
                            .ok()
                    });
                }
                Err(why) => without_texture(&name, &why, remarks),
            }
        }
        looks.insert(piece.material, look);
    }
    Ok(looks)
}

/// The image of a texture: of those that it offers, the one that is read.
fn image_of(file: &File, info: &Info) -> Result<usize, String> {
    let number = info.index.value();
    let texture = file
        .root
        .textures
        .get(number)
        .ok_or_else(|| format!("there is no texture {number}"))?;
    let image = texture.source.value();
    if file.root.images.get(image).is_some() {
        return Ok(image);
    }
    let has = |name: &str| {
        texture
            .extensions
            .as_ref()
            .is_some_and(|e| e.others.contains_key(name))
    };
    Err(if has("KHR_texture_basisu") {
        "it is KTX2 (KHR_texture_basisu)".to_owned()
    } else if has("EXT_texture_webp") {
        "it is WebP (EXT_texture_webp)".to_owned()
    } else {
        format!("texture {number} has no image")
    })
}

fn image_bytes(file: &File, number: usize, siblings: &mut Siblings<'_>) -> Result<Vec<u8>, String> {
    let image = file
        .root
        .images
        .get(number)
        .ok_or_else(|| format!("there is no image {number}"))?;
    match (&image.uri, image.buffer_view) {
        (Some(uri), _) => resource(uri, siblings),
        (None, Some(view)) => file
            .view(view.value())
            .map(<[u8]>::to_vec)
            .map_err(|fault| fault.message),
        (None, None) => Err(format!("image {number} has no data")),
    }
}

/// The texture's transform, if it has one, with its own set of coordinates.
fn transform(info: &Info) -> Option<(Option<u32>, Option<(Vec2, Vec2, Vec2)>)> {
    let raw = info
        .extensions
        .as_ref()?
        .others
        .get("KHR_texture_transform")?;
    let pair = |key: &str, without: f32| {
        let at = |i: usize| {
            let number = raw.get(key)?.get(i)?.as_f64()?;
            Some(number as f32)
        };
        Vec2::new(at(0).unwrap_or(without), at(1).unwrap_or(without))
    };
    let (offset, scale) = (pair("offset", 0.0), pair("scale", 1.0));
    let turn = raw.get("rotation").and_then(Value::as_f64).unwrap_or(0.0) as f32;
    let (sin, cos) = turn.sin_cos();
    let (x, y) = (
        Vec2::new(cos, -sin) * scale.x,
        Vec2::new(sin, cos) * scale.y,
    );
    let set = raw.get("texCoord").and_then(Value::as_u64);
    let set = set.and_then(|s| u32::try_from(s).ok());
    let is_finite = offset.is_finite() && x.is_finite() && y.is_finite();
    Some((set, is_finite.then_some((x, y, offset))))
}

impl Look {
    /// Texture coordinates as they are drawn.
    pub fn uv(&self, [u, v]: [f32; 2]) -> [f32; 2] {
        let drawn = match self.uv_transform {
            Some((x, y, offset)) => x * u + y * v + offset,
            None => Vec2::new(u, v),
        };
        if drawn.is_finite() {
            drawn.to_array()
        } else {
            [0.0; 2]
        }
    }
}
