//! How a subscription begins.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use smallvec::SmallVec;

use super::change::Changing;
use super::door::{Guards, TopicGuard};
use super::guard::{Checkpoint, SubscriptionGuard, Watch, permit};
use super::lane::Lane;
use super::lanes::Lanes;
use super::presence::{AttendingOptions, Member};
use super::readers::{Candidate, NotAdmitted};
use super::resume::{self, place, read_cursor};
use super::shared::Shared;
use super::slow::SlowReader;
use super::snapshot::{BoxError, Snapshot, TakeSnapshot};
use super::start::Start;
use super::subscribe_error::{DRAINING, SubscribeError};
use super::subscription::{Changeable, Subscription};
use super::verdict::Verdict;
use crate::cursor::Principal;
use crate::filter::Filter;
use crate::store::{Topic, TopicError};

/// Is a subscription on its way; made by [`Hub::subscribe`](super::Hub::subscribe), and begun by `.await`.
#[must_use = "nothing is subscribed before it is awaited"]
pub struct Subscribe {
    pub(super) shared: Arc<Shared>,
    pub(super) topics: Result<Vec<Topic>, TopicError>,
    pub(super) start: Start,
    pub(super) principal: Option<Principal>,
    address: Option<IpAddr>,
    lifetime: Option<Duration>,
    slow: SlowReader,
    snapshot: Option<TakeSnapshot>,
    /// Whether a client whose cursor is refused begins with the earliest event, as one that has none.
    begins_anew: bool,
    filter: Option<Filter>,
    pub(super) guards: Guards,
    attending: AttendingOptions,
    replaces: Option<Arc<str>>,
}

impl Subscribe {
    pub(super) fn new(shared: Arc<Shared>, topic: Result<Topic, TopicError>) -> Self {
        let slow = shared.options.slow_reader;
        let topics = topic.map(|topic| vec![topic]);
        Self {
            shared,
            topics,
            start: Start::Live,
            principal: None,
            address: None,
            lifetime: None,
            slow,
            snapshot: None,
            begins_anew: false,
            filter: None,
            guards: Guards::default(),
            attending: AttendingOptions::default(),
            replaces: None,
        }
    }

    /// Adds a topic. A topic that is there already counts once.
    pub fn and<T>(mut self, topic: T) -> Self
    where
        T: TryInto<Topic>,
        T::Error: Into<TopicError>,
    {
        if let Ok(topics) = &mut self.topics {
            match topic.try_into() {
                Ok(topic) if topics.contains(&topic) => {}
                Ok(topic) => topics.push(topic),
                Err(error) => self.topics = Err(error.into()),
            }
        }
        self
    }

    /// Says where to begin: most of all with the client's [`LastEventId`](crate::LastEventId).
    pub fn from(mut self, start: impl Into<Start>) -> Self {
        self.start = start.into();
        self
    }

    /// Says whose the subscription is: its cursors are worth nothing to anybody else.
    ///
    /// Whether the principal may read the topics is for the caller to know, each time that it subscribes: a cursor opens
    /// nothing by itself.
    pub fn principal(mut self, principal: impl Into<Principal>) -> Self {
        self.principal = Some(principal.into());
        self
    }

    /// Says from where the client comes, so that one address cannot take all room.
    ///
    /// It is the client's own address: behind a proxy not the connection's, which is the same for all, but what the proxy tells,
    /// as far as its word is to be taken. In an application of Oriole's it is the argument `ClientIp`, which goes by
    /// `Application::trusted_proxies`.
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Says how long the subscription may last: until the client's token expires, say. Then it ends with the reason
    /// `lifetime`, and the client comes back through every guard. Looked at once per second.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Says who decides whether the client may read: now, before anything is read, and again while the subscription goes on, as
    /// [`SubscriptionGuard`] says. Without it that is for the caller to know, once.
    ///
    /// While the subscription goes on, the guard is polled by the task that writes the stream, which may write a thousand others
    /// too: it may wait, but not block its thread.
    pub fn guard(mut self, guard: impl SubscriptionGuard) -> Self {
        self.guards.set_guard(guard);
        self
    }

