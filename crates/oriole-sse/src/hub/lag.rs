//! How far readers are behind.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use smallvec::SmallVec;

use super::topic::TopicState;
use crate::cursor::Principal;
use crate::response::{Pulse, Vitals};
use crate::store::{Position, Sequence, Topic};

/// Says how far one subscription is behind in one of its topics.
///
/// For readers that are behind what the hub has in memory of a topic, bytes and age are those of what is in memory: at least so
/// much.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReaderLag {
    /// The topic.
    pub topic: Topic,
    /// Whose subscription it is, if that was said.
    pub principal: Option<Principal>,
    /// How many events it has not taken.
    pub events: u64,
    /// How many bytes these have.
    pub bytes: u64,
    /// How long ago the first of them was published.
    pub age: Duration,
}

/// A reader's places, of which most have one.
pub(super) type Marks = SmallVec<[Arc<Mark>; 1]>;

/// Is a reader's place in a topic, for others to see.
#[derive(Debug)]
pub(super) struct Mark {
    state: Arc<TopicState>,
    /// A sequence; [`NOWHERE`] as long as the store was never there.
    place: Place,
    /// Where the reader is, while others read for it.
    pulse: Mutex<Option<Arc<Pulse>>>,
}

/// Where the number is.
#[derive(Debug)]
enum Place {
    /// Beside what else is noted of the stream for each event: of its first topic.
    OfStream(Arc<Vitals>),
    Own(AtomicU64),
}

const NOWHERE: u64 = u64::MAX;

impl Place {
    fn number(&self) -> &AtomicU64 {
        match self {
            Self::OfStream(vitals) => &vitals.place,
            Self::Own(place) => place,
        }
    }
}

impl Mark {
    pub(super) fn new(state: Arc<TopicState>, vitals: Option<Arc<Vitals>>, at: Option<Position>) -> Self {
        let place = vitals.map_or_else(|| Place::Own(AtomicU64::default()), Place::OfStream);
        place.number().store(at.map_or(NOWHERE, |at| at.sequence.0), Ordering::Relaxed);
        Self { state, place, pulse: Mutex::default() }
    }

    /// A place of an epoch that is over counts as one of the new until the reader has moved there.
    pub(super) fn set(&self, place: Position) {
        self.place.number().store(place.sequence.0, Ordering::Relaxed);
    }

    /// From here on it is where all of them are.
    pub(super) fn follow(&self, pulse: &Arc<Pulse>) {
        *self.pulse() = Some(Arc::clone(pulse));
    }

    /// From here on it is where it goes by itself.
    pub(super) fn land(&self, place: Position) {
        self.set(place);
        *self.pulse() = None;
    }

    /// Tells where that is.
    #[cfg(feature = "console")]
    pub(super) fn place(&self) -> Option<Sequence> {
        let place = self.sequence();
        (place != NOWHERE).then_some(Sequence(place))
    }

    pub(super) fn lag(&self, principal: Option<Principal>, wall: SystemTime) -> ReaderLag {
        let place = Sequence(self.sequence());
        let lag = self.state.lock().ring.lag_after(place);
        let (events, bytes, at) = lag.unwrap_or((0, 0, wall));
        let age = wall.duration_since(at).unwrap_or_default();
        ReaderLag { topic: self.state.topic.clone(), principal, events, bytes, age }
    }

    fn sequence(&self) -> u64 {
        match &*self.pulse() {
            Some(pulse) => pulse.place.load(Ordering::Relaxed),
            None => self.place.number().load(Ordering::Relaxed),
        }
    }

    fn pulse(&self) -> MutexGuard<'_, Option<Arc<Pulse>>> {
        self.pulse.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
