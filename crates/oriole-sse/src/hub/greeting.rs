//! What a subscriber is told first.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;

use super::control::gap_data;
use super::frame::{Frame, encode_control};
use super::lanes::Lanes;
use super::readers::Admission;
use super::resume::LaneStart;
use super::said::Said;
use super::shared::Shared;
use super::verdict::Verdict;
use crate::cursor::CursorKey;
use crate::store::Position;

pub(super) fn encode_hello(shared: &Shared, data: String) -> Frame {
    Frame::without_id(encode_control(&shared.options.names.hello, data))
}

/// Gives a `hello` of this data, and what is to be told of the lanes.
pub(super) fn first_words(
    shared: &Shared,
    #[cfg_attr(not(feature = "console"), allow(unused_variables, reason = "for the console"))] admission: &Admission,
    lanes: &Lanes,
    hello: String,
    starts: Vec<LaneStart>,
    before: &[Option<Position>],
) -> VecDeque<Said> {
    // Of which topics the others are, and what room they take.
    let (mut frames, mut origins) = (vec![encode_hello(shared, hello)], vec![]);
    for (number, (lane, start)) in lanes.iter().zip(starts).enumerate() {
        match start {
            LaneStart::Gap(gap) => {
                #[cfg(feature = "console")]
                admission.reader.probe.gap(lane.topic(), gap);
                shared.meter.gap(gap.reason, gap.events());
                let gap = encode_control(&shared.options.names.gap, gap_data(lane.topic(), gap));
                frames.push(Frame::without_id(gap));
                origins.push((lane.topic().clone(), None));
            }
            LaneStart::Snapshot(frame, room) => {
                frames.push(lanes.sign_part(&frame, number, before, &shared.keyring));
                origins.push((lane.topic().clone(), Some(room)));
            }
            LaneStart::Resumed | LaneStart::Live => {}
        }
    }
    // The id is behind all of them: a client that is cut off before the last is told of them again.
    if let Some(last) = frames.last_mut() {
        last.drop_id();
        *last = lanes.sign(last.clone(), &shared.keyring);
    }
    let mut frames = frames.into_iter();
    let mut said: VecDeque<_> = frames.next().map(Said::new).into_iter().collect();
    said.extend(frames.zip(origins).map(|(frame, (topic, room))| Said::of_topic(frame, &topic, room)));
    said
}

/// The `hello` that the last subscriber of a topic got who had this topic alone and no principal. Most of those who come after it begin at the same
/// place, so that it is neither encoded nor signed again.
#[derive(Debug)]
pub(super) struct Greeting {
    pub(super) occasion: Occasion,
    pub(super) bytes: Bytes,
}

/// All that such a `hello` depends on.
#[derive(Debug)]
pub(super) struct Occasion {
    pub(super) verdict: Verdict,
    pub(super) is_live_only: bool,
    pub(super) place: Option<Position>,
    /// The first signs.
    pub(super) keys: Option<Arc<[CursorKey]>>,
}

impl Greeting {
    /// Gives the bytes, if it is said on such an occasion.
    pub(super) fn for_occasion(&self, occasion: &Occasion) -> Option<Bytes> {
        let Occasion { verdict, is_live_only, place, keys } = &self.occasion;
        let has_same_keys = match (keys, &occasion.keys) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        let is_same = (*verdict, *is_live_only, *place) == (occasion.verdict, occasion.is_live_only, occasion.place);
        (is_same && has_same_keys).then(|| self.bytes.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use bytes::Bytes;

    use crate::event::MessageEvent;
    use crate::hub::{Hub, Subscribe, Taken};

    /// Whoever begins where the one before began is given the very same bytes.
    #[tokio::test]
    async fn a_hello_is_made_once_for_all_who_begin_at_one_place() {
        let hub = Hub::default();
        let first = async |subscribe: Subscribe| -> Bytes {
            let mut subscription = subscribe.await.expect("there is room");
            match subscription.poll_frame(&mut Context::from_waker(Waker::noop()), Taken::default()) {
                Poll::Ready(Some(hello)) => hello.bytes,
                Poll::Ready(None) | Poll::Pending => panic!("a hello is there at once"),
            }
        };
        let one = first(hub.subscribe("a")).await;
        assert_eq!(first(hub.subscribe("a")).await.as_ptr(), one.as_ptr());
        for other in [hub.subscribe("b"), hub.subscribe("a").principal("ann"), hub.subscribe("a").and("b")] {
            assert_ne!(first(other).await, one, "its cursor is worth something to others, or says another place");
        }

        hub.publish("a", MessageEvent::new("1")).await.expect("published");
        let later = first(hub.subscribe("a")).await;
        assert_ne!(later, one, "another place");
        assert_eq!(first(hub.subscribe("a")).await.as_ptr(), later.as_ptr());

        let id = MessageEvent::encoded(one).fields().id.cloned().expect("an id");
        let resumed = first(hub.subscribe("a").from(crate::LastEventId::from(id))).await;
        assert!(String::from_utf8_lossy(&resumed).contains("resumed"), "{resumed:?}");
        assert!(String::from_utf8_lossy(&first(hub.subscribe("a")).await).contains("live"), "another verdict");
    }
}
