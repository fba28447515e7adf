//! A block that emits, as a stream.

use super::emitter::Slot;
use crate::HttpException;
use crate::route::panicked;
use futures_util::Stream;
use futures_util::future::BoxFuture;
use oriole_sse::MessageEvent;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Owns the block: dropping it drops the handler's stream, and the set-up before that.
pub(super) struct Generator {
    /// `None` once it is over; what it borrowed is released then.
    block: Option<BoxFuture<'static, Result<(), HttpException>>>,
    slot: Slot,
}

impl Generator {
    pub(super) fn new(block: impl Future<Output = Result<(), HttpException>> + Send + 'static, slot: Slot) -> Self {
        Self { block: Some(Box::pin(block)), slot }
    }

    /// Runs the set-up: until the handler has returned its stream.
    ///
    /// A panic goes through to the route, which answers 500.
    pub(super) async fn set_up(&mut self) -> Result<(), HttpException> {
        poll_fn(|cx| {
            let Some(block) = &mut self.block else { return Poll::Ready(Ok(())) };
            match block.as_mut().poll(cx) {
                Poll::Ready(outcome) => {
                    self.block = None;
                    Poll::Ready(outcome)
                }
                Poll::Pending if self.slot.lock().is_open => Poll::Ready(Ok(())),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}

impl Stream for Generator {
    type Item = Result<MessageEvent, HttpException>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(item) = this.slot.lock().items.pop_front() {
                return Poll::Ready(Some(item));
            }
            let Some(block) = &mut this.block else { return Poll::Ready(None) };
            match catch_unwind(AssertUnwindSafe(|| block.as_mut().poll(cx))) {
                Ok(Poll::Pending) if this.slot.lock().items.is_empty() => return Poll::Pending,
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(outcome)) => {
                    this.block = None;
                    if let Err(exception) = outcome {
                        this.slot.lock().items.push_back(Err(exception));
                    }
                }
                Err(panic) => {
                    this.block = None;
                    this.slot.lock().items.push_back(Err(panicked(panic.as_ref())));
                }
            }
        }
    }
}
