//! What is done to a subscription from outside, on its own side.

use std::sync::Arc;
use std::task::{Context, Poll};

use crate::hub::slow::{SlowReader, SlowReaderPolicy};
use crate::hub::subscription::Subscription;
use crate::inspect::{Order, Tap};

/// How many events a reader is behind at least of whom it can be said that it is behind.
const BEHIND_EVENTS_MIN: u64 = 2;

impl Subscription {
    /// Gives what shows its response, and takes orders for it.
    pub(crate) fn tap(&self) -> Option<Arc<Tap>> {
        self.admission.as_ref().map(|admission| Arc::clone(&admission.reader.probe.tap))
    }

    /// Looks for orders, if there ever were any; with [`Order::Hold`] the task is woken when there is another.
    pub(in crate::hub) fn order(&mut self, cx: &Context<'_>) -> Order {
        let Some(admission) = &self.admission else {
            return Order::Go;
        };
        let reader = &admission.reader;
        let probe = &reader.probe;
        self.orders = probe.tap.orders();
        if self.orders == 0 {
            return Order::Go;
        }
        let mut order = probe.tap.now();
        if order == Order::Hold {
            reader.wake_by(cx.waker());
            // Looked at again, since it may have been let go before it could be woken.
            order = probe.tap.now();
        }
        if order != Order::Go {
            return order;
        }
        if probe.take_expired()
            && let Some(watch) = &self.watch
        {
            watch.expire(&self.shared, reader);
        }
        Order::Go
    }

    /// Waits, if its buffer is to count as full, until it is behind; then its policy is applied, once.
    pub(in crate::hub) fn poll_full(&mut self, cx: &Context<'_>) -> Poll<()> {
        let Some(probe) = self.admission.as_ref().map(|admission| &admission.reader.probe).filter(|_| self.orders > 0)
        else {
            return Poll::Ready(());
        };
        let slow = probe.slow();
        self.lanes.set_slow(slow);
        if !probe.is_filling() {
            return Poll::Ready(());
        }
        let Some(full) = self.lanes.turn_to(cx, BEHIND_EVENTS_MIN) else {
            return Poll::Pending;
        };
        probe.set_filling(false);
        match slow.policy {
            SlowReaderPolicy::Replay => full.read_store(),
            SlowReaderPolicy::Disconnect
            | SlowReaderPolicy::DropOldest
            | SlowReaderPolicy::DropNewest
            | SlowReaderPolicy::Coalesce => self.lanes.set_slow(SlowReader { events_max: 1, ..slow }),
        }
        Poll::Ready(())
    }
}
