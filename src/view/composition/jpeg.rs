//! JPEG pictures, which Bevy is built without: those of their own files, and those within models.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bevy::asset::io::Reader;
use bevy::asset::{AssetLoader, LoadContext};
use bevy::image::{Image, ImageLoaderSettings};
use bevy::reflect::TypePath;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use image::ImageEncoder as _;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use serde_json::{Value, json};

use crate::scene::decode_jpeg;

const MAGIC: &[u8] = b"\xFF\xD8";

/// Reads files of pictures.
#[derive(Debug, Default, TypePath)]
pub(super) struct JpegLoader;

impl AssetLoader for JpegLoader {
    type Asset = Image;
    type Settings = ImageLoaderSettings;
    type Error = std::io::Error;

    async fn load(
        &self,
        reader: &mut dyn Reader,
        settings: &ImageLoaderSettings,
        _context: &mut LoadContext<'_>,
    ) -> Result<Image, Self::Error> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).await?;
        let picture = decode_jpeg(&bytes).map_err(std::io::Error::other)?;
        let size = Extent3d {
            width: picture.width(),
            height: picture.height(),
            depth_or_array_layers: 1,
        };
        let format = if settings.is_srgb {
            TextureFormat::Rgba8UnormSrgb
        } else {
            TextureFormat::Rgba8Unorm
        };
        let pixels = picture.into_raw();
        let usage = settings.asset_usage;
        let mut image = Image::new(size, TextureDimension::D2, pixels, format, usage);
        image.sampler = settings.sampler.clone();
        Ok(image)
    }

    fn extensions(&self) -> &[&str] {
        &["jpg", "jpeg", "JPG", "JPEG"]
    }
}

/// A binary glTF file whose JPEG pictures are PNG; any other file as it is. A picture that cannot be
/// decoded stays, for the loader to refuse.
pub(super) fn with_png(file: Vec<u8>) -> Vec<u8> {
    match rewritten(&file) {
        Some(rewritten) => rewritten,
        None => file,
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?) as usize)
}

/// `None` where there is nothing to do.
fn rewritten(file: &[u8]) -> Option<Vec<u8>> {
    if !file.starts_with(b"glTF") || file.get(16..20)? != b"JSON" {
        return None;
    }
    let json_end = 20_usize.checked_add(u32_at(file, 12)?)?;
    let mut document: Value = serde_json::from_slice(file.get(20..json_end)?).ok()?;
    let rest = file.get(json_end..)?;
    let binary = rest.get(8..).unwrap_or_default();
    let views = document.get("bufferViews").cloned().unwrap_or_default();
    let mut has_changed = false;
    for picture in document.get_mut("images")?.as_array_mut()? {
        if let Some(uri) = as_png(picture, &views, binary) {
            *picture = json!({ "uri": uri });
            has_changed = true;
        }
    }
    if !has_changed {
        return None;
    }
    let mut text = serde_json::to_vec(&document).ok()?;
    text.resize(text.len().next_multiple_of(4), b' ');
    let length = 20 + text.len() + rest.len();
    let mut bytes = Vec::with_capacity(length);
    bytes.extend(file.get(..8)?);
    bytes.extend(u32::try_from(length).ok()?.to_le_bytes());
    bytes.extend(u32::try_from(text.len()).ok()?.to_le_bytes());
    bytes.extend(b"JSON");
    bytes.extend(text);
    bytes.extend(rest);
    Some(bytes)
}

/// A JPEG picture of the file as a PNG within a URI.
fn as_png(picture: &Value, views: &Value, binary: &[u8]) -> Option<String> {
    let view = views.get(picture.get("bufferView")?.as_u64()? as usize)?;
    if view.get("buffer")?.as_u64()? != 0 {
        return None;
    }
    let number = |key: &str| view.get(key).and_then(Value::as_u64).unwrap_or(0) as usize;
    let start = number("byteOffset");
    let bytes = binary.get(start..start.checked_add(number("byteLength"))?)?;
    if !bytes.starts_with(MAGIC) {
        return None;
    }
    let picture = decode_jpeg(bytes).ok()?;
    let mut png = Vec::new();
    // It is unpacked at once: packing it well would only take time.
    PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::NoFilter)
        .write_image(
            picture.as_raw(),
            picture.width(),
            picture.height(),
            image::ExtendedColorType::Rgba8,
        )
        .ok()?;
    let packed = BASE64_STANDARD.encode(png);
    Some(format!("data:image/png;base64,{packed}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glb(document: &Value, binary: &[u8]) -> Vec<u8> {
        let mut text = document.to_string().into_bytes();
        text.resize(text.len().next_multiple_of(4), b' ');
        let mut file = b"glTF\x02\0\0\0".to_vec();
        file.extend((28 + text.len() as u32 + binary.len() as u32).to_le_bytes());
        file.extend((text.len() as u32).to_le_bytes());
        file.extend(b"JSON");
        file.extend(text);
        file.extend((binary.len() as u32).to_le_bytes());
        file.extend(b"BIN\0");
        file.extend(binary);
        file
    }

    #[test]
    fn files_without_jpeg_pictures_stay_as_they_are() {
        let png = glb(
            &json!({"images": [{"bufferView": 0, "mimeType": "image/png"}],
                "bufferViews": [{"buffer": 0, "byteLength": 4}]}),
            b"\x89PNG",
        );
        let broken = glb(
            &json!({"images": [{"bufferView": 0}, {"bufferView": 7}, {}],
                "bufferViews": [{"buffer": 0, "byteLength": 4}]}),
            b"\xFF\xD8no",
        );
        for file in [png, broken, b"glTF".to_vec(), b"{}".to_vec(), Vec::new()] {
            assert_eq!(with_png(file.clone()), file);
        }
    }
}
