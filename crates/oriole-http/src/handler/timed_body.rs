//! A request's body that must keep coming.

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use oriole_core::BoxError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// Ends with [`BodyTimeout`] if nothing comes for a while. A body that is there already costs no timer.
struct TimedBody {
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
pub(super) fn timed(body: Body, timeout: Duration) -> (Body, Late) {
    let timed_out = Late::default();
    let body = TimedBody { body, timeout, sleep: None, is_waiting: false, timed_out: timed_out.clone() };
    (Body::new(body), timed_out)
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
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.is_waiting = false;
            return Poll::Ready(frame.map(|frame| frame.map_err(axum::Error::into_inner)));
        }
        ready!(this.poll_timeout(cx));
        this.timed_out.0.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(BodyTimeout.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl fmt::Display for BodyTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request's body did not come in time")
    }
}

impl std::error::Error for BodyTimeout {}
