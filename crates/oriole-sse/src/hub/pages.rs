//! Pages of the store for all readers that are at the same place.
//!
//! What falls behind the ring falls behind together: a pause of the process, or of everything between, is a pause for a thousand
//! readers. They are at one place or at two then, and what they are to be given is the same. So the first of them reads the page and
//! signs its ids, and the others are given the same bytes. Whatever is not simply the next events is left to each.

use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::task::{Context, Poll, Wake, Waker, ready};

use bytes::Bytes;

use super::frame::{ID_BYTES, put_with_id};
use super::room::Room;
use super::shared::Shared;
use super::topic::TopicState;
use super::waiters::{Waiters, Waiting};
use crate::cursor::Place;
use crate::lock::lock;
use crate::store::{Page, PageLimits, Position, Record, Sequence, StoreFuture};

/// What is held of a topic for those who are behind its ring.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// The latest, for those who come to the same place a little later.
    kept: VecDeque<Arc<SignedPage>>,
    /// What somebody waits for.
    reading: Vec<(Position, Weak<Reading>)>,
}

/// Events as all get them who have the topic alone and no principal.
#[derive(Debug)]
struct SignedPage {
    after: Position,
    /// Of each event its number, and where it ends.
    ends: Vec<(Sequence, usize)>,
    bytes: Bytes,
    /// The end of the log when it was read.
    log_end: Sequence,
}

/// The bytes of a page, which keep its room for as long as a client has not taken them.
struct Held {
    bytes: Vec<u8>,
    _room: Option<Room>,
}

/// A page that is read for all who wait for it.
pub(super) struct Reading {
    after: Position,
    work: Mutex<Work>,
    crowd: Arc<Crowd>,
}

/// Somebody's part in it.
#[derive(Debug)]
pub(super) struct Share {
    reading: Arc<Reading>,
    waiting: Option<Waiting>,
}

struct Work {
    /// `None` once there is an outcome. Without room it is one event.
    page: Option<(StoreFuture<'static, Page>, Option<Room>)>,
    outcome: Option<Option<Arc<SignedPage>>>,
}

/// Those who wait for it.
#[derive(Default)]
struct Crowd(Mutex<Waiters>);

/// What a reader behind the ring is to be given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask {
    pub(super) place: Position,
    pub(super) bytes_max: u64,
    /// Whether it is known that what is left is not too much.
    pub(super) is_near: bool,
}

/// What comes of it.
#[derive(Debug)]
pub(super) enum Piece {
    /// Whole events in one piece, the place after them, and how many they are.
    Run(Bytes, Sequence, usize),
    /// The ring has what follows.
    InRing,
    /// The reader has to look by itself: something is gone, too much or in the way.
    Alone,
}

/// How many pages of a topic are kept: readers that fell behind together are in few places.
const KEPT_MAX: usize = 4;

/// Gives what follows a place that has left the ring; whoever waits for a page keeps its share of the reading.
pub(super) fn poll_piece(
    cx: &mut Context<'_>,
    shared: &Arc<Shared>,
    state: &Arc<TopicState>,
    ask: Ask,
    share: &mut Option<Share>,
) -> Poll<Piece> {
    let mut has_made_room = false;
    loop {
        if let Some(Share { reading, waiting }) = share {
            let page = ready!(reading.poll(cx, waiting, shared, state));
            *share = None;
            let run = page.filter(|page| ask.is_within(page.log_end, shared)).and_then(|page| page.run(ask));
            return Poll::Ready(run.map_or(Piece::Alone, |(bytes, last, events)| Piece::Run(bytes, last, events)));
        }
        let mut live = state.lock();
        if live.epoch != Some(ask.place.epoch) {
            return Poll::Ready(Piece::Alone);
        }
        if ask.place.sequence >= live.ring.base() {
            return Poll::Ready(Piece::InRing);
        }
        // Whoever reads without ids does so by itself.
        if live.is_stale || !ask.is_within(live.ring.last(), shared) || !shared.keyring.has_keys() {
            return Poll::Ready(Piece::Alone);
        }
        if let Some((bytes, last, events)) = live.pages.find(ask) {
            return Poll::Ready(Piece::Run(bytes, last, events));
        }
        let reading = live.pages.reading(ask.place).or_else(|| {
            let room = shared.take_page_room();
            let may_be_made = room.is_none() && !has_made_room;
            (!may_be_made).then(|| live.pages.begin(shared, state, ask.place, room))
        });
        let Some(reading) = reading else {
            // Not under the lock of one topic, since it needs those of others.
            drop(live);
            has_made_room = true;
            shared.keeper.forget_pages();
            continue;
        };
        *share = Some(Share { reading, waiting: None });
    }
}

impl Ask {
    /// Whether so much is to be given up to the end of the log, and not only the newest of it.
    fn is_within(&self, end: Sequence, shared: &Shared) -> bool {
        self.is_near || end.0.saturating_sub(self.place.sequence.0) <= shared.options.replay_events_max
    }
}

impl Pages {
    /// Gives what somebody waits for at this place.
    ///
    /// Of the others none is held even for a moment: whoever holds a reading last drops a future of the store's, which is not to
    /// happen under the topic's lock.
    fn reading(&self, after: Position) -> Option<Arc<Reading>> {
        let mut readings = self.reading.iter().filter(|(place, _)| *place == after);
        readings.find_map(|(_, reading)| reading.upgrade())
    }

