//! Base-colour textures: decoded, brought to one size, with their smaller copies.

use std::io::Cursor;
use std::sync::LazyLock;

use image::imageops::FilterType;
use image::{ImageReader, Limits, RgbaImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::model::GltfPaint;

/// Wider or higher pictures are not decoded.
const LARGEST_SIDE: u32 = 8_192;
/// Wider or higher ones are drawn smaller: no turbine fills a screen with one texture.
const LARGEST_DRAWN: u32 = 2_048;
/// Many textures are drawn smaller still.
const LARGEST_OF_MANY: u32 = 1_024;
const MANY: usize = 4;
/// Layers of one model.
pub(super) const MOST_LAYERS: usize = 64;
/// The size whose pixels stand for what is seen from afar.
const AVERAGE_SIDE: u32 = 32;

/// Light by its sRGB code.
static LIGHT: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|i| linear(i as f32 / 255.0)));
/// The sRGB code by light in steps of 1/4096.
static CODE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    (0..=4_096)
        .map(|i| (encoded(i as f32 / 4_096.0) * 255.0).round() as u8)
        .collect()
});

/// The textures of a model.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    list: Vec<RgbaImage>,
    averages: Vec<RgbaImage>,
}

impl Pictures {
    /// Adds a picture and gives its layer.
    pub fn add(&mut self, bytes: &[u8]) -> Result<usize, String> {
        if self.list.len() >= MOST_LAYERS {
            return Err(format!("there are more than {MOST_LAYERS} textures"));
        }
        let picture = decode(bytes)?;
        let average = shrunk(picture.clone(), AVERAGE_SIDE);
        self.averages.push(average);
        self.list.push(picture);
        Ok(self.list.len() - 1)
    }

    /// The colour around a place of a layer, linear.
    pub fn average(&self, layer: usize, [u, v]: [f32; 2]) -> [f32; 3] {
        let Some(picture) = self.averages.get(layer) else {
            return [1.0; 3];
        };
        let at = |t: f32, side: u32| {
            let t = if t.is_finite() {
                t.rem_euclid(1.0)
            } else {
                0.0
            };
            ((t * side as f32) as u32).min(side - 1)
        };
        let pixel = picture.get_pixel(at(u, picture.width()), at(v, picture.height()));
        let [r, g, b, _] = pixel.0;
        [r, g, b].map(|c| linear(f32::from(c) / 255.0))
    }

    /// All layers at one size; `None` of none.
    pub fn paint(self) -> Option<GltfPaint> {
        let largest = if self.list.len() > MANY {
            LARGEST_OF_MANY
        } else {
            LARGEST_DRAWN
        };
        let widest = self.list.iter().map(|p| p.width().max(p.height())).max()?;
        let side_px = widest.next_power_of_two().min(largest);
        let layers = self.list.into_iter().map(|p| chain(p, side_px)).collect();
        Some(GltfPaint {
            side_px,
            layers,
            mip_levels: side_px.ilog2() + 1,
        })
    }
}

fn decode(bytes: &[u8]) -> Result<RgbaImage, String> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"\x89PNG") {
        return decode_png(bytes);
    }
    if starts(b"\xFF\xD8") {
        return decode_jpeg(bytes);
    }
    Err(if starts(b"\xABKTX") {
        "it is KTX2".to_owned()
    } else if starts(b"RIFF") {
        "it is WebP".to_owned()
    } else {
        "it is neither PNG nor JPEG".to_owned()
    })
}

fn decode_png(bytes: &[u8]) -> Result<RgbaImage, String> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), image::ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST_SIDE);
    limits.max_image_height = Some(LARGEST_SIDE);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| error.to_string())?;
    Ok(picture.into_rgba8())
}

/// The pixels of a JPEG picture.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn decode_jpeg(bytes: &[u8]) -> Result<RgbaImage, String> {
    let options = DecoderOptions::default()
        .set_max_width(LARGEST_SIDE as usize)
        .set_max_height(LARGEST_SIDE as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode().map_err(|error| format!("{error:?}"))?;
    let info = decoder.info().ok_or("its size is not known")?;
    RgbaImage::from_raw(u32::from(info.width), u32::from(info.height), pixels)
        .ok_or_else(|| "its pixels do not fit its size".to_owned())
}

