//! What goes on beside: waking readers a little later, and what is to be done now and then.

use std::future::{Future, poll_fn};
use std::mem;
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::one_task::OneTask;
use super::shared::Shared;
use super::topic::TopicState;
use crate::lock::lock;

/// Is the hub's one task. It begins with the first topic and ends with the last; while the store is silent, or somebody
/// may come back, it goes on.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    task: OneTask,
    wake: Notify,
    dirty: Mutex<Vec<Arc<TopicState>>>,
    /// Which topics keep pages for readers that are behind their rings.
    paged: Mutex<Vec<Arc<TopicState>>>,
}

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How often idle topics and the age of events are looked at.
const TICK: Duration = Duration::from_secs(1);

impl Keeper {
    pub(super) fn is_running(&self) -> bool {
        self.task.is_running()
    }

    /// Begins, if there is a runtime and it has not begun; without it readers are woken at once, and topics stay in memory.
    pub(super) fn start(&self, shared: &Arc<Shared>) {
        self.task.start(|| Run { shared: Arc::clone(shared), ended: false }.run());
    }

    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(super) fn wake_later(&self, state: Arc<TopicState>) {
        let is_first = {
            let mut dirty = lock(&self.dirty);
            dirty.push(state);
            dirty.len() == 1
        };
        if is_first {
            self.wake();
        }
    }

    /// Has a topic's pages let go of with the next look.
    pub(super) fn forget_later(&self, state: Arc<TopicState>) {
        lock(&self.paged).push(state);
    }

    /// Lets go of all pages that nobody waits for.
    pub(super) fn forget_pages(&self) {
        let paged = mem::take(&mut *lock(&self.paged));
        paged.iter().for_each(|state| state.lock().pages.forget());
    }

    fn take_dirty(&self) -> Vec<Arc<TopicState>> {
        mem::take(&mut *lock(&self.dirty))
    }
}

struct Run {
    shared: Arc<Shared>,
    /// Whether it counts as ended already, so that another may run by now.
    ended: bool,
}

impl Run {
    async fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let mut tick = shared.clock.now();
        let mut wake_at: Option<Instant> = None;
        let mut work: Option<Work> = None;
        let mut round = 0_u64;
        loop {
            let now = shared.clock.now();
            if wake_at.is_some_and(|moment| moment <= now) {
                wake_at = None;
                for state in shared.keeper.take_dirty() {
                    shared.wake_now(&state, now);
                }
                shared.rooms.wake_dirty(now);
            } else if wake_at.is_none() && (!lock(&shared.keeper.dirty).is_empty() || shared.rooms.has_dirty()) {
                wake_at = now.checked_add(shared.options.wake_window);
            }
            // One that was ended by a panic of the store's.
            shared.gather.start(&shared);
            if work.is_none() && shared.is_back.swap(false, Ordering::AcqRel) {
                work = Some(Box::pin(come_back(Arc::clone(&shared))));
            }
            if now >= tick {
                tick = now.checked_add(TICK).unwrap_or(now);
                shared.readers.look(now, shared.options.write_timeout);
                shared.rooms.look(&shared, now);
                shared.keeper.forget_pages();
                if cfg!(feature = "metrics") {
                    shared.measure(round);
                    round = round.wrapping_add(1);
                }
                let is_needed = shared.absence.is_silent() || !shared.rooms.is_settled();
                if !shared.retire_idle(now) && !is_needed && self.end() {
                    return;
                }
                if work.is_none() {
                    work = Some(Box::pin(tend(Arc::clone(&shared))));
                }
            }

            let mut moment = shared.clock.sleep_until(wake_at.map_or(tick, |wake| wake.min(tick)));
            let mut notified = pin!(shared.keeper.wake.notified());
            poll_fn(|cx| {
                if let Some(busy) = &mut work
                    && busy.as_mut().poll(cx).is_ready()
                {
                    work = None;
                }
                match notified.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(()),
                    Poll::Pending => moment.as_mut().poll(cx),
                }
            })
            .await;
        }
    }

    /// Ends, unless a topic has come meanwhile, or somebody has left who may come back.
    fn end(&mut self) -> bool {
        let is_idle = || self.shared.topics().is_empty() && self.shared.rooms.is_settled();
        self.ended = self.shared.keeper.task.end(is_idle);
        self.ended
    }
}

impl Drop for Run {
    /// Also runs when the runtime ends before the subscriptions do.
    fn drop(&mut self) {
        if !self.ended {
            self.shared.keeper.task.cut_off();
        }
        self.shared.keeper.forget_pages();
        // Whoever would have been woken later is woken now.
        let now = self.shared.clock.now();
        for state in self.shared.keeper.take_dirty() {
            self.shared.wake_now(&state, now);
        }
        self.shared.rooms.wake_dirty(now);
    }
}

/// Does what is due now and then.
async fn tend(shared: Arc<Shared>) {
    if !shared.probe().await {
        return;
    }
    if shared.absences().is_multiple_of(2) {
        if !shared.keyring.has_keys() {
            find_keys(&shared).await;
        }
        reopen(&shared, |state| state.lock().is_stale).await;
    }
    // It may take its time.
    if let Some(Err(error)) = shared.for_a_while(shared.store.sweep(shared.clock.wall())).await {
        tracing::debug!(%error, "old events were not removed");
    }
    if shared.keyring.rotation().is_some()
        && let Err(error) = shared.load_keys().await
    {
        tracing::warn!(%error, "the keys of cursors were not looked at");
    }
}

/// Opens every topic anew after the store was away.
async fn come_back(shared: Arc<Shared>) {
    find_keys(&shared).await;
    reopen(&shared, |_| true).await;
}

/// Asks for the keys of cursors; if they are not found that is tried again now and then.
async fn find_keys(shared: &Shared) {
    if let Err(error) = shared.load_keys().await {
        tracing::warn!(%error, "the keys of cursors were not found");
    }
}

/// Opens topics anew; one that cannot be is tried again now and then.
async fn reopen(shared: &Arc<Shared>, is_due: impl Fn(&TopicState) -> bool) {
    for state in shared.topics().into_iter().filter(|state| is_due(state)) {
        match state.reopen(shared).await {
            Ok(()) if shared.topic(&state.topic).is_some_and(|known| Arc::ptr_eq(&known, &state)) => {
                shared.wake_now(&state, shared.clock.now());
            }
            // Its last reader has left meanwhile.
            Ok(()) => state.retire(shared),
            Err(error) => tracing::warn!(%error, topic = %state.topic, "a topic was not opened again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Run;
    use crate::hub::Hub;

    /// Who leaves just before the task ends, and is to be looked at later, keeps it.
    #[test]
    fn the_task_does_not_end_between_a_leave_and_its_look() {
        let hub = Hub::default();
        let shared = hub.shared();
        let is_running = || shared.keeper.is_running();
        shared.keeper.task.begin();
        let mut run = Run { shared: Arc::clone(shared), ended: false };
        shared.rooms.leave_for_a_while(shared, "room");
        assert!(!run.end() && is_running());
        shared.rooms.look(shared, shared.clock.now() + 2 * shared.options.presence_grace);
        assert!(run.end() && !is_running());

        // Without it nobody would look: whoever leaves now has left.
        shared.rooms.leave_for_a_while(shared, "room");
        assert!(shared.rooms.is_settled());
    }
}
