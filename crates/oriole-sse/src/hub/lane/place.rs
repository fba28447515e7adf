//! A place in the log of a topic.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Context;

use super::next::{Next, Wanted};
use crate::cursor::Place;
use crate::hub::convoy::{Landing, Moored, READERS_MIN};
use crate::hub::lag::Mark;
use crate::hub::pace::Pace;
use crate::hub::replay::Replay;
use crate::hub::shared::Shared;
use crate::hub::subscribe_error::SubscribeError;
use crate::hub::topic::{Seat, TopicState};
use crate::hub::waiters::Waiting;
use crate::response::Vitals;
use crate::store::{Position, Sequence, Topic};

/// In this order, what an event touches lies side by side.
#[derive(Debug)]
#[repr(C)]
pub(in crate::hub) struct Lane {
    /// Tells others where it is.
    pub(super) mark: Arc<Mark>,
    pub(super) seat: Seat,
    /// Whether it is the stream's first, whose place is written without a look at the mark.
    is_first: bool,
    /// Whether it waits since it was given all there is. Such a one takes runs, and is its subscription's only one.
    pub(super) is_resting: bool,
    pub(super) waiting: Option<Waiting>,
    /// After what the client was given or told; `None` as long as the store was never there.
    pub(super) place: Option<Position>,
    pub(super) volatile: u64,
    /// How often the log's end was found again after the store was away, when this was last looked at.
    pub(super) returns: u64,
    /// Where the store is read instead of the ring.
    pub(super) replay: Option<Box<Replay>>,
    pub(super) pace: Pace,
}

impl Lane {
    /// Takes a seat at a topic, and begins with what comes from now on.
    pub(in crate::hub) async fn open(
        shared: &Arc<Shared>,
        topic: &Topic,
        vitals: Option<Arc<Vitals>>,
    ) -> Result<Self, SubscribeError> {
        let seat = shared.enter(topic)?;
        shared.keeper.start(shared);
        seat.state.open(shared).await.map_err(SubscribeError::Store)?;
        Ok(Self::new(seat, vitals))
    }

    /// Begins with what comes from now on.
    pub(in crate::hub) fn new(seat: Seat, vitals: Option<Arc<Vitals>>) -> Self {
        let (place, volatile, returns) = {
            let live = seat.state.lock();
            (live.end(), live.volatile.end(), live.returns)
        };
        let is_first = vitals.is_some();
        let mark = Arc::new(Mark::new(Arc::clone(&seat.state), vitals, place));
        Self {
            mark,
            seat,
            is_first,
            is_resting: false,
            waiting: None,
            place,
            volatile,
            returns,
            replay: None,
            pace: Pace::default(),
        }
    }

    /// Whether the store was away, and what it has is not known since.
    pub(in crate::hub) fn is_stale(&self) -> bool {
        self.seat.state.lock().is_stale
    }

    /// Takes its place in the log, if it could not before.
    pub(in crate::hub) fn take_place(&mut self) {
        if self.place.is_none() {
            let live = self.seat.state.lock();
            self.place = live.epoch.map(|epoch| Position { epoch, sequence: live.ring.base() });
        }
    }

    pub(in crate::hub) fn topic(&self) -> &Topic {
        &self.seat.state.topic
    }

    pub(in crate::hub) fn state(&self) -> Arc<TopicState> {
        Arc::clone(&self.seat.state)
    }

    pub(in crate::hub) fn mark(&self) -> Arc<Mark> {
        Arc::clone(&self.mark)
    }

    pub(in crate::hub) fn position(&self) -> Option<Position> {
        self.place
    }

    pub(in crate::hub) fn place(&self) -> Option<Place> {
        self.place.map(|position| Place { topic: self.seat.state.tag, position })
    }

    /// Begins after this place instead, and catches up.
    pub(in crate::hub) fn start_at(&mut self, place: Position, shared: &Shared) {
        self.place = Some(place);
        self.mark.set(place);
        self.pace.allow(catch_up_max(shared));
    }

