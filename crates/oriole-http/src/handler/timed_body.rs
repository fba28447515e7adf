//! A request's body that must keep coming.

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use oriole_core::BoxError;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// Ends with [`BodyTimeout`] if nothing comes for a while. A body that is there already costs no timer.
struct TimedBody {
    /// What was there when the body was asked for the first time.
    first: Option<Result<Frame<Bytes>, BoxError>>,
    body: Body,
    timeout: Duration,
    /// Made when the body is waited for the first time.
    sleep: Option<Pin<Box<Sleep>>>,
    /// Whether the body is being waited for.
    is_waiting: bool,
    timed_out: Late,
}

/// Tells whether a body came too late, after whoever read it has made an answer of its own of that.
#[derive(Clone, Debug, Default)]
pub(super) struct Late(Arc<AtomicBool>);

/// Why a body could not be read: nothing of it came for too long.
#[derive(Debug)]
pub(crate) struct BodyTimeout;

/// Bounds how long the body may pause.
///
/// A small body has mostly come with its head: one look at it, and there is nothing to bound.
pub(super) async fn timed(mut body: Body, timeout: Duration) -> (Body, Option<Late>) {
    let first = match poll_fn(|cx| Poll::Ready(Pin::new(&mut body).poll_frame(cx))).await {
        Poll::Pending => None,
        Poll::Ready(None) => return (Body::empty(), None),
        Poll::Ready(Some(Ok(frame))) if frame.is_data() && body.is_end_stream() => {
            return (frame.into_data().map_or_else(|_| Body::empty(), Body::from), None);
        }
        Poll::Ready(Some(frame)) => Some(frame.map_err(axum::Error::into_inner)),
    };
    let timed_out = Late::default();
    let body = TimedBody { first, body, timeout, sleep: None, is_waiting: false, timed_out: timed_out.clone() };
    (Body::new(body), Some(timed_out))
}

impl Late {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl TimedBody {
    /// Waits for as long as the body may pause.
    fn poll_timeout(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let timeout = self.timeout;
        let timer = self.sleep.get_or_insert_with(|| Box::pin(sleep(timeout)));
        if !self.is_waiting {
            self.is_waiting = true;
            // A moment that the clock cannot hold is as far off as the first one was.
            if let Some(moment) = Instant::now().checked_add(timeout) {
                timer.as_mut().reset(moment);
            }
        }
        timer.as_mut().poll(cx)
    }
}

impl http_body::Body for TimedBody {
    type Data = Bytes;
    // A box within axum's box: its extractors look for their own errors no deeper.
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Some(frame) = this.first.take() {
            return Poll::Ready(Some(frame));
        }
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.is_waiting = false;
            return Poll::Ready(frame.map(|frame| frame.map_err(axum::Error::into_inner)));
        }
        ready!(this.poll_timeout(cx));
        this.timed_out.0.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(BodyTimeout.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        if let Some(Ok(frame)) = &self.first {
            let first = frame.data_ref().map_or(0, |data| data.len() as u64);
            if let Some(upper) = hint.upper() {
                hint.set_upper(upper + first);
            }
            hint.set_lower(hint.lower() + first);
        }
        hint
    }
}

impl fmt::Display for BodyTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request's body did not come in time")
    }
}

impl std::error::Error for BodyTimeout {}
