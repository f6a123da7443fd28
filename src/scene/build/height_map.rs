//! `[site] height_map`: the land's form from a grey PNG or an ESRI ASCII grid.

use std::io::{self, Cursor};
use std::ops::Range;
use std::sync::Arc;

use image::{ColorType, DynamicImage, ImageDecoder as _, ImageError, codecs::png::PngDecoder};

use crate::scene::format::HeightMapTable;
use crate::scene::load::{Loader, Page};
use crate::scene::model::{Site, Turbine};
use crate::scene::problem::{Problem, Problems, quoted};
use crate::scene::source::Source;
use crate::scene::terrain::{Extent, Terrain};

/// Columns or rows: more than a screen shows, and 64 MiB of heights.
const MOST_POINTS: u32 = 4_096;
/// Metres from one edge to the other.
const WIDEST_M: f64 = 500_000.0;
/// A map of fewer metres is one whose edges were given in degrees or kilometres.
const NARROWEST_M: f64 = 20.0;

/// Columns, and the heights row by row from the north.
struct Grid {
    columns: usize,
    heights_m: Vec<f32>,
}

/// Reads the height map of a site; what is wrong with it goes to the loader.
pub(super) fn height_map(
    root: &Page,
    table: &HeightMapTable,
    loader: &mut Loader,
) -> Option<Arc<Terrain>> {
    let place = |key: &str| root.document.place(&format!("/site/height_map/{key}"));
    let extent = extent(root, table, &mut loader.problems);
    let is_asc = table.file.to_ascii_lowercase().ends_with(".asc");
    let levels = if is_asc {
        if table.low_m.is_some() || table.high_m.is_some() {
            let message = "`low_m` and `high_m` are for a PNG: an ASCII grid holds metres";
            let key = if table.low_m.is_some() {
                "low_m"
            } else {
                "high_m"
            };
            loader
                .problems
                .push(Problem::error("bad-value", place(key), message));
        }
        None
    } else {
        Some(levels(root, table, &mut loader.problems)?)
    };
    let source = loader.height_map(&root.document.source.path, &table.file, place("file"))?;
    let grid = match levels {
        None => ascii_grid(&source, &mut loader.problems),
        Some([low_m, high_m]) => png(&source.bytes, low_m, high_m)
            .map_err(|what| {
                let message = format!("the height map {}: {what}", quoted(&table.file));
                let help = "a height map is a grey PNG of 8 or 16 bits, white is the highest";
                let problem = Problem::error("bad-height-map", place("file"), message);
                loader.problems.push(problem.help(help));
            })
            .ok(),
    }?;
    Terrain::new(extent?, grid.columns, grid.heights_m).map(Arc::new)
}

/// A farm that stands beside its map is most likely one of a wrong origin or wrong edges.
pub(super) fn check_turbines(
    root: &Page,
    site: &Site,
    turbines: &[Turbine],
    problems: &mut Problems,
) {
    let Some(terrain) = &site.terrain else { return };
    let map = terrain.extent();
    let stands_beside = |t: &&Turbine| !map.contains(t.east_m, t.north_m);
    let Some(first) = turbines.iter().find(stands_beside) else {
        return;
    };
    let count = turbines.iter().filter(stands_beside).count();
    let message = match count {
        1 => format!(
            "the turbine {} stands beside the height map",
            quoted(&first.id)
        ),
        _ => format!(
            "{count} turbines stand beside the height map, {} first",
            quoted(&first.id)
        ),
    };
    let help = "beyond its edges the ground goes over into flat land";
    let place = root.document.key_place("/site/height_map");
    problems.push(Problem::warning("beside-height-map", place, message).help(help));
}

fn extent(root: &Page, table: &HeightMapTable, problems: &mut Problems) -> Option<Extent> {
    let extent = Extent {
        west_m: table.west_m,
        south_m: table.south_m,
        east_m: table.east_m,
        north_m: table.north_m,
    };
    let mut is_good = true;
    for (key, of, length_m) in [
        ("east_m", "west_m", extent.width_m()),
        ("north_m", "south_m", extent.depth_m()),
    ] {
        let message = if length_m <= 0.0 {
            format!("`{key}` must be over `{of}`")
        } else if length_m > WIDEST_M {
            format!(
                "the height map is {:.0} km wide; 500 km is the limit",
                length_m / 1e3
            )
        } else if length_m < NARROWEST_M {
            format!("the height map ends {length_m:.3} m from its `{of}`")
        } else {
            continue;
        };
        is_good = false;
        let place = root.document.place(&format!("/site/height_map/{key}"));
        let help = "edges are metres from the site's origin, not degrees or kilometres";
        problems.push(Problem::error("bad-value", place, message).help(help));
    }
    is_good.then_some(extent)
}

