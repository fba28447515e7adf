//! How a subscription begins.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::control::{Gap, GapReason};
use super::frame::encode_published;
use super::guard::{Checkpoint, SubscriptionGuard, Watch, permit};
use super::lane::Lane;
use super::readers::{Candidate, Crowd, Turned};
use super::shared::Shared;
use super::slow::SlowReader;
use super::start::Start;
use super::subscription::Subscription;
use super::topic::TopicState;
use super::verdict::Verdict;
use crate::cursor::{CursorFault, Place, Principal, read, text_bytes_max};
use crate::event::MessageEvent;
use crate::filter::Filter;
use crate::store::{Position, Rewind, StoreError, Topic, TopicError};

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
    pub(super) watch: Option<Watch>,
}

type TakeSnapshot = Box<dyn FnMut(Topic) -> SnapshotFuture + Send>;
type SnapshotFuture = Pin<Box<dyn Future<Output = Result<Snapshot, BoxError>> + Send>>;
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Is the state of a topic at one moment: what a client needs to make sense of the events that come after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// After which event the state was so: the place that [`Published::position`](super::Published::position) gave.
    pub position: Position,
    /// The state, as the client gets it; without an id, which is the place's.
    pub event: MessageEvent,
}

/// Says why a subscription did not begin.
#[derive(Debug)]
#[non_exhaustive]
pub enum SubscribeError {
    /// A topic's name is none.
    Topic(TopicError),
    /// There are more topics than [`HubOptions::subscription_topics_max`](super::HubOptions::subscription_topics_max).
    #[non_exhaustive]
    TooManyTopics {
        /// The limit.
        topics_max: usize,
    },
    /// The cursors of so many topics could become longer than
    /// [`HubOptions::cursor_bytes_max`](super::HubOptions::cursor_bytes_max).
    #[non_exhaustive]
    CursorTooLong {
        /// The limit.
        bytes_max: usize,
    },
    /// The hub has [`HubOptions::topics_max`](super::HubOptions::topics_max) topics in memory, and all are being read.
    #[non_exhaustive]
    HubFull {
        /// The limit.
        topics_max: usize,
        /// When the client may try again; each is told another time.
        retry_after: Duration,
    },
    /// The [guard](Subscribe::guard) does not let the client read.
    Refused,
    /// The guard has not answered within [`HubOptions::guard_timeout`](super::HubOptions::guard_timeout).
    #[non_exhaustive]
    Unverified {
        /// When the client may try again; each is told another time.
        retry_after: Duration,
    },
    /// There are too many subscriptions.
    #[non_exhaustive]
    TooMany {
        /// Of which kind.
        crowd: Crowd,
        /// When the client may try again; each is told another time.
        retry_after: Duration,
    },
    /// The application has no [`Snapshot`].
    Snapshot(BoxError),
    /// The store failed. One that is away is no error: the subscription is then live only, and says so.
    Store(StoreError),
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
            watch: None,
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

