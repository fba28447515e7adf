//! One topic of one subscription: a place in the log, and how it moves.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::control::{EndReason, Gap, GapReason};
use super::convoy::{Landing, Moored, READERS_MIN};
use super::frame::Frame;
use super::lag::Mark;
use super::pace::{Pace, skip_to};
use super::pages::Piece;
use super::replay::{Jump, Read, Replay};
use super::ring::Ring;
use super::shared::Shared;
use super::slow::{SlowReader, SlowReaderPolicy};
use super::subscribe_error::SubscribeError;
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
    pace: Pace,
    volatile: u64,
    waiting: Option<Waiting>,
    /// How often the log's end was found again after the store was away, when this was last looked at.
    returns: u64,
    /// Tells others where it is.
    mark: Arc<Mark>,
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
    /// Takes a seat at a topic, and begins with what comes from now on.
    pub(super) async fn open(shared: &Arc<Shared>, topic: &Topic) -> Result<Self, SubscribeError> {
        let seat = shared.enter(topic)?;
        shared.keeper.start(shared);
        seat.state.open(shared).await.map_err(SubscribeError::Store)?;
        Ok(Self::new(seat))
    }

    /// Begins with what comes from now on.
    pub(super) fn new(seat: Seat) -> Self {
        let (place, volatile, returns) = {
            let live = seat.state.lock();
            (live.end(), live.volatile.end(), live.returns)
        };
        let mark = Arc::new(Mark::new(Arc::clone(&seat.state), place));
        Self { seat, place, replay: None, pace: Pace::default(), volatile, waiting: None, returns, mark }
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
        self.pace.allow(catch_up_max(shared));
    }

    /// Offers its place, if it has everything and goes on as others do, and waits no more; there has to be a place.
    pub(super) fn berth(&mut self) -> Option<Moored> {
        let place = self.place?;
        let mut live = self.seat.state.lock();
        let is_at_end = self.replay.is_none()
            && live.epoch == Some(place.epoch)
            && live.ring.base() <= place.sequence
            && live.ring.find(place.sequence).is_none()
            && live.volatile.end() == self.volatile;
        let is_alike = !live.is_stale && live.returns == self.returns && self.pace.is_like_others(place.sequence);
        if !is_at_end || !is_alike || live.readers < READERS_MIN {
            return None;
        }
        live.waiters.leave(self.waiting.take());
        let (state, mark) = (Arc::clone(&self.seat.state), Arc::clone(&self.mark));
        Some(Moored { state, place, volatile: self.volatile, returns: self.returns, mark })
    }

    /// Goes on at a place to which others have come for it.
    pub(super) fn land(&mut self, landing: Landing) {
        self.mark.land(landing.place);
        (self.place, self.volatile) = (Some(landing.place), landing.volatile);
    }

    /// Moves on, and says to what.
    pub(super) fn next(&mut self, cx: &mut Context<'_>, shared: &Arc<Shared>, wanted: Wanted) -> Next {
        let before = self.place;
        loop {
            let next = match self.place {
                Some(place) if self.replay.is_some() => self.next_of_store(cx, shared, place, wanted),
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
            self.replay.get_or_insert_with(|| Box::new(Replay::alone()));
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
        let Self { seat, place, replay, pace, volatile, waiting, returns, mark: _ } = self;
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
        match wanted.run_bytes_max.filter(|_| pace.is_like_others(*at)) {
            Some(bytes_max) => next_run(shared, ring, index, at, pace, bytes_max),
            None => next_entry(ring, index, at, pace),
        }
    }

    /// Gives the next event of the store; `None` if the ring goes on.
    fn next_of_store(
        &mut self,
        cx: &mut Context<'_>,
        shared: &Arc<Shared>,
        place: Position,
        wanted: Wanted,
    ) -> Option<Next> {
        if let Some(through) = self.pace.take_used_up() {
            self.replay = None;
            return self.skip(GapReason::Overflow, place, through);
        }
        let replay = self.replay.as_mut()?;
        if let Some(bytes_max) = wanted.run_bytes_max.filter(|_| self.pace.is_like_others(place.sequence)) {
            match replay.poll_shared(cx, shared, &self.seat.state, place, bytes_max) {
                Poll::Pending => return Some(Next::Wait),
                Poll::Ready(Piece::Run(bytes, last, events)) => {
                    self.place = Some(Position { sequence: last, ..place });
                    self.pace.gave(events, bytes.len());
                    return Some(Next::Run(bytes));
                }
                Poll::Ready(Piece::InRing) => {
                    self.replay = None;
                    return None;
                }
                Poll::Ready(Piece::Alone) => {}
            }
        }
        let Poll::Ready(read) = replay.poll(cx, shared, &self.seat.state.topic, place) else {
            return Some(Next::Wait);
        };
        match read {
            Read::Record(record) => {
                self.place = Some(Position { sequence: record.sequence, ..place });
                self.pace.gave(1, record.frame.len());
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
                self.pace.restart();
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

/// A catch-up ends when the end of the log is reached, which a reader that is slower than its publishers never does.
fn catch_up_max(shared: &Shared) -> u64 {
    shared.options.replay_events_max.saturating_mul(2).max(1)
}

/// Gives what comes after a place that has left the ring; `None` if the store is read, or the ring goes on.
fn next_before(
    ring: &Ring,
    at: &mut Sequence,
    pace: &mut Pace,
    replay: &mut Option<Box<Replay>>,
    slow: SlowReader,
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

/// Gives all events from an entry on that fit into one piece.
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
