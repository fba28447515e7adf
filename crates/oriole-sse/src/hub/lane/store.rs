//! How a lane moves in the store.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::next::{Next, Wanted};
use super::place::Lane;
use crate::hub::control::{Gap, GapReason};
use crate::hub::frame::Frame;
use crate::hub::pages::Piece;
use crate::hub::replay::{Jump, Read};
use crate::hub::shared::Shared;
use crate::store::{Position, Sequence};

impl Lane {
    /// Gives the next event of the store; `None` if the ring goes on.
    pub(super) fn next_of_store(
        &mut self,
        cx: &mut Context<'_>,
        shared: &Arc<Shared>,
        place: Position,
        wanted: Wanted<'_>,
    ) -> Option<Next> {
        if let Some(through) = self.pace.take_used_up() {
            self.replay = None;
            return self.skip(GapReason::Overflow, place, through);
        }
        let replay = self.replay.as_mut()?;
        if let Some(bytes_max) = wanted.run_bytes_max.filter(|_| self.pace.is_like_others(place.sequence)) {
            match replay.poll_shared(cx, shared, &self.seat.state, place, bytes_max) {
                Poll::Pending => return Some(Next::Wait),
                Poll::Ready(Piece::Run(bytes, last, events)) => {
                    self.place = Some(Position { sequence: last, ..place });
                    self.pace.gave(events, bytes.len());
                    return Some(Next::Run(bytes));
                }
                Poll::Ready(Piece::InRing) => {
                    self.replay = None;
                    return None;
                }
                Poll::Ready(Piece::Alone) => {}
            }
        }
        let Poll::Ready(read) = replay.poll(cx, shared, &self.seat.state.topic, place) else {
            return Some(Next::Wait);
        };
        match read {
            Read::Record(record) => {
                self.place = Some(Position { sequence: record.sequence, ..place });
                self.pace.gave(1, record.frame.len());
                Some(Next::Event(Frame::without_id(record.frame)))
            }
            Read::PageOver => {
                let live = self.seat.state.lock();
                if live.epoch == Some(place.epoch) && place.sequence >= live.ring.base() {
                    self.replay = None;
                }
                None
            }
            Read::Jump(to, Jump::Restarted) => {
                self.place = Some(to);
                self.pace.restart();
                let after = Some(place.sequence);
                Some(Next::Gap(Gap { reason: GapReason::Restart, after, through: None }))
            }
            Read::Jump(to, Jump::Trimmed) => {
                // Memory may hold what the store does not keep any more.
                let base = self.ring_base(place);
                self.skip(GapReason::Retention, place, base.map_or(to.sequence, |base| base.min(to.sequence)))
            }
            Read::Jump(to, Jump::TooFar) => self.skip(GapReason::TooFar, place, to.sequence),
            Read::Nothing(end) => {
                let base = {
                    let mut live = self.seat.state.lock();
                    if live.epoch != Some(place.epoch) {
                        // The store has begun anew, and the ring has not heard of it yet.
                        live.waiters.wait(&mut self.waiting, cx.waker());
                        return Some(Next::Wait);
                    }
                    live.ring.base()
                };
                self.replay = None;
                // Numbers that the store left out are no loss; what it does not have but the ring had is one.
                let place = Position { sequence: place.sequence.max(end.sequence.min(base)), ..place };
                self.place = Some(place);
                self.skip(GapReason::Retention, place, base)
            }
            Read::Failed(error) => {
                tracing::warn!(%error, topic = %self.seat.state.topic, "a subscriber cannot catch up");
                self.replay = None;
                self.skip(GapReason::Unavailable, place, self.ring_base(place).unwrap_or(place.sequence))
            }
        }
    }

    /// Tells the place after which everything is in memory, if that is of the same log.
    fn ring_base(&self, place: Position) -> Option<Sequence> {
        let live = self.seat.state.lock();
        (live.epoch == Some(place.epoch)).then(|| live.ring.base())
    }

    /// Goes on after a later place, and tells it; if it is no later one, the ring goes on.
    fn skip(&mut self, reason: GapReason, place: Position, through: Sequence) -> Option<Next> {
        if through <= place.sequence {
            self.replay = None;
            return None;
        }
        self.place = Some(Position { sequence: through, ..place });
        Some(Next::Gap(Gap { reason, after: Some(place.sequence), through: Some(through) }))
    }
}