    /// Lets the client change which topics it reads while the subscription goes on, by requests of its own: its `hello` has a
    /// `handle`, which such a request shows to [`Hub::change`](super::Hub::change). The door decides which topics it may add.
    ///
    /// Without a [principal](Self::principal) whoever knows the handle may use it. A client that is cut off and comes back, also after
    /// a restart, has the topics that it had: its cursor names those that it added, and is longer for it. The door is asked again
    /// for each of them. A subscription has one topic at least, and its [snapshots](Self::snapshot) are given when it begins only.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// use oriole_sse::{GuardAnswer, Hub, MessageEvent, Topic};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let hub = Hub::default();
    /// let rooms = |topic: Topic, _| async move {
    ///     if topic.as_str().starts_with("rooms/") { GuardAnswer::Pass } else { GuardAnswer::Refuse }
    /// };
    /// let mut subscription = hub.subscribe("rooms/7").principal("ann").changeable(rooms).await?;
    /// let hello = subscription.next().await.ok_or("a hello")?;
    /// let hello: serde_json::Value = serde_json::from_str(hello.fields().data.ok_or("data")?)?;
    /// let handle = hello["handle"].as_str().ok_or("a handle")?;
    ///
    /// // In the request that changes it:
    /// hub.change(handle).principal("ann").with("rooms/8").await?;
    /// assert!(hub.change(handle).principal("ann").with("secrets").await.is_err());
    /// assert!(hub.change(handle).principal("bob").with("rooms/9").await.is_err());
    ///
    /// hub.publish("rooms/8", MessageEvent::new("hello, eight")).await?;
    /// let changed = subscription.next().await.ok_or("what changed")?;
    /// let data = r#"{"topics":["rooms/7","rooms/8"],"added":["rooms/8"],"removed":[]}"#;
    /// assert_eq!(changed.fields().data, Some(data));
    /// assert_eq!(subscription.next().await.ok_or("an event")?.fields().data, Some("hello, eight"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn changeable(mut self, door: impl TopicGuard) -> Self {
        self.guards.set_door(door);
        self
    }

    /// Lets this subscription stand for the principal's others of the same name: when it begins they end, with the reason `replaced`.
    ///
    /// For what a user has once, such as a device's inbox: a connection that is dead and not known to be does not stand in its way, and a second
    /// tab takes over. Who was replaced and comes back by itself is refused with 204, for which a browser stops; a reload begins anew, and
    /// replaces in turn. For that the subscription has to begin [`from`](Self::from) what the client sends: where it does not, nobody sees
    /// that it was replaced, and two tabs replace each other for ever. Without meaning where there is no [principal](Self::principal).
    pub fn replacing(mut self, name: impl Into<Arc<str>>) -> Self {
        self.replaces = Some(name.into());
        self
    }

    /// Says as whom the client is present in the topics of the subscription, for those who [watch](Self::watch_presence): as long as it
    /// lasts, and [`HubOptions::presence_grace`](super::HubOptions::presence_grace) longer, so that a reload is neither leaving nor coming.
    ///
    /// It follows the topics if the subscription is [changed](Self::changeable). What is known is who is here in this process.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// use oriole_sse::{Hub, Member};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let hub = Hub::default();
    /// let ann = Member::new("user-17").label("Ann");
    /// let mut anns = hub.subscribe("rooms/7").present_as(ann).watch_presence().await?;
    /// let _bobs = hub.subscribe("rooms/7").present_as("user-18").await?;
    /// assert_eq!(hub.present("rooms/7")?.len(), 2);
    ///
    /// let _hello = anns.next().await;
    /// let here = anns.next().await.ok_or("who is here")?;
    /// let data = r#"{"topic":"rooms/7","here":[{"name":"user-17","label":"Ann"},{"name":"user-18"}]}"#;
    /// assert_eq!(here.fields().data, Some(data));
    /// # Ok(())
    /// # }
    /// ```
    pub fn present_as(mut self, member: impl Into<Member>) -> Self {
        self.attending.member = Some(member.into());
        self
    }

    /// Tells the client who is [present](Self::present_as) in the topics of the subscription: all of them first, and then who comes and
    /// who leaves, and why.
    ///
    /// These events have no id and are not kept. A client that is slow, or comes back, is given the list again instead of what it has missed.
    pub fn watch_presence(mut self) -> Self {
        self.attending.watches = true;
        self
    }

    /// Gives only the events that pass a filter; what the hub itself says always does.
    ///
    /// What does not pass is no loss, and nothing is told of it. It costs this subscriber a look at each event, and the hub the sharing
    /// of several events in one piece.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Says what happens if this reader is too slow, instead of what the hub's options say.
    pub fn slow_reader(mut self, slow: impl Into<SlowReader>) -> Self {
        self.slow = slow.into();
        self
    }

    /// Gives a client the state of a topic first, and then everything that came after it, under one cursor.
    ///
    /// The closure is asked for each topic, and only if it is needed: not for a client that goes on where it left off and
    /// gets everything that it missed. What is lost for another is not told, since the state replaces it. Take position and state under
    /// one lock, or keep the position with the state: the client is given every event after the position, once.
    ///
    /// A state is bounded: it is there within [`HubOptions::snapshot_timeout`](super::HubOptions::snapshot_timeout), is no larger than
    /// [`HubOptions::snapshot_bytes_max`](super::HubOptions::snapshot_bytes_max), and all that wait to be taken share
    /// [`HubOptions::snapshots_bytes_max`](super::HubOptions::snapshots_bytes_max). Beyond one of these the subscription is refused, and says
    /// which: a client that would not get the state would not make sense of what follows.
    ///
    /// Without meaning for a [`Start`] that goes back.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// use oriole_sse::{Hub, LastEventId, MessageEvent, Snapshot};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let hub = Hub::default();
    /// let position = hub.publish("count", MessageEvent::new("41")).await?.position().ok_or("stored")?;
    /// hub.publish("count", MessageEvent::new("42")).await?;
    ///
    /// let state = Snapshot { position, event: MessageEvent::new("the count is 41") };
    /// let subscribe = hub.subscribe("count").from(LastEventId::default());
    /// let subscription = subscribe.snapshot(move |_topic| std::future::ready(Ok::<_, std::io::Error>(state.clone()))).await?;
    /// let events: Vec<_> = subscription.take(3).collect().await;
    /// let data: Vec<_> = events.iter().filter_map(|event| event.fields().data).collect();
    /// assert_eq!(data, ["{\"verdict\":\"snapshot\"}", "the count is 41", "42"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn snapshot<F, E>(mut self, mut take: impl FnMut(Topic) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Snapshot, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        self.snapshot = Some(TakeSnapshot::new(move |topic| {
            let taken = take(topic);
            Box::pin(async { taken.await.map_err(Into::into) })
        }));
        self
    }

    /// Lets a client whose cursor is refused begin with the earliest event.
    pub(crate) fn or_anew(mut self) -> Self {
        self.begins_anew = true;
        self
    }

    /// No `async fn`, which would have room twice for what it is given.
    fn begin(self) -> impl Future<Output = Result<Subscription, SubscribeError>> + Send {
        let Self {
            shared,
            topics,
            start,
            principal,
            address,
            lifetime,
            slow,
            snapshot,
            begins_anew,
            filter,
            guards,
            attending,
            replaces,
        } = self;
        async move {
            let mut topics = resume::ready(&shared, topics).await?;
            let bytes_max = shared.options.presence_member_bytes_max;
            if attending.member.as_ref().is_some_and(|member| member.bytes() > bytes_max) {
                return Err(SubscribeError::MemberTooLong { bytes_max });
            }
            let cursor = match &start {
                Start::Cursor(cursor) => Box::pin(read_cursor(&shared, cursor, principal.as_ref())).await?.ok(),
                _ => None,
            };
            if cursor.as_ref().is_some_and(|cursor| cursor.is_over) {
                return Err(SubscribeError::Over);
            }
            let returns = cursor.is_some();
            let guards = guards.has_any().then(|| Arc::new(guards));
            let with_door = guards.as_ref().filter(|guards| guards.has_door());
            let changing = with_door.map(|guards| Arc::new(Changing::new(topics.clone(), Arc::clone(guards))));
            let candidate = Candidate {
                principal: principal.clone(),
                address,
                lifetime,
                returns,
                has_guard: guards.is_some(),
                changing: changing.as_ref().map(Arc::clone),
                replaces,
            };
            let admission = match shared.readers.admit(&shared, candidate) {
                Ok(admission) => admission,
                Err(NotAdmitted::Crowded(crowd, retry_after)) => {
                    return Err(SubscribeError::TooMany { crowd, retry_after });
                }
                Err(NotAdmitted::Draining(retry)) => {
                    shared.meter.refused(DRAINING);
                    return Ok(Subscription::sent_away(shared, retry));
                }
            };
            let changes = cursor.and_then(|cursor| cursor.changes);
            let restored =
                changing.as_ref().zip(changes).map(|(changing, changes)| changing.restored(&changes, &shared.options));
            let added = restored.as_ref().map(|(_, added)| added.clone()).unwrap_or_default();
            let mut refused = vec![];
            if let Some(guards) = &guards {
                let asked = guards.ask(Checkpoint::of(&start), Checkpoint::Replay, added);
                let due;
                (due, refused) = Box::pin(permit(&shared, asked)).await?;
                shared.readers.guard_again_at(&admission.reader, due);
            }
            if let Some((mut restored, _)) = restored {
                restored.retain(|topic| !refused.contains(topic));
                // Who has nothing left has what was asked for.
                topics = if restored.is_empty() { topics } else { restored };
            }
            let mut lanes = SmallVec::with_capacity(topics.len());
            for topic in &topics {
                // The first is the only one of most, and is noted where everything else is that an event touches.
                let vitals = lanes.is_empty().then(|| Arc::clone(&admission.reader.vitals));
                lanes.push(Lane::open(&shared, topic, vitals).await?);
            }
            let takes_snapshot = matches!(start, Start::Live | Start::Cursor(_) | Start::Refused(_));
            let mut beginning = place(&shared, &mut lanes, start, principal.as_ref()).await?;
            if begins_anew && matches!(beginning.verdict, Verdict::Refused(_)) {
                beginning = place(&shared, &mut lanes, Start::Earliest, principal.as_ref()).await?;
            }
            if returns && beginning.verdict != Verdict::Resumed {
                let crowded = |(crowd, retry_after)| SubscribeError::TooMany { crowd, retry_after };
                shared.readers.admit_stale(&shared).map_err(crowded)?;
            }
            if let Some(take) = snapshot.filter(|_| takes_snapshot) {
                Box::pin(take.give(&shared, &mut lanes, &mut beginning)).await?;
            }
            shared.readers.replace(&admission.reader);
            let slow = Some(slow).filter(|slow| *slow != shared.options.slow_reader);
            let lanes = Lanes::new(lanes, principal, slow, filter);
            let watch = guards.map(Watch::new);
            let changeable = changing.map(|changing| Changeable { changing, refused });
            Ok(Subscription::new(shared, admission, lanes, watch, changeable, beginning).attending(attending))
        }
    }
}

pin_project! {
    /// Counts what is refused.
    struct Counted<F> {
        #[pin]
        begun: F,
        shared: Arc<Shared>,
    }
}

impl<F: Future<Output = Result<Subscription, SubscribeError>>> Future for Counted<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let begun = ready!(this.begun.poll(cx));
        if let Err(error) = &begun {
            this.shared.meter.refused(error.word());
        }
        Poll::Ready(begun)
    }
}

impl IntoFuture for Subscribe {
    type Output = Result<Subscription, SubscribeError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let shared = Arc::clone(&self.shared);
        Box::pin(Counted { begun: self.begin(), shared })
    }
}

impl fmt::Debug for Subscribe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscribe").field("topics", &self.topics).field("start", &self.start).finish_non_exhaustive()
    }
}
