//! How a client joins.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use futures_core::Stream;

use super::joined::Joined;
use super::log::{LogState, look};
use super::producers::{Handle, Shared, Started, boxed};
use super::run::{BoxError, Make};
use super::{ProducerError, Progress};
use crate::cursor::Principal;
use crate::hub::{Start, Subscription, Verdict};
use crate::store::{StoreError, Topic, TopicError};
use crate::stream::IntoEvent;

/// Is a client on its way to a producer; made by [`Producers::join`](super::Producers::join), and begun by `.await`.
#[must_use = "nothing is read before it is awaited"]
pub struct Join {
    shared: Arc<Shared>,
    topic: Result<Topic, TopicError>,
    start: Start,
    principal: Option<Principal>,
    address: Option<IpAddr>,
    make: Option<Make>,
    /// Whether one that never was is begun.
    begins: bool,
}

impl Join {
    pub(super) fn new(shared: Arc<Shared>, topic: Result<Topic, TopicError>) -> Self {
        Self { shared, topic, start: Start::Earliest, principal: None, address: None, make: None, begins: false }
    }

    /// Says where to begin: most of all with the client's [`LastEventId`](crate::LastEventId). A client that has none, or one that
    /// is worth nothing here, gets everything from the beginning, and is told `live`: a page that reads this verdict begins anew.
    pub fn from(mut self, start: impl Into<Start>) -> Self {
        self.start = match start.into() {
            Start::Live => Start::Earliest,
            other => other,
        };
        self
    }

    /// Says whose the subscription is, as [`Subscribe::principal`](crate::Subscribe::principal) does. Whether somebody may read
    /// this producer is for the caller to know: an id is no secret.
    pub fn principal(mut self, principal: impl Into<Principal>) -> Self {
        self.principal = Some(principal.into());
        self
    }

    /// Says from where the client comes, so that one address cannot take all room.
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Begins the producer if it neither runs nor has ended: the first time, and again after a restart of the process.
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
    /// was stays [`ProducerError::Unknown`], so that clients cannot begin any by its id.
    pub fn or_resume<F, S>(self, make: F) -> Self
    where
        F: FnOnce(Progress) -> S + Send + 'static,
        S: Stream + Send + 'static,
        S::Item: IntoEvent<BoxError>,
    {
        Self { begins: false, ..self.or_start(make) }
    }

    async fn begin(self) -> Result<Joined, ProducerError> {
        let Self { shared, topic, start, principal, address, make, begins } = self;
        let topic = topic.map_err(ProducerError::Id)?;
        let (run, end) = match shared.running(&topic) {
            Some(run) => (Some(run), None),
            None => begin_or_find(&shared, &topic, make, begins).await?,
        };
        let subscribe = async |start| {
            let mut subscribe = shared.hub.subscribe(topic.clone()).from(start);
            if let Some(principal) = &principal {
                subscribe = subscribe.principal(principal.clone());
            }
            if let Some(address) = address {
                subscribe = subscribe.address(address);
            }
            subscribe.await.map_err(ProducerError::Subscribe)
        };
        let mut subscription: Subscription = subscribe(start).await?;
        if matches!(subscription.verdict(), Verdict::Refused(_)) {
            // First, since there may be no room for two.
            drop(subscription);
            subscription = subscribe(Start::Earliest).await?;
        }
        let has_all = subscription.verdict() == Verdict::Resumed && end.is_some() && subscription.position() == end;
        if has_all {
            return Err(ProducerError::Finished);
        }
        Ok(Joined::new(shared, &topic, subscription, run))
    }
}

/// Begins the producer if that is asked for and it has not ended; gives the run, or the end of the log if it has ended.
async fn begin_or_find(
    shared: &Arc<Shared>,
    topic: &Topic,
    make: Option<Make>,
    begins: bool,
) -> Result<(Option<Handle>, Option<crate::store::Position>), ProducerError> {
    match look(&shared.hub, &shared.options.finished, topic).await {
        Ok(LogState::Finished(end)) => return Ok((None, Some(end))),
        Ok(LogState::Empty) if !begins => return Err(ProducerError::Unknown),
        Ok(LogState::Empty | LogState::Open(_)) => {}
        // The client is told, and returns when nothing comes.
        Err(StoreError::Away { .. } | StoreError::InDoubt { .. }) => return Ok((None, None)),
        Err(error) => return Err(ProducerError::Store(error)),
    }
    match make {
        None => Ok((None, None)),
        Some(make) => match shared.start(topic, make)? {
            Started::Here(run) => Ok((Some(run), None)),
            Started::Draining => Ok((None, None)),
        },
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
        f.debug_struct("Join").field("topic", &self.topic).field("start", &self.start).finish_non_exhaustive()
    }
}
