//! Looking into a hub.

use std::sync::Arc;

use super::{OpenStream, OpenTopic};
use crate::hub::Hub;

impl Hub {
    /// Gives the subscriptions that there are, the oldest first.
    ///
    /// For a console, for tests, and for the moment in which one asks what goes on. Each look takes a lock of the hub; an
    /// operator of many thousands rather reads the metrics, and [`furthest_behind`](Self::furthest_behind).
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// use oriole_sse::{EndReason, Hub};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), oriole_sse::SubscribeError> {
    /// let hub = Hub::default();
    /// let mut subscription = hub.subscribe("rooms/7").principal("ann").await?;
    ///
    /// let stream = hub.streams().remove(0);
    /// assert_eq!(stream.principal().map(|principal| principal.as_str()), Some("ann"));
    /// assert!(stream.end(EndReason::Slow));
    /// assert_eq!(subscription.by_ref().count().await, 2, "`hello` and `end`");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn streams(&self) -> Vec<OpenStream> {
        let shared = self.shared();
        shared.inspect();
        shared.readers.all().into_iter().map(|reader| OpenStream::new(reader, Arc::clone(shared))).collect()
    }

    /// Finds a subscription by its [number](OpenStream::number).
    #[must_use]
    pub fn stream(&self, number: u64) -> Option<OpenStream> {
        let shared = self.shared();
        shared.inspect();
        shared.readers.one(number).map(|reader| OpenStream::new(reader, Arc::clone(shared)))
    }

    /// Gives the topics that are in memory, by their names: those that somebody reads, and those that were read a moment ago.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::{Hub, MessageEvent};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let hub = Hub::default();
    /// let subscription = hub.subscribe("rooms/7").await?;
    /// hub.publish("rooms/7", MessageEvent::new("hello")).await?;
    ///
    /// let topic = hub.topics().remove(0);
    /// assert_eq!((topic.readers(), topic.ring_events()), (1, 1));
    /// assert_eq!(topic.recent(10)[0].event.fields().data, Some("hello"));
    /// # drop(subscription);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn topics(&self) -> Vec<OpenTopic> {
        let mut topics: Vec<_> = self.shared().topics().into_iter().map(OpenTopic::new).collect();
        topics.sort_unstable_by(|one, other| one.topic().as_str().cmp(other.topic().as_str()));
        topics
    }
}
