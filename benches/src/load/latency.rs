//! How long events take, in buckets that are 3 % wide.

/// Parts of each power of two.
const PARTS: u32 = 32;

/// Counts durations.
#[derive(Clone, Debug)]
pub struct Latency {
    buckets: Vec<u64>,
    count: u64,
}

impl Latency {
    /// Counts one.
    pub fn add(&mut self, nanos: u64) {
        self.count += 1;
        if let Some(bucket) = self.buckets.get_mut(bucket(nanos)) {
            *bucket += 1;
        }
    }

    /// Counts all that another has counted.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.buckets.iter_mut().zip(&other.buckets).for_each(|(own, more)| *own += more);
    }

    /// How many were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The duration that this share of all did not exceed, in nanoseconds; `None` if there is none.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count, to the precision of a bucket"
    )]
    pub fn percentile(&self, share: f64) -> Option<f64> {
        let mut left = (self.count as f64 * share).ceil().max(1.0) as u64;
        for (at, count) in self.buckets.iter().enumerate() {
            if *count >= left {
                return Some(middle(at));
            }
            left -= count;
        }
        None
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self { buckets: vec![0; (PARTS * 64) as usize], count: 0 }
    }
}

/// Exact below `PARTS`, then by the leading bits.
fn bucket(nanos: u64) -> usize {
    let exponent = nanos.max(1).ilog2().saturating_sub(PARTS.ilog2());
    let mantissa = nanos >> exponent;
    usize::try_from(u64::from(exponent * PARTS) + mantissa).unwrap_or(usize::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "a bucket is wider")]
fn middle(bucket: usize) -> f64 {
    let (bucket, parts) = (bucket as u64, u64::from(PARTS));
    let exponent = (bucket / parts).saturating_sub(1);
    let mantissa = bucket - exponent * parts;
    let (low, width) = (mantissa << exponent, 1_u64 << exponent);
    low as f64 + (width - 1) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::{Latency, bucket, middle};

    #[test]
    fn a_bucket_is_three_percent_wide() {
        for nanos in [0, 1, 31, 32, 63, 64, 1000, 123_456, 987_654_321, 40_000_000_000] {
            let found = middle(bucket(nanos));
            assert!((found - nanos as f64).abs() <= nanos as f64 * 0.016, "{nanos} as {found}");
        }
    }

    #[test]
    fn percentiles() {
        let mut latency = Latency::default();
        assert_eq!(latency.percentile(0.5), None);
        (1..=31).for_each(|nanos| latency.add(nanos));
        assert_eq!(latency.percentile(0.5), Some(16.0));
        assert_eq!(latency.percentile(1.0), Some(31.0));
        let mut all = Latency::default();
        all.add(100);
        all.merge(&latency);
        assert_eq!((all.count(), all.percentile(0.5)), (32, Some(16.0)));
    }
}
