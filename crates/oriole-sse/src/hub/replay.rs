//! Reading the store, page by page.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::vec;

use super::pages::{Ask, Piece, Share, poll_piece};
use super::room::Room;
use super::shared::Shared;
use super::topic::TopicState;
use crate::store::{Page, PageLimits, Position, Record, Rewind, StoreError, StoreFuture, Topic};

/// Reads a topic's log for one subscription; holds one page at most.
#[derive(Default)]
pub(super) struct Replay {
    state: State,
    /// Whether it is known that what is left is not too much.
    is_near: bool,
    /// It reads for itself until its page is over.
    is_alone: bool,
    /// Of a page that is read for others as well.
    share: Option<Share>,
}

#[derive(Default)]
enum State {
    #[default]
    Idle,
    Reading(StoreFuture<'static, Page>, Option<Room>),
    Locating(StoreFuture<'static, Position>),
    Serving {
        records: vec::IntoIter<Record>,
        _room: Option<Room>,
    },
}

/// Says what reading came to.
pub(super) enum Read {
    Record(Record),
    /// The page is over.
    PageOver,
    /// What is asked for is gone, or too much: go on from here.
    Jump(Position, Jump),
    /// There is nothing after the place, up to here.
    Nothing(Position),
    Failed(StoreError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Jump {
    Restarted,
    Trimmed,
    TooFar,
}

impl Replay {
    /// Makes one that reads nothing together with others.
    #[cfg(feature = "console")]
    pub(super) fn alone() -> Self {
        Self { is_alone: true, ..Self::default() }
    }

    /// Makes one of which it is known that what is left is not too much.
    pub(super) fn near() -> Self {
        Self { is_near: true, ..Self::default() }
    }

    /// Gives what others at this place are given as well, or leaves it to [`poll`](Self::poll).
    pub(super) fn poll_shared(
        &mut self,
        cx: &mut Context<'_>,
        shared: &Arc<Shared>,
        state: &Arc<TopicState>,
        place: Position,
        bytes_max: u64,
    ) -> Poll<Piece> {
        if self.is_alone {
            return Poll::Ready(Piece::Alone);
        }
        let piece =
            ready!(poll_piece(cx, shared, state, Ask { place, bytes_max, is_near: self.is_near }, &mut self.share));
        match piece {
            Piece::Run(..) => self.is_near = true,
            Piece::Alone => self.is_alone = true,
            Piece::InRing => {}
        }
        Poll::Ready(piece)
    }

    /// Reads on after a place.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        shared: &Arc<Shared>,
        topic: &Topic,
        place: Position,
    ) -> Poll<Read> {
        loop {
            match &mut self.state {
                State::Idle => {
                    let room = shared.take_page_room().or_else(|| {
                        shared.keeper.forget_pages();
                        shared.take_page_room()
                    });
                    self.state = State::Reading(read(shared, topic, place, room.is_some()), room);
                }
                State::Reading(page, room) => {
                    let page = ready!(page.as_mut().poll(cx));
                    let room = room.take();
                    self.state = State::Idle;
                    let Page { bounds, records } = match page {
                        Ok(page) => page,
                        Err(error) => return Poll::Ready(Read::Failed(error)),
                    };
                    let trimmed = Position { epoch: bounds.epoch, sequence: bounds.trimmed };
                    if bounds.epoch != place.epoch {
                        return Poll::Ready(Read::Jump(trimmed, Jump::Restarted));
                    }
                    if bounds.trimmed > place.sequence {
                        return Poll::Ready(Read::Jump(trimmed, Jump::Trimmed));
                    }
                    let distance = bounds.last.0.saturating_sub(place.sequence.0);
                    if !self.is_near && distance > shared.options.replay_events_max {
                        self.state = State::Locating(locate(shared, topic));
                    } else if records.is_empty() {
                        return Poll::Ready(Read::Nothing(bounds.end()));
                    } else {
                        self.is_near = true;
                        let mut room = room;
                        if let Some(room) = &mut room {
                            room.set(records.iter().map(Record::bytes).sum());
                        }
                        self.state = State::Serving { records: records.into_iter(), _room: room };
                    }
                }
                State::Locating(found) => {
                    let found = ready!(found.as_mut().poll(cx));
                    self.state = State::Idle;
                    self.is_near = true;
                    match found {
                        Ok(found) if found.epoch == place.epoch && found.sequence > place.sequence => {
                            return Poll::Ready(Read::Jump(found, Jump::TooFar));
                        }
                        Ok(_) => {}
                        Err(error) => return Poll::Ready(Read::Failed(error)),
                    }
                }
                State::Serving { records, .. } => {
                    if let Some(record) = records.find(|record| record.sequence > place.sequence) {
                        return Poll::Ready(Read::Record(record));
                    }
                    self.state = State::Idle;
                    self.is_alone = false;
                    return Poll::Ready(Read::PageOver);
                }
            }
        }
    }
}

fn read(shared: &Arc<Shared>, topic: &Topic, place: Position, has_room: bool) -> StoreFuture<'static, Page> {
    let (shared, topic) = (Arc::clone(shared), topic.clone());
    let events_max = if has_room { shared.options.page_events_max } else { 1 };
    let limits = PageLimits { events_max, bytes_max: shared.options.page_bytes_max as u64 };
    Box::pin(async move { shared.in_time(|| shared.store.read(&topic, place, limits)).await })
}

fn locate(shared: &Arc<Shared>, topic: &Topic) -> StoreFuture<'static, Position> {
    let (shared, topic) = (Arc::clone(shared), topic.clone());
    let rewind = Rewind::Events(shared.options.replay_events_max);
    Box::pin(async move { shared.in_time(|| shared.store.find(&topic, rewind)).await })
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("is_near", &self.is_near).finish_non_exhaustive()
    }
}
