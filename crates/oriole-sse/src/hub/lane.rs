//! One topic of one subscription: a place in the log, and how it moves.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::control::{EndReason, Gap, GapReason};
use super::frame::Frame;
use super::lag::Mark;
use super::replay::{Jump, Read, Replay};
use super::shared::Shared;
use super::slow::{SlowReader, SlowReaderPolicy};
use super::topic::{Live, Seat, TopicState};
use super::waiters::Waiting;
use crate::cursor::Place;
use crate::store::{Position, Sequence, Topic};

#[derive(Debug)]
pub(super) struct Lane {
    seat: Seat,
    /// After what the client was given or told; `None` as long as the store was never there.
    place: Option<Position>,
    /// Where the store is read instead of the ring.
    replay: Option<Box<Replay>>,
    /// While it catches up, the subscription is not too slow, for so many more events.
    catch_up_left: u64,
    /// What is still given to a reader that skips the newest.
    spared: Option<Spared>,
    /// Up to here, what has a later event of the same key is left out; the client knows.
    coalesced: Sequence,
    volatile: u64,
    waiting: Option<Waiting>,
    /// How often the log's end was found again after the store was away, when this was last looked at.
    returns: u64,
    /// Tells others where it is.
    mark: Arc<Mark>,
}

#[derive(Clone, Copy, Debug)]
struct Spared {
    events_left: usize,
    bytes_left: usize,
    /// Up to here it skips then.
    through: Sequence,
}

/// Says what comes next.
#[derive(Debug)]
pub(super) enum Next {
    Event(Frame),
    /// Several events in one piece, with the ids that all subscribers have who have this topic alone and no principal.
    Run(Bytes),
    Volatile(Bytes),
    Gap(Gap),
    End(EndReason),
    /// Nothing as yet: the task will be woken.
    Wait,
}

/// Says what a subscription wants of its lanes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) slow: SlowReader,
    /// Events may come in pieces of so many bytes.
    pub(super) run_bytes_max: Option<u64>,
    pub(super) takes_volatile: bool,
}

impl Lane {
    /// Begins with what comes from now on.
    pub(super) fn new(seat: Seat) -> Self {
        let (place, volatile, returns) = {
            let live = seat.state.lock();
            (live.end(), live.volatile.end(), live.returns)
        };
        let mark = Arc::new(Mark::new(Arc::clone(&seat.state), place));
        Self {
            seat,
            place,
            replay: None,
            catch_up_left: 0,
            spared: None,
            coalesced: Sequence(0),
            volatile,
            waiting: None,
            returns,
            mark,
        }
    }

    /// Whether the store was away, and what it has is not known since.
    pub(super) fn is_stale(&self) -> bool {
        self.seat.state.lock().is_stale
    }

    /// Takes its place in the log, if it could not before.
    pub(super) fn take_place(&mut self) {
        if self.place.is_none() {
            let live = self.seat.state.lock();
            self.place = live.epoch.map(|epoch| Position { epoch, sequence: live.ring.base() });
        }
    }

    pub(super) fn topic(&self) -> &Topic {
        &self.seat.state.topic
    }

    pub(super) fn state(&self) -> Arc<TopicState> {
        Arc::clone(&self.seat.state)
    }

    pub(super) fn mark(&self) -> Arc<Mark> {
        Arc::clone(&self.mark)
    }

    pub(super) fn position(&self) -> Option<Position> {
        self.place
    }

    pub(super) fn place(&self) -> Option<Place> {
        self.place.map(|position| Place { topic: self.seat.state.tag, position })
    }

    /// Begins after this place instead, and catches up.
    pub(super) fn start_at(&mut self, place: Position, shared: &Shared) {
        self.place = Some(place);
        self.mark.set(place);
        self.catch_up_left = catch_up_max(shared);
    }

    /// Moves on, and says to what.
    pub(super) fn next(&mut self, cx: &mut Context<'_>, shared: &Arc<Shared>, wanted: Wanted) -> Next {
        let before = self.place;
        loop {
            let next = match self.place {
                Some(place) if self.replay.is_some() => self.next_of_store(cx, shared, place),
                _ => self.next_of_ring(cx, shared, wanted),
            };
            if let Some(next) = next {
                self.moved(before, &next, shared);
                return next;
            }
        }
    }

    /// Tells how many events it has to take.
    #[cfg(feature = "console")]
    pub(super) fn behind(&self) -> u64 {
        let live = self.seat.state.lock();
        let lag = self.place.and_then(|place| live.ring.lag_after(place.sequence));
        lag.map_or(0, |(events, ..)| events)
    }

    /// Waits for the next event without taking it.
    #[cfg(feature = "console")]
    pub(super) fn wait(&mut self, cx: &Context<'_>) {
        self.seat.state.lock().waiters.wait(&mut self.waiting, cx.waker());
    }

    /// Goes on in the store, as if memory did not have the next event any more.
    #[cfg(feature = "console")]
    pub(super) fn read_store(&mut self) {
        if self.place.is_some() {
            self.replay.get_or_insert_default();
        }
    }

