//! The land's form: a grid of heights, read between its points and continued beyond its edges.

use std::sync::Arc;

/// The ground beyond the map falls or rises to the edges' mean height within this part of the map's
/// longer side.
const APRON: f64 = 0.35;

/// A rectangle of the site, metres east and north of its origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// The western edge.
    pub west_m: f64,
    /// The southern edge.
    pub south_m: f64,
    /// The eastern edge.
    pub east_m: f64,
    /// The northern edge.
    pub north_m: f64,
}

impl Extent {
    /// From west to east.
    pub fn width_m(&self) -> f64 {
        self.east_m - self.west_m
    }

    /// From south to north.
    pub fn depth_m(&self) -> f64 {
        self.north_m - self.south_m
    }

    /// Whether a place is within it or on its edge.
    pub fn contains(&self, east_m: f64, north_m: f64) -> bool {
        (self.west_m..=self.east_m).contains(&east_m)
            && (self.south_m..=self.north_m).contains(&north_m)
    }

    /// The rectangle with a margin on all sides.
    pub fn grown(&self, margin_m: f64) -> Self {
        Self {
            west_m: self.west_m - margin_m,
            south_m: self.south_m - margin_m,
            east_m: self.east_m + margin_m,
            north_m: self.north_m + margin_m,
        }
    }
}

/// The land's form, from a height map. Its outermost points lie on the edges of the extent.
#[derive(Debug, Clone, PartialEq)]
pub struct Terrain {
    extent: Extent,
    columns: usize,
    rows: usize,
    /// Metres, row by row from the north, each from the west.
    heights_m: Arc<[f32]>,
    edge_m: f64,
}

impl Terrain {
    /// A terrain of at least two columns and rows; `None` where the heights are not as many as those
    /// say, one of them is not finite, or the extent is empty.
    pub fn new(extent: Extent, columns: usize, heights_m: Vec<f32>) -> Option<Self> {
        let rows = heights_m.len().checked_div(columns)?;
        let is_whole = columns >= 2 && rows >= 2 && columns * rows == heights_m.len();
        let is_there = extent.width_m() > 0.0 && extent.depth_m() > 0.0;
        if !is_whole || !is_there || heights_m.iter().any(|h| !h.is_finite()) {
            return None;
        }
        let first_and_last = heights_m
            .iter()
            .take(columns)
            .chain(heights_m.iter().skip((rows - 1) * columns));
        let sides = heights_m
            .chunks_exact(columns)
            .flat_map(|row| row.first().into_iter().chain(row.last()));
        let (sum, count) = first_and_last
            .chain(sides)
            .fold((0.0, 0.0), |(sum, count), &h| {
                (sum + f64::from(h), count + 1.0)
            });
        Some(Self {
            extent,
            columns,
            rows,
            heights_m: heights_m.into(),
            edge_m: sum / count,
        })
    }

    /// Where the map's points lie.
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// The rectangle beyond which the ground is flat.
    pub fn extent_with_apron(&self) -> Extent {
        self.extent.grown(self.apron_m())
    }

    /// Distance of two points of the map, metres: the finer one of its two directions.
    pub fn spacing_m(&self) -> f64 {
        let columns = (self.columns - 1) as f64;
        let rows = (self.rows - 1) as f64;
        (self.extent.width_m() / columns).min(self.extent.depth_m() / rows)
    }

    /// The mean height of the map's edges: that of the flat land beyond.
    pub fn edge_height_m(&self) -> f64 {
        self.edge_m
    }

    /// Lowest and highest point of the map.
    pub fn range_m(&self) -> (f32, f32) {
        self.heights_m
            .iter()
            .fold((f32::MAX, f32::MIN), |(low, high), &h| {
                (low.min(h), high.max(h))
            })
    }

    fn apron_m(&self) -> f64 {
        APRON * self.extent.width_m().max(self.extent.depth_m())
    }

