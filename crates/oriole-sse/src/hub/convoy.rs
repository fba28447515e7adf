//! One place in a topic for many subscriptions.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::lag::Mark;
use super::pages::{Ask, Piece, Share, poll_piece};
use super::shared::Shared;
use super::slow::{SlowReader, SlowReaderPolicy};
use super::topic::{Live, TopicState};
use super::waiters::Waiting;
use crate::response::{Line, Pulse};
use crate::store::Position;

/// The place of a subscription that has everything of its only topic, gets what everybody gets, and is watched by nobody.
#[doc(hidden)]
pub struct Berth {
    pub(super) shared: Arc<Shared>,
    pub(super) moored: Moored,
    pub(super) slow: SlowReader,
    pub(super) line: Line,
}

/// What a lane knows of it.
pub(super) struct Moored {
    pub(super) state: Arc<TopicState>,
    pub(super) place: Position,
    pub(super) volatile: u64,
    pub(super) returns: u64,
    pub(super) mark: Arc<Mark>,
}

/// Where a subscription goes on by itself.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Landing {
    pub(crate) place: Position,
    pub(crate) volatile: u64,
    /// Whether it is known that what is left in the store is not too much.
    pub(crate) is_near: bool,
    /// When it was written to last, as the registry counts.
    pub(crate) written: u64,
    /// How many bytes the convoy has had by then.
    pub(crate) bytes: u64,
}

/// Reads a topic for all subscriptions that are at one place. What is not the same for all of them it leaves to each.
#[doc(hidden)]
pub struct Convoy {
    shared: Arc<Shared>,
    state: Arc<TopicState>,
    slow: SlowReader,
    line: Line,
    at: Landing,
    /// Where it was before it gave what was waited for.
    before: Landing,
    returns: u64,
    absences: u64,
    waiting: Option<Waiting>,
    /// Of a page that is read, as all of it has left the ring.
    share: Option<Share>,
    pulse: Arc<Pulse>,
}

/// What comes next for all.
#[doc(hidden)]
#[derive(Debug)]
pub enum Heading {
    /// Bytes of a whole number of events; the convoy is behind them now.
    Frame(Bytes),
    /// Nothing as yet: the task will be woken.
    Wait,
    /// Each has to look by itself, from the convoy's place on.
    Disperse,
}

/// What memory has for a convoy.
enum Found {
    Frame(Bytes),
    Nothing,
    /// What comes next has left it.
    Behind,
    /// Something that is not the same for all.
    Disperse,
}

/// For how many subscriptions of a topic one place is worth its trouble.
pub(super) const READERS_MIN: usize = 2;

impl Berth {
    /// Names the topic, among those that are in memory.
    #[must_use]
    pub fn topic(&self) -> usize {
        Arc::as_ptr(&self.moored.state).addr()
    }
}

impl Convoy {
    /// Begins with one subscription, which counts as joined.
    #[must_use]
    pub fn new(berth: &Berth) -> Self {
        let Berth { shared, moored, slow, line } = berth;
        let at = Landing { place: moored.place, volatile: moored.volatile, is_near: false, written: 0, bytes: 0 };
        let this = Self {
            shared: Arc::clone(shared),
            state: Arc::clone(&moored.state),
            slow: *slow,
            line: line.clone(),
            at,
            before: at,
            returns: moored.returns,
            absences: shared.absences(),
            waiting: None,
            share: None,
            pulse: Arc::default(),
        };
        this.pulse.place.store(moored.place.sequence.0, Ordering::Relaxed);
        this.take_in(berth);
        this
    }

    /// Takes in a subscription, if it is at the same place and is judged by the same measure.
    #[must_use]
    pub fn join(&self, berth: &Berth) -> bool {
        let Moored { place, volatile, returns, .. } = berth.moored;
        let is_alike = (place, volatile, returns) == (self.at.place, self.at.volatile, self.returns)
            && berth.slow == self.slow
            && berth.line.is_beside(&self.line);
        if is_alike {
            self.take_in(berth);
        }
        is_alike
    }

    fn take_in(&self, berth: &Berth) {
        berth.moored.mark.follow(&self.pulse);
        berth.line.follow(&self.pulse, self.at.bytes);
    }

    /// Where a subscription would go on now.
    #[must_use]
    pub fn landing(&self) -> Landing {
        self.at
    }

    /// Where a subscription would go on that has not got what [`next`](Self::next) gave last, nor what followed at once.
    #[must_use]
    pub fn landing_before(&self) -> Landing {
        self.before
    }