    /// Offers its place, if it has everything and goes on as others do, and waits no more; there has to be a place.
    pub(in crate::hub) fn berth(&mut self) -> Option<Moored> {
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
    pub(in crate::hub) fn land(&mut self, landing: Landing) {
        self.mark.land(landing.place);
        (self.place, self.volatile) = (Some(landing.place), landing.volatile);
        // Others have read the store for it, and it reads on, however far the log has come meanwhile.
        self.replay = landing.is_near.then(|| Box::new(Replay::near()));
    }

    /// Moves on, and says to what.
    pub(in crate::hub) fn next(&mut self, cx: &mut Context<'_>, shared: &Arc<Shared>, wanted: Wanted<'_>) -> Next {
        self.is_resting = false;
        let before = self.place;
        loop {
            let next = match self.place {
                Some(place) if self.replay.is_some() => self.next_of_store(cx, shared, place, wanted),
                _ => self.next_of_ring(cx, shared, wanted),
            };
            if let Some(next) = next {
                self.moved(before, &next, shared, wanted.vitals);
                return next;
            }
        }
    }

    /// Whether it rests, or did so until something came for which it has not been asked yet.
    pub(in crate::hub) fn has_rested(&self) -> bool {
        self.is_resting
    }

    /// Whether nothing has come since it was given all there is, and the task is woken when something does.
    pub(in crate::hub) fn rests(&self) -> bool {
        self.is_resting && self.waiting.is_some_and(|waiting| waiting.is_of(self.seat.state.round()))
    }

    /// Tells how many events it has to take.
    #[cfg(feature = "console")]
    pub(in crate::hub) fn behind(&self) -> u64 {
        let live = self.seat.state.lock();
        let lag = self.place.and_then(|place| live.ring.lag_after(place.sequence));
        lag.map_or(0, |(events, ..)| events)
    }

    /// Waits for the next event without taking it.
    #[cfg(feature = "console")]
    pub(in crate::hub) fn wait(&mut self, cx: &Context<'_>) {
        self.seat.state.lock().waiters.wait(&mut self.waiting, cx.waker());
    }

    /// Goes on in the store, as if memory did not have the next event any more.
    #[cfg(feature = "console")]
    pub(in crate::hub) fn read_store(&mut self) {
        if self.place.is_some() {
            self.replay.get_or_insert_with(|| Box::new(Replay::alone()));
        }
    }

    /// Tells others where it is now, and the traces what was delivered.
    fn moved(&self, before: Option<Position>, next: &Next, shared: &Shared, vitals: &Vitals) {
        let Some(place) = self.place else {
            return;
        };
        if self.is_first {
            vitals.place.store(place.sequence.0, Ordering::Relaxed);
        } else {
            self.mark.set(place);
        }
        if shared.tracer.is_on(&shared.options) && matches!(next, Next::Event(_) | Next::Run(_)) {
            let after =
                before.filter(|before| before.epoch == place.epoch).map_or(Sequence(0), |before| before.sequence);
            let delivered = self.seat.state.lock().traces.delivered(after, place.sequence);
            delivered.iter().for_each(|trace| trace.deliver(self.topic()));
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.seat.state.lock().waiters.leave(self.waiting);
    }
}

/// A catch-up ends when the end of the log is reached, which a reader that is slower than its publishers never does.
pub(super) fn catch_up_max(shared: &Shared) -> u64 {
    shared.options.replay_events_max.saturating_mul(2).max(1)
}

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use std::mem::offset_of;

    use super::Lane;

    #[test]
    fn what_an_event_touches_lies_side_by_side() {
        let (begins, ends) = (offset_of!(Lane, seat.state), offset_of!(Lane, pace));
        assert!(begins < ends && ends - begins <= 88, "{begins} to {ends}");
    }
}