    /// Tells others where it is now, and the traces what was delivered.
    fn moved(&self, before: Option<Position>, next: &Next, shared: &Shared) {
        let Some(place) = self.place else {
            return;
        };
        self.mark.set(place);
        if shared.tracer.is_on(&shared.options) && matches!(next, Next::Event(_) | Next::Run(_)) {
            let after =
                before.filter(|before| before.epoch == place.epoch).map_or(Sequence(0), |before| before.sequence);
            let delivered = self.seat.state.lock().traces.delivered(after, place.sequence);
            delivered.iter().for_each(|trace| trace.deliver(self.topic()));
        }
    }

    /// Gives the next event of the ring; `None` if it has to be looked for again.
    fn next_of_ring(&mut self, cx: &mut Context<'_>, shared: &Shared, wanted: Wanted) -> Option<Next> {
        // Borrowed by parts: the lock is of the seat.
        let Self { seat, place, replay, catch_up_left, spared, coalesced, volatile, waiting, returns, mark: _ } = self;
        let mut live = seat.state.lock();
        let live = &mut *live;
        let Some(epoch) = live.epoch else {
            return Some(idle(live, volatile, waiting, cx, wanted));
        };
        let at = match place {
            Some(at) if at.epoch == epoch => at,
            Some(at) => {
                let after = Some(at.sequence);
                *at = Position { epoch, sequence: Sequence(0) };
                (*spared, *coalesced, *catch_up_left) = (None, Sequence(0), catch_up_max(shared));
                return Some(Next::Gap(Gap { reason: GapReason::Restart, after, through: None }));
            }
            None => place.insert(Position { epoch, sequence: live.ring.base() }),
        };
        if *returns != live.returns {
            // What came while the store was away is not the reader's fault.
            (*returns, *catch_up_left) = (live.returns, catch_up_max(shared));
        }
        let SlowReader { policy, events_max, bytes_max, .. } = wanted.slow;
        let skip_to = |at: &mut Position, through: Sequence| {
            let gap = Gap { reason: GapReason::Overflow, after: Some(at.sequence), through: Some(through) };
            at.sequence = through;
            Some(Next::Gap(gap))
        };
        let ring = &mut live.ring;

        if at.sequence < ring.base() {
            let is_unknown = policy == SlowReaderPolicy::Coalesce && at.sequence < ring.began();
            if *catch_up_left > 0 || is_unknown || spared.is_some() {
                *replay = Some(Box::default());
                return None;
            }
            match policy {
                SlowReaderPolicy::Replay => *replay = Some(Box::default()),
                SlowReaderPolicy::Disconnect => return Some(Next::End(EndReason::Slow)),
                SlowReaderPolicy::DropOldest => {
                    return skip_to(at, ring.place_before_end(events_max / 2, bytes_max as u64 / 2));
                }
                SlowReaderPolicy::DropNewest => {
                    *spared = Some(Spared { events_left: events_max, bytes_left: bytes_max, through: ring.last() });
                    *replay = Some(Box::default());
                }
                SlowReaderPolicy::Coalesce if *coalesced < ring.base() => {
                    *coalesced = ring.last();
                    return Some(Next::Gap(coalesced_gap(at.sequence, *coalesced)));
                }
                SlowReaderPolicy::Coalesce => {
                    if let Some((sequence, frame)) = ring.latest_after(at.sequence) {
                        at.sequence = sequence;
                        return Some(Next::Event(frame.clone()));
                    }
                    at.sequence = ring.base();
                }
            }
            return None;
        }

        let Some(mut index) = ring.find(at.sequence) else {
            (*catch_up_left, *spared) = (0, None);
            return Some(idle(live, volatile, waiting, cx, wanted));
        };
        if let Some(left) = *spared {
            if left.through <= at.sequence {
                *spared = None;
            } else if left.is_used_up() {
                *spared = None;
                return skip_to(at, left.through);
            }
        } else if *catch_up_left == 0 && at.sequence >= *coalesced {
            let (events, bytes) = ring.lag(index);
            let is_exceeded = wanted.slow.is_exceeded(events, bytes);
            match policy {
                _ if !is_exceeded => {}
                SlowReaderPolicy::Replay => {}
                SlowReaderPolicy::Disconnect => return Some(Next::End(EndReason::Slow)),
                SlowReaderPolicy::DropOldest => {
                    return skip_to(at, ring.place_before_end(events_max / 2, bytes_max as u64 / 2));
                }
                SlowReaderPolicy::DropNewest => {
                    *spared = Some(Spared { events_left: events_max, bytes_left: bytes_max, through: ring.last() });
                    return None;
                }
                SlowReaderPolicy::Coalesce => {
                    *coalesced = ring.last();
                    return Some(Next::Gap(coalesced_gap(at.sequence, *coalesced)));
                }
            }
        }

        if let Some(bytes_max) = wanted.run_bytes_max.filter(|_| spared.is_none() && at.sequence >= *coalesced) {
            let before = ring.size();
            let run = ring.run(index, bytes_max);
            let after = ring.size();
            if before.bytes != after.bytes {
                shared.count_ring(before, after);
            }
            let (bytes, last, events) = run?;
            at.sequence = last;
            *catch_up_left = catch_up_left.saturating_sub(events as u64);
            return Some(Next::Run(bytes));
        }
        while let Some(entry) = ring.entry(index) {
            at.sequence = entry.sequence;
            if entry.sequence > *coalesced || !ring.is_superseded(entry) {
                *catch_up_left = catch_up_left.saturating_sub(1);
                if let Some(spared) = spared {
                    spared.give(entry.frame.bytes.len());
                }
                return Some(Next::Event(entry.frame.clone()));
            }
            index += 1;
        }
        None
    }

