//! The land and the layout of `scenes/ridge`.

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::Path;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageBuffer, Luma};

use super::crest::{Search, along, crest};
use super::relief::Relief;
use super::{GenerateError, write_whole};

/// Cells a side, and their size.
const SIDE: usize = 768;
const CELL_M: f64 = 16.0;
/// What black and white of the height map mean, metres above the valley: `low_m` and `high_m` of the
/// scene.
const LOW_M: f64 = 0.0;
const HIGH_M: f64 = 560.0;
/// Heights are kept to this: finer ones would be noise that a PNG cannot pack.
const GRAIN_M: f64 = 0.25;
/// The ridge's direction, degrees from north: across the prevailing south-westerly wind.
const STRIKE_DEG: f64 = 118.0;
/// The second ridge lies this far to the south-west of the first.
const SECOND_M: f64 = 2700.0;

/// Distances along and across the first ridge.
fn along_across(east_m: f64, north_m: f64) -> (f64, f64) {
    let (sin, cos) = STRIKE_DEG.to_radians().sin_cos();
    (east_m * sin + north_m * cos, -east_m * cos + north_m * sin)
}

/// From there back to metres east and north.
fn east_north(along_m: f64, across_m: f64) -> [f64; 2] {
    let (sin, cos) = STRIKE_DEG.to_radians().sin_cos();
    [
        along_m * sin - across_m * cos,
        along_m * cos + across_m * sin,
    ]
}

/// How strongly the land is lifted: two ridges that die away at their ends, in a country that rises
/// a little everywhere.
fn uplift(east_m: f64, north_m: f64) -> f64 {
    let (along_m, across_m) = along_across(east_m, north_m);
    let bell = |distance: f64, width: f64| (-(distance / width).powi(2)).exp();
    let first = across_m - 500.0 - 420.0 * (along_m / 1900.0).sin();
    let second = across_m - 500.0 + SECOND_M - 260.0 * (along_m / 1300.0).cos();
    let main = bell(first, 1150.0) * bell(along_m, 6400.0);
    let minor = 0.62 * bell(second, 900.0) * bell(along_m + 1400.0, 3600.0);
    0.13 + 0.87 * (main + minor).min(1.0)
}

/// Writes `height.png` and `layout.csv`.
///
/// # Errors
/// A file cannot be written.
pub fn write_ridge(folder: &Path, seed: u64) -> Result<(), GenerateError> {
    let land = Relief::carve(SIDE, CELL_M, HIGH_M - LOW_M - 10.0, seed, uplift);
    write_whole(&folder.join("height.png"), &picture(&land))?;
    write_whole(&folder.join("layout.csv"), layout(&land).as_bytes())
}

/// The heights as greys of 16 bits, white is `HIGH_M`.
fn picture(land: &Relief) -> Vec<u8> {
    let greys: Vec<u16> = land
        .heights_m
        .iter()
        .map(|height| {
            let kept = (height / GRAIN_M).round() * GRAIN_M;
            (kept / (HIGH_M - LOW_M) * f64::from(u16::MAX)).round() as u16
        })
        .collect();
    let side = land.side as u32;
    let mut bytes = Cursor::new(Vec::new());
    let image = ImageBuffer::<Luma<u16>, _>::from_raw(side, side, greys);
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive);
    let written = image.map(|image| image.write_with_encoder(encoder));
    if !matches!(written, Some(Ok(()))) {
        tracing::error!("the height map could not be written as PNG: {written:?}");
    }
    bytes.into_inner()
}

/// 26 Vestas V90 along the first crest, 14 Enercon E-70 along the second.
fn layout(land: &Relief) -> String {
    let line = |from_m: f64, to_m: f64, across_m: f64, beside_m: f64| {
        let search = Search {
            from: east_north(from_m, across_m),
            to: east_north(to_m, across_m),
            beside_m,
        };
        crest(land, &search)
    };
    let first = along(&line(-4700.0, 4900.0, 500.0, 900.0), 340.0, 26);
    let second = along(&line(-4300.0, 1500.0, 500.0 - SECOND_M, 700.0), 290.0, 14);
    let mut csv = String::from("turbine,type,east_m,north_m,height_m\n");
    let rows = first
        .iter()
        .map(|place| ("A", "v90", place))
        .zip(1..)
        .chain(second.iter().map(|place| ("B", "e70", place)).zip(1..));
    for ((line, model, &[east, north]), number) in rows {
        let up = LOW_M + land.height_m(east, north);
        // Writing into a String cannot fail.
        let _ = writeln!(
            csv,
            "{line}{number:02},{model},{east:.1},{north:.1},{up:.0}"
        );
    }
    csv
}
