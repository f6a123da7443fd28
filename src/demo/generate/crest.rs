//! The crest of a ridge, and turbines along it.

use super::relief::Relief;

/// Between the points at which the crest is looked for, metres along it and across.
const ALONG_M: f64 = 20.0;
const ACROSS_M: f64 = 12.0;
/// What a metre aside costs in metres of height: a crest is followed, not every knoll beside it.
const ASIDE: f64 = 0.12;

/// Where a ridge is looked for: a straight line, and how far the crest may lie beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search {
    /// One end, metres east and north.
    pub from: [f64; 2],
    /// The other end.
    pub to: [f64; 2],
    /// Metres to either side.
    pub beside_m: f64,
}

/// The way from one end to the other that stays highest, as points east and north.
pub(super) fn crest(land: &Relief, search: &Search) -> Vec<[f64; 2]> {
    let [from_east, from_north] = search.from;
    let (east, north) = (search.to[0] - from_east, search.to[1] - from_north);
    let length_m = east.hypot(north);
    let (east, north) = (east / length_m, north / length_m);
    let lanes = (search.beside_m / ACROSS_M) as isize;
    let point = |step: usize, lane: isize| {
        let (along, across) = (step as f64 * ALONG_M, lane as f64 * ACROSS_M);
        [
            from_east + east * along - north * across,
            from_north + north * along + east * across,
        ]
    };
    let height = |step, lane| {
        let [east, north] = point(step, lane);
        land.height_m(east, north)
    };
    // The best way to each lane of a step, and the lane that it came from.
    let steps = (length_m / ALONG_M) as usize;
    let mut best: Vec<f64> = (-lanes..=lanes).map(|lane| height(0, lane)).collect();
    let mut came_from: Vec<Vec<isize>> = Vec::with_capacity(steps);
    for step in 1..=steps {
        let reach = |lane: isize| {
            (-2..=2)
                .filter_map(|aside: isize| {
                    let before = lane + aside;
                    let so_far = best.get(usize::try_from(before + lanes).ok()?)?;
                    Some((so_far - ASIDE * ACROSS_M * aside.abs() as f64, before))
                })
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .unwrap_or((0.0, lane))
        };
        let found: Vec<(f64, isize)> = (-lanes..=lanes).map(reach).collect();
        best = (-lanes..=lanes)
            .zip(&found)
            .map(|(lane, (so_far, _))| so_far + height(step, lane))
            .collect();
        came_from.push(found.into_iter().map(|(_, before)| before).collect());
    }
    let mut lane = (-lanes..=lanes)
        .zip(&best)
        .max_by(|a, b| a.1.total_cmp(b.1))
        .map_or(0, |(lane, _)| lane);
    let mut way = Vec::with_capacity(steps + 1);
    for step in (0..=steps).rev() {
        way.push(point(step, lane));
        let before = step.checked_sub(1).and_then(|s| came_from.get(s));
        let index = usize::try_from(lane + lanes).ok();
        if let Some(&from) = before.zip(index).and_then(|(b, i)| b.get(i)) {
            lane = from;
        }
    }
    way.reverse();
    way
}

/// Places along a way, in a straight line at least `spacing_m` from each other, at most `most`.
pub(super) fn along(way: &[[f64; 2]], spacing_m: f64, most: usize) -> Vec<[f64; 2]> {
    let mut placed: Vec<[f64; 2]> = Vec::new();
    for &[east, north] in way {
        let is_clear = placed
            .iter()
            .all(|[e, n]| (east - e).hypot(north - n) >= spacing_m);
        if is_clear && placed.len() < most {
            placed.push([east, north]);
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crest_is_followed_where_it_bends_and_turbines_keep_their_distance() {
        let side = 200;
        let line = |east: f64| 300.0 * (east / 900.0).sin();
        let mut land = Relief {
            side,
            cell_m: 20.0,
            heights_m: vec![0.0; side * side],
        };
        for (at, height) in land.heights_m.iter_mut().enumerate() {
            let east = ((at % side) as f64 - 99.5) * 20.0;
            let north = (99.5 - (at / side) as f64) * 20.0;
            *height = 400.0 - 0.3 * (north - line(east)).abs();
        }
        let search = Search {
            from: [-1800.0, 0.0],
            to: [1800.0, 0.0],
            beside_m: 600.0,
        };
        let way = crest(&land, &search);
        assert!(way.len() > 150);
        for [east, north] in &way {
            assert!((north - line(*east)).abs() < 60.0, "{east} {north}");
        }
        let placed = along(&way, 300.0, 8);
        assert_eq!(placed.len(), 8);
        for (index, a) in placed.iter().enumerate() {
            for b in &placed[index + 1..] {
                assert!((a[0] - b[0]).hypot(a[1] - b[1]) >= 300.0);
            }
        }
    }
}