    /// The height of the ground at a place, metres above the map's datum: between four points of the
    /// map in proportion; beyond its edges the map mirrored, sinking or rising to their mean height.
    pub fn height_at(&self, east_m: f64, north_m: f64) -> f64 {
        let e = &self.extent;
        let (nearest_east, nearest_north) = (
            east_m.clamp(e.west_m, e.east_m),
            north_m.clamp(e.south_m, e.north_m),
        );
        let beyond_m = (east_m - nearest_east).hypot(north_m - nearest_north);
        if beyond_m <= 0.0 {
            return self.inside(east_m, north_m);
        }
        if beyond_m >= self.apron_m() {
            return self.edge_m;
        }
        // Mirrored at the edge, so that the form goes on instead of being drawn out into streaks.
        let height_m = self.inside(
            (2.0 * nearest_east - east_m).clamp(e.west_m, e.east_m),
            (2.0 * nearest_north - north_m).clamp(e.south_m, e.north_m),
        );
        let t = (beyond_m / self.apron_m()).clamp(0.0, 1.0);
        let eased = t * t * (3.0 - 2.0 * t);
        height_m + (self.edge_m - height_m) * eased
    }

    fn inside(&self, east_m: f64, north_m: f64) -> f64 {
        let e = &self.extent;
        let x = (east_m - e.west_m) / e.width_m() * (self.columns - 1) as f64;
        let y = (e.north_m - north_m) / e.depth_m() * (self.rows - 1) as f64;
        let column = (x.max(0.0) as usize).min(self.columns - 2);
        let row = (y.max(0.0) as usize).min(self.rows - 2);
        let (along, down) = (x - column as f64, y - row as f64);
        let at = |column: usize, row: usize| {
            let height = self.heights_m.get(row * self.columns + column);
            f64::from(height.copied().unwrap_or_default())
        };
        let upper = at(column, row) * (1.0 - along) + at(column + 1, row) * along;
        let lower = at(column, row + 1) * (1.0 - along) + at(column + 1, row + 1) * along;
        upper * (1.0 - down) + lower * down
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: Extent = Extent {
        west_m: -100.0,
        south_m: 0.0,
        east_m: 100.0,
        north_m: 200.0,
    };

    /// Northern row 0, 10, 20; southern row 100, 110, 120; between them 50, 60, 70.
    fn slope() -> Terrain {
        let heights = [0.0, 10.0, 20.0, 50.0, 60.0, 70.0, 100.0, 110.0, 120.0];
        Terrain::new(SQUARE, 3, heights.to_vec()).unwrap()
    }

    #[test]
    fn heights_are_read_between_the_points() {
        let slope = slope();
        assert_eq!(slope.height_at(-100.0, 200.0), 0.0);
        assert_eq!(slope.height_at(100.0, 0.0), 120.0);
        assert_eq!(slope.height_at(0.0, 100.0), 60.0);
        assert_eq!(slope.height_at(50.0, 150.0), 0.5 * (12.5 + 2.5) + 32.5);
        assert!((slope.spacing_m() - 100.0).abs() < 1e-9);
    }

    #[test]
    fn beyond_the_map_the_ground_goes_to_the_edges_mean_without_a_step() {
        let slope = slope();
        let mean = slope.edge_height_m();
        assert!((mean - 60.0).abs() < 1e-9, "{mean}");
        assert_eq!(slope.height_at(5_000.0, 5_000.0), mean);
        assert_eq!(slope.height_at(100.0 + 70.0, 0.0), mean);
        let just_beyond = slope.height_at(100.001, 0.0);
        assert!((just_beyond - 120.0).abs() < 0.01, "{just_beyond}");
    }

    #[test]
    fn what_is_no_grid_is_no_terrain() {
        assert!(Terrain::new(SQUARE, 3, vec![0.0; 8]).is_none());
        assert!(Terrain::new(SQUARE, 1, vec![0.0; 8]).is_none());
        assert!(Terrain::new(SQUARE, 0, vec![]).is_none());
        assert!(Terrain::new(SQUARE, 2, vec![0.0, 1.0, f32::NAN, 2.0]).is_none());
        let empty = Extent {
            east_m: -100.0,
            ..SQUARE
        };
        assert!(Terrain::new(empty, 2, vec![0.0; 4]).is_none());
    }
}
