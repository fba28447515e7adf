//! The hub itself.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use super::HubOptions;
use super::change::Change;
use super::control::EndReason;
use super::lag::ReaderLag;
use super::presence::Member;
use super::publish::Publish;
use super::shared::Shared;
use super::subscribe::Subscribe;
use crate::clock::{Clock, SystemClock};
use crate::cursor::Principal;
use crate::event::MessageEvent;
use crate::store::{MemoryStore, Page, PageLimits, Position, Rewind, Store, StoreError, Topic, TopicError};

/// Takes events for topics, and gives them to everybody who reads those: one per application.
///
/// Events of a topic are numbered and kept in its log, so a client that was away goes on where it left off, and one that is slow
/// reads at its own pace; what nevertheless is lost is told to it. The log is in memory unless a store says otherwise.
///
/// A clone is cheap and is the same hub. Its one task begins with the first subscription, inside the tokio runtime of whoever
/// subscribes, and ends with the last topic. Outside of a runtime there is none: readers are woken at once, topics stay in
/// memory, and neither the age of events nor lifetimes nor time limits are looked at.
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
/// let mut subscription = hub.subscribe("rooms/7").await?;
/// let hello = subscription.next().await.ok_or("a hello")?;
/// assert_eq!(hello.fields().data, Some("{\"verdict\":\"live\"}"));
/// drop(subscription);
///
/// // While the client is away:
/// hub.publish("rooms/7", MessageEvent::new("hello, room")).await?;
///
/// let last_event_id = LastEventId::from(hello.fields().id.cloned().ok_or("an id")?);
/// let mut subscription = hub.subscribe("rooms/7").from(last_event_id).await?;
/// let hello = subscription.next().await.ok_or("a hello")?;
/// assert_eq!(hello.fields().data, Some("{\"verdict\":\"resumed\"}"));
/// let missed = subscription.next().await.ok_or("an event")?;
/// assert_eq!(missed.fields().data, Some("hello, room"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
}

impl Hub {
    /// Makes a hub whose logs are in memory; starts nothing.
    #[must_use]
    pub fn new(options: HubOptions) -> Self {
        Self::with_store(options, MemoryStore::default())
    }

    /// Makes a hub on a store.
    #[must_use]
    pub fn with_store(options: HubOptions, store: impl Store) -> Self {
        Self::with_clock(options, Arc::new(store), SystemClock)
    }

    /// Makes a hub on a store, which goes by another clock than the system's.
    #[must_use]
    pub fn with_clock(options: HubOptions, store: Arc<dyn Store>, clock: impl Clock) -> Self {
        Self { shared: Shared::new(options, store, clock) }
    }

    /// Shows the options.
    #[must_use]
    pub fn options(&self) -> &HubOptions {
        &self.shared.options
    }

    #[cfg(any(test, feature = "console"))]
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }

    pub(crate) async fn find(&self, topic: &Topic, rewind: Rewind) -> Result<Position, StoreError> {
        self.shared.in_time(|| self.shared.store.find(topic, rewind)).await
    }

    pub(crate) async fn read(&self, topic: &Topic, after: Position, limits: PageLimits) -> Result<Page, StoreError> {
        self.shared.in_time(|| self.shared.store.read(topic, after, limits)).await
    }

    /// Publishes an event when it is awaited; ready when it is as safe as the store makes it.
    ///
    /// The event has data and no id: its id is its place in the log, the same for everybody. It is encoded once. The log of a
    /// [producer](crate::Producers) is that producer's alone, and is refused.
    ///
    /// # Errors
    ///
    /// [`PublishError`](super::PublishError), if the event cannot be published or the store did not take it. A store that is
    /// away is none: see [`Published::LiveOnly`](super::Published::LiveOnly).
    ///
    /// # Cancel safety
    ///
    /// An event whose future is dropped may be published or not; with an
    /// [idempotency key](Publish::idempotency_key) it can be published again.
    pub fn publish<T>(&self, topic: T, event: MessageEvent) -> Publish
    where
        T: TryInto<Topic>,
        T::Error: Into<TopicError>,
    {
        let topic = topic.try_into().map_err(Into::into);
        let topic = topic.and_then(|topic| if topic.is_of_producer() { Err(TopicError::Reserved) } else { Ok(topic) });
        Publish::new(Arc::clone(&self.shared), topic, event)
    }

    /// Publishes to the log of a producer, where nobody else does.
    pub(crate) fn produce(&self, log: Topic, event: MessageEvent) -> Publish {
        Publish::new(Arc::clone(&self.shared), Ok(log), event)
    }

    /// Says when a client may try again that finds no room; each is told another time.
    pub(crate) fn retry_after(&self) -> Duration {
        self.shared.readers.retry_after(&self.shared.options.retry_after)
    }

    /// Subscribes to a topic when it is awaited; [`Subscribe::and`] adds others.
    ///
    /// # Errors
    ///
    /// [`SubscribeError`](super::SubscribeError). A cursor that is not good is none: the client is told and goes on live.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future subscribes to nothing.
    pub fn subscribe<T>(&self, topic: T) -> Subscribe
    where
        T: TryInto<Topic>,
        T::Error: Into<TopicError>,
    {
        Subscribe::new(Arc::clone(&self.shared), topic.try_into().map_err(Into::into))
    }
}

