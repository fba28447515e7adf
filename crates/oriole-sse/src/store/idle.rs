//! Which logs may make room for others.

use std::collections::BTreeSet;

use super::Topic;

/// Holds the topics whose logs nobody would miss, the one that is silent for the longest first; finding it looks at no other.
///
/// A log's time of change must not change while its topic is in here.
#[derive(Debug)]
pub(super) struct IdleLogs<T>(BTreeSet<(T, Topic)>);

impl<T: Ord + Copy> IdleLogs<T> {
    pub(super) fn add(&mut self, changed: T, topic: &Topic) {
        self.0.insert((changed, topic.clone()));
    }

    pub(super) fn remove(&mut self, changed: T, topic: &Topic) {
        self.0.remove(&(changed, topic.clone()));
    }

    /// Takes the first.
    pub(super) fn take_first(&mut self) -> Option<Topic> {
        self.0.pop_first().map(|(_, topic)| topic)
    }

    /// Shows those after one, or all, in order.
    #[cfg(feature = "hub-redb")]
    pub(super) fn after(&self, last: Option<&(T, Topic)>) -> impl Iterator<Item = &(T, Topic)> {
        use std::ops::Bound;
        let from = last.map_or(Bound::Unbounded, Bound::Excluded);
        let all = self.0.range((from, Bound::Unbounded));
        #[cfg(test)]
        let all = all.inspect(|_| crate::looks::note());
        all
    }
}

impl<T> Default for IdleLogs<T> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}