    /// Gives what comes next.
    pub fn next(&mut self, cx: &mut Context<'_>) -> Heading {
        self.before = self.at;
        if self.has_news() {
            return Heading::Disperse;
        }
        let state = Arc::clone(&self.state);
        let mut live = state.lock();
        match self.find(&mut live) {
            Found::Frame(bytes) => return Heading::Frame(bytes),
            Found::Disperse => return Heading::Disperse,
            Found::Nothing => {}
            Found::Behind => {
                drop(live);
                match self.read_store(cx) {
                    // Beside the page: whatever happens to the store, or to those who look, wakes who waits here.
                    Heading::Wait => live = state.lock(),
                    heading => return heading,
                }
            }
        }
        live.waiters.wait(&mut self.waiting, cx.waker());
        drop(live);
        // Looked at again, since that may have changed just before it began to wait.
        if self.has_news() { Heading::Disperse } else { Heading::Wait }
    }

    /// Gives what follows at once, without waiting for it; the convoy is behind it then.
    pub fn more(&mut self) -> Option<Bytes> {
        if self.has_news() {
            return None;
        }
        let state = Arc::clone(&self.state);
        let mut live = state.lock();
        match self.find(&mut live) {
            Found::Frame(bytes) => Some(bytes),
            Found::Behind => {
                let (bytes, last) = live.pages.kept_run(self.ask())?;
                self.at.place.sequence = last;
                Some(bytes)
            }
            Found::Nothing | Found::Disperse => None,
        }
    }

    /// Looks what memory has.
    fn find(&mut self, live: &mut Live) -> Found {
        let Landing { place, volatile, is_near, .. } = &mut self.at;
        if live.epoch != Some(place.epoch) || live.returns != self.returns || live.is_stale {
            return Found::Disperse;
        }
        if place.sequence < live.ring.base() {
            // What another policy does is done to each.
            return if self.slow.policy == SlowReaderPolicy::Replay { Found::Behind } else { Found::Disperse };
        }
        *is_near = false;
        if let Some(index) = live.ring.find(place.sequence) {
            let (events, bytes) = live.ring.lag(index);
            if self.slow.policy != SlowReaderPolicy::Replay && self.slow.is_exceeded(events, bytes) {
                return Found::Disperse;
            }
            let before = live.ring.size();
            let run = live.ring.run(index, self.line.frame_bytes_max());
            let after = live.ring.size();
            if before.bytes != after.bytes {
                self.shared.count_ring(before, after);
            }
            let Some((bytes, last, _)) = run else { return Found::Disperse };
            place.sequence = last;
            return Found::Frame(bytes);
        }
        live.volatile.next(volatile).map_or(Found::Nothing, Found::Frame)
    }

    /// Gives what has left memory, which is read once for all.
    fn read_store(&mut self, cx: &mut Context<'_>) -> Heading {
        match poll_piece(cx, &self.shared, &self.state, self.ask(), &mut self.share) {
            Poll::Pending => Heading::Wait,
            Poll::Ready(Piece::Run(bytes, last, _)) => {
                // It is known of the place before as well: whoever is still there is given all of it.
                (self.at.is_near, self.before.is_near) = (true, true);
                self.at.place.sequence = last;
                Heading::Frame(bytes)
            }
            // The ring came to the place meanwhile only if its log began anew.
            Poll::Ready(Piece::InRing | Piece::Alone) => Heading::Disperse,
        }
    }

    fn ask(&self) -> Ask {
        Ask { place: self.at.place, bytes_max: self.line.frame_bytes_max(), is_near: self.at.is_near }
    }

    /// Whether the store has gone or come back, or somebody looks at each.
    fn has_news(&self) -> bool {
        self.shared.absences() != self.absences || self.shared.is_inspected()
    }

    /// Notes that the last frame, of so many bytes, is being written.
    pub fn begins(&mut self, bytes: usize) {
        self.at.written = self.line.now();
        self.at.bytes += bytes as u64;
        self.pulse.place.store(self.at.place.sequence.0, Ordering::Relaxed);
        self.pulse.written.store(self.at.written, Ordering::Relaxed);
    }

    /// Counts what was written.
    pub fn wrote(&self, bytes: usize) {
        self.line.sent(bytes);
    }
}

impl Drop for Convoy {
    fn drop(&mut self) {
        self.state.lock().waiters.leave(self.waiting);
    }
}

impl fmt::Debug for Berth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Berth").field("topic", &self.moored.state.topic).finish_non_exhaustive()
    }
}

impl fmt::Debug for Convoy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Convoy").field("topic", &self.state.topic).field("at", &self.at).finish_non_exhaustive()
    }
}
