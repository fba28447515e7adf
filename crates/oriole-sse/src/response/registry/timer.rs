//! The one timer of all heartbeats.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use super::open::Registry;
use crate::clock::nanos;
use crate::lock::lock;

/// The timer's task. It is the registry's own, and ends with the last stream.
pub(super) struct Timer {
    pub(super) registry: Arc<Registry>,
    /// Whether it counts as ended already, so that another may run by now.
    pub(super) ended: bool,
}

/// The least time between two passes of the timer: what is due within it shares a pass.
pub(in crate::response) const PASS_INTERVAL: Duration = Duration::from_millis(10);

impl Timer {
    pub(super) async fn run(mut self) {
        let registry = Arc::clone(&self.registry);
        while let Some(next) = registry.look() {
            let next = Duration::from_nanos(next.max(registry.now().saturating_add(nanos(PASS_INTERVAL))));
            let Some(next) = registry.epoch.checked_add(next) else {
                return;
            };
            let mut moment = registry.clock.sleep_until(next);
            let mut timer_wake = pin!(registry.timer_wake.notified());
            std::future::poll_fn(|cx| match timer_wake.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => moment.as_mut().poll(cx),
            })
            .await;
        }
        self.ended = true;
    }
}

impl Drop for Timer {
    /// Also runs when the runtime ends before the streams do, so that another runtime's streams start a timer anew.
    fn drop(&mut self) {
        if !self.ended {
            lock(&self.registry.state).timer_runs = false;
        }
        self.registry.idle.notify_waiters();
    }
}