    /// Says from where the client comes, so that one address cannot take all room. Behind a proxy it is the proxy's to know.
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
    pub fn guard(mut self, guard: impl SubscriptionGuard) -> Self {
        self.watch = Some(Watch::new(guard));
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
        self.snapshot = Some(Box::new(move |topic| {
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

    async fn begin(self) -> Result<Subscription, SubscribeError> {
        let Self { shared, topics, start, principal, address, lifetime, slow, snapshot, begins_anew, filter, watch } =
            self;
        let topics = ready(&shared, topics).await?;
        let returns = match &start {
            Start::Cursor(cursor) => read_places(&shared, cursor, principal.as_ref()).await?.is_ok(),
            _ => false,
        };
        let candidate =
            Candidate { principal: principal.clone(), address, lifetime, returns, has_guard: watch.is_some() };
        let admission = match shared.readers.admit(&shared, candidate) {
            Ok(admission) => admission,
            Err(Turned::Away(crowd, retry_after)) => return Err(SubscribeError::TooMany { crowd, retry_after }),
            Err(Turned::Draining(retry)) => {
                shared.meter.refused(DRAINING);
                return Ok(Subscription::sent_away(shared, retry));
            }
        };
        if let Some(watch) = &watch {
            admission.reader.guard_again_at(permit(&shared, watch.ask(Checkpoint::of(&start))).await?);
        }
        let mut lanes = Vec::with_capacity(topics.len());
        for topic in &topics {
            let seat = shared.enter(topic)?;
            shared.keeper.start(&shared);
            seat.state.open(&shared).await.map_err(SubscribeError::Store)?;
            lanes.push(Lane::new(seat));
        }
        let takes_snapshot = matches!(start, Start::Live | Start::Cursor(_) | Start::Refused(_));
        let (mut verdict, mut begun) = place(&shared, &mut lanes, start, principal.as_ref()).await?;
        if begins_anew && matches!(verdict, Verdict::Refused(_)) {
            (verdict, begun) = place(&shared, &mut lanes, Start::Earliest, principal.as_ref()).await?;
        }
        if returns
            && verdict != Verdict::Resumed
            && let Err(Turned::Away(crowd, retry_after)) = shared.readers.admit_stale(&shared)
        {
            return Err(SubscribeError::TooMany { crowd, retry_after });
        }
        if let Some(mut take) = snapshot.filter(|_| takes_snapshot) {
            begun.resize_with(lanes.len(), || Begun::Live);
            for (lane, begun) in lanes.iter_mut().zip(&mut begun) {
                if verdict == Verdict::Resumed && matches!(begun, Begun::Placed) {
                    continue;
                }
                let Snapshot { position, event } =
                    take(lane.topic().clone()).await.map_err(SubscribeError::Snapshot)?;
                lane.start_at(position, &shared);
                let frame = encode_published(lane.topic(), event, shared.options.topic_naming, usize::MAX);
                *begun = Begun::Snapshot(frame.map_err(|error| SubscribeError::Snapshot(error.into()))?);
            }
            if verdict != Verdict::Resumed {
                verdict = Verdict::Snapshot;
            }
        }
        let begun = (verdict, begun);
        Ok(Subscription::new(shared, admission, lanes, principal, slow, watch, begun).filtered(filter))
    }
}

/// Sees to it that there are not too many topics, and that cursors can be read.
pub(super) async fn ready(
    shared: &Shared,
    topics: Result<Vec<Topic>, TopicError>,
) -> Result<Vec<Topic>, SubscribeError> {
    let topics = topics.map_err(SubscribeError::Topic)?;
    let topics_max = shared.options.subscription_topics_max;
    if topics.len() > topics_max {
        return Err(SubscribeError::TooManyTopics { topics_max });
    }
    let bytes_max = shared.options.cursor_bytes_max;
    if text_bytes_max(topics.len()) > bytes_max {
        return Err(SubscribeError::CursorTooLong { bytes_max });
    }
    if shared.keyring.keys().is_none() {
        or_away(shared.load_keys().await)?;
    }
    Ok(topics)
}

/// Says how one topic of a client that returns begins.
pub(super) enum Begun {
    /// Where the client left off.
    Placed,
    /// The client's cursor does not have the topic: with what comes from now on.
    Live,
    /// With a loss.
    Gap(Gap),
    /// With this event, and what came after it.
    Snapshot(Bytes),
}

/// Moves the lanes to where the subscription begins.
async fn place(
    shared: &Arc<Shared>,
    lanes: &mut [Lane],
    start: Start,
    principal: Option<&Principal>,
) -> Result<(Verdict, Vec<Begun>), SubscribeError> {
    match start {
        Start::Cursor(cursor) => return resume(shared, lanes, &cursor, principal).await,
        Start::Refused(fault) => return Ok(refused(lanes, fault)),
        _ => {}
    }
    let Some(rewind) = start.rewind(shared) else {
        return Ok((Verdict::Live, vec![]));
    };
    for lane in lanes {
        let topic = lane.topic().clone();
        if let Some(found) = or_away(shared.in_time(|| shared.store.find(&topic, rewind)).await)? {
            lane.start_at(found, shared);
        }
    }
    Ok((Verdict::Live, vec![]))
}

/// Moves the lanes to where a client left off; says what it is told at once, lane by lane.
async fn resume(
    shared: &Arc<Shared>,
    lanes: &mut [Lane],
    cursor: &str,
    principal: Option<&Principal>,
) -> Result<(Verdict, Vec<Begun>), SubscribeError> {
    let places = read_places(shared, cursor, principal).await?;
    let places = match places {
        Ok(places) => places,
        Err(fault) => return Ok(refused(lanes, fault)),
    };
    let (mut verdict, mut begun) = (None, Vec::with_capacity(lanes.len()));
    for lane in &mut *lanes {
        let place = places.iter().find(|place| place.topic == lane.state().tag);
        let Some(Place { position: place, .. }) = place.copied() else {
            begun.push(Begun::Live);
            continue;
        };
        let left = left_after(shared, &lane.state(), place).await?;
        begun.push(match left {
            Left::Beyond(end) => {
                lane.start_at(end, shared);
                Begun::Gap(Gap { reason: GapReason::Restart, after: Some(place.sequence), through: None })
            }
            Left::Everything | Left::Part => {
                lane.start_at(place, shared);
                Begun::Placed
            }
        });
        verdict = match verdict {
            None | Some(Verdict::Resumed) if matches!(left, Left::Everything) => Some(Verdict::Resumed),
            _ => Some(Verdict::Gap),
        };
    }
    match verdict {
        Some(verdict) => Ok((verdict, begun)),
        None => Ok(refused(lanes, CursorFault::Foreign)),
    }
}

/// Tells a client that its cursor is worth nothing: nobody knows what it has missed.
fn refused(lanes: &[Lane], fault: CursorFault) -> (Verdict, Vec<Begun>) {
    let through = |lane: &Lane| lane.position().map(|place| place.sequence);
    let gap = |lane| Begun::Gap(Gap { reason: GapReason::Cursor, after: None, through: through(lane) });
    (Verdict::Refused(fault), lanes.iter().map(gap).collect())
}

/// Reads a cursor, also if its key is one that another process has just drawn.
pub(super) async fn read_places(
    shared: &Shared,
    cursor: &str,
    principal: Option<&Principal>,
) -> Result<Result<Vec<Place>, CursorFault>, SubscribeError> {
    let read = read_cursor(shared, cursor, principal);
    if read != Err(CursorFault::UnknownKey) || !shared.keyring.may_ask_again(shared.clock.wall()) {
        return Ok(read);
    }
    or_away(shared.load_keys().await)?;
    Ok(read_cursor(shared, cursor, principal))
}

fn read_cursor(shared: &Shared, cursor: &str, principal: Option<&Principal>) -> Result<Vec<Place>, CursorFault> {
    let keys = shared.keyring.keys().unwrap_or_default();
    read(&keys, principal.map(Principal::as_str), cursor, shared.options.subscription_topics_max)
}

/// What there is after a place.
enum Left {
    Everything,
    /// The lane will find what is missing, and tell it.
    Part,
    /// The place is after the end, which is here: events that the client has got are not in the log.
    Beyond(Position),
}

async fn left_after(shared: &Shared, state: &TopicState, place: Position) -> Result<Left, SubscribeError> {
    {
        let live = state.lock();
        if live.epoch.is_some_and(|epoch| epoch != place.epoch) {
            return Ok(Left::Part);
        }
        if live.epoch.is_some() && (live.ring.base()..=live.ring.last()).contains(&place.sequence) {
            return Ok(Left::Everything);
        }
    }
    let find = async |events| or_away(shared.in_time(|| shared.store.find(&state.topic, Rewind::Events(events))).await);
    let (Some(earliest), Some(end)) = (find(shared.options.replay_events_max).await?, find(0).await?) else {
        return Ok(Left::Part);
    };
    Ok(match () {
        () if end.epoch != place.epoch => Left::Part,
        () if place.sequence > end.sequence => Left::Beyond(end),
        () if earliest.sequence <= place.sequence => Left::Everything,
        () => Left::Part,
    })
}

/// A store that is away has no answer, which is no error here.
pub(super) fn or_away<T>(answer: Result<T, StoreError>) -> Result<Option<T>, SubscribeError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(StoreError::Away { .. } | StoreError::InDoubt { .. }) => Ok(None),
        Err(error) => Err(SubscribeError::Store(error)),
    }
}

impl IntoFuture for Subscribe {
    type Output = Result<Subscription, SubscribeError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let shared = Arc::clone(&self.shared);
            let begun = self.begin().await;
            if let Err(error) = &begun {
                shared.meter.refused(error.word());
            }
            begun
        })
    }
}

