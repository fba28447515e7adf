//! Listeners that are called apart: a task for each, which takes its events one after the other.

use super::calls;
use super::registry::Registered;
use crate::AnyEvent;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Notify, mpsc};

/// How many events wait for a listener, or are with one.
#[derive(Default)]
pub(super) struct Pending {
    count: AtomicUsize,
    none: Notify,
}

impl Pending {
    pub(super) fn add(&self) {
        self.count.fetch_add(1, Ordering::AcqRel);
    }

    fn done(&self) {
        if self.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.none.notify_waiters();
        }
    }

    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// Waits until no event does.
    pub(super) async fn none(&self) {
        loop {
            let none = self.none.notified();
            if self.count() == 0 {
                return;
            }
            none.await;
        }
    }
}

/// One event less, also where the task is cut off.
struct Taken<'a>(&'a Pending);

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.0.done();
    }
}

/// Calls a listener for each event of its queue; it ends when nobody can put one there any more.
pub(super) async fn work(listener: Registered, mut queue: mpsc::Receiver<AnyEvent>, pending: Arc<Pending>) {
    while let Some(event) = queue.recv().await {
        let _taken = Taken(&pending);
        // What it failed with is in the log.
        let _ = calls::run(&listener, &event).await;
    }
}
