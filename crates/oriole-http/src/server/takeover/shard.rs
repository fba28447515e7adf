//! One task that carries many connections.

use super::carried::{Arrival, Carried, Turn};
use crate::server::listener::Accepted;
use futures_util::task::AtomicWaker;
use oriole_core::panic_text;
use std::future::poll_fn;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
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
}

/// Counts a connection until it is dropped.
pub(in crate::server) struct Seat {
    shard: Arc<Shard>,
    left: Arc<Notify>,
}

/// Wakes one connection: what its stream and its socket know of the shard.
pub(super) struct Note {
    shard: Arc<Shard>,
    slot: usize,
    is_queued: AtomicBool,
}

/// How many connections have a turn before other tasks get the thread: about half a millisecond of writing.
const TURNS_MAX: usize = 64;

impl Shard {
    pub(super) fn len(&self) -> usize {
        self.connections.load(Ordering::Acquire)
    }

    pub(super) fn adopt(&self, arrival: Arrival, seat: Seat) {
        let is_first = {
            let mut inbox = self.lock();
            inbox.arrivals.push((arrival, seat));
            inbox.arrivals.len() + inbox.woken.len() == 1
        };
        if is_first {
            self.task.wake();
        }
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
            inbox.woken.push(self.slot);
            inbox.arrivals.len() + inbox.woken.len() == 1
        };
        if is_first {
            self.shard.task.wake();
        }
    }
}

/// The task's own part: the connections.
struct Carrier {
    shard: Arc<Shard>,
    returned: mpsc::Sender<Accepted>,
    slots: Vec<Option<Box<Carried>>>,
    free: Vec<usize>,
    /// Whose turn it is, from the end on.
    turns: Vec<usize>,
    scratch: Vec<u8>,
}

/// Carries connections for as long as the server serves.
pub(super) async fn run(shard: Arc<Shard>, returned: mpsc::Sender<Accepted>) {
    let (slots, free, turns, scratch) = (vec![], vec![], vec![], vec![]);
    let mut carrier = Carrier { shard, returned, slots, free, turns, scratch };
    // It leaves the thread to others by its own count, and writes to more sockets in one go than tokio's would let it.
    tokio::task::coop::unconstrained(poll_fn(|cx| carrier.poll(cx))).await
}

impl Carrier {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.shard.task.register(cx.waker());
        for _ in 0..TURNS_MAX {
            if self.turns.is_empty() {
                self.look();
            }
            match self.turns.pop() {
                Some(slot) => self.turn(slot),
                None => return Poll::Pending,
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Takes what has come; those who come have a turn first.
    fn look(&mut self) {
        let (arrivals, mut woken) = {
            let mut inbox = self.shard.lock();
            (mem::take(&mut inbox.arrivals), mem::replace(&mut inbox.woken, mem::take(&mut self.turns)))
        };
        // The first that was woken is the first to have its turn.
        woken.reverse();
        self.turns = woken;
        for (arrival, seat) in arrivals {
            let slot = self.free.pop().unwrap_or_else(|| {
                self.slots.push(None);
                self.slots.len() - 1
            });
            let note = Note { shard: Arc::clone(&self.shard), slot, is_queued: AtomicBool::new(true) };
            self.slots[slot] = Some(Box::new(Carried::new(arrival, Arc::new(note), seat)));
            self.turns.push(slot);
        }
    }

    fn turn(&mut self, slot: usize) {
        let Some(carried) = self.slots.get_mut(slot).and_then(Option::as_mut) else { return };
        let scratch = &mut self.scratch;
        // What a layer has put around the stream is the application's; its panic ends one connection.
        let turn = catch_unwind(AssertUnwindSafe(|| carried.turn(scratch))).unwrap_or_else(|panic| {
            tracing::error!(target: "oriole::Server", panic = panic_text(panic.as_ref()), "a stream's body panicked");
            Turn::Gone
        });
        match turn {
            Turn::Waits => {}
            Turn::Again => carried.wake(),
            Turn::Over | Turn::Gone => self.remove(slot, turn),
        }
        if self.scratch.capacity() > SCRATCH_BYTES_KEPT {
            self.scratch = Vec::new();
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
            Ok(Some(accepted)) if !self.shard.is_ending.load(Ordering::Acquire) => {
                // Where too many come back at once, some are closed, as an idle connection may be at any time.
                let _ = self.returned.try_send(accepted);
            }
            Ok(_) => {}
            Err(panic) => {
                tracing::error!(target: "oriole::Server", panic = panic_text(panic.as_ref()), "the end of a stream panicked");
            }
        }
    }
}

/// What is kept of the room for one write: an event may be large, and the next ones are not.
const SCRATCH_BYTES_KEPT: usize = 64 * 1024;