/// The heights of black and of white.
fn levels(root: &Page, table: &HeightMapTable, problems: &mut Problems) -> Option<[f64; 2]> {
    let (Some(low_m), Some(high_m)) = (table.low_m, table.high_m) else {
        let key = if table.low_m.is_none() {
            "low_m"
        } else {
            "high_m"
        };
        let message = format!("the height map has no `{key}`");
        let place = root.document.key_place("/site/height_map");
        let help = "a PNG needs `low_m`, the height of black, and `high_m`, that of white";
        problems.push(Problem::error("missing-key", place, message).help(help));
        return None;
    };
    if low_m > high_m {
        let place = root.document.place("/site/height_map/high_m");
        let message = "`high_m` must not be under `low_m`";
        problems.push(Problem::error("bad-value", place, message));
        return None;
    }
    Some([low_m, high_m])
}

fn size_fault(columns: u64, rows: u64) -> Option<String> {
    let most = u64::from(MOST_POINTS);
    if columns < 2 || rows < 2 {
        Some(format!(
            "{columns} by {rows} points are too few: 2 by 2 at least"
        ))
    } else if columns > most || rows > most {
        Some(format!(
            "{columns} by {rows} points are too many: {most} by {most} at most"
        ))
    } else {
        None
    }
}

/// What the decoder says, in words that help: of most files that are no good the end is missing.
fn png_fault(error: &ImageError) -> String {
    let is_short = |e: &io::Error| e.kind() == io::ErrorKind::UnexpectedEof;
    match error {
        ImageError::IoError(error) if is_short(error) => "the file is cut off".to_owned(),
        error => error.to_string(),
    }
}

fn png(bytes: &[u8], low_m: f64, high_m: f64) -> Result<Grid, String> {
    if !bytes.starts_with(b"\x89PNG") {
        return Err("it is not a PNG".to_owned());
    }
    let decoder = PngDecoder::new(Cursor::new(bytes)).map_err(|e| png_fault(&e))?;
    let (width, height) = decoder.dimensions();
    if let Some(fault) = size_fault(width.into(), height.into()) {
        return Err(fault);
    }
    match decoder.color_type() {
        ColorType::L8 | ColorType::L16 => {}
        other => return Err(format!("it is not grey but {other:?}")),
    }
    let grey = DynamicImage::from_decoder(decoder)
        .map_err(|e| png_fault(&e))?
        .into_luma16();
    let a_step = (high_m - low_m) / f64::from(u16::MAX);
    let heights_m = grey
        .as_raw()
        .iter()
        .map(|&v| (low_m + a_step * f64::from(v)) as f32)
        .collect();
    Ok(Grid {
        columns: width as usize,
        heights_m,
    })
}

/// Words of a text with their places.
struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<(&'a str, Range<usize>)> {
        let rest = self.text.get(self.at..)?;
        let word = rest.split_ascii_whitespace().next()?;
        let start = self.at + rest.find(word)?;
        self.at = start + word.len();
        Some((word, start..self.at))
    }
}

