//! What a client would be given, without giving it.

use super::guard::{Checkpoint, permit};
use super::resume::{or_away, read_cursor, ready};
use super::start::Start;
use super::subscribe::Subscribe;
use super::subscribe_error::SubscribeError;
use super::verdict::Verdict;
use crate::cursor::{Cursor, CursorFault, Place, TopicTag};
use crate::store::{Position, Rewind, Topic};

/// Says how much a client has missed: what [`Subscribe::digest`] finds.
///
/// With the feature `json` it serialises as `{"verdict":"resumed","topics":[{"topic":"rooms/7","missed":3,"isComplete":true}]}`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Digest {
    /// What the client would be told.
    pub verdict: Verdict,
    /// The topics, in the order in which they were named.
    pub topics: Vec<TopicDigest>,
}

/// Says how much of a topic a client has missed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicDigest {
    /// Which topic.
    pub topic: Topic,
    /// How many events there are after the client's place, those included that are gone; a store that leaves numbers out counts
    /// them as well. `None` if nobody knows, as the cursor was refused or the store is away.
    pub missed: Option<u64>,
    /// Whether the client would be given all of them.
    pub is_complete: bool,
}

impl Subscribe {
    /// Tells what the client would be given, and begins nothing: for a page that shows how much is new before it asks for it.
    ///
    /// The guard is asked as for a subscription. Caps do not count it; it is an ordinary request, which asks the store thrice for each
    /// topic.
    ///
    /// # Errors
    ///
    /// As for a subscription, of which there is none to be refused for want of room.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// use oriole_sse::{Hub, LastEventId, MessageEvent};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let hub = Hub::default();
    /// let hello = hub.subscribe("news").await?.next().await.ok_or("a hello")?;
    /// let last_event_id = LastEventId::from(hello.fields().id.cloned().ok_or("an id")?);
    /// for news in ["one", "two"] {
    ///     hub.publish("news", MessageEvent::new(news)).await?;
    /// }
    ///
    /// let digest = hub.subscribe("news").from(last_event_id).digest().await?;
    /// assert_eq!((digest.topics[0].missed, digest.topics[0].is_complete), (Some(2), true));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn digest(self) -> Result<Digest, SubscribeError> {
        let Self { shared, topics, start, principal, guards, .. } = self;
        let topics = ready(&shared, topics).await?;
        let checkpoint = Checkpoint::of(&start);
        permit(&shared, guards.ask(checkpoint, checkpoint, vec![])).await?;
        let places = match &start {
            Start::Cursor(cursor) => {
                let cursor = read_cursor(&shared, cursor, principal.as_ref()).await?;
                Some(cursor.map(|Cursor { places, .. }| places))
            }
            Start::Refused(fault) => Some(Err(*fault)),
            _ => None,
        };
        let mut all = Vec::with_capacity(topics.len());
        let mut is_known = false;
        for topic in topics {
            let find = async |rewind| or_away(shared.in_time(|| shared.store.find(&topic, rewind)).await);
            let bounds = async {
                let (end, near) =
                    (find(Rewind::Events(0)).await?, find(Rewind::Events(shared.options.replay_events_max)).await?);
                Ok::<_, SubscribeError>(end.zip(near))
            };
            let place = match &places {
                // It was refused.
                Some(Err(_)) => None,
                Some(Ok(places)) => {
                    let own = places.iter().find(|place| place.topic == TopicTag::of(&topic));
                    is_known |= own.is_some();
                    // A topic that the cursor does not have begins live.
                    match own {
                        Some(Place { position, .. }) => Some(*position),
                        None => find(Rewind::Events(0)).await?,
                    }
                }
                None => match start.rewind(&shared) {
                    Some(rewind) => find(rewind).await?,
                    None => find(Rewind::Events(0)).await?,
                },
            };
            let (missed, is_complete) = match (bounds.await?, place) {
                (Some((end, near)), Some(place)) => between(place, near, end),
                _ => (None, false),
            };
            all.push(TopicDigest { topic, missed, is_complete });
        }
        let verdict = match places {
            None => Verdict::Live,
            Some(Err(fault)) => Verdict::Refused(fault),
            Some(Ok(_)) if !is_known => {
                for topic in &mut all {
                    (topic.missed, topic.is_complete) = (None, false);
                }
                Verdict::Refused(CursorFault::Foreign)
            }
            Some(Ok(_)) if all.iter().all(|topic| topic.is_complete) => Verdict::Resumed,
            Some(Ok(_)) => Verdict::Gap,
        };
        Ok(Digest { verdict, topics: all })
    }
}

/// Tells how much there is between a place and the end, and whether nothing of it is gone or too much.
fn between(place: Position, near: Position, end: Position) -> (Option<u64>, bool) {
    if place.epoch != end.epoch || place.sequence > end.sequence {
        // Of the new log everything is new, and of the old one nobody knows.
        return (None, false);
    }
    (Some(end.sequence.0 - place.sequence.0), near.sequence <= place.sequence)
}

#[cfg(feature = "json")]
mod json {
    use serde::ser::{Serialize, SerializeStruct, Serializer};

    use super::{Digest, TopicDigest};

    impl Serialize for Digest {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut digest = serializer.serialize_struct("Digest", 2)?;
            digest.serialize_field("verdict", self.verdict.as_str())?;
            digest.serialize_field("topics", &self.topics)?;
            digest.end()
        }
    }

    impl Serialize for TopicDigest {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut digest = serializer.serialize_struct("TopicDigest", 3)?;
            digest.serialize_field("topic", self.topic.as_str())?;
            digest.serialize_field("missed", &self.missed)?;
            digest.serialize_field("isComplete", &self.is_complete)?;
            digest.end()
        }
    }
}
