//! Counters that differ in one label.

use super::handle::{Counter, Labels, Unit, counter};

/// Counts by a word out of a list. A word that is not in it counts as `other`, so that nothing makes a label anew.
pub(super) struct ByWord {
    counters: Box<[(&'static str, Counter)]>,
}

const OTHER: &str = "other";

impl ByWord {
    pub(super) fn new(
        name: &'static str,
        unit: Unit,
        what: &'static str,
        label: &'static str,
        words: &[&'static str],
        labels: Labels<'_>,
    ) -> Self {
        let words = words.iter().copied().chain([OTHER]);
        let counters = words.map(|word| {
            let labels: Vec<_> = labels.iter().copied().chain([(label, word)]).collect();
            (word, counter(name, unit, what, &labels))
        });
        Self { counters: counters.collect() }
    }

    pub(super) fn add(&self, word: &str, count: u64) {
        let of_word = self.counters.iter().find(|(known, _)| *known == word);
        if let Some((_, counter)) = of_word.or(self.counters.last()) {
            counter.increment(count);
        }
    }
}
