//! A client, and what it knows.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use dice::Dice;
use futures_util::StreamExt;
use oriole_sse::{MessageEvent, Position, Sequence, SlowReader, SlowReaderPolicy, Store, Subscription};

use super::schedule::TOPICS;
use crate::hub::support::Flaky;

/// An event that is in a log: its data is unique.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Truth {
    pub(super) place: Position,
    pub(super) data: u64,
}

pub(super) struct Client {
    /// What the application subscribes to for it.
    pub(super) base: Vec<usize>,
    pub(super) principal: Option<&'static str>,
    /// Somebody is asked again and again whether it may read, and always says so.
    pub(super) is_guarded: bool,
    /// Other requests may change what it reads.
    pub(super) is_changeable: bool,
    /// It stands for the others that do.
    pub(super) is_replacing: bool,
    /// As whom it is present.
    pub(super) member: Option<&'static str>,
    /// It wants to know who is here.
    pub(super) watches: bool,
    /// It wants the state first.
    pub(super) takes_snapshots: bool,
    pub(super) slow: SlowReader,
    pub(super) subscription: Option<Subscription>,
    pub(super) waking: Arc<Waking>,
    /// What it knows of its connection.
    pub(super) connection: Connection,
    pub(super) last_event_id: Option<String>,
    /// Which topics it had by the events up to that one.
    pub(super) topics_at_id: BTreeSet<usize>,
    /// An id which says that it must not come back, and that it got.
    pub(super) over: Option<String>,
    pub(super) known: Known,
    /// What it knew before events without an id that are worth nothing once it is cut off.
    pub(super) before: Option<Known>,
    /// An id of some time ago, and what it knew then.
    pub(super) bookmark: Option<(String, Known)>,
}

/// What a client understands of what it was given.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) topics: BTreeSet<usize>,
    /// Of each topic, whether it reads it or not.
    pub(super) views: [View; 3],
}

/// What is over with a connection.
#[derive(Default)]
pub(super) struct Connection {
    pub(super) is_greeted: bool,
    pub(super) handle: Option<String>,
    /// Of each topic, where it began if the client went back.
    pub(super) rewound_to: [Option<View>; 3],
    /// Which topics it has, as far as those know who have changed them.
    pub(super) topics: BTreeSet<usize>,
    /// How those begin that were added, and that the stream has not taken.
    pub(super) waiting: [Option<View>; 3],
    /// The same of those that it has taken, one after another, and of which it has not told.
    pub(super) taken: [VecDeque<View>; 3],
    /// It cannot be changed any more, so that it ends.
    pub(super) is_over: bool,
    /// Another one stands for it.
    pub(super) is_replaced: bool,
    /// Of each topic, who is here, and how many more.
    pub(super) here: [Option<(BTreeSet<String>, u64)>; 3],
}

/// How a client sees one topic.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    /// After what it must be given everything, or be told; `None` before its first `hello`.
    pub(super) place: Option<Position>,
    /// Ranges of the place's log that were told as lost: after, through; what is open is closed when the store is back.
    pub(super) told: Vec<(u64, u64)>,
    /// It was served live only from its beginning, and is promised what comes after the store is back.
    pub(super) is_unplaced: bool,
    /// It was added while the hub may not have known the end of the log, and nothing of it was given as yet.
    pub(super) is_fresh: bool,
}

impl Connection {
    /// Takes what was changed, as the stream does before it gives anything.
    pub(super) fn take_changes(&mut self) {
        for (taken, waiting) in self.taken.iter_mut().zip(&mut self.waiting) {
            taken.extend(waiting.take());
        }
    }
}

impl View {
    /// Everything after this place is owed.
    pub(super) fn after(place: Position) -> Self {
        Self { place: Some(place), ..Self::default() }
    }

    /// From here on nothing may be missing any more without a word.
    pub(super) fn close(&mut self, last: Sequence) {
        if std::mem::take(&mut self.is_unplaced) {
            self.told = vec![(0, last.0)];
        }
        self.told.retain(|(_, through)| *through != u64::MAX);
    }
}

impl Client {
    pub(super) fn new(dice: &mut Dice, is_calm: bool, is_social: bool) -> Self {
        let first = dice.index(TOPICS.len());
        let base = (0..dice.pick(&[1, 1, 2, 3])).map(|at| (first + at) % TOPICS.len()).collect();
        let policy = dice.pick(&[
            SlowReaderPolicy::Replay,
            SlowReaderPolicy::Disconnect,
            SlowReaderPolicy::DropOldest,
            SlowReaderPolicy::DropNewest,
            SlowReaderPolicy::Coalesce,
        ]);
        let principal = dice.chance(30).then_some("ann");
        Self {
            base,
            principal,
            is_guarded: dice.chance(30),
            is_changeable: dice.chance(35),
            is_replacing: principal.is_some() && dice.chance(50),
            member: (is_social && dice.chance(80)).then(|| dice.pick(&["l", "m", "n"])),
            watches: is_social && dice.chance(60),
            takes_snapshots: dice.chance(25),
            slow: SlowReader::new(if is_calm { SlowReaderPolicy::Replay } else { policy })
                .events_max(dice.pick(&[0, 1, 2, 4, 8]))
                .bytes_max(dice.pick(&[60, 300, 4096])),
            subscription: None,
            waking: Arc::default(),
            connection: Connection::default(),
            last_event_id: None,
            topics_at_id: BTreeSet::new(),
            over: None,
            known: Known::default(),
            before: None,
            bookmark: None,
        }
    }
}

impl fmt::Debug for Client {
    /// What it is from its beginning to its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base)
            .field("principal", &self.principal)
            .field("is_guarded", &self.is_guarded)
            .field("is_changeable", &self.is_changeable)
            .field("is_replacing", &self.is_replacing)
            .field("member", &self.member)
            .field("watches", &self.watches)
            .field("takes_snapshots", &self.takes_snapshots)
            .field("slow", &self.slow)
            .finish_non_exhaustive()
    }
}

/// Whether a reader that waits was woken.
#[derive(Default)]
pub(super) struct Waking {
    waits: AtomicBool,
    is_woken: AtomicBool,
}

impl Wake for Waking {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::Relaxed);
    }
}

/// Polls as a runtime does, only more often: it must not have had anything for a reader that was not woken.
fn poll(subscription: &mut Subscription, waking: &Arc<Waking>, number: u64) -> Poll<Option<MessageEvent>> {
    let was_due = !waking.waits.load(Ordering::Relaxed) || waking.is_woken.swap(false, Ordering::Relaxed);
    let waker = Waker::from(Arc::clone(waking));
    let next = subscription.poll_next_unpin(&mut Context::from_waker(&waker));
    waking.waits.store(next.is_pending(), Ordering::Relaxed);
    assert!(was_due || next.is_pending(), "schedule {number}: nobody was woken for {next:?}");
    next
}

/// Gives what a subscription has, once the store has answered.
pub(super) async fn next<S: Store>(
    subscription: &mut Subscription,
    waking: &Arc<Waking>,
    store: &Flaky<S>,
    number: u64,
) -> Poll<Option<MessageEvent>> {
    loop {
        if let next @ Poll::Ready(_) = poll(subscription, waking, number) {
            return next;
        }
        while !store.settle().await {}
        // With all answers at hand it has nothing, and asks nothing more.
        let asked = store.asked();
        match poll(subscription, waking, number) {
            Poll::Pending if store.asked() == asked => return Poll::Pending,
            Poll::Pending => {}
            next @ Poll::Ready(_) => return next,
        }
    }
}
