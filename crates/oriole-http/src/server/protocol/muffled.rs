//! Streams of HTTP/2 that do not wake themselves.
//!
//! hyper asks h2 for room before each piece of a body, and h2 tells whoever waits for room that there is some: the very task that
//! asks. Nothing is left to be done then, but the task is queued again behind all others, and its body is looked at once more when
//! other streams' memory has taken its place in the caches. So h2 gets a waker that does not reach the task while it is polled,
//! unless something is left to be done; bodies and handlers have the task's own.

use axum::body::Body as AxumBody;
use axum::response::Response;
use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::Service;
use pin_project_lite::pin_project;
use std::cell::Cell;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker, ready};

use super::http2::Requests;
use crate::server::connection::{Answer, OnConnection};

thread_local! {
    /// Which stream this thread polls; nobody reads what is at the address.
    static POLLED: Cell<*const Muffler> = const { Cell::new(std::ptr::null()) };
}

/// What the parts of one stream have in common.
#[derive(Default)]
pub(super) struct Muffler {
    /// The task's own: it has one for life.
    task: OnceLock<Waker>,
    /// Whether h2 woke the stream while it was polled, and nothing was waited for since.
    is_woken: AtomicBool,
}

impl Muffler {
    /// Asks what is the application's, which wakes the task itself. If it is pending, hyper has come to it after all that it was
    /// woken for, and waits for this alone.
    fn poll<T>(&self, cx: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let was_woken = self.take_woken();
        let polled = match self.task.get() {
            Some(task) => poll(&mut Context::from_waker(task)),
            None => poll(cx),
        };
        if was_woken && polled.is_ready() {
            self.is_woken.store(true, Ordering::Relaxed);
        }
        polled
    }

    /// Only the thread that polls the stream reads or writes it, so that it needs no swap.
    fn take_woken(&self) -> bool {
        let was_woken = self.is_woken.load(Ordering::Relaxed);
        if was_woken {
            self.is_woken.store(false, Ordering::Relaxed);
        }
        was_woken
    }
}

impl Wake for Muffler {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if POLLED.get() == Arc::as_ptr(self) {
            self.is_woken.store(true, Ordering::Relaxed);
        } else if let Some(task) = self.task.get() {
            task.wake_by_ref();
        }
    }
}

pin_project! {
    /// A stream, as its task polls it.
    pub(super) struct Muffled<F> {
        #[pin]
        stream: F,
        muffler: Arc<Muffler>,
        waker: Waker,
    }
}

impl<F> Muffled<F> {
    pub(super) fn new(stream: F, muffler: Arc<Muffler>) -> Self {
        Self { stream, waker: Waker::from(Arc::clone(&muffler)), muffler }
    }
}

impl<F: Future> Future for Muffled<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let task = this.muffler.task.get_or_init(|| cx.waker().clone());
        let polled = {
            let _polled = Polled::begin(this.muffler);
            this.stream.poll(&mut Context::from_waker(this.waker))
        };
        if polled.is_pending() && this.muffler.take_woken() {
            task.wake_by_ref();
        }
        polled.map(drop)
    }
}

/// Until it is dropped this thread polls a stream, and then what it polled before.
struct Polled(*const Muffler);

impl Polled {
    fn begin(muffler: &Arc<Muffler>) -> Self {
        Self(POLLED.replace(Arc::as_ptr(muffler)))
    }
}

impl Drop for Polled {
    fn drop(&mut self) {
        POLLED.set(self.0);
    }
}

/// The application on a connection, whose answers have the task's own waker.
pub(super) struct Unmuffling {
    pub(super) service: OnConnection,
    pub(super) requests: Requests,
}

impl Service<Request<Incoming>> for Unmuffling {
    type Response = Response<Unmuffled<AxumBody>>;
    type Error = Infallible;
    type Future = Unmuffled<Answer>;

    fn call(&self, request: Request<Incoming>) -> Unmuffled<Answer> {
        let muffler = Arc::<Muffler>::default();
        // hyper gives the stream to be run as soon as this returns.
        self.requests.is_next(Arc::clone(&muffler));
        Unmuffled { inner: self.service.call(request), muffler }
    }
}

pin_project! {
    /// What is the application's.
    pub(super) struct Unmuffled<T> {
        #[pin]
        inner: T,
        muffler: Arc<Muffler>,
    }
}

impl Future for Unmuffled<Answer> {
    type Output = Result<Response<Unmuffled<AxumBody>>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Ok(response) = ready!(this.muffler.poll(cx, |cx| this.inner.poll(cx)));
        let muffler = Arc::clone(this.muffler);
        Poll::Ready(Ok(response.map(|inner| Unmuffled { inner, muffler })))
    }
}

impl Body for Unmuffled<AxumBody> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.project();
        this.muffler.poll(cx, |cx| this.inner.poll_frame(cx))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests;