impl Hub {
    /// Changes which topics a subscription reads, while it goes on, when it is awaited: one that is
    /// [changeable](Subscribe::changeable), by the handle that its `hello` told the client.
    ///
    /// For a request of the client's beside its stream. It is ready when the change is sure; the stream has it between two events, as
    /// soon as the client takes more, and tells it by a `topics` event. No event of the topics that stay is lost or doubled by it. Of
    /// a topic that is new the client gets everything from that moment on, or from where [`Change::from`] says; of one that is taken away
    /// nothing that it has not got.
    ///
    /// # Errors
    ///
    /// [`ChangeError`](super::ChangeError); the subscription then stays as it is.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped the change may be made or not; the stream tells.
    pub fn change(&self, handle: &str) -> Change {
        Change::new(Arc::clone(&self.shared), handle)
    }

    /// Lists who is [present](Subscribe::present_as) in a topic, by name: in this process, those included who may come back in a moment; no more
    /// than [`HubOptions::presence_members_max`].
    ///
    /// # Errors
    ///
    /// [`TopicError`], if the text is no topic.
    pub fn present<T>(&self, topic: T) -> Result<Vec<Member>, TopicError>
    where
        T: TryInto<Topic>,
        T::Error: Into<TopicError>,
    {
        Ok(self.shared.rooms.members(&topic.try_into().map_err(Into::into)?))
    }

    /// Counts the subscriptions, those included that are about to begin.
    #[must_use]
    pub fn subscriptions(&self) -> usize {
        self.shared.readers.count()
    }

    /// Tells which readers are furthest behind, the furthest first: at most so many, and none that has everything.
    ///
    /// Looks at every subscription and topic of it once, so ask now and then, not with every event.
    #[must_use]
    pub fn furthest_behind(&self, readers_max: usize) -> Vec<ReaderLag> {
        let mut lags = self.shared.readers.lags(self.shared.clock.wall(), None);
        lags.retain(|lag| lag.events > 0);
        lags.sort_by(|one, other| other.events.cmp(&one.events).then_with(|| other.age.cmp(&one.age)));
        lags.truncate(readers_max);
        lags
    }

    /// Ends all subscriptions of a principal, with the reason `revoked`; tells how many there were.
    ///
    /// A client that comes back is for the application's guards to refuse.
    #[expect(clippy::must_use_candidate, reason = "that they are ended is what it is called for")]
    pub fn revoke(&self, principal: &Principal) -> usize {
        self.shared.readers.revoke(principal)
    }

    /// Has the [guards](super::Subscribe::guard) of a principal's subscriptions asked whether they may go on: after a change of its
    /// rights, say. Tells how many there are that have one.
    ///
    /// From now on they give nothing until their guard has answered; a refusal ends them with the reason `revoked`. Those
    /// without a guard are not concerned: [`revoke`](Self::revoke) ends them.
    #[expect(clippy::must_use_candidate, reason = "that they are asked is what it is called for")]
    pub fn recheck(&self, principal: &Principal) -> usize {
        self.shared.readers.recheck(Some(principal))
    }

    /// Has the guards of all subscriptions asked, as [`recheck`](Self::recheck) does for one principal.
    #[expect(clippy::must_use_candidate, reason = "that they are asked is what it is called for")]
    pub fn recheck_all(&self) -> usize {
        self.shared.readers.recheck(None)
    }

    /// Ends all subscriptions, one after the other over a time; there is no way back. Tells how many have not left.
    ///
    /// Each gets an `end` with the reason `drain` and a `retry` of its own within [`HubOptions::drain_retry`], so that neither
    /// the leaving nor the return of its clients comes all at once. What a client had not taken by then it gets when it
    /// returns. Who subscribes from now on gets the same `end` and nothing else. Publishing goes on.
    ///
    /// It is ready when all have left, or [`HubOptions::drain_grace`] after the time: a client that takes nothing is not waited
    /// for, and its connection is the server's to close.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, subscriptions that were not ended yet stay, and new ones are still sent away.
    pub async fn drain(&self, window: Duration) -> usize {
        let readers = self.shared.readers.begin_drain();
        let begun = self.shared.clock.now();
        let last = u32::try_from(readers.len().saturating_sub(1)).unwrap_or(u32::MAX).max(1);
        for (number, reader) in (0_u32..).zip(readers) {
            // The last leaves at the end of the window.
            let due = begun.checked_add(window / last * number.min(last));
            if let Some(due) = due.filter(|due| *due > self.shared.clock.now()) {
                self.shared.clock.sleep_until(due).await;
            }
            reader.end(EndReason::Drain);
        }
        let patience = window.saturating_add(self.shared.options.drain_grace);
        let mut patience = begun.checked_add(patience).map(|end| self.shared.clock.sleep_until(end));
        let mut all_left = pin!(self.shared.readers.all_left());
        poll_fn(|cx| match &mut patience {
            _ if all_left.as_mut().poll(cx).is_ready() => Poll::Ready(()),
            Some(patience) => patience.as_mut().poll(cx),
            None => Poll::Pending,
        })
        .await;
        self.shared.readers.count()
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new(HubOptions::default())
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("store", &self.shared.store).finish_non_exhaustive()
    }
}
