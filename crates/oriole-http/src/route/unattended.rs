//! Handlers that run to their end though their clients have left.

use axum::response::Response;
use futures_util::future::BoxFuture;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tracing::{Instrument, Span};

/// The handlers of an application whose clients have left. A clone is the same set.
#[derive(Clone)]
pub(crate) struct Unattended {
    set: Arc<Mutex<Option<JoinSet<()>>>>,
    handlers_max: usize,
}

impl Unattended {
    pub(crate) fn new(handlers_max: usize) -> Self {
        Self { set: Arc::new(Mutex::new(Some(JoinSet::new()))), handlers_max }
    }

    /// Answers a request; a client that leaves before leaves the handler here.
    ///
    /// It costs a look at the runtime and nothing else, unless the client leaves.
    pub(super) fn attend(&self, answer: BoxFuture<'static, Response>) -> Attended {
        Attended {
            answer: Some(answer),
            unattended: self.clone(),
            runtime: Handle::try_current().ok(),
            span: Span::current(),
        }
    }

    /// Takes all of them, and no more from now on.
    pub(crate) fn close(&self) -> JoinSet<()> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }

    fn take_over(&self, answer: BoxFuture<'static, Response>, runtime: &Handle, span: Span) {
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(set) = &mut *set else { return };
        while set.try_join_next().is_some() {}
        if set.len() >= self.handlers_max {
            let handlers_max = self.handlers_max;
            tracing::warn!(
                target: "oriole::Server",
                "a handler was dropped where it stood: its client has left, and so have those of {handlers_max} others"
            );
            return;
        }
        let answer = async move { drop(answer.await) };
        // It is dropped where its request's store is current, and goes on in a task that has none.
        #[cfg(feature = "local-storage")]
        let answer = crate::LocalStorage::new().carry(answer);
        set.spawn_on(answer.instrument(span), runtime);
    }
}

/// An answer that somebody waits for. Dropped before, it goes on unattended.
pub(super) struct Attended {
    /// `None` when it was given, or has panicked.
    answer: Option<BoxFuture<'static, Response>>,
    unattended: Unattended,
    runtime: Option<Handle>,
    span: Span,
}

impl Future for Attended {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let Some(mut answer) = self.answer.take() else { return Poll::Ready(Response::default()) };
        let polled = answer.as_mut().poll(cx);
        if polled.is_pending() {
            self.answer = Some(answer);
        }
        polled
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        if let (Some(answer), Some(runtime)) = (self.answer.take(), &self.runtime) {
            self.unattended.take_over(answer, runtime, self.span.clone());
        }
    }
}

impl fmt::Debug for Unattended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unattended").field("handlers_max", &self.handlers_max).finish_non_exhaustive()
    }
}
