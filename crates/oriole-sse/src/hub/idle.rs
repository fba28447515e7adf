//! Topics that nobody reads.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::topic::TopicState;

/// Holds the topics that nobody reads, in the order in which their last readers left; finding one looks at no other.
#[derive(Debug, Default)]
pub(super) struct IdleTopics(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    topics: BTreeMap<IdleTicket, Arc<TopicState>>,
    next: u64,
}

/// Says where a topic is in the order; no two are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IdleTicket {
    since: Instant,
    number: u64,
}

impl IdleTopics {
    pub(super) fn add(&self, since: Instant, state: &Arc<TopicState>) -> IdleTicket {
        let mut queue = self.lock();
        let ticket = IdleTicket { since, number: queue.next };
        queue.next += 1;
        queue.topics.insert(ticket, Arc::clone(state));
        ticket
    }

    /// Forgets one that is read again.
    pub(super) fn remove(&self, ticket: IdleTicket) {
        self.lock().topics.remove(&ticket);
    }

    /// Takes the one that was left first.
    pub(super) fn take_first(&self) -> Option<Arc<TopicState>> {
        self.lock().topics.pop_first().map(|(_, state)| state)
    }

    /// Takes those that were left so long ago.
    pub(super) fn take_older(&self, now: Instant, age: Duration) -> Vec<Arc<TopicState>> {
        let mut queue = self.lock();
        let mut taken = vec![];
        while let Some(first) = queue.topics.first_entry()
            && now.saturating_duration_since(first.key().since) >= age
        {
            taken.push(first.remove());
        }
        taken
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