/// Halves a picture until it is no larger than a size.
fn shrunk(mut picture: RgbaImage, side: u32) -> RgbaImage {
    while picture.width() > side && picture.height() > side {
        picture = halved(&picture);
    }
    picture
}

/// A layer with all its smaller copies, largest first.
fn chain(picture: RgbaImage, side: u32) -> Vec<u8> {
    let mut picture = if (picture.width(), picture.height()) == (side, side) {
        picture
    } else {
        let close = shrunk(picture, 2 * side);
        image::imageops::resize(&close, side, side, FilterType::Triangle)
    };
    let mut bytes = Vec::with_capacity(side as usize * side as usize * 16 / 3 + 4);
    loop {
        bytes.extend_from_slice(picture.as_raw());
        if picture.width() <= 1 {
            return bytes;
        }
        picture = halved(&picture);
    }
}

/// Half as wide and high; the mean is of light, not of its code.
fn halved(picture: &RgbaImage) -> RgbaImage {
    let light = |code: u8| LIGHT.get(usize::from(code)).copied().unwrap_or_default();
    let (width, height) = (picture.width().max(2) / 2, picture.height().max(2) / 2);
    RgbaImage::from_fn(width, height, |x, y| {
        let (right, below) = (picture.width() - 1, picture.height() - 1);
        let near = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(i, j)| {
            picture
                .get_pixel((2 * x + i).min(right), (2 * y + j).min(below))
                .0
        });
        image::Rgba(std::array::from_fn(|c| {
            let sum: f32 = near
                .iter()
                .map(|p| light(p.get(c).copied().unwrap_or_default()))
                .sum();
            CODE.get((sum * 1_024.0) as usize).copied().unwrap_or(255)
        }))
    })
}

/// From the sRGB code, 0 to 1, to light.
pub(super) fn linear(code: f32) -> f32 {
    if code <= 0.040_45 {
        code / 12.92
    } else {
        ((code + 0.055) / 1.055).powf(2.4)
    }
}

/// From light, 0 to 1, to its sRGB code.
pub(super) fn encoded(light: f32) -> f32 {
    if light <= 0.003_130_8 {
        light.max(0.0) * 12.92
    } else {
        1.055 * light.min(1.0).powf(1.0 / 2.4) - 0.055
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_has_every_size_down_to_one_pixel() {
        let picture = RgbaImage::from_pixel(5, 3, image::Rgba([200, 100, 50, 255]));
        let bytes = chain(picture, 8);
        assert_eq!(bytes.len(), 4 * (64 + 16 + 4 + 1));
        let [r, g, b, _] = bytes[bytes.len() - 4..].try_into().unwrap();
        let near = |a: u8, b: u8| a.abs_diff(b) <= 2;
        assert!(near(r, 200) && near(g, 100) && near(b, 50), "{r} {g} {b}");
    }

    #[test]
    fn the_mean_of_black_and_white_is_half_the_light() {
        let picture = RgbaImage::from_fn(2, 2, |x, _| {
            image::Rgba(if x == 0 { [0, 0, 0, 255] } else { [255; 4] })
        });
        let mean = halved(&picture).get_pixel(0, 0).0[0];
        assert!((186..=189).contains(&mean), "{mean}");
    }

    #[test]
    fn what_is_no_picture_is_told_by_name() {
        assert!(decode(b"\xABKTX 20\xBB").unwrap_err().contains("KTX2"));
        assert!(decode(b"RIFF....WEBP").unwrap_err().contains("WebP"));
        assert!(decode(b"").is_err());
        assert!(decode(b"\x89PNG\r\n\x1a\nrest").is_err());
        assert!(decode(b"\xFF\xD8\xFF\xE0rest").is_err());
    }
}
