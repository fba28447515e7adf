//! What is done to a subscription from outside, on its own side.

use std::sync::Arc;
use std::task::Context;

use crate::hub::slow::SlowReaderPolicy;
use crate::hub::subscription::Subscription;
use crate::inspect::{Order, Tap};

/// How many events a reader is behind at least of whom it can be said that it is behind.
const BEHIND_EVENTS_MIN: u64 = 2;

impl Subscription {
    /// Gives what shows its response, and takes orders for it.
    pub(crate) fn tap(&self) -> Option<Arc<Tap>> {
        self.admission.as_ref().map(|admission| Arc::clone(&admission.reader.probe.tap))
    }

    /// Looks for orders; with anything but [`Order::Go`] nothing is given, and the task will be woken.
    pub(in crate::hub) fn order(&mut self, cx: &Context<'_>) -> Order {
        let Some(admission) = &self.admission else {
            return Order::Go;
        };
        let reader = &admission.reader;
        let probe = &reader.probe;
        // First, so that an order that comes right after the look wakes.
        reader.wake_by(cx.waker());
        match probe.tap.now() {
            Order::Go => {}
            order => return order,
        }
        // After it was narrowed for once.
        self.slow = probe.slow();
        if probe.take_expired()
            && let Some(watch) = &self.watch
            && watch.asked.is_none()
        {
            reader.guard_again_at(0);
        }
        if !probe.is_filling() || !self.said.is_empty() || reader.ended().is_some() || reader.is_doubted() {
            return Order::Go;
        }
        self.lanes.iter_mut().for_each(|lane| lane.wait(cx));
        let Some(full) = self.lanes.iter().position(|lane| lane.behind() >= BEHIND_EVENTS_MIN) else {
            return Order::Hold;
        };
        probe.set_filling(false);
        match self.slow.policy {
            SlowReaderPolicy::Replay => self.lanes[full].read_store(),
            SlowReaderPolicy::Disconnect
            | SlowReaderPolicy::DropOldest
            | SlowReaderPolicy::DropNewest
            | SlowReaderPolicy::Coalesce => self.slow.events_max = 1,
        }
        self.turn = full;
        Order::Go
    }
}
