//! The scales of a trend: which values and times it covers, and where its lines stand.

use egui_plot::GridMark;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::TrendView;

/// Distances between lines of time, milliseconds.
const STEPS_MS: [i64; 7] = [
    60_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000,
];

/// The values that are covered: those of the lines, and every limit, with a little room.
pub(super) fn values(view: &TrendView) -> [f64; 2] {
    if view.is_truth {
        return [-0.2, 1.2];
    }
    let of_lines = view.lines.iter().flat_map(|line| {
        let range = line.trend.range().unwrap_or([f64::NAN; 2]);
        range.into_iter().chain(line.now)
    });
    let levels = view.limits.iter().chain(&view.clears).map(|l| l.value);
    let known = of_lines.chain(levels).filter(|v| v.is_finite());
    let covered = known.fold(None, |range: Option<[f64; 2]>, value| {
        let [low, high] = range.unwrap_or([value; 2]);
        Some([low.min(value), high.max(value)])
    });
    let [low, high] = covered.or(view.range).unwrap_or([0.0, 1.0]);
    // A line that does not move is not to be blown up to its noise.
    let least = view.range.map_or_else(
        || (high.abs().max(low.abs()) * 0.02).max(1e-3),
        |[from, to]| (to - from).abs() * 0.02,
    );
    let room = ((high - low) * 0.12).max(least);
    [low - room, high + room]
}

/// Where lines of value stand: round numbers, at most `most` of them.
pub(super) fn value_marks([low, high]: [f64; 2], most: usize) -> Vec<GridMark> {
    let span = high - low;
    if !span.is_finite() || span <= 0.0 {
        return Vec::new();
    }
    let rough = span / most.max(1) as f64;
    let size = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|n| n * size);
    let step = step.into_iter().find(|s| *s >= rough).unwrap_or(rough);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    let marks = (first..=last).take(most + 1).map(|n| GridMark {
        value: n as f64 * step,
        step_size: step,
    });
    marks.collect()
}

/// Where lines of time stand: round times of the zone, seconds since 1970 UTC, at most `most` of them.
pub(super) fn time_marks(
    [from_ms, until_ms]: [i64; 2],
    zone: &TimeZone,
    most: usize,
) -> Vec<GridMark> {
    let span_ms = until_ms - from_ms;
    let most = i64::try_from(most.max(1)).unwrap_or(1);
    let step = STEPS_MS.into_iter().find(|step| span_ms / step <= most);
    let Some(step_ms) = step.filter(|_| span_ms > 0) else {
        return Vec::new();
    };
    let offset_ms = Timestamp::from_millisecond(until_ms)
        .map_or(0, |t| i64::from(zone.to_offset(t).seconds()) * 1_000);
    let first = (from_ms + offset_ms).div_euclid(step_ms) + 1;
    let last = (until_ms + offset_ms).div_euclid(step_ms);
    let marks = (first..=last).map(|n| GridMark {
        value: secs(n * step_ms - offset_ms),
        step_size: secs(step_ms),
    });
    marks.collect()
}

/// A time as it stands on the axis of time.
pub(super) fn secs(time_ms: i64) -> f64 {
    time_ms as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn the_limit_is_covered_though_the_values_are_far_from_it() {
        let level = |value| Level {
            value,
            words: String::new(),
        };
        let view = TrendView {
            limits: vec![level(80.0)],
            clears: vec![level(74.0)],
            range: Some([0.0, 100.0]),
            ..TrendView::default()
        };
        let [low, high] = values(&view);
        assert!(low < 74.0 && high > 80.0, "{low} {high}");
        assert!(high - low >= 4.0);
    }

    #[test]
    fn lines_stand_at_round_values_and_times() {
        let marks = value_marks([71.3, 84.1], 4);
        let marks: Vec<f64> = marks.iter().map(|m| m.value).collect();
        assert_eq!(marks, [75.0, 80.0]);
        let half_past =
            TimeZone::fixed(jiff::tz::Offset::from_seconds(5 * 3_600 + 1_800).expect("+5:30"));
        let from_ms = 1_763_821_927_000;
        let marks = time_marks([from_ms, from_ms + 3_600_000], &half_past, 6);
        let texts: Vec<String> = marks
            .iter()
            .map(|m| crate::panels::format::minute((m.value * 1_000.0) as i64, &half_past))
            .collect();
        assert_eq!(
            texts,
            ["20:10", "20:20", "20:30", "20:40", "20:50", "21:00"]
        );
        assert!(value_marks([1.0, 1.0], 4).is_empty());
    }
}
