//! The topics of one subscription, which take turns.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use smallvec::SmallVec;

use super::control::{EndReason, Gap};
use super::convoy::{Landing, Moored};
use super::frame::{Frame, Portion, Taken};
use super::greeting::{Greeting, Occasion};
use super::lag::Marks;
use super::lane::{Lane, Next, Wanted};
use super::shared::Shared;
use super::slow::SlowReader;
use super::verdict::Verdict;
use crate::cursor::{Changes, CursorKey, Keyring, Place, Principal};
use crate::event::MessageEvent;
use crate::filter::Filter;
use crate::response::Vitals;
use crate::store::{Position, Topic};

/// Is what a subscription reads: one lane for each topic, the same ids for all of them.
///
/// In this order, what an event touches lies side by side.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Lanes {
    /// When it is too slow, if that is not when all of the hub's are.
    slow: Option<Box<SlowReader>>,
    /// Most have one, which lies beside everything else that an event touches.
    lanes: SmallVec<[Lane; 1]>,
    /// Whose turn it is.
    turn: usize,
    principal: Option<Principal>,
    filter: Option<Box<Filter>>,
    /// How many events the filter has left out.
    skipped: u64,
    /// In what they differ from those that the client asked for.
    changes: Option<Box<Changes>>,
}

/// Says what the lanes have.
#[derive(Debug)]
pub(super) enum Given {
    /// An event for the client.
    Event(Portion),
    /// Several events in one piece: all that the only topic has by now.
    Run(Bytes),
    /// Events of a topic are missing.
    Gap(Topic, Gap),
    End(EndReason),
    /// An event that the filter leaves out.
    Nothing,
}

/// How many events a filter leaves out before others get the thread.
const SKIPPED_AT_ONCE_MAX: u64 = 256;

impl Lanes {
    pub(super) fn new(
        lanes: SmallVec<[Lane; 1]>,
        principal: Option<Principal>,
        slow: Option<SlowReader>,
        filter: Option<Filter>,
    ) -> Self {
        let (slow, filter) = (slow.map(Box::new), filter.map(Box::new));
        Self { slow, lanes, turn: 0, principal, filter, skipped: 0, changes: None }
    }

    /// Takes some away and adds others, which begin where they are.
    pub(super) fn change(&mut self, remove: &[Topic], add: impl IntoIterator<Item = Lane>) {
        self.lanes.retain(|lane| !remove.contains(lane.topic()));
        self.lanes.extend(add);
        self.turn = 0;
    }

    /// Says what the client's cursors have to say beside its places.
    pub(super) fn set_changes(&mut self, changes: Option<Changes>) {
        self.changes = changes.map(Box::new);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// Shows them, in the order in which the topics were named.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Lane> {
        self.lanes.iter()
    }

    pub(super) fn marks(&self) -> Marks {
        self.lanes.iter().map(Lane::mark).collect()
    }

    /// Whether something is not known since the store was away: what it has of one of them, or the keys, without which there are no
    /// ids.
    pub(super) fn is_any_unknown(&self, keyring: &Keyring) -> bool {
        !keyring.has_keys() || self.lanes.iter().any(Lane::is_stale)
    }

    /// Takes the places in the logs that could not be taken before.
    pub(super) fn take_places(&mut self) {
        self.lanes.iter_mut().for_each(Lane::take_place);
    }

    /// Lets go of all: nothing is read any more, and the client has no place.
    pub(super) fn clear(&mut self) {
        self.lanes.clear();
    }

