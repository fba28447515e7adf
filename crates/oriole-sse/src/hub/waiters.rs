//! Who is to be woken when something comes.

use std::mem;
use std::num::NonZeroU64;
use std::task::Waker;

/// Holds the wakers of a topic's readers, one after the other in memory, so that waking all of them touches little else.
#[derive(Debug)]
pub(super) struct Waiters {
    round: NonZeroU64,
    slots: Vec<Option<Waker>>,
    free: Vec<usize>,
}

/// Says where a reader's waker is; worth nothing once the readers have been woken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    /// Never zero, so that "not waiting" takes no room.
    round: NonZeroU64,
    slot: usize,
}

impl Waiting {
    /// Whether it was not woken since; readers that have left aside.
    pub(super) fn is_of(self, round: u64) -> bool {
        self.round.get() == round
    }
}

impl Default for Waiters {
    fn default() -> Self {
        Self { round: Self::FIRST_ROUND, slots: Vec::new(), free: Vec::new() }
    }
}

impl Waiters {
    pub(super) const FIRST_ROUND: NonZeroU64 = NonZeroU64::MIN;

    /// Keeps a waker until the next round; a reader that waits already has one at most.
    pub(super) fn wait(&mut self, waiting: &mut Option<Waiting>, waker: &Waker) {
        if let Some(kept) = waiting.filter(|waiting| waiting.round == self.round)
            && let Some(slot) = self.slots.get_mut(kept.slot)
        {
            match slot {
                Some(kept) => kept.clone_from(waker),
                None => *slot = Some(waker.clone()),
            }
            return;
        }
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot] = Some(waker.clone());
                slot
            }
            None => {
                self.slots.push(Some(waker.clone()));
                self.slots.len() - 1
            }
        };
        *waiting = Some(Waiting { round: self.round, slot });
    }

    /// Forgets a reader that has left.
    pub(super) fn leave(&mut self, waiting: Option<Waiting>) {
        if let Some(waiting) = waiting.filter(|waiting| waiting.round == self.round)
            && let Some(slot) = self.slots.get_mut(waiting.slot)
            && slot.take().is_some()
        {
            self.free.push(waiting.slot);
        }
    }

    /// Names the round in which those are who wait.
    pub(super) fn round(&self) -> u64 {
        self.round.get()
    }

    /// Gives all wakers, and begins the next round.
    pub(super) fn take(&mut self) -> Vec<Option<Waker>> {
        self.round = self.round.saturating_add(1);
        self.free.clear();
        let room = self.slots.len();
        mem::replace(&mut self.slots, Vec::with_capacity(room))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Wake, Waker};

    use super::Waiters;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn wake_all(waiters: &mut Waiters) {
        waiters.take().into_iter().flatten().for_each(Waker::wake);
    }

    #[test]
    fn a_reader_is_woken_once_and_has_one_place() {
        let (mut waiters, count) = (Waiters::default(), Arc::new(Count::default()));
        let waker = Waker::from(Arc::clone(&count));
        let (mut first, mut second) = (None, None);
        for _ in 0..3 {
            waiters.wait(&mut first, &waker);
            waiters.wait(&mut second, &waker);
        }
        wake_all(&mut waiters);
        assert_eq!(count.0.load(Ordering::Relaxed), 2);
        wake_all(&mut waiters);
        assert_eq!(count.0.load(Ordering::Relaxed), 2, "not again before they wait again");

        waiters.wait(&mut first, &waker);
        waiters.leave(second);
        wake_all(&mut waiters);
        assert_eq!(count.0.load(Ordering::Relaxed), 3, "a place of an earlier round is nobody's");
    }

    #[test]
    fn readers_that_come_and_go_take_no_room() {
        let mut waiters = Waiters::default();
        for _ in 0..1000 {
            let mut waiting = None;
            waiters.wait(&mut waiting, Waker::noop());
            waiters.leave(waiting);
            waiters.leave(waiting);
        }
        assert_eq!((waiters.slots.len(), waiters.free.len()), (1, 1));
        assert!(waiters.take().iter().all(Option::is_none));
    }
}
