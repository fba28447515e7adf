//! Which request a stream answers.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use super::Tap;

tokio::task_local! {
    /// Of the request that the task answers; a subscription knows nothing of requests otherwise.
    static CURRENT: Arc<Tap>;
}

/// Says which request it is that streams answer, for [`Hub::streams`](crate::Hub::streams).
///
/// Oriole says it of its `#[sse]` routes by itself. On plain axum a middleware may, by a [scope](Self::scope) around what is
/// next; without one, streams are shown without a route and without what was written.
///
/// # Examples
///
/// ```
/// use oriole_sse::{Hub, StreamOrigin};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), oriole_sse::SubscribeError> {
/// let hub = Hub::default();
/// let origin = StreamOrigin { route: Some("GET /rooms/{room}".into()), path: Some("/rooms/7".into()), peer: None };
/// let subscription = origin.scope(hub.subscribe("rooms/7").into_future()).await?;
///
/// assert_eq!(hub.streams()[0].origin().route.as_deref(), Some("GET /rooms/{room}"));
/// # drop(subscription);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamOrigin {
    /// The method and the pattern of the route: `GET /rooms/{room}`.
    pub route: Option<Arc<str>>,
    /// The path that was asked for, without the query, which may hold secrets.
    pub path: Option<Arc<str>>,
    /// Where the request came from.
    pub peer: Option<SocketAddr>,
}

/// Is a [`StreamOrigin`] for a future that is polled by hand.
#[derive(Clone, Debug)]
pub struct StreamScope(Arc<Tap>);

impl StreamOrigin {
    /// Runs a future, in which subscriptions and responses begin that answer this request.
    ///
    /// # Cancel safety
    ///
    /// As the future's.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(Arc::new(Tap::new(self)), future).await
    }

    /// Does what [`scope`](Self::scope) does, poll by poll.
    #[must_use]
    pub fn into_scope(self) -> StreamScope {
        StreamScope(Arc::new(Tap::new(self)))
    }
}

impl StreamScope {
    /// Runs a part of the work.
    pub fn enter<R>(&self, work: impl FnOnce() -> R) -> R {
        CURRENT.sync_scope(Arc::clone(&self.0), work)
    }
}

/// Gives the tap of the request that is being answered, if that is known.
pub(crate) fn current() -> Option<Arc<Tap>> {
    CURRENT.try_with(Arc::clone).ok()
}
