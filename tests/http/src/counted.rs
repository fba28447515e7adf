//! What a recorder of metrics was told.

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use std::collections::BTreeMap;

/// Reads counters and levels by `name`, or by `name{label=value}`.
pub struct Counted {
    snapshotter: Snapshotter,
    counts: BTreeMap<String, u64>,
    levels: BTreeMap<String, f64>,
}

impl Counted {
    /// Of a recorder that is installed with [`metrics::set_default_local_recorder`] before the application is made.
    #[must_use]
    pub fn of(recorder: &DebuggingRecorder) -> Self {
        Self { snapshotter: recorder.snapshotter(), counts: BTreeMap::new(), levels: BTreeMap::new() }
    }

    /// How much was counted by now.
    ///
    /// # Panics
    ///
    /// If there is no such counter.
    #[track_caller]
    pub fn count(&mut self, name: &str) -> u64 {
        self.take();
        *self.counts.get(name).unwrap_or_else(|| panic!("{name} is none of {:#?}", self.counts.keys()))
    }

    /// How high something is now that is raised and lowered step by step.
    ///
    /// # Panics
    ///
    /// If there is no such gauge.
    #[track_caller]
    pub fn level(&mut self, name: &str) -> f64 {
        self.take();
        *self.levels.get(name).unwrap_or_else(|| panic!("{name} is none of {:#?}", self.levels.keys()))
    }

    /// Reads what was told since the last time.
    fn take(&mut self) {
        for (key, _, _, value) in self.snapshotter.snapshot().into_vec() {
            let labels: Vec<_> = key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            let name = key.key().name();
            let name = if labels.is_empty() { name.to_owned() } else { format!("{name}{{{}}}", labels.join(",")) };
            match value {
                DebugValue::Counter(count) => *self.counts.entry(name).or_default() += count,
                // Reading it has set it back, as it does with counters.
                DebugValue::Gauge(steps) => *self.levels.entry(name).or_default() += steps.0,
                DebugValue::Histogram(_) => {}
            }
        }
    }
}

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counted").field("counts", &self.counts).field("levels", &self.levels).finish_non_exhaustive()
    }
}