    /// Begins to read a page, or one event if there is no room.
    fn begin(&mut self, shared: &Arc<Shared>, state: &TopicState, after: Position, room: Option<Room>) -> Arc<Reading> {
        self.reading.retain(|(_, reading)| reading.strong_count() > 0);
        let events_max = if room.is_some() { shared.options.page_events_max } else { 1 };
        let limits = PageLimits { events_max, bytes_max: shared.options.page_bytes_max as u64 };
        let (shared, topic) = (Arc::clone(shared), state.topic.clone());
        let page = async move { shared.in_time(|| shared.store.read(&topic, after, limits)).await };
        let work = Work { page: Some((Box::pin(page), room)), outcome: None };
        let reading = Arc::new(Reading { after, work: Mutex::new(work), crowd: Arc::default() });
        self.reading.push((after, Arc::downgrade(&reading)));
        reading
    }

    fn find(&self, ask: Ask) -> Option<(Bytes, Sequence, usize)> {
        self.kept.iter().find_map(|page| page.run(ask))
    }

    /// Gives what follows a place, if it is kept, for somebody who was given what is before it.
    pub(super) fn kept_run(&self, ask: Ask) -> Option<(Bytes, Sequence)> {
        let (bytes, last, _) = self.find(ask).filter(|_| ask.is_near)?;
        Some((bytes, last))
    }

    /// Keeps a page; says whether it is the only one.
    fn keep(&mut self, page: Arc<SignedPage>) -> bool {
        self.kept.truncate(KEPT_MAX - 1);
        self.kept.push_front(page);
        self.kept.len() == 1
    }

    /// Lets go of all that nobody waits for.
    pub(super) fn forget(&mut self) {
        self.kept.clear();
    }
}

impl Reading {
    fn poll(
        &self,
        cx: &mut Context<'_>,
        waiting: &mut Option<Waiting>,
        shared: &Arc<Shared>,
        state: &Arc<TopicState>,
    ) -> Poll<Option<Arc<SignedPage>>> {
        // Before it is looked at: whoever ends the work wakes the others.
        self.crowd.lock().wait(waiting, cx.waker());
        let mut work = lock(&self.work);
        if let Some(outcome) = &work.outcome {
            return Poll::Ready(outcome.clone());
        }
        let mut signed = None;
        let mut has_room = false;
        if let Some((mut page, room)) = work.page.take() {
            let waker = Waker::from(Arc::clone(&self.crowd));
            // A panic of the store's is not one of those who wait for the page.
            match catch_unwind(AssertUnwindSafe(|| page.as_mut().poll(&mut Context::from_waker(&waker)))) {
                Ok(Poll::Pending) => {
                    work.page = Some((page, room));
                    return Poll::Pending;
                }
                // What went wrong, each finds out who asks by itself.
                Ok(Poll::Ready(page)) => {
                    has_room = room.is_some();
                    signed = page.ok().and_then(|page| SignedPage::new(page, self.after, room, shared, state));
                }
                Err(panic) => {
                    tracing::error!(topic = %state.topic, "the store panicked while it read a page for many");
                    let_go(panic);
                    let_go(page);
                }
            }
        }
        // One that has no room is for those alone who wait for it.
        if let Some(page) = &signed
            && has_room
            && shared.keeper.is_running()
            && state.lock().pages.keep(Arc::clone(page))
        {
            shared.keeper.forget_later(Arc::clone(state));
        }
        work.outcome = Some(signed.clone());
        drop(work);
        self.crowd.lock().leave(waiting.take());
        self.crowd.wake_by_ref();
        Poll::Ready(signed)
    }
}

impl SignedPage {
    /// Signs the ids of a page, if it is simply what follows the place.
    fn new(page: Page, after: Position, room: Option<Room>, shared: &Shared, state: &TopicState) -> Option<Arc<Self>> {
        let Page { bounds, records } = page;
        if bounds.epoch != after.epoch || bounds.trimmed > after.sequence || records.is_empty() {
            return None;
        }
        let keys = shared.keyring.keys()?;
        let key = keys.first()?;
        let mut ends = Vec::with_capacity(records.len());
        let mut bytes = Vec::with_capacity(records.iter().map(|record| record.frame.len() + ID_BYTES).sum());
        for Record { sequence, frame, .. } in &records {
            let position = Position { epoch: after.epoch, sequence: *sequence };
            put_with_id(&mut bytes, frame, key, Place { topic: state.tag, position });
            ends.push((*sequence, bytes.len()));
        }
        let mut room = room;
        if let Some(room) = &mut room {
            room.set(bytes.len() as u64);
        }
        let bytes = Bytes::from_owner(Held { bytes, _room: room });
        Some(Arc::new(Self { after, ends, bytes, log_end: bounds.last }))
    }

    /// Gives what follows a place within the page, as many events as fit and one at least.
    fn run(&self, Ask { place, bytes_max, .. }: Ask) -> Option<(Bytes, Sequence, usize)> {
        if place.epoch != self.after.epoch || place.sequence < self.after.sequence {
            return None;
        }
        let first = self.ends.partition_point(|(sequence, _)| *sequence <= place.sequence);
        let start = first.checked_sub(1).map_or(0, |before| self.ends[before].1);
        let fits = self.ends[first..].partition_point(|(_, end)| (end - start) as u64 <= bytes_max);
        let (last, end) = *self.ends.get(first + fits.max(1) - 1)?;
        Some((self.bytes.slice(start..end), last, fits.max(1)))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.reading.crowd.lock().leave(self.waiting);
    }
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Crowd {
    fn lock(&self) -> MutexGuard<'_, Waiters> {
        lock(&self.0)
    }
}

impl Wake for Crowd {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let wakers = self.lock().take();
        wakers.into_iter().flatten().for_each(Waker::wake);
    }
}

/// Drops what a panic has left, which may panic in turn.
fn let_go<T>(value: T) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        mem::forget(panic);
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("after", &self.after).finish_non_exhaustive()
    }
}