    /// Gives the next event of the store; `None` if the ring goes on.
    fn next_of_store(&mut self, cx: &mut Context<'_>, shared: &Arc<Shared>, place: Position) -> Option<Next> {
        if let Some(left) = self.spared.filter(Spared::is_used_up) {
            (self.spared, self.replay) = (None, None);
            return self.skip(GapReason::Overflow, place, left.through);
        }
        let replay = self.replay.as_mut()?;
        let Poll::Ready(read) = replay.poll(cx, shared, &self.seat.state.topic, place) else {
            return Some(Next::Wait);
        };
        match read {
            Read::Record(record) => {
                self.place = Some(Position { sequence: record.sequence, ..place });
                self.catch_up_left = self.catch_up_left.saturating_sub(1);
                if let Some(spared) = &mut self.spared {
                    spared.give(record.frame.len());
                }
                Some(Next::Event(Frame::without_id(record.frame)))
            }
            Read::PageOver => {
                let live = self.seat.state.lock();
                if live.epoch == Some(place.epoch) && place.sequence >= live.ring.base() {
                    self.replay = None;
                }
                None
            }
            Read::Jump(to, Jump::Restarted) => {
                self.place = Some(to);
                (self.spared, self.coalesced) = (None, Sequence(0));
                let after = Some(place.sequence);
                Some(Next::Gap(Gap { reason: GapReason::Restart, after, through: None }))
            }
            Read::Jump(to, Jump::Trimmed) => {
                // Memory may hold what the store does not keep any more.
                let base = self.ring_base(place);
                self.skip(GapReason::Retention, place, base.map_or(to.sequence, |base| base.min(to.sequence)))
            }
            Read::Jump(to, Jump::TooFar) => self.skip(GapReason::TooFar, place, to.sequence),
            Read::Nothing(end) => {
                let base = {
                    let mut live = self.seat.state.lock();
                    if live.epoch != Some(place.epoch) {
                        // The store has begun anew, and the ring has not heard of it yet.
                        live.waiters.wait(&mut self.waiting, cx.waker());
                        return Some(Next::Wait);
                    }
                    live.ring.base()
                };
                self.replay = None;
                // Numbers that the store left out are no loss; what it does not have but the ring had is one.
                let place = Position { sequence: place.sequence.max(end.sequence.min(base)), ..place };
                self.place = Some(place);
                self.skip(GapReason::Retention, place, base)
            }
            Read::Failed(error) => {
                tracing::warn!(%error, topic = %self.seat.state.topic, "a subscriber cannot catch up");
                self.replay = None;
                self.skip(GapReason::Unavailable, place, self.ring_base(place).unwrap_or(place.sequence))
            }
        }
    }

    /// Tells the place after which everything is in memory, if that is of the same log.
    fn ring_base(&self, place: Position) -> Option<Sequence> {
        let live = self.seat.state.lock();
        (live.epoch == Some(place.epoch)).then(|| live.ring.base())
    }

    /// Goes on after a later place, and tells it; if it is no later one, the ring goes on.
    fn skip(&mut self, reason: GapReason, place: Position, through: Sequence) -> Option<Next> {
        if through <= place.sequence {
            self.replay = None;
            return None;
        }
        self.place = Some(Position { sequence: through, ..place });
        Some(Next::Gap(Gap { reason, after: Some(place.sequence), through: Some(through) }))
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.seat.state.lock().waiters.leave(self.waiting);
    }
}

impl Spared {
    fn is_used_up(&self) -> bool {
        self.events_left == 0 || self.bytes_left == 0
    }

    fn give(&mut self, bytes: usize) {
        self.events_left = self.events_left.saturating_sub(1);
        self.bytes_left = self.bytes_left.saturating_sub(bytes);
    }
}

/// A catch-up ends when the end of the log is reached, which a reader that is slower than its publishers never does.
fn catch_up_max(shared: &Shared) -> u64 {
    shared.options.replay_events_max.saturating_mul(2).max(1)
}

fn coalesced_gap(after: Sequence, through: Sequence) -> Gap {
    Gap { reason: GapReason::Coalesced, after: Some(after), through: Some(through) }
}

/// Gives what is not kept, once there is nothing else, or waits.
fn idle(
    live: &mut Live,
    volatile: &mut u64,
    waiting: &mut Option<Waiting>,
    cx: &mut Context<'_>,
    wanted: Wanted,
) -> Next {
    if wanted.takes_volatile
        && let Some(frame) = live.volatile.next(volatile)
    {
        return Next::Volatile(frame);
    }
    live.waiters.wait(waiting, cx.waker());
    Next::Wait
}