/// An ESRI ASCII grid: a header of names and numbers, then the heights from the north-west. Its own
/// corner and cell size are those of its map projection and are not used.
fn ascii_grid(source: &Source, problems: &mut Problems) -> Option<Grid> {
    let mut tell = |span: Range<usize>, message: String| {
        problems.push(Problem::error(
            "bad-height-map",
            source.place(span),
            message,
        ));
    };
    let text = match std::str::from_utf8(&source.bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            tell(
                at..at + 1,
                "not an ASCII grid: this byte is no text".to_owned(),
            );
            return None;
        }
    };
    let mut words = Words { text, at: 0 };
    let (mut columns, mut rows, mut no_data) = (None, None, None);
    let mut heights_begin = 0;
    while let Some((word, span)) = words.next() {
        if !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            break;
        }
        let Some((value, value_span)) = words.next() else {
            tell(span, format!("the header {} has no value", quoted(word)));
            return None;
        };
        let Some(number) = value.parse::<f64>().ok().filter(|n| n.is_finite()) else {
            tell(value_span, format!("{} is not a number", quoted(value)));
            return None;
        };
        let count =
            (number >= 0.0 && number.fract() == 0.0 && number < 1e12).then_some(number as u64);
        match word.to_ascii_lowercase().as_str() {
            "ncols" => columns = count,
            "nrows" => rows = count,
            "nodata_value" => no_data = Some(number),
            "xllcorner" | "xllcenter" | "yllcorner" | "yllcenter" | "cellsize" | "dx" | "dy" => {}
            _ => {
                tell(
                    span,
                    format!("an ASCII grid has no header {}", quoted(word)),
                );
                return None;
            }
        }
        heights_begin = words.at;
    }
    let (Some(columns), Some(rows)) = (columns, rows) else {
        let missing = if columns.is_none() { "ncols" } else { "nrows" };
        tell(0..0, format!("the ASCII grid does not say its `{missing}`"));
        return None;
    };
    if let Some(fault) = size_fault(columns, rows) {
        tell(0..0, fault);
        return None;
    }
    words.at = heights_begin;
    let count = (columns * rows) as usize;
    let mut heights_m = Vec::with_capacity(count);
    while let Some((word, span)) = words.next() {
        if heights_m.len() == count {
            tell(span, format!("more heights than {columns} by {rows}"));
            return None;
        }
        match word.parse::<f32>() {
            Ok(height) if no_data.is_some_and(|n| f64::from(height) == n) => {
                heights_m.push(f32::NAN);
            }
            Ok(height) if height.is_finite() && height.abs() < 1e5 => heights_m.push(height),
            _ => {
                tell(span, format!("{} is not a height in metres", quoted(word)));
                return None;
            }
        }
    }
    if heights_m.len() < count {
        let end = source.bytes.len();
        let has = heights_m.len();
        tell(
            end..end,
            format!("{has} heights of {columns} by {rows}: the file ends too soon"),
        );
        return None;
    }
    // What was not measured is as low as the lowest that was.
    let lowest = heights_m.iter().copied().fold(f32::MAX, f32::min);
    let lowest = if lowest == f32::MAX { 0.0 } else { lowest };
    for height in heights_m.iter_mut().filter(|h| h.is_nan()) {
        *height = lowest;
    }
    Some(Grid {
        columns: columns as usize,
        heights_m,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey16(width: u32, height: u32, values: &[u16]) -> Vec<u8> {
        let image =
            image::ImageBuffer::<image::Luma<u16>, _>::from_raw(width, height, values.to_vec());
        let mut bytes = Vec::new();
        DynamicImage::from(image.unwrap())
            .write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)
            .unwrap();
        bytes
    }

    fn read_asc(text: &str) -> Result<Vec<f32>, (usize, usize, String)> {
        let source = Source::new("ridge.asc".into(), text.as_bytes().to_vec());
        let mut problems = Problems::default();
        let grid = ascii_grid(&source, &mut problems);
        grid.map(|g| g.heights_m).ok_or_else(|| {
            let problem = &problems.list()[0];
            (problem.line, problem.column, problem.message.clone())
        })
    }

    #[test]
    fn sixteen_bits_span_low_to_high() {
        let grid = png(&grey16(2, 2, &[0, u16::MAX, 32_768, 1]), 100.0, 300.0).unwrap();
        assert_eq!(grid.columns, 2);
        assert!((grid.heights_m[0] - 100.0).abs() < 1e-3);
        assert!((grid.heights_m[1] - 300.0).abs() < 1e-3);
        assert!((grid.heights_m[2] - 200.0).abs() < 0.01);
        assert!((grid.heights_m[3] - 100.003).abs() < 1e-3);
    }

    #[test]
    fn what_is_no_grey_picture_is_refused_in_words() {
        let mut bytes = Vec::new();
        DynamicImage::new_rgb8(4, 4)
            .write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)
            .unwrap();
        assert!(png(&bytes, 0.0, 1.0).err().unwrap().contains("not grey"));
        assert!(png(b"GIF89a", 0.0, 1.0).is_err());
        let thin = png(&grey16(1, 3, &[0, 0, 0]), 0.0, 1.0);
        assert!(thin.err().unwrap().contains("too few"));
        let mut cut = grey16(8, 8, &[7; 64]);
        cut.truncate(60);
        assert!(png(&cut, 0.0, 1.0).is_err());
    }

    #[test]
    fn an_ascii_grid_is_read_and_gaps_are_as_low_as_the_lowest() {
        let text = "ncols 3\nnrows 2\nxllcorner 1\nyllcorner 2\ncellsize 25\nNODATA_value -9999\n\
                    10 20 30\n-9999 50.5 60\n";
        assert_eq!(
            read_asc(text).unwrap(),
            [10.0, 20.0, 30.0, 10.0, 50.5, 60.0]
        );
    }

    #[test]
    fn a_bad_height_is_told_with_its_line_and_column() {
        let text = "ncols 3\nnrows 2\n10 20 30\n40 5O 60\n";
        assert_eq!(
            read_asc(text).unwrap_err(),
            (4, 4, "`5O` is not a height in metres".to_owned())
        );
        let (line, _, message) = read_asc("ncols 3\nnrows 2\n10 20 30\n40 50\n").unwrap_err();
        assert!(
            line >= 4 && message.contains("5 heights of 3 by 2"),
            "{message}"
        );
        let (line, column, _) = read_asc("ncols 2\nnrows 2\n1 2 3 4 5\n").unwrap_err();
        assert_eq!((line, column), (3, 9));
        assert!(
            read_asc("ncols 3\n1 2 3\n")
                .unwrap_err()
                .2
                .contains("nrows")
        );
        assert!(
            read_asc("ncols 999999\nnrows 999999\n1\n")
                .unwrap_err()
                .2
                .contains("too many")
        );
        assert!(read_asc("").is_err());
    }
}
