//! One task that carries many connections.

use super::budget::{Budget, SHARE, TURNS_MAX};
use super::carried::{Arrival, Carried, Turn};
use super::fleet::{Fleet, Joined, Landed, Mooring, Step};
use super::gathered::Gathered;
use crate::server::listener::Accepted;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::task::AtomicWaker;
use oriole_core::panic_text;
use oriole_sse::Landing;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake};
use tokio::sync::{Notify, mpsc};

/// What a shard's task shares with the rest of the server.
#[derive(Default)]
pub(super) struct Shard {
    connections: AtomicUsize,
    inbox: Mutex<Inbox>,
    task: AtomicWaker,
    is_ending: AtomicBool,
}

/// What has come since the task looked last.
#[derive(Default)]
struct Inbox {
    arrivals: Vec<(Arrival, Seat)>,
    /// Which connections are to have a turn: each at most once.
    woken: Vec<usize>,
    /// Which convoys are to go on.
    hailed: Vec<usize>,
    is_closed: bool,
}

impl Inbox {
    fn len(&self) -> usize {
        self.arrivals.len() + self.woken.len() + self.hailed.len()
    }
}

/// Counts a connection until it is dropped.
pub(in crate::server) struct Seat {
    shard: Arc<Shard>,
    left: Arc<Notify>,
}

/// Wakes one connection, or one convoy: what a stream, a socket or a topic knows of the shard.
pub(super) struct Note {
    shard: Arc<Shard>,
    which: Which,
    is_queued: AtomicBool,
}

#[derive(Clone, Copy)]
enum Which {
    Connection(usize),
    Convoy(usize),
}

impl Shard {
    pub(super) fn len(&self) -> usize {
        self.connections.load(Ordering::Acquire)
    }

    pub(super) fn adopt(&self, arrival: Arrival, seat: Seat) {
        let is_first = {
            let mut inbox = self.lock();
            if inbox.is_closed {
                drop(inbox);
                return drop((arrival, seat));
            }
            inbox.arrivals.push((arrival, seat));
            inbox.len() == 1
        };
        if is_first {
            self.task.wake();
        }
    }

