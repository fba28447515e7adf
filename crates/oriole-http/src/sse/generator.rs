//! A block that emits, as a stream.

use super::emitter::{Items, Slot};
use crate::HttpException;
#[cfg(feature = "sse-hub")]
use crate::Reply;
use crate::route::panicked;
use futures_util::Stream;
use futures_util::future::BoxFuture;
use oriole_sse::MessageEvent;
use std::future::{Future, poll_fn};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Owns the block: dropping it drops the handler's stream, and the set-up before that.
pub(super) struct Generator {
    /// `None` once it is over; what it borrowed is released then.
    block: Option<BoxFuture<'static, Result<(), HttpException>>>,
    slot: Slot,
    /// What was taken out of the slot and goes to the response.
    items: Items,
}

impl Generator {
    pub(super) fn new(block: impl Future<Output = Result<(), HttpException>> + Send + 'static, slot: Slot) -> Self {
        Self { block: Some(Box::pin(block)), slot, items: Items::new() }
    }

    /// Runs the set-up: until the handler has returned its stream.
    ///
    /// What goes wrong before that is an ordinary answer; what goes wrong with the stream comes after its items.
    pub(super) async fn set_up(&mut self) -> Result<(), HttpException> {
        poll_fn(|cx| {
            let polled = self.poll_block(cx);
            let mut slot = self.slot.lock();
            if !slot.is_open {
                return polled;
            }
            if let Poll::Ready(Err(exception)) = polled {
                slot.items.push_back(Err(exception));
            }
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// The reply, if the handler's stream is a hub's subscription, after the set-up; then there is nothing else.
    #[cfg(feature = "sse-hub")]
    pub(super) fn take_reply(&mut self) -> Option<Reply> {
        self.slot.lock().reply.take()
    }

    /// Takes what is in the slot, and leaves what it has there.
    fn exchange(&mut self) {
        mem::swap(&mut self.slot.lock().items, &mut self.items);
    }

    /// Polls the block, whose panic is an error like any other, and drops it as soon as it is over.
    fn poll_block(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), HttpException>> {
        let Some(block) = &mut self.block else { return Poll::Ready(Ok(())) };
        let polled = catch_unwind(AssertUnwindSafe(|| block.as_mut().poll(cx)));
        let polled = polled.unwrap_or_else(|panic| Poll::Ready(Err(panicked(panic.as_ref()))));
        if polled.is_ready() {
            self.block = None;
        }
        polled
    }
}

impl Stream for Generator {
    type Item = Result<MessageEvent, HttpException>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(item) = this.items.pop_front() {
                return Poll::Ready(Some(item));
            }
            // Those of the set-up come first; after that it is the place for the next batch that goes into the slot.
            this.exchange();
            if !this.items.is_empty() {
                continue;
            }
            if this.block.is_none() {
                return Poll::Ready(None);
            }
            let polled = this.poll_block(cx);
            this.exchange();
            match polled {
                Poll::Pending if this.items.is_empty() => return Poll::Pending,
                Poll::Pending | Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(exception)) => this.items.push_back(Err(exception)),
            }
        }
    }
}