    /// Asks each lane in turn; pending if none has anything.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        shared: &Arc<Shared>,
        vitals: &Vitals,
        taken: Taken,
    ) -> Poll<Given> {
        let lanes = self.lanes.len();
        // One that rested takes runs, and nothing else of it need be looked at.
        let takes_runs = self.has_rested() || (self.is_public() && self.filter.is_none());
        // With several topics, what is kept comes before what is not.
        for takes_volatile in if lanes == 1 { &[true][..] } else { &[false, true] } {
            let wanted = Wanted {
                vitals,
                slow: self.slow.as_deref().unwrap_or(&shared.options.slow_reader),
                run_bytes_max: taken.run_bytes_max.filter(|_| takes_runs),
                takes_volatile: *takes_volatile,
                waits: taken.waits && lanes == 1,
            };
            for _ in 0..lanes {
                let mut at = 0;
                if lanes > 1 {
                    at = self.turn;
                    self.turn = (at + 1) % lanes;
                }
                return match self.lanes[at].next(cx, shared, wanted) {
                    Next::Wait => continue,
                    Next::Event(frame) if !self.wants(shared, frame.bytes.slice(frame.id_bytes..)) => self.skip(cx),
                    Next::Volatile(bytes) if !self.wants(shared, bytes.clone()) => self.skip(cx),
                    Next::Event(frame) => Poll::Ready(Given::Event(self.portion(frame, &shared.keyring, taken))),
                    Next::Volatile(bytes) => Poll::Ready(Given::Event(bytes.into())),
                    Next::Run(bytes) => Poll::Ready(Given::Run(bytes)),
                    Next::Gap(gap) => Poll::Ready(Given::Gap(self.lanes[at].topic().clone(), gap)),
                    Next::End(reason) => Poll::Ready(Given::End(reason)),
                };
            }
        }
        Poll::Pending
    }

    fn has_rested(&self) -> bool {
        self.lanes.first().is_some_and(Lane::has_rested)
    }

    /// Whether nothing has come since the only one was given all there is, and the task is woken when something does.
    pub(super) fn rests(&self) -> bool {
        self.lanes.first().is_some_and(Lane::rests)
    }

    /// Offers the place of the only lane, if all that follows goes to it as to others.
    pub(super) fn berth(&mut self, shared: &Shared) -> Option<(Moored, SlowReader)> {
        if !self.is_public() || self.filter.is_some() {
            return None;
        }
        Some((self.lanes.first_mut()?.berth()?, self.slow(shared)))
    }

    /// Goes on at a place to which others have come for the only lane.
    pub(super) fn land(&mut self, landing: Landing) {
        self.lanes.iter_mut().for_each(|lane| lane.land(landing));
    }

    /// Tells when it is too slow.
    pub(super) fn slow(&self, shared: &Shared) -> SlowReader {
        self.slow.as_deref().copied().unwrap_or(shared.options.slow_reader)
    }

    /// Judges by this from now on.
    #[cfg(feature = "console")]
    pub(super) fn set_slow(&mut self, slow: SlowReader) {
        **self.slow.get_or_insert_with(|| Box::new(slow)) = slow;
    }

    /// Gives the next turn to a topic of which so many events are still to be taken; else the task is woken when one comes.
    #[cfg(feature = "console")]
    pub(super) fn turn_to(&mut self, cx: &Context<'_>, events_min: u64) -> Option<&mut Lane> {
        self.lanes.iter_mut().for_each(|lane| lane.wait(cx));
        self.turn = self.lanes.iter().position(|lane| lane.behind() >= events_min)?;
        self.lanes.get_mut(self.turn)
    }

    /// Gives an event with the id that is this subscriber's, which stands apart if others have the rest as well and that is worth it.
    fn portion(&self, frame: Frame, keyring: &Keyring, taken: Taken) -> Portion {
        let is_large = taken.apart_bytes_min.is_some_and(|bytes_min| frame.rest().len() >= bytes_min);
        // What comes from the store is nobody else's.
        if !is_large || frame.id_bytes == 0 || self.is_public() {
            return self.sign(frame, keyring).bytes.into();
        }
        let id = self.sign(Frame::without_id(Bytes::new()), keyring);
        Portion { id: Some(id.bytes), bytes: frame.bytes.slice(frame.id_bytes..) }
    }

    /// Gives an event the id that is this subscriber's.
    pub(super) fn sign(&self, mut frame: Frame, keyring: &Keyring) -> Frame {
        if frame.id_bytes > 0 && self.is_public() {
            return frame;
        }
        match keyring.keys().as_deref().and_then(<[_]>::first) {
            Some(key) if !self.lanes.is_empty() => {
                self.identify(frame.rest(), key, self.lanes.iter().filter_map(Lane::place))
            }
            _ => {
                frame.drop_id();
                frame
            }
        }
    }

    /// Puts the id of these places before an event, and of what was changed.
    fn identify(&self, rest: &[u8], key: &CursorKey, places: impl Iterator<Item = Place>) -> Frame {
        let principal = self.principal.as_ref().map(Principal::as_str);
        match &self.changes {
            None => Frame::with_id(rest, key, principal, places),
            Some(changes) => Frame::with_changed_id(rest, key, principal, &places.collect::<Vec<_>>(), changes),
        }
    }

    /// Gives a `hello` as the subscriber before was given it, where it would be the same; else as it is made here.
    pub(super) fn greeting(
        &self,
        keyring: &Keyring,
        (verdict, is_live_only): (Verdict, bool),
        make: impl FnOnce() -> Bytes,
    ) -> Bytes {
        let Some(lane) = self.lanes.first().filter(|_| self.is_public()) else { return make() };
        let (state, place) = (lane.state(), lane.position());
        let occasion = Occasion { verdict, is_live_only, place, keys: keyring.keys() };
        if let Some(bytes) = state.lock().greeting.as_ref().and_then(|greeting| greeting.for_occasion(&occasion)) {
            return bytes;
        }
        let bytes = make();
        state.lock().greeting = Some(Greeting { occasion, bytes: bytes.clone() });
        bytes
    }

    /// Gives an event the id of a client that is not to come back.
    pub(super) fn sign_last(&self, frame: Frame, keyring: &Keyring) -> Frame {
        let principal = self.principal.as_ref().map(Principal::as_str);
        match keyring.keys().as_deref().and_then(<[_]>::first) {
            Some(key) => Frame::with_last_id(frame.rest(), key, principal),
            None => frame,
        }
    }

    /// Gives the state of a lane the id of a client that has the states up to this one, and is with the others where it was before.
    pub(super) fn sign_part(
        &self,
        state: &Bytes,
        lane: usize,
        before: &[Option<Position>],
        keyring: &Keyring,
    ) -> Frame {
        let later = self.lanes.iter().zip(before).skip(lane + 1);
        let later =
            later.filter_map(|(lane, before)| before.map(|position| Place { topic: lane.state().tag, position }));
        let places = self.lanes[..=lane].iter().filter_map(Lane::place).chain(later);
        match keyring.keys().as_deref().and_then(<[_]>::first) {
            Some(key) => self.identify(state, key, places),
            None => Frame::without_id(state.clone()),
        }
    }

    /// Whether all subscribers of the topic get the same ids.
    fn is_public(&self) -> bool {
        self.principal.is_none() && self.lanes.len() == 1 && self.changes.is_none()
    }

    /// Whether an event passes the filter, if there is one.
    fn wants(&self, shared: &Shared, frame: Bytes) -> bool {
        let Some(filter) = &self.filter else {
            return true;
        };
        let event = MessageEvent::encoded(frame);
        // The log of a pattern has events of the hub's.
        event.fields().event_type.is_some_and(|name| shared.options.names.is_reserved(name))
            || filter.passes(&event, shared.options.filter_data_bytes_max)
    }

    /// Goes on behind an event that is left out; now and then others get the thread before.
    fn skip(&mut self, cx: &Context<'_>) -> Poll<Given> {
        self.skipped += 1;
        if self.skipped.is_multiple_of(SKIPPED_AT_ONCE_MAX) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Given::Nothing)
    }
}

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use std::mem::offset_of;

    use crate::hub::subscription::Subscription;

    /// Whoever has ten thousand waits for each line of memory of each.
    #[test]
    fn what_an_event_touches_of_a_subscription_lies_side_by_side() {
        assert_eq!(offset_of!(Subscription, vitals), 0);
        assert!(offset_of!(Subscription, lanes.turn) <= 168, "{}", offset_of!(Subscription, lanes.turn));
    }
}
