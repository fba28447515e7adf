//! How a client joins.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;

use super::joined::Joined;
use super::log::{LogState, look};
use super::producers::{Shared, Started, boxed};
use super::run::{BoxError, Make};
use super::{ProducerError, Progress};
use crate::cursor::Principal;
use crate::hub::{Start, Subscribe, SubscriptionGuard, Verdict};
use crate::store::{StoreError, Topic, TopicError};
use crate::stream::IntoEvent;

/// Is a client on its way to a producer; made by [`Producers::join`](super::Producers::join), and begun by `.await`.
#[must_use = "nothing is read before it is awaited"]
pub struct Join {
    shared: Arc<Shared>,
    topic: Result<Topic, TopicError>,
    subscribe: Subscribe,
    make: Option<Make>,
    /// Whether one of which there is nothing is begun.
    begins: bool,
    has_guard: bool,
}

impl Join {
    pub(super) fn new(shared: Arc<Shared>, topic: Result<Topic, TopicError>) -> Self {
        let subscribe = match &topic {
            Ok(log) => shared.hub.subscribe(log),
            // It is refused before anything is subscribed.
            Err(_) => shared.hub.subscribe(""),
        };
        Self {
            shared,
            topic,
            subscribe: subscribe.from(Start::Earliest).or_anew(),
            make: None,
            begins: false,
            has_guard: false,
        }
    }

    /// Says where to begin: most of all with the client's [`LastEventId`](crate::LastEventId). A client that has none, or one that
    /// is worth nothing here, gets everything from the beginning, and is told `live`: a page that reads this verdict begins anew.
    pub fn from(self, start: impl Into<Start>) -> Self {
        self.with(|subscribe| match start.into() {
            Start::Live => subscribe.from(Start::Earliest),
            other => subscribe.from(other),
        })
    }

    /// Says whose the subscription is, as [`Subscribe::principal`] does. Whether somebody may read this producer is for the caller
    /// to know, or for a [guard](Self::guard): an id is no secret.
    pub fn principal(self, principal: impl Into<Principal>) -> Self {
        self.with(|subscribe| subscribe.principal(principal))
    }

    /// Says from where the client comes, as [`Subscribe::address`] does.
    pub fn address(self, address: IpAddr) -> Self {
        self.with(|subscribe| subscribe.address(address))
    }

    /// Says how long the subscription may last, as [`Subscribe::lifetime`] does; the producer goes on.
    pub fn lifetime(self, lifetime: Duration) -> Self {
        self.with(|subscribe| subscribe.lifetime(lifetime))
    }

    /// Says who decides whether the client may read, now and again later, as [`Subscribe::guard`] does. For a client that is
    /// refused no producer is begun, and whether there is one is not to be told from the answer.
    pub fn guard(self, guard: impl SubscriptionGuard) -> Self {
        Self { has_guard: true, ..self.with(|subscribe| subscribe.guard(guard)) }
    }

    fn with(mut self, set: impl FnOnce(Subscribe) -> Subscribe) -> Self {
        self.subscribe = set(self.subscribe);
        self
    }

    /// Begins the producer if it neither runs nor has ended: the first time, and again after a restart of the process. One of which the
    /// store keeps nothing any more is as one that never was, and begins anew.
    ///
    /// The closure is given what the log has, and makes the stream of what comes after that.
    pub fn or_start<F, S>(mut self, make: F) -> Self
    where
        F: FnOnce(Progress) -> S + Send + 'static,
        S: Stream + Send + 'static,
        S::Item: IntoEvent<BoxError>,
    {
        self.make = Some(boxed(make));
        self.begins = true;
        self
    }

    /// Goes on with the producer if it has a log, has not ended and does not run: after a restart of the process. One that never
    /// was, or of which the store keeps nothing any more, is [`ProducerError::Unknown`], so that clients cannot begin any by its id.
    pub fn or_resume<F, S>(self, make: F) -> Self
    where
        F: FnOnce(Progress) -> S + Send + 'static,
        S: Stream + Send + 'static,
        S::Item: IntoEvent<BoxError>,
    {
        Self { begins: false, ..self.or_start(make) }
    }

    async fn begin(self) -> Result<Joined, ProducerError> {
        let Self { shared, topic, subscribe, make, begins, has_guard } = self;
        let topic = topic.map_err(ProducerError::Id)?;
        let mut run = shared.running(&topic);
        let mut state = if run.is_some() { None } else { state_of(&shared, &topic).await? };
        // A topic is not opened for it, unless somebody has to be asked first who may know that there is none.
        if state == Some(LogState::Empty) && !begins && !has_guard {
            return Err(ProducerError::Unknown);
        }
        // First, so that nothing is begun for a client that may not read it.
        let subscription = subscribe.await.map_err(ProducerError::Subscribe)?;
        let is_resumed = subscription.verdict() == Verdict::Resumed;
        if run.is_some() && is_resumed {
            // Its last event may be out before it is over.
            state = state_of(&shared, &topic).await?;
        }
        if let Some(LogState::Finished(end) | LogState::Forgotten(end)) = state
            && is_resumed
            && subscription.position() == Some(end)
        {
            return Err(ProducerError::Finished);
        }
        let (has_nothing, is_open) = match state {
            Some(LogState::Empty | LogState::Forgotten(_)) => (true, true),
            Some(LogState::Open(_)) => (false, true),
            Some(LogState::Finished(_)) | None => (false, false),
        };
        if run.is_none() && has_nothing && !begins {
            return Err(ProducerError::Unknown);
        }
        if let Some(make) = make.filter(|_| run.is_none() && is_open)
            && let Started::Here(begun) = shared.start(&topic, make)?
        {
            run = Some(begun);
        }
        Ok(Joined::new(shared, &topic, subscription, run))
    }
}

/// Looks at the log; a store that is away says nothing: the client is told, and returns when nothing comes.
async fn state_of(shared: &Shared, topic: &Topic) -> Result<Option<LogState>, ProducerError> {
    match look(&shared.hub, &shared.options.finished, topic).await {
        Ok(state) => Ok(Some(state)),
        Err(StoreError::Away { .. } | StoreError::InDoubt { .. }) => Ok(None),
        Err(error) => Err(ProducerError::Store(error)),
    }
}

impl IntoFuture for Join {
    type Output = Result<Joined, ProducerError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.begin())
    }
}

impl fmt::Debug for Join {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Join").field("subscribe", &self.subscribe).finish_non_exhaustive()
    }
}
