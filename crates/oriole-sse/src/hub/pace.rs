//! When a reader is too slow, and what it gets then.

use super::control::{EndReason, Gap, GapReason};
use super::lane::Next;
use super::ring::{Entry, Ring};
use super::slow::{SlowReader, SlowReaderPolicy};
use crate::store::Sequence;

/// Is how one reader of a topic is judged. Most have nothing of their own about it, once they have caught up.
#[derive(Debug, Default)]
pub(super) struct Pace(Option<Box<Odds>>);

/// What a reader is still allowed, and what its policy has begun.
#[derive(Debug, Default)]
struct Odds {
    /// While it catches up, the subscription is not too slow, for so many more events.
    catch_up_left: u64,
    /// What is still given to a reader that skips the newest.
    spared: Option<Spared>,
    /// Up to here, what has a later event of the same key is left out; the client knows.
    coalesced: Sequence,
}

#[derive(Clone, Copy, Debug)]
struct Spared {
    events_left: usize,
    bytes_left: usize,
    /// Up to here it skips then.
    through: Sequence,
}

impl Pace {
    /// Lets the reader catch up with so many events before it is judged.
    pub(super) fn allow(&mut self, events: u64) {
        self.odds().catch_up_left = events;
    }

    /// Begins anew with another log.
    pub(super) fn restart(&mut self) {
        self.0.iter_mut().for_each(|odds| (odds.spared, odds.coalesced) = (None, Sequence(0)));
    }

    /// Notes that it has everything: what its policy has begun is over as well.
    pub(super) fn caught_up(&mut self) {
        self.0 = None;
    }

    /// Notes what it was given.
    pub(super) fn gave(&mut self, events: usize, bytes: usize) {
        let Some(odds) = &mut self.0 else { return };
        odds.catch_up_left = odds.catch_up_left.saturating_sub(events as u64);
        if let Some(spared) = &mut odds.spared {
            spared.events_left = spared.events_left.saturating_sub(events);
            spared.bytes_left = spared.bytes_left.saturating_sub(bytes);
        }
    }

    /// Whether it may be too slow: it neither catches up nor is given what its policy spares.
    pub(super) fn is_judged(&self) -> bool {
        self.0.as_ref().is_none_or(|odds| odds.catch_up_left == 0 && odds.spared.is_none())
    }

    /// Whether all that follows a place goes to it, and as it goes to the others.
    pub(super) fn is_like_others(&self, place: Sequence) -> bool {
        self.0.as_ref().is_none_or(|odds| odds.spared.is_none()) && !self.coalesces(place)
    }

    /// Whether only the latest event of each key follows a place.
    pub(super) fn coalesces(&self, place: Sequence) -> bool {
        place < self.coalesced()
    }

    /// Whether only the latest event of each key goes to it up to a place, at least.
    pub(super) fn coalesces_through(&self, place: Sequence) -> bool {
        self.coalesced() >= place
    }

    /// Whether an event is left out, since there is a later one of its key.
    pub(super) fn leaves_out(&self, entry: &Entry, ring: &Ring) -> bool {
        entry.sequence <= self.coalesced() && ring.is_superseded(entry)
    }

    fn coalesced(&self) -> Sequence {
        self.0.as_ref().map_or(Sequence(0), |odds| odds.coalesced)
    }

    fn odds(&mut self) -> &mut Odds {
        self.0.get_or_insert_default()
    }

    /// Does to a reader that is too slow what its policy says; `None` if it goes on with the next event.
    pub(super) fn too_slow(&mut self, ring: &Ring, place: &mut Sequence, slow: &SlowReader) -> Option<Next> {
        let SlowReader { policy, events_max, bytes_max } = *slow;
        match policy {
            SlowReaderPolicy::Replay => None,
            SlowReaderPolicy::Disconnect => Some(Next::End(EndReason::Slow)),
            SlowReaderPolicy::DropOldest => {
                Some(skip_to(place, ring.place_before_end(events_max / 2, bytes_max as u64 / 2)))
            }
            SlowReaderPolicy::DropNewest => {
                self.odds().spared =
                    Some(Spared { events_left: events_max, bytes_left: bytes_max, through: ring.last() });
                None
            }
            SlowReaderPolicy::Coalesce => {
                self.odds().coalesced = ring.last();
                let (after, through) = (Some(*place), Some(ring.last()));
                Some(Next::Gap(Gap { reason: GapReason::Coalesced, after, through }))
            }
        }
    }

    /// Forgets what was spared, if the reader has come past the place up to which it would skip.
    pub(super) fn passed(&mut self, place: Sequence) {
        self.0.iter_mut().for_each(|odds| odds.spared = odds.spared.filter(|spared| spared.through > place));
    }

    /// Tells, once, up to where a reader skips that was given what its policy spares.
    pub(super) fn take_used_up(&mut self) -> Option<Sequence> {
        let is_used_up = |spared: &mut Spared| spared.events_left == 0 || spared.bytes_left == 0;
        self.0.as_mut()?.spared.take_if(is_used_up).map(|spared| spared.through)
    }
}

/// Goes on after a later place, and tells it.
pub(super) fn skip_to(place: &mut Sequence, through: Sequence) -> Next {
    let after = std::mem::replace(place, through);
    Next::Gap(Gap { reason: GapReason::Overflow, after: Some(after), through: Some(through) })
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use crate::hub::ring::Ring;
    use crate::hub::slow::{SlowReader, SlowReaderPolicy};
    use crate::store::Sequence;

    /// What is given to a reader that was too slow at 3 while the log ended at 5.
    fn too_slow(policy: SlowReaderPolicy) -> Pace {
        let mut pace = Pace::default();
        pace.too_slow(&Ring::after(Sequence(5)), &mut Sequence(3), &SlowReader::new(policy));
        pace
    }

    #[test]
    fn what_a_policy_has_begun_ends_where_it_was_to() {
        let mut pace = too_slow(SlowReaderPolicy::DropNewest);
        pace.passed(Sequence(4));
        assert!(!pace.is_judged() && !pace.is_like_others(Sequence(4)));
        pace.passed(Sequence(5));
        assert!(pace.is_judged() && pace.is_like_others(Sequence(5)));

        let pace = too_slow(SlowReaderPolicy::Coalesce);
        assert!(pace.is_judged() && !pace.is_like_others(Sequence(4)) && pace.is_like_others(Sequence(5)));
    }

    #[test]
    fn what_a_policy_has_begun_ends_with_its_log_and_catching_up_does_not() {
        for policy in [SlowReaderPolicy::DropNewest, SlowReaderPolicy::Coalesce] {
            let mut pace = too_slow(policy);
            pace.allow(2);
            pace.restart();
            assert!(!pace.is_judged() && pace.is_like_others(Sequence(0)));
            pace.gave(1, 10);
            assert!(!pace.is_judged());
            pace.gave(1, 10);
            assert!(pace.is_judged());
        }
    }

    #[test]
    fn who_has_caught_up_is_as_the_others() {
        for policy in [SlowReaderPolicy::DropNewest, SlowReaderPolicy::Coalesce] {
            let mut pace = too_slow(policy);
            pace.allow(2);
            pace.caught_up();
            assert!(pace.is_judged() && pace.is_like_others(Sequence(0)) && pace.0.is_none());
        }
    }
}
