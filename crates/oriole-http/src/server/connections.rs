//! The tasks of the connections that are served.

use pin_project_lite::pin_project;
use std::future::Future;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;
use tokio::task::AbortHandle;

/// A task for each connection; those that are left are cut off when it is dropped.
///
/// A [`JoinSet`](tokio::task::JoinSet) keeps a task that has ended until somebody fetches it, and wakes whoever would: here that is the door,
/// once for each connection that ends or goes to a shard. Nobody wants to know how a connection ended.
#[derive(Default)]
pub(super) struct Connections(Arc<Shared>);

#[derive(Default)]
struct Shared {
    tasks: Mutex<Tasks>,
    /// Wakes those who wait for a connection to end.
    left: Arc<Notify>,
}

#[derive(Default)]
struct Tasks {
    slots: Vec<Slot>,
    free: Vec<usize>,
}

/// What is known of a task.
#[derive(Default)]
enum Slot {
    #[default]
    Free,
    /// It is about to run.
    Begins,
    Runs(AbortHandle),
    /// It is over, and whoever has begun it does not know yet.
    Over,
}

/// How much room is kept when nobody is left.
const SLOTS_KEPT_MAX: usize = 1024;

impl Connections {
    #[expect(clippy::disallowed_methods, reason = "it is a set whose tasks are waited for, and cut off")]
    pub(super) fn spawn(&self, connection: impl Future<Output = ()> + Send + 'static) {
        let slot = self.0.lock().take();
        let place = Place { shared: Arc::clone(&self.0), slot };
        // Not under the lock: where the runtime is about to end, the task is dropped while it is spawned.
        let task = tokio::spawn(Placed { connection, place }).abort_handle();
        self.0.lock().runs(slot, task);
    }

    pub(super) fn len(&self) -> usize {
        let tasks = self.0.lock();
        tasks.slots.len() - tasks.free.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Waits until a connection has ended since this was called.
    pub(super) fn left(&self) -> OwnedNotified {
        Arc::clone(&self.0.left).notified_owned()
    }

    /// Waits until no connection is left.
    pub(super) async fn emptied(&self) {
        let mut left = pin!(self.0.left.notified());
        loop {
            left.as_mut().enable();
            if self.is_empty() {
                return;
            }
            left.as_mut().await;
            left.set(self.0.left.notified());
        }
    }

    /// Ends those that are left, where each of them waits for something.
    pub(super) fn abort_all(&self) {
        let tasks: Vec<AbortHandle> = {
            let tasks = self.0.lock();
            tasks
                .slots
                .iter()
                .filter_map(|slot| if let Slot::Runs(task) = slot { Some(task.clone()) } else { None })
                .collect()
        };
        tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.abort_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tasks {
    fn take(&mut self) -> usize {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::Free);
            self.slots.len() - 1
        });
        self.slots[slot] = Slot::Begins;
        slot
    }

    fn runs(&mut self, slot: usize, task: AbortHandle) {
        match &mut self.slots[slot] {
            begins @ Slot::Begins => *begins = Slot::Runs(task),
            over => {
                *over = Slot::Free;
                self.free.push(slot);
            }
        }
    }

    /// Gives what is to be dropped, if it is.
    fn leave(&mut self, slot: usize) -> Slot {
        match &mut self.slots[slot] {
            begins @ Slot::Begins => mem::replace(begins, Slot::Over),
            runs => {
                let left = mem::take(runs);
                self.free.push(slot);
                if self.free.len() == self.slots.len() && self.slots.len() > SLOTS_KEPT_MAX {
                    *self = Self::default();
                }
                left
            }
        }
    }
}

pin_project! {
    /// A connection, and its place until all of it is dropped.
    struct Placed<F> {
        #[pin]
        connection: F,
        place: Place,
    }
}

/// Counts a connection until it is dropped.
struct Place {
    shared: Arc<Shared>,
    slot: usize,
}

impl<F: Future<Output = ()>> Future for Placed<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().connection.poll(cx)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let left = self.shared.lock().leave(self.slot);
        drop(left);
        self.shared.left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::{Connections, SLOTS_KEPT_MAX};
    use std::future::{pending, ready};
    use std::sync::Arc;
    use tokio::sync::Notify;
    use tokio::task::yield_now;

    #[tokio::test]
    async fn connections_are_counted_until_they_end() {
        let (connections, end) = (Connections::default(), Arc::new(Notify::new()));
        let left = connections.left();
        for _ in 0..3 {
            let end = Arc::clone(&end);
            connections.spawn(async move { end.notified().await });
        }
        connections.spawn(ready(()));
        assert_eq!(connections.len(), 4, "nobody has had a turn");
        left.await;
        assert_eq!(connections.len(), 3);
        end.notify_waiters();
        connections.emptied().await;
        assert!(connections.is_empty());
        connections.spawn(ready(()));
        assert_eq!(connections.len(), 1, "a place that was left is taken again");
        assert_eq!(connections.0.lock().slots.len(), 4);
        connections.emptied().await;
    }

    /// Places are given back however a task ends: also by a panic, and before whoever has begun it knows of it.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_place_is_lost() {
        let connections = Connections::default();
        for round in 0..2000 {
            connections.spawn(async move { assert!(round % 500 != 7, "one of some") });
            if round % 100 == 0 {
                yield_now().await;
            }
        }
        connections.emptied().await;
        let tasks = connections.0.lock();
        assert_eq!(tasks.slots.len(), tasks.free.len());
    }

    #[tokio::test]
    async fn whoever_is_left_is_cut_off() {
        let held = Arc::new(());
        let connections = Connections::default();
        for cut in [Connections::abort_all, drop_of] {
            for _ in 0..2 {
                let held = Arc::clone(&held);
                connections.spawn(async move {
                    let _held = held;
                    pending::<()>().await;
                });
            }
            yield_now().await;
            assert_eq!(Arc::strong_count(&held), 3);
            cut(&connections);
            connections.emptied().await;
            assert_eq!(Arc::strong_count(&held), 1, "dropped before its place is");
        }
    }

    fn drop_of(connections: &Connections) {
        drop(Connections(Arc::clone(&connections.0)));
    }

    #[tokio::test]
    async fn room_for_many_is_not_kept() {
        for (count, kept) in [(SLOTS_KEPT_MAX, SLOTS_KEPT_MAX), (SLOTS_KEPT_MAX + 1, 0)] {
            let connections = Connections::default();
            (0..count).for_each(|_| connections.spawn(ready(())));
            connections.emptied().await;
            assert_eq!(connections.0.lock().slots.len(), kept);
        }
    }

    #[test]
    fn a_runtime_that_ends_takes_its_connections_with_it() {
        let connections = Connections::default();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let handle = runtime.handle().clone();
        handle.block_on(async { connections.spawn(pending()) });
        drop(runtime);
        let _entered = handle.enter();
        connections.spawn(pending());
        assert!(connections.is_empty(), "spawned into nothing");
    }
}
