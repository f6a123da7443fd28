//! Statistics over the values of several turbines.

use super::AcrossStatistic;
use crate::scene::ValueKind;

/// The statistic of the values that are known; `known` may be put in another order. Unknown
/// without any, but for a count of numbers, which is 0 then.
pub(super) fn of_known(statistic: AcrossStatistic, kind: ValueKind, known: &mut [f64]) -> f64 {
    let count = known.len() as f64;
    if known.is_empty() {
        let counts = statistic == AcrossStatistic::Count && kind != ValueKind::Boolean;
        return if counts { 0.0 } else { f64::NAN };
    }
    match statistic {
        AcrossStatistic::Count if kind == ValueKind::Boolean => {
            known.iter().filter(|v| **v != 0.0).count() as f64
        }
        AcrossStatistic::Count => count,
        AcrossStatistic::Sum => known.iter().sum(),
        AcrossStatistic::Avg => mean(known),
        AcrossStatistic::Min => known.iter().copied().fold(f64::INFINITY, f64::min),
        AcrossStatistic::Max => known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        AcrossStatistic::Median => median(known),
        AcrossStatistic::Stddev => {
            let mean = mean(known);
            let squares: f64 = known.iter().map(|v| (v - mean) * (v - mean)).sum();
            (squares / count).sqrt()
        }
    }
}

/// Exact where all values are the same, so that a farm in which nothing changes stays as it is.
fn mean(values: &[f64]) -> f64 {
    let first = values.first().copied().unwrap_or(f64::NAN);
    if first.is_infinite() {
        return values.iter().sum::<f64>() / values.len() as f64;
    }
    first + values.iter().map(|v| v - first).sum::<f64>() / values.len() as f64
}

/// The middle one; of an even number of values, midway between the middle two.
fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    let is_even = values.len().is_multiple_of(2);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if !is_even {
        return upper;
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    lower / 2.0 + upper / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(statistic: AcrossStatistic, values: &[f64]) -> f64 {
        of_known(statistic, ValueKind::Number, &mut values.to_vec())
    }

    #[test]
    fn medians_of_odd_and_even_numbers_of_values() {
        assert_eq!(number(AcrossStatistic::Median, &[5.0]), 5.0);
        assert_eq!(number(AcrossStatistic::Median, &[9.0, 1.0, 4.0]), 4.0);
        assert_eq!(number(AcrossStatistic::Median, &[9.0, 1.0, 4.0, 6.0]), 5.0);
    }

    #[test]
    fn a_count_of_conditions_counts_those_that_hold() {
        let mut truths = [1.0, 0.0, 1.0];
        let count = of_known(AcrossStatistic::Count, ValueKind::Boolean, &mut truths);
        assert_eq!(count, 2.0);
        assert!(of_known(AcrossStatistic::Count, ValueKind::Boolean, &mut []).is_nan());
        assert_eq!(number(AcrossStatistic::Count, &[]), 0.0);
        assert!(number(AcrossStatistic::Sum, &[]).is_nan());
    }

    #[test]
    fn the_standard_deviation_is_that_of_these_values() {
        assert_eq!(number(AcrossStatistic::Stddev, &[2.0, 4.0]), 1.0);
        assert_eq!(number(AcrossStatistic::Stddev, &[0.1, 0.1, 0.1]), 0.0);
        assert_eq!(number(AcrossStatistic::Avg, &[0.1, 0.1, 0.1]), 0.1);
    }
}
