//! The console itself.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use http::header::CONTENT_SECURITY_POLICY;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use tower_service::Service;

use super::feed::Feed;
use super::page::Page;
use super::reply::{guarded, not_allowed, reply, text, too_many_pages};
use super::{ConsoleOptions, ConsoleRefused, action, gate};
use crate::hub::Hub;
use crate::response::{EventBody, EventStreams, SseOptions};

/// Shows what goes on in a hub on a page, and does to streams what happens to streams: for development.
///
/// It is a tower service, to be nested at any path: `router.nest_service("/sse-console", console)` on axum;
/// `SseConsoleModule` in Oriole. It answers this machine alone, by a name of this machine's, and its own page alone: see
/// [`ConsoleOptions`]. What it knows it has from [`Hub::streams`] and [`Hub::topics`], of which anybody can make another.
///
/// Not for production, where it is refused: it shows principals and the data of events to whoever reaches it, and its buttons end
/// streams. An operator has metrics.
///
/// A page that is open costs a look at every stream and topic per [`ConsoleOptions::update_interval`]; without one there is no
/// cost. A clone is the same console.
///
/// # Examples
///
/// ```
/// use oriole_sse::{Console, ConsoleOptions, Hub};
///
/// let hub = Hub::default();
/// let console = Console::new(hub.clone(), ConsoleOptions::default().development(true))?;
/// // axum: `Router::new().nest_service("/sse-console", console)`
/// # drop(console);
/// assert!(Console::new(hub, ConsoleOptions::default().development(false)).is_err());
/// # Ok::<(), oriole_sse::ConsoleRefused>(())
/// ```
#[derive(Clone)]
pub struct Console(Arc<Inner>);

pub(super) struct Inner {
    pub(super) hub: Hub,
    pub(super) options: ConsoleOptions,
    page: Page,
    streams: EventStreams,
    pages: AtomicUsize,
}

/// Counts a page as open until it is dropped.
pub(super) struct OpenPage(pub(super) Arc<Inner>);

impl Console {
    /// Makes a console of a hub; starts nothing.
    ///
    /// # Errors
    ///
    /// [`ConsoleRefused`], if it is [not development](ConsoleOptions::is_development).
    pub fn new(hub: Hub, options: ConsoleOptions) -> Result<Self, ConsoleRefused> {
        if !options.is_development {
            return Err(ConsoleRefused);
        }
        let streams = EventStreams::with_clock(SseOptions::default(), Arc::clone(hub.clock()));
        Ok(Self(Arc::new(Inner { hub, options, page: Page::new(), streams, pages: AtomicUsize::new(0) })))
    }

    /// Answers a request for a path of the console's own: `/` is the page.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave what was asked for done or not.
    pub async fn respond<B>(&self, path: &str, request: Request<B>) -> Response<EventBody>
    where
        B: Body + Send,
        B::Data: Send,
    {
        let (parts, body) = request.into_parts();
        let Inner { options, page, .. } = &*self.0;
        if let Err(barred) = gate::admit(&parts, options) {
            tracing::debug!(reason = %barred, "the development console does not answer");
            return text(StatusCode::FORBIDDEN, &barred.to_string());
        }
        let path = path.trim_matches('/');
        if path.is_empty() {
            if !matches!(parts.method, Method::GET | Method::HEAD) {
                return not_allowed("GET, HEAD");
            }
            let mut response = reply(StatusCode::OK, "text/html; charset=utf-8", page.html.clone());
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, page.policy.clone());
            return response;
        }
        if let Err(barred) = gate::same_origin(&parts) {
            return text(StatusCode::FORBIDDEN, &barred.to_string());
        }
        match path {
            "events" if parts.method != Method::GET => not_allowed("GET"),
            "events" => match OpenPage::new(&self.0) {
                Some(page) => guarded(self.0.streams.open_events(Feed::new(page)).await),
                None => too_many_pages(),
            },
            _ if parts.method != Method::POST => not_allowed("POST"),
            _ => action::run(&self.0, path, parts.uri.query().unwrap_or_default(), body).await,
        }
    }

    /// Ends the streams of the pages that are open, which come back to whatever is there then: before a server ends.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, they end nevertheless.
    pub async fn drain(&self) {
        self.0.streams.drain();
        self.0.streams.drained().await;
    }
}

impl OpenPage {
    fn new(inner: &Arc<Inner>) -> Option<Self> {
        let page = Self(Arc::clone(inner));
        (inner.pages.fetch_add(1, Ordering::Relaxed) < inner.options.pages_max).then_some(page)
    }
}

impl Drop for OpenPage {
    fn drop(&mut self) {
        self.0.pages.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<B> Service<Request<B>> for Console
where
    B: Body + Send + 'static,
    B::Data: Send,
{
    type Response = Response<EventBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<EventBody>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let path = request.uri().path().to_owned();
            Ok(this.respond(&path, request).await)
        })
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("hub", &self.0.hub).field("options", &self.0.options).finish_non_exhaustive()
    }
}
