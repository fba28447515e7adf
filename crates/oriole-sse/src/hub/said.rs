//! What a subscription itself has to say, and its end.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::control::{EndReason, Gap, GapReason, Hello, end_data, gap_data};
use super::frame::{Frame, encode_control, encode_plain};
use super::lane::Lane;
use super::readers::Admission;
use super::room::Room;
use super::subscription::Subscription;
use super::verdict::Verdict;
use crate::event::MessageEvent;
use crate::store::Topic;

/// Is an event that the client is to be given before all others.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) frame: Frame,
    /// Of which topic it tells, if the client is not to have it without that.
    topic: Option<Topic>,
    /// What it takes until the client has taken it.
    _room: Option<Room>,
}

/// For how long a client stays away that was replaced and has no id which says so.
const REPLACED_RETRY: Duration = Duration::from_secs(3600);

impl Said {
    pub(super) fn new(frame: Frame) -> Self {
        Self { frame, topic: None, _room: None }
    }

    pub(super) fn of_topic(frame: Frame, topic: &Topic, room: Option<Room>) -> Self {
        Self { frame, topic: Some(topic.clone()), _room: room }
    }

    fn is_of_any(&self, topics: &[Topic]) -> bool {
        self.topic.as_ref().is_some_and(|topic| topics.contains(topic))
    }
}

/// Is what a client is told of a topic whose events may have no id from here on.
pub(super) fn unavailable(lane: &Lane) -> Gap {
    let after = lane.position().map(|place| place.sequence);
    Gap { reason: GapReason::Unavailable, after, through: None }
}

impl Subscription {
    /// Has the client told something that the hub itself says, with the id of its place.
    pub(super) fn say(&mut self, frame: Bytes) {
        let frame = self.lanes.sign(Frame::without_id(frame), &self.shared.keyring);
        self.said.push_back(Said::new(frame));
    }

    /// The same of one topic: it is not said any more if the client loses that before.
    pub(super) fn say_of(&mut self, topic: &Topic, frame: Bytes) {
        let frame = self.lanes.sign(Frame::without_id(frame), &self.shared.keyring);
        self.said.push_back(Said::of_topic(frame, topic, None));
    }

    /// Says nothing any more of these topics.
    ///
    /// The ids of what was to come after it are those of a client that was given it, and one that is cut off before it learns
    /// that it does not have the topic any more would come back with such an id: so they have none.
    pub(super) fn unsay(&mut self, topics: &[Topic]) {
        let mut is_missing = false;
        self.said.retain_mut(|said| {
            let is_said = !said.is_of_any(topics);
            is_missing |= !is_said;
            if is_missing {
                said.frame.drop_id();
            }
            is_said
        });
    }

    pub(super) fn note_gap(&self, topic: &Topic, gap: Gap) {
        #[cfg(feature = "console")]
        if let Some(Admission { reader, .. }) = &self.admission {
            reader.probe.gap(topic, gap);
        }
        self.shared.meter.gap(gap.reason, gap.events());
        #[cfg(not(feature = "console"))]
        let _ = topic;
    }

    pub(super) fn say_gap(&mut self, topic: &Topic, gap: Gap) {
        self.note_gap(topic, gap);
        self.say_of(topic, encode_control(&self.shared.options.names.gap, gap_data(topic, gap)));
    }

    /// Whether the store has gone away, once at least, since the client was last told of it.
    pub(super) fn is_absence_unsaid(&self) -> bool {
        let absences = self.shared.absences();
        absences != self.absences && (!absences.is_multiple_of(2) || absences - self.absences > 1)
    }

    /// Tells that from here on events may have no id.
    pub(super) fn say_absence(&mut self) {
        let gaps: Vec<_> = self.lanes.iter().map(|lane| (lane.topic().clone(), unavailable(lane))).collect();
        gaps.iter().for_each(|(topic, gap)| self.say_gap(topic, *gap));
    }

    /// Tells that they have one again, as soon as it is known what the store has, and there are keys; says whether that is so.
    pub(super) fn say_return(&mut self) -> bool {
        if self.lanes.is_any_unknown(&self.shared.keyring) {
            // The hub's task finds out. It may have ended with its runtime.
            self.shared.keeper.start(&self.shared);
            return false;
        }
        self.owes_return = false;
        self.lanes.take_places();
        let handle = self.admission.as_ref().and_then(Admission::handle);
        let topics = if handle.is_some() { self.topics().collect() } else { vec![] };
        let data = Hello { handle: handle.as_deref(), topics, ..Hello::default() }.data(Verdict::Resumed);
        self.say(encode_control(&self.shared.options.names.hello, data));
        true
    }

    /// Gives what is still to be said when the stream is ended because the server ends.
    pub(crate) fn farewell(&mut self) -> Bytes {
        if !self.is_over {
            if self.is_unsure() {
                self.take_back();
            }
            let retry = self.retry(EndReason::Drain);
            if let Some(Admission { reader, .. }) = &self.admission {
                reader.note_end(EndReason::Drain);
            }
            self.say_end(EndReason::Drain, retry);
            (self.is_over, self.is_resting) = (true, false);
            self.changing.iter().for_each(|changing| changing.close());
        }
        self.said
            .drain(..)
            .fold(BytesMut::new(), |mut all, said| {
                all.extend_from_slice(&said.frame.bytes);
                all
            })
            .freeze()
    }

    pub(super) fn end(&mut self, reason: EndReason) {
        if matches!(reason, EndReason::Revoked | EndReason::Unverified) || self.is_unsure() {
            self.take_back();
        }
        let retry = self.retry(reason);
        let admission = self.admission.take();
        if let Some(Admission { reader, .. }) = &admission {
            reader.note_end(reason);
        }
        self.say_end(reason, retry);
        // What it has held is free from now on, also if the last bytes are never taken.
        self.is_over = true;
        self.watch = None;
        self.attending = None;
        self.lanes.clear();
    }

    /// Tells when the client may come back: each at another time, since many may end at once. Who is sent away is not asked to.
    fn retry(&self, reason: EndReason) -> Option<Duration> {
        if reason == EndReason::Replaced {
            // Its id says so, if there is a key for one.
            let has_key = self.shared.keyring.keys().is_some_and(|keys| !keys.is_empty());
            return (!has_key).then_some(REPLACED_RETRY);
        }
        let Admission { reader, .. } = self.admission.as_ref().filter(|_| reason.is_passing())?;
        Some(reader.retry(&self.shared.options.drain_retry))
    }

    /// Whether the guard is to be asked, or was and has not answered: the client may have lost its right.
    fn is_unsure(&self) -> bool {
        let (Some(watch), Some(Admission { reader, .. })) = (&self.watch, &self.admission) else {
            return false;
        };
        watch.is_unsure(&self.shared, reader)
    }

    /// Says nothing any more of what was still to be said. Without it the client does not know its place, so it gets none, and
    /// comes back with the one that it had.
    fn take_back(&mut self) {
        if !self.said.is_empty() {
            self.said.clear();
            self.lanes.clear();
        }
    }

    pub(super) fn say_end(&mut self, reason: EndReason, retry: Option<Duration>) {
        let mut event = MessageEvent::new(end_data(reason)).event_type(self.shared.options.names.end.clone());
        if let Some(retry) = retry {
            event = event.retry(retry);
        }
        let frame = encode_plain(&event);
        if reason == EndReason::Replaced {
            let frame = self.lanes.sign_last(Frame::without_id(frame), &self.shared.keyring);
            self.said.push_back(Said::new(frame));
        } else {
            self.say(frame);
        }
    }
}
