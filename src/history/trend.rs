//! What is read of the history: buckets in the order of time, with gaps where nothing was known.

/// A signal over a while.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trend {
    /// Oldest first; where nothing was known there is none.
    pub buckets: Vec<Bucket>,
    /// How much time a bucket covers, milliseconds.
    pub bucket_ms: i64,
}

/// What was known in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// When it begins, milliseconds since 1970 UTC.
    pub from_ms: i64,
    /// The least value.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The last; `None` when it was lost within the bucket.
    pub last: Option<f64>,
}

impl Trend {
    /// The stretches without a gap.
    pub fn runs(&self) -> impl Iterator<Item = &[Bucket]> {
        self.buckets.chunk_by(|a, b| {
            let follows = b.from_ms - a.from_ms == self.bucket_ms;
            follows && a.last.is_some()
        })
    }

    /// The bucket of a time, milliseconds since 1970 UTC.
    pub fn at(&self, time_ms: i64) -> Option<&Bucket> {
        let after = self.buckets.partition_point(|b| b.from_ms <= time_ms);
        let bucket = self.buckets.get(after.checked_sub(1)?)?;
        (time_ms < bucket.from_ms + self.bucket_ms).then_some(bucket)
    }

    /// The least and the greatest value.
    pub fn range(&self) -> Option<[f64; 2]> {
        let mut buckets = self.buckets.iter();
        let first = buckets.next()?;
        Some(buckets.fold([first.min, first.max], |[low, high], b| {
            [low.min(b.min), high.max(b.max)]
        }))
    }
}
