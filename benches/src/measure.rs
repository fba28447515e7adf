//! Two programs measured in turn (A B A B ...), so that what the machine does meanwhile hits both.

use std::time::{Duration, Instant};

/// Samples of one thing, in seconds.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds one.
    pub fn push(&mut self, seconds: f64) {
        self.0.push(seconds);
        self.0.sort_by(f64::total_cmp);
    }

    /// The middle one; 0 if there is none.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or_default()
    }

    /// The least, the middle one and the most; zeros if there is none.
    #[must_use]
    pub fn spread(&self) -> [f64; 3] {
        let end = |sample: Option<&f64>| sample.copied().unwrap_or_default();
        [end(self.0.first()), self.median(), end(self.0.last())]
    }

    /// `median (least to most)`, in milliseconds.
    #[must_use]
    pub fn text(&self) -> String {
        let ms = |seconds: Option<&f64>| seconds.copied().unwrap_or_default() * 1e3;
        format!("{:.1} ms ({:.1} to {:.1})", self.median() * 1e3, ms(self.0.first()), ms(self.0.last()))
    }

    /// The ratio of two medians, and of the paired extremes.
    #[must_use]
    pub fn ratio(&self, other: &Self) -> String {
        let pairs = self.0.iter().zip(&other.0).map(|(a, b)| a / b);
        let (least, most) = pairs.fold((f64::MAX, 0.0_f64), |(least, most), ratio| (least.min(ratio), most.max(ratio)));
        format!("{:.2} ({least:.2} to {most:.2})", self.median() / other.median())
    }
}

/// The time that `work` takes.
///
/// # Errors
///
/// What `work` fails with.
pub fn time<E>(work: impl FnOnce() -> Result<(), E>) -> Result<Duration, E> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

/// The time that this thread spent on a processor, which is less noisy than the clock on a busy machine; where it is not
/// told, the clock's.
pub fn cpu_seconds(work: impl FnOnce()) -> f64 {
    let nanos = || std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse::<u64>().ok();
    let (cpu, wall) = (nanos(), Instant::now());
    work();
    match (cpu, nanos()) {
        (Some(before), Some(after)) => Duration::from_nanos(after.saturating_sub(before)).as_secs_f64(),
        _ => wall.elapsed().as_secs_f64(),
    }
}

#[cfg(test)]
mod tests {
    use super::Samples;

    #[test]
    fn median_and_ratio() {
        let (mut a, mut b) = (Samples::default(), Samples::default());
        [0.003, 0.001, 0.002].into_iter().for_each(|seconds| a.push(seconds));
        [0.002, 0.004, 0.008].into_iter().for_each(|seconds| b.push(seconds));
        assert_eq!(a.text(), "2.0 ms (1.0 to 3.0)");
        assert_eq!(a.ratio(&b), "0.50 (0.38 to 0.50)");
    }
}
