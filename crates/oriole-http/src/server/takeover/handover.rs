//! From hyper to a shard: what a connection's service, its stream and its task tell each other.

use crate::server::common::Common;
use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::{CONNECTION, CONTENT_LENGTH, TRAILER, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, Method, Request, StatusCode, Version};
use http_body::{Body as _, Frame, SizeHint};
use oriole_sse::Tether;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// The body waits, or is said to, and the bytes of its last frame are hyper's.
const WAITS: u8 = 1;
/// Since it waits, everything was written.
const IS_WRITTEN: u8 = 2;
/// The body would wait, by its own word, and whoever asks is told so without asking it: it is not sure to wake anybody.
const WOULD_WAIT: u8 = 4;

/// Knows whether the connection can be taken over: all of it happens in the connection's own task.
#[derive(Default)]
pub(in crate::server) struct Handover {
    state: AtomicU8,
    held: Mutex<Option<Held>>,
}

/// What goes on in a shard.
pub(in crate::server) struct Held {
    pub(super) body: Body,
    pub(super) keeps_alive: bool,
    /// If nothing of the application's is around the body.
    pub(super) tether: Option<Tether>,
    /// Whether bytes are known to come out of the body as they are.
    pub(super) is_clear: bool,
}

/// A request whose answer may be taken over.
pub(in crate::server) struct Offer {
    common: Arc<Common>,
    keeps_alive: bool,
    /// Whether no layer of the application's sees its answers.
    is_bare: bool,
}

impl Handover {
    /// Whether hyper has written all that it was given, and the body has no more for now.
    pub(in crate::server) fn is_due(&self) -> bool {
        let is_due = WAITS | IS_WRITTEN;
        self.state.load(Ordering::Relaxed) & is_due == is_due
    }

    /// Has the body asked after all, if it was not; hyper is to be polled once more then.
    pub(in crate::server) fn asks_after_all(&self) -> bool {
        let would_wait = self.state.load(Ordering::Relaxed) & WOULD_WAIT != 0;
        if would_wait {
            self.state.store(0, Ordering::Relaxed);
        }
        would_wait
    }

    /// Takes the body out from under hyper, which is not to be polled any more.
    fn take(&self) -> Option<Held> {
        self.state.store(0, Ordering::Relaxed);
        self.lock().take()
    }

    /// The same, where hyper has written all that it was given.
    pub(in crate::server) fn take_written(&self) -> Option<Held> {
        let held = self.take()?;
        if let Some(tether) = held.tether.as_ref().filter(|_| held.is_clear) {
            tether.was_written();
        }
        Some(held)
    }

    pub(super) fn writes(&self) {
        self.state.fetch_and(!IS_WRITTEN, Ordering::Relaxed);
    }

    /// hyper flushes the stream when its own buffers are empty, and not before.
    pub(super) fn is_flushed(&self) {
        if self.state.load(Ordering::Relaxed) & WAITS != 0 {
            self.state.fetch_or(IS_WRITTEN, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Offer {
    /// Looks at a request: one of HTTP/1.1, without a body, whose answer has one.
    pub(in crate::server) fn to<B: http_body::Body>(
        request: &Request<B>,
        common: &Arc<Common>,
        keeps_alive: bool,
        is_bare: bool,
    ) -> Option<Self> {
        let is_plain = request.version() == Version::HTTP_11
            && !matches!(*request.method(), Method::HEAD | Method::CONNECT)
            && request.body().is_end_stream();
        is_plain.then(|| {
            let keeps_alive = keeps_alive && !says_close(request.headers());
            Self { common: Arc::clone(common), keeps_alive, is_bare }
        })
    }

    /// Lets go of the body, if it is a hub's and goes out in chunks.
    pub(in crate::server) fn make(self, mut response: Response) -> Response {
        let Some(tether) = response.extensions_mut().remove::<Tether>() else { return response };
        let is_bare = tether.is_of_route() && self.is_bare;
        let headers = response.headers();
        let is_meant = response.status() == StatusCode::OK
            && response.version() == Version::HTTP_11
            && !headers.keys().any(|name| [CONTENT_LENGTH, TRANSFER_ENCODING, TRAILER, UPGRADE].contains(name))
            && response.body().size_hint().exact().is_none();
        if !is_meant {
            return response;
        }
        let keeps_alive = self.keeps_alive && !says_close(headers);
        let common = self.common;
        response.map(|body| {
            common.handover.state.store(0, Ordering::Relaxed);
            *common.handover.lock() =
                Some(Held { body, keeps_alive, tether: is_bare.then_some(tether), is_clear: false });
            Body::new(Handed { common })
        })
    }
}

fn says_close(headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    said.any(|value| value.split(',').any(|option| option.trim().eq_ignore_ascii_case("close")))
}

/// The body as hyper has it, until it is taken out.
struct Handed {
    common: Arc<Common>,
}

impl http_body::Body for Handed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let handover = &self.common.handover;
        if handover.is_due() {
            // hyper asks once more, since it may write again. The shard asks again in any case.
            return Poll::Pending;
        }
        if handover.state.load(Ordering::Relaxed) & WOULD_WAIT != 0 {
            // A shard asks first of all, and the connection's task where none takes it over.
            handover.state.fetch_or(WAITS, Ordering::Relaxed);
            return Poll::Pending;
        }
        let mut held = handover.lock();
        let Some(held) = &mut *held else { return Poll::Ready(None) };
        let polled = Pin::new(&mut held.body).poll_frame(cx);
        match &polled {
            Poll::Ready(given) => {
                let data = given.as_ref().and_then(|given| given.as_ref().ok()?.data_ref());
                held.is_clear =
                    data.is_some_and(|data| held.tether.as_ref().is_some_and(|tether| tether.is_last(data)));
                handover.state.store(if held.is_clear { WOULD_WAIT } else { 0 }, Ordering::Relaxed);
            }
            Poll::Pending => {
                handover.state.fetch_or(WAITS, Ordering::Relaxed);
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.common.handover.lock().as_ref().is_none_or(|held| held.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.common.handover.lock().as_ref().map_or_else(SizeHint::default, |held| held.body.size_hint())
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        // Not under the lock: what is dropped may be the application's.
        let held = self.common.handover.take();
        drop(held);
    }
}
