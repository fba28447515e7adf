//! How a lane moves in memory.

use std::task::Context;

use super::next::{Next, Wanted};
use super::place::{Lane, catch_up_max};
use crate::hub::control::{Gap, GapReason};
use crate::hub::pace::{Pace, skip_to};
use crate::hub::replay::Replay;
use crate::hub::ring::Ring;
use crate::hub::shared::Shared;
use crate::hub::slow::{SlowReader, SlowReaderPolicy};
use crate::hub::topic::Live;
use crate::hub::waiters::Waiting;
use crate::store::{Position, Sequence};

impl Lane {
    /// Gives the next event of the ring; `None` if it has to be looked for again.
    pub(super) fn next_of_ring(&mut self, cx: &mut Context<'_>, shared: &Shared, wanted: Wanted<'_>) -> Option<Next> {
        // Borrowed by parts: the lock is of the seat.
        let Self { seat, place, replay, pace, volatile, waiting, is_resting, returns, .. } = self;
        let mut live = seat.state.lock();
        let live = &mut *live;
        let Some(epoch) = live.epoch else {
            return Some(idle(live, volatile, waiting, cx, wanted));
        };
        let at = match place {
            Some(at) if at.epoch == epoch => &mut at.sequence,
            Some(at) => {
                let after = Some(at.sequence);
                *at = Position { epoch, sequence: Sequence(0) };
                pace.restart();
                pace.allow(catch_up_max(shared));
                return Some(Next::Gap(Gap { reason: GapReason::Restart, after, through: None }));
            }
            None => &mut place.insert(Position { epoch, sequence: live.ring.base() }).sequence,
        };
        if *returns != live.returns {
            // What came while the store was away is not the reader's fault.
            *returns = live.returns;
            pace.allow(catch_up_max(shared));
        }
        let ring = &mut live.ring;
        if *at < ring.base() {
            return next_before(ring, at, pace, replay, wanted.slow);
        }
        let Some(index) = ring.find(*at) else {
            pace.caught_up();
            return Some(idle(live, volatile, waiting, cx, wanted));
        };
        if pace.is_judged() && !pace.coalesces(*at) {
            let (events, bytes) = ring.lag(index);
            if wanted.slow.is_exceeded(events, bytes)
                && let Some(next) = pace.too_slow(ring, at, wanted.slow)
            {
                return Some(next);
            }
        }
        pace.passed(*at);
        if let Some(through) = pace.take_used_up() {
            return Some(skip_to(at, through));
        }
        let run_bytes_max = wanted.run_bytes_max.filter(|_| pace.is_like_others(*at));
        let run = run_bytes_max.and_then(|bytes_max| next_run(shared, ring, index, at, pace, bytes_max));
        if run.is_some() && wanted.waits && *at == ring.last() && live.volatile.end() == *volatile {
            pace.caught_up();
            live.waiters.wait(waiting, cx.waker());
            *is_resting = true;
        }
        run.or_else(|| next_entry(ring, index, at, pace))
    }
}

/// Gives what comes after a place that has left the ring; `None` if the store is read, or the ring goes on.
fn next_before(
    ring: &Ring,
    at: &mut Sequence,
    pace: &mut Pace,
    replay: &mut Option<Box<Replay>>,
    slow: &SlowReader,
) -> Option<Next> {
    // Which event is the latest of its key is not known of what came before the ring began.
    let is_unknown = slow.policy == SlowReaderPolicy::Coalesce && *at < ring.began();
    if pace.is_judged() && !is_unknown {
        if slow.policy == SlowReaderPolicy::Coalesce && pace.coalesces_through(ring.base()) {
            let latest = ring.latest_after(*at);
            *at = latest.map_or(ring.base(), |(sequence, _)| sequence);
            return latest.map(|(_, frame)| Next::Event(frame.clone()));
        }
        if let Some(next) = pace.too_slow(ring, at, slow) {
            return Some(next);
        }
    }
    *replay = Some(Box::default());
    None
}

/// Gives all events from an entry on that fit into one piece, if they can be given so.
fn next_run(
    shared: &Shared,
    ring: &mut Ring,
    index: usize,
    at: &mut Sequence,
    pace: &mut Pace,
    bytes_max: u64,
) -> Option<Next> {
    let before = ring.size();
    let run = ring.run(index, bytes_max);
    let after = ring.size();
    if before.bytes != after.bytes {
        shared.count_ring(before, after);
    }
    let (bytes, last, events) = run?;
    *at = last;
    pace.gave(events, bytes.len());
    Some(Next::Run(bytes))
}

/// Gives the first event from an entry on that is not left out.
fn next_entry(ring: &Ring, mut index: usize, at: &mut Sequence, pace: &mut Pace) -> Option<Next> {
    while let Some(entry) = ring.entry(index) {
        *at = entry.sequence;
        if !pace.leaves_out(entry, ring) {
            pace.gave(1, entry.frame.bytes.len());
            return Some(Next::Event(entry.frame.clone()));
        }
        index += 1;
    }
    None
}

/// Gives what is not kept, once there is nothing else, or waits.
fn idle(
    live: &mut Live,
    volatile: &mut u64,
    waiting: &mut Option<Waiting>,
    cx: &mut Context<'_>,
    wanted: Wanted<'_>,
) -> Next {
    if wanted.takes_volatile
        && let Some(frame) = live.volatile.next(volatile)
    {
        return Next::Volatile(frame);
    }
    live.waiters.wait(waiting, cx.waker());
    Next::Wait
}