impl fmt::Debug for Subscribe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscribe").field("topics", &self.topics).field("start", &self.start).finish_non_exhaustive()
    }
}

const DRAINING: &str = "draining";

impl SubscribeError {
    /// What [`word`](Self::word) can say, and that the hub drains.
    pub(crate) const WORDS: [&'static str; 12] = [
        "all",
        "fresh",
        "topic",
        "principal",
        "address",
        DRAINING,
        "topics",
        "request",
        "guard",
        "unverified",
        "snapshot",
        "store",
    ];

    /// Shows the word by which it is counted.
    fn word(&self) -> &'static str {
        match self {
            Self::TooMany { crowd: Crowd::All, .. } => "all",
            Self::TooMany { crowd: Crowd::Fresh, .. } => "fresh",
            Self::TooMany { crowd: Crowd::Topic, .. } => "topic",
            Self::TooMany { crowd: Crowd::Principal, .. } => "principal",
            Self::TooMany { crowd: Crowd::Address, .. } => "address",
            Self::HubFull { .. } | Self::Store(StoreError::TooManyTopics { .. }) => "topics",
            Self::Topic(_) | Self::TooManyTopics { .. } | Self::CursorTooLong { .. } => "request",
            Self::Refused => "guard",
            Self::Unverified { .. } => "unverified",
            Self::Snapshot(_) => "snapshot",
            Self::Store(_) => "store",
        }
    }

    /// Tells the status of the answer: 400, 403, 429, 503 or 500.
    ///
    /// A browser's `EventSource` gives up for good on each of them; other clients come back after
    /// [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Topic(_) | Self::TooManyTopics { .. } | Self::CursorTooLong { .. } => StatusCode::BAD_REQUEST,
            Self::Refused => StatusCode::FORBIDDEN,
            Self::TooMany { crowd: Crowd::Principal | Crowd::Address, .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooMany { .. } | Self::HubFull { .. } | Self::Unverified { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(StoreError::TooManyTopics { .. }) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) | Self::Snapshot(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Tells when the client may try again, if that may help: for the answer's `Retry-After`, in whole seconds.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany { retry_after, .. }
            | Self::HubFull { retry_after, .. }
            | Self::Unverified { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }

    /// Tells the client what is wrong; nothing of the server's inside.
    #[must_use]
    pub fn body_text(&self) -> String {
        match self {
            Self::Store(_) | Self::Snapshot(_) => "the events cannot be read".into(),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic(error) => error.fmt(f),
            Self::TooManyTopics { topics_max } => write!(f, "a subscription has {topics_max} topics at most"),
            Self::CursorTooLong { bytes_max } => {
                write!(f, "the cursor of so many topics could be longer than {bytes_max} bytes")
            }
            Self::Refused => f.write_str("the client may not read this"),
            Self::Unverified { .. } => f.write_str("whether the client may read this was not found out in time"),
            Self::TooMany { crowd, .. } => crowd.fmt(f),
            Self::HubFull { topics_max, .. } => write!(f, "{topics_max} topics are being read, and no more can be"),
            Self::Snapshot(_) => f.write_str("the application has no snapshot"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SubscribeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => error.source(),
            Self::Snapshot(error) => Some(&**error),
            _ => None,
        }
    }
}
