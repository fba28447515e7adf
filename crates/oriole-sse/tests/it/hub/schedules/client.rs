//! A client, and what it knows.

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
    pub(super) topics: Vec<usize>,
    pub(super) principal: Option<&'static str>,
    /// Somebody is asked again and again whether it may read, and always says so.
    pub(super) is_guarded: bool,
    pub(super) slow: SlowReader,
    pub(super) subscription: Option<Subscription>,
    /// It wants the state first.
    pub(super) takes_snapshots: bool,
    pub(super) waking: Arc<Waking>,
    pub(super) last_event_id: Option<String>,
    /// Of each of its topics, where the last connection began if it went back.
    pub(super) rewound_to: Vec<Option<Position>>,
    /// Of each of its topics, as the client understands what it was given.
    pub(super) views: Vec<View>,
    /// How they were before the states that it was given without an id, since the hub has no keys while the store is away.
    pub(super) before_states: Option<Vec<View>>,
}

/// How a client sees one topic.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// After what it must be given everything, or be told; `None` before its first `hello`.
    pub(super) place: Option<Position>,
    /// Ranges of the place's log that were told as lost: after, through; what is open is closed when the store is back.
    pub(super) told: Vec<(u64, u64)>,
    /// It was served live only from its beginning, and is promised what comes after the store is back.
    pub(super) is_unplaced: bool,
}

impl View {
    /// From here on nothing may be missing any more without a word.
    pub(super) fn close(&mut self, last: Sequence) {
        if std::mem::take(&mut self.is_unplaced) {
            self.told = vec![(0, last.0)];
        }
        self.told.retain(|(_, through)| *through != u64::MAX);
    }
}

impl Client {
    pub(super) fn new(dice: &mut Dice, is_calm: bool) -> Self {
        let first = dice.index(TOPICS.len());
        let topics: Vec<_> = (0..dice.pick(&[1, 1, 2, 3])).map(|at| (first + at) % TOPICS.len()).collect();
        let policy = dice.pick(&[
            SlowReaderPolicy::Replay,
            SlowReaderPolicy::Disconnect,
            SlowReaderPolicy::DropOldest,
            SlowReaderPolicy::DropNewest,
            SlowReaderPolicy::Coalesce,
        ]);
        let views = vec![View { place: None, told: vec![], is_unplaced: false }; topics.len()];
        Self {
            topics,
            principal: dice.chance(30).then_some("ann"),
            is_guarded: dice.chance(30),
            slow: SlowReader::new(if is_calm { SlowReaderPolicy::Replay } else { policy })
                .events_max(dice.pick(&[0, 1, 2, 4, 8]))
                .bytes_max(dice.pick(&[60, 300, 4096])),
            subscription: None,
            takes_snapshots: dice.chance(25),
            waking: Arc::default(),
            last_event_id: None,
            rewound_to: vec![],
            views,
            before_states: None,
        }
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
