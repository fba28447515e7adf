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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use crate::clock::SystemClock;
    use crate::hub::HubOptions;
    use crate::hub::shared::Shared;
    use crate::store::{MemoryStore, Topic};

    fn topic(number: usize) -> Topic {
        Topic::new(format!("{number:08}")).expect("a topic")
    }

    /// A hub that is full of topics that nobody reads.
    fn full_of(topics: usize) -> Arc<Shared> {
        let options = HubOptions::default().topics_max(topics).topic_linger(Duration::from_secs(60));
        let shared = Shared::new(options, Arc::new(MemoryStore::default()), SystemClock);
        (0..topics).for_each(|number| drop(shared.enter(&topic(number)).expect("room")));
        shared
    }

    /// Anybody may ask for any name: what each costs does not grow with how many there are.
    #[test]
    fn a_new_name_makes_room_without_a_look_at_all_topics() {
        let looks = |topics: usize| {
            let shared = full_of(topics);
            let before = crate::looks::count();
            for number in 0..5 {
                drop(shared.enter(&topic(topics + number)).expect("in the place of another"));
            }
            assert!(shared.topic(&topic(4)).is_none() && shared.topic(&topic(5)).is_some(), "the first that were left");
            crate::looks::count() - before
        };
        assert_eq!(looks(10), looks(1000));
    }

    #[test]
    fn who_looks_for_what_was_left_for_long_looks_at_no_other() {
        let shared = full_of(1000);
        let before = crate::looks::count();
        assert!(shared.retire_idle(Instant::now()), "it is too early");
        assert_eq!(crate::looks::count(), before);
        let seat = shared.enter(&topic(7)).expect("it is there");
        assert!(shared.retire_idle(Instant::now() + Duration::from_secs(61)), "one is read");
        assert_eq!(shared.topics().len(), 1);
        drop(seat);
        assert!(!shared.retire_idle(Instant::now() + Duration::from_secs(61)));
    }
}