    /// Takes in nobody from now on, and lets go of those whom the task has not seen.
    pub(super) fn close(&self) {
        let arrivals = {
            let mut inbox = self.lock();
            inbox.is_closed = true;
            mem::take(&mut inbox.arrivals)
        };
        drop(arrivals);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    /// Gives no connection back from now on.
    pub(super) fn begin_end(&self) {
        self.is_ending.store(true, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    pub(super) fn take(shard: &Arc<Shard>, left: &Arc<Notify>) -> Self {
        shard.connections.fetch_add(1, Ordering::AcqRel);
        Self { shard: Arc::clone(shard), left: Arc::clone(left) }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.shard.connections.fetch_sub(1, Ordering::AcqRel);
        self.left.notify_waiters();
    }
}

impl Note {
    /// One that is about to go on.
    pub(super) fn of_convoy(shard: &Arc<Shard>, group: usize) -> Self {
        Self { shard: Arc::clone(shard), which: Which::Convoy(group), is_queued: AtomicBool::new(true) }
    }

    /// From here on it can be woken again.
    pub(super) fn is_taken(&self) {
        // Whatever was done before it was woken is seen by whoever looks after this.
        self.is_queued.swap(false, Ordering::AcqRel);
    }
}

impl Wake for Note {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.is_queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let is_first = {
            let mut inbox = self.shard.lock();
            match self.which {
                Which::Connection(slot) => inbox.woken.push(slot),
                Which::Convoy(group) => inbox.hailed.push(group),
            }
            inbox.len() == 1
        };
        if is_first {
            self.shard.task.wake();
        }
    }
}

/// How much room for those who come is kept, most of which come one by one.
const ARRIVALS_KEPT_MAX: usize = 64;

/// The task's own part: the connections.
struct Carrier {
    shard: Arc<Shard>,
    returned: mpsc::Sender<Accepted>,
    /// Room for those who have come.
    arrivals: Vec<(Arrival, Seat)>,
    slots: Vec<Option<Box<Carried>>>,
    free: Vec<usize>,
    /// Whose turn it is, from the end on.
    turns: Vec<usize>,
    fleet: Fleet,
    /// Which convoys go on.
    sailing: VecDeque<usize>,
    /// How many turns come before the convoys'.
    urgent: usize,
    scratch: Gathered,
}

/// Carries connections for as long as the server serves.
pub(super) async fn run(shard: Arc<Shard>, returned: mpsc::Sender<Accepted>) {
    let _closes = Closes(Arc::clone(&shard));
    loop {
        let mut carrier = Carrier::new(Arc::clone(&shard), returned.clone());
        // It leaves the thread to others by its own count, and writes to more sockets in one go than tokio's would let it.
        let carry = tokio::task::coop::unconstrained(poll_fn(|cx| carrier.poll(cx)));
        if let Err(panic) = AssertUnwindSafe(carry).catch_unwind().await {
            // A fault of the server's own: those whom it carries are let go of, and it begins anew.
            let text = panic_text(panic.as_ref());
            tracing::error!(target: "oriole::Server", panic = text, "a shard panicked; its connections are closed");
            let_go(panic);
        }
        let_go(carrier);
        tokio::task::yield_now().await;
    }
}

/// Closes a shard when its task ends, however that comes.
struct Closes(Arc<Shard>);

impl Drop for Closes {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Drops what is the application's, or a panic's, which may panic in turn.
fn let_go<T>(value: T) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        mem::forget(panic);
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.slots.drain(..).for_each(let_go);
    }
}

impl Carrier {
    fn new(shard: Arc<Shard>, returned: mpsc::Sender<Accepted>) -> Self {
        Self {
            shard,
            returned,
            arrivals: vec![],
            slots: vec![],
            free: vec![],
            turns: vec![],
            fleet: Fleet::default(),
            sailing: VecDeque::new(),
            urgent: 0,
            scratch: Gathered::default(),
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.shard.task.register(cx.waker());
        let mut budget = Budget::of(TURNS_MAX);
        while !budget.is_spent() {
            if self.turns.is_empty() {
                self.look();
            }
            let slot = self.turns.pop();
            if let Some(slot) = slot {
                let bytes = self.turn(slot);
                budget.spend(bytes);
                self.urgent = self.urgent.saturating_sub(1);
            }
            let group = self.sailing.front().copied();
            if let Some(group) = group.filter(|_| self.urgent == 0) {
                // In turn with the others, if there are any.
                let mut share = Budget::of(if self.turns.is_empty() { budget.left() } else { SHARE });
                let before = share.left();
                self.sail(group, &mut share);
                budget.take((before - share.left()).max(1));
            }
            if slot.or(group).is_none() {
                return Poll::Pending;
            }
        }
        // Behind all others, timers and sockets among them: a task that wakes itself has them wait for 61 of its turns.
        pin!(tokio::task::yield_now()).poll(cx)
    }

    /// Takes what has come; those who come have a turn first.
    fn look(&mut self) {
        {
            let mut inbox = self.shard.lock();
            // The first that was woken is the first to have its turn.
            self.turns.extend(inbox.woken.drain(..).rev());
            self.sailing.extend(inbox.hailed.drain(..));
            mem::swap(&mut inbox.arrivals, &mut self.arrivals);
        }
        let mut arrivals = mem::take(&mut self.arrivals);
        for (arrival, seat) in arrivals.drain(..) {
            let slot = self.free.pop().unwrap_or_else(|| {
                self.slots.push(None);
                self.slots.len() - 1
            });
            let (shard, which) = (Arc::clone(&self.shard), Which::Connection(slot));
            let note = Note { shard, which, is_queued: AtomicBool::new(true) };
            self.slots[slot] = Some(Box::new(Carried::new(arrival, Arc::new(note), seat)));
            self.turns.push(slot);
        }
        if arrivals.capacity() <= ARRIVALS_KEPT_MAX {
            self.arrivals = arrivals;
        }
    }

    /// Gives how many bytes were written.
    fn turn(&mut self, slot: usize) -> usize {
        self.unmoor(slot, Bytes::new(), None);
        let Some(carried) = self.slots.get_mut(slot).and_then(Option::as_mut) else { return 0 };
        let mut bytes = 0;
        let scratch = &mut self.scratch;
        // What a layer has put around the stream is the application's; its panic ends one connection.
        let turn = catch_unwind(AssertUnwindSafe(|| carried.turn(scratch, &mut bytes))).unwrap_or_else(|panic| {
            tracing::error!(target: "oriole::Server", panic = panic_text(panic.as_ref()), "a stream's body panicked");
            let_go(panic);
            Turn::Gone
        });
        match turn {
            Turn::Waits => self.moor(slot),
            Turn::Again => carried.wake(),
            Turn::Over | Turn::Gone => self.remove(slot, turn),
        }
        bytes
    }

    /// Goes on with a convoy.
    fn sail(&mut self, group: usize, budget: &mut Budget) {
        match self.fleet.sail(group, budget) {
            Step::Wrote => {}
            Step::Done => self.sailing.rotate_left(1),
            // Whoever was ended before an event was published does not get it.
            Step::News => {
                self.look();
                self.urgent = self.turns.len();
            }
            Step::Lags { slot, rest, after } => {
                self.unmoor(slot, rest, Some(after));
                self.wake(slot);
            }
            Step::Dispersed(slots) => {
                for slot in slots {
                    self.unmoor(slot, Bytes::new(), None);
                    self.wake(slot);
                }
            }
            Step::Waits => {
                self.sailing.pop_front();
            }
        }
    }

    fn wake(&self, slot: usize) {
        if let Some(Some(carried)) = self.slots.get(slot) {
            carried.wake();
        }
    }

    /// Lets a connection that waits sail with others, if it can.
    fn moor(&mut self, slot: usize) {
        let Some(carried) = self.slots.get_mut(slot).and_then(Option::as_mut) else { return };
        let Some((berth, stream)) = carried.cast_off() else { return };
        match self.fleet.moor(&self.shard, slot, &berth, stream) {
            Ok(Joined { mooring, moved, new }) => {
                carried.mooring = Some(mooring);
                self.moved(moved);
                self.sailing.extend(new);
            }
            Err(stream) => {
                // Nobody wakes it any more, unless it says so by itself.
                carried.land(stream, None, Bytes::new());
                carried.is_alone = true;
                carried.wake();
            }
        }
    }

    /// Takes a connection out of its convoy, if it sails in one, with the rest of what the others got; it goes on where that says, or
    /// where they are.
    fn unmoor(&mut self, slot: usize, rest: Bytes, after: Option<Landing>) {
        let Some(carried) = self.slots.get_mut(slot).and_then(Option::as_mut) else { return };
        let Some(Landed { stream, landing, moved }) = carried.mooring.and_then(|mooring| self.fleet.unmoor(mooring))
        else {
            return;
        };
        carried.land(stream, Some(after.unwrap_or(landing)), rest);
        self.moved(moved);
    }

    fn moved(&mut self, moved: Vec<(usize, Mooring)>) {
        for (slot, mooring) in moved {
            if let Some(Some(carried)) = self.slots.get_mut(slot) {
                carried.mooring = Some(mooring);
            }
        }
    }

    fn remove(&mut self, slot: usize, turn: Turn) {
        let Some(carried) = self.slots.get_mut(slot).and_then(Option::take) else { return };
        self.free.push(slot);
        let gone = AssertUnwindSafe(|| match turn {
            Turn::Over => carried.finish(),
            Turn::Gone | Turn::Waits | Turn::Again => None,
        });
        match catch_unwind(gone) {
            Ok(Some(accepted)) if self.shard.is_ending.load(Ordering::Acquire) => accepted.close(),
            Ok(Some(accepted)) => {
                // Where too many come back at once, some are closed, as an idle connection may be at any time.
                let _ = self.returned.try_send(accepted).map_err(|refused| refused.into_inner().close());
            }
            Ok(None) => {}
            Err(panic) => {
                tracing::error!(target: "oriole::Server", panic = panic_text(panic.as_ref()), "the end of a stream panicked");
                let_go(panic);
            }
        }
    }
}

#[cfg(test)]
mod tests;
