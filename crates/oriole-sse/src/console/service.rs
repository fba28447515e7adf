//! The console itself.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
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
use super::{ConsoleOptions, ConsoleRefused, ConsoleToken, action, gate};
use crate::hub::Hub;
use crate::response::{EventBody, EventStreams, SseOptions};

/// Shows what goes on in a hub on a page, and does to streams what happens to streams: for development.
///
/// It is a tower service, to be nested at any path: `router.nest_service("/sse-console", console)` on axum;
/// `SseConsoleModule` in Oriole. It answers those who have its [link](Self::link), in which there is a secret; and of these this
/// machine alone, by a name of this machine's, and its own page alone: see [`ConsoleOptions`]. What it knows it has from
/// [`Hub::streams`] and [`Hub::topics`], of which anybody can make another.
///
/// Not for production, where it is refused: it shows principals and the data of events to whoever reaches it, and its buttons end
/// streams. An operator has metrics.
///
/// A page that is open costs a look at every stream and topic per [`ConsoleOptions::update_interval`], each with a short lock beside
/// those who publish and read. Without a page, streams count what they write and look at one number per poll, which says whether
/// anything was ever done to them: that is so wherever the feature `console` is, with a console or without. A clone is the same
/// console.
///
/// # Examples
///
/// ```
/// use oriole_sse::{Console, ConsoleOptions, Hub};
///
/// let hub = Hub::default();
/// let console = Console::new(hub.clone(), ConsoleOptions::default().development(true))?;
/// // axum: `Router::new().nest_service("/sse-console", console)`
/// println!("the console: {}", console.link("http://127.0.0.1:3000/sse-console"));
/// assert!(Console::new(hub, ConsoleOptions::default().development(false)).is_err());
/// # Ok::<(), oriole_sse::ConsoleRefused>(())
/// ```
#[derive(Clone)]
pub struct Console(Arc<Inner>);

pub(super) struct Inner {
    pub(super) hub: Hub,
    pub(super) options: ConsoleOptions,
    token: ConsoleToken,
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
    /// [`ConsoleRefused::NotDevelopment`], if it is [not](ConsoleOptions::is_development); [`ConsoleRefused::NoChance`], if the
    /// system gives no random bytes for a [token](ConsoleOptions::token).
    pub fn new(hub: Hub, options: ConsoleOptions) -> Result<Self, ConsoleRefused> {
        if !options.is_development {
            return Err(ConsoleRefused::NotDevelopment);
        }
        let token = options.token.clone().or_else(ConsoleToken::draw).ok_or(ConsoleRefused::NoChance)?;
        let streams = EventStreams::with_clock(SseOptions::default(), Arc::clone(hub.clock()));
        Ok(Self(Arc::new(Inner { hub, options, token, page: Page::new(), streams, pages: AtomicUsize::new(0) })))
    }

    /// Gives the link that opens the console, whose page has this address: for the terminal of whoever develops, and nobody else.
    ///
    /// The secret is behind a `#`: a browser keeps it to itself, and the page takes it out of the address once it has it.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::{Console, ConsoleOptions, ConsoleToken, Hub};
    ///
    /// let token = ConsoleToken::new("0f4c81c7d1d04a2e9b6f3a55")?;
    /// let options = ConsoleOptions::default().development(true).token(token);
    /// let console = Console::new(Hub::default(), options)?;
    /// let link = console.link("http://127.0.0.1:3000/sse-console");
    /// assert_eq!(link, "http://127.0.0.1:3000/sse-console#token=0f4c81c7d1d04a2e9b6f3a55");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn link(&self, page: &str) -> String {
        format!("{page}#token={}", self.0.token.secret())
    }

    /// Answers a request for a path of the console's own: `/` is the page, which holds nothing; all else wants the token.
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
        let Inner { options, token, page, .. } = &*self.0;
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
        if let Err(barred) = gate::same_origin(&parts).and_then(|()| gate::has_token(&parts, token)) {
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

    /// Ends the streams of the pages that are open, which come back to whatever is there then: before a server ends. Waits until
    /// they have, at most for [`ConsoleOptions::drain_timeout`]: of a page that takes nothing the server closes the connection.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, they end nevertheless.
    pub async fn drain(&self) {
        self.0.streams.drain();
        let clock = self.0.hub.clock();
        let mut drained = pin!(self.0.streams.drained());
        let mut timeout = clock.now().checked_add(self.0.options.drain_timeout).map(|moment| clock.sleep_until(moment));
        poll_fn(|cx| match (drained.as_mut().poll(cx), &mut timeout) {
            (Poll::Pending, Some(timeout)) => timeout.as_mut().poll(cx),
            (polled, _) => polled,
        })
        .await;
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
