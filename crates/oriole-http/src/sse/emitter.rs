//! How events leave the block that makes them.

#[cfg(feature = "sse-hub")]
use super::open::reply_with;
use crate::HttpException;
#[cfg(feature = "sse-hub")]
use crate::Reply;
use crate::route::RouteRef;
use futures_util::Stream;
use oriole_sse::MessageEvent;
#[cfg(feature = "sse-hub")]
use oriole_sse::Subscription;
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// How many events are taken from a stream at once, and held until the response takes them: the most that an `#[sse]` stream
/// holds beside what its `EventBody` does.
const BATCH_EVENTS_MAX: usize = 16;

/// Hands the events of a stream from the block that borrows the controller to the response.
pub struct Emitter {
    slot: Slot,
    #[cfg(feature = "sse-hub")]
    route: RouteRef,
}

/// A stream's items in their order.
pub(super) type Items = VecDeque<Result<MessageEvent, HttpException>>;

/// What the block and the response share. Both run in one task, so the lock is never contended; it is still not taken for each
/// item.
#[derive(Clone, Default)]
pub(super) struct Slot(Arc<Mutex<Emitted>>);

#[derive(Default)]
pub(super) struct Emitted {
    /// Whether the handler has returned its stream.
    pub(super) is_open: bool,
    /// At most one batch.
    pub(super) items: Items,
    /// What the handler's stream has become, if it is a hub's subscription: it borrows nothing, so the block is not needed any more.
    #[cfg(feature = "sse-hub")]
    pub(super) reply: Option<Reply>,
}

impl Slot {
    pub(super) fn lock(&self) -> MutexGuard<'_, Emitted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Emitter {
    #[cfg_attr(
        not(feature = "sse-hub"),
        expect(unused_variables, reason = "a hub's subscription is answered with here")
    )]
    pub(super) fn new(slot: Slot, route: &RouteRef) -> Self {
        Self {
            slot,
            #[cfg(feature = "sse-hub")]
            route: route.clone(),
        }
    }

    /// Takes a subscription, whose bytes then go out as they are; nothing is left to emit.
    ///
    /// It is half a kilobyte, and moved no further than to where it stays.
    #[cfg(feature = "sse-hub")]
    pub(super) fn hand_over(&self, subscription: Subscription) {
        let reply = reply_with(&self.route, subscription);
        self.slot.lock().reply = Some(reply);
    }

    /// Says that the set-up is over, then hands over every item until the stream ends or fails.
    ///
    /// # Errors
    ///
    /// None: a failure is an item.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the stream.
    pub async fn all<S>(&self, stream: S) -> Result<(), HttpException>
    where
        S: Stream<Item = Result<MessageEvent, HttpException>>,
    {
        let mut stream = pin!(stream);
        self.slot.lock().is_open = true;
        poll_fn(|cx| {
            let mut batch = Batch::of(&self.slot);
            for _ in 0..BATCH_EVENTS_MAX {
                match stream.as_mut().poll_next(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(None) => return Poll::Ready(()),
                    Poll::Ready(Some(item)) => {
                        let failed = item.is_err();
                        batch.items.push_back(item);
                        if failed {
                            return Poll::Ready(());
                        }
                    }
                }
            }
            // No wake-up is needed: whoever polls sees the items, and polls again once they are gone.
            Poll::Pending
        })
        .await;
        Ok(())
    }
}

/// The shared items, which are given back when it is dropped: also by a stream that panics.
struct Batch<'a> {
    items: Items,
    slot: &'a Slot,
}

impl<'a> Batch<'a> {
    fn of(slot: &'a Slot) -> Self {
        Self { items: mem::take(&mut slot.lock().items), slot }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.slot.lock().items = mem::take(&mut self.items);
    }
}

impl fmt::Debug for Emitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Emitter")
    }
}
