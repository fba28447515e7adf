//! The state of a topic, before the events that come after it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

use super::frame::encode_published;
use super::lane::Lane;
use super::publish::PublishError;
use super::resume::{Beginning, LaneStart};
use super::room::Room;
use super::shared::Shared;
use super::subscribe_error::SubscribeError;
use super::verdict::Verdict;
use crate::event::MessageEvent;
use crate::store::{Position, Topic};

/// Is the state of a topic at one moment: what a client needs to make sense of the events that come after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// After which event the state was so: the place that [`Published::position`](super::Published::position) gave.
    pub position: Position,
    /// The state, as the client gets it; without an id, which is the place's.
    pub event: MessageEvent,
}

/// Asks the application for the state of a topic.
pub(super) struct TakeSnapshot(Box<dyn FnMut(Topic) -> SnapshotFuture + Send>);

pub(super) type SnapshotFuture = Pin<Box<dyn Future<Output = Result<Snapshot, BoxError>> + Send>>;
pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl TakeSnapshot {
    pub(super) fn new(take: impl FnMut(Topic) -> SnapshotFuture + Send + 'static) -> Self {
        Self(Box::new(take))
    }

    /// Gives the state of each topic to a client that does not go on where it left off in it.
    pub(super) async fn give(
        mut self,
        shared: &Shared,
        lanes: &mut [Lane],
        beginning: &mut Beginning,
    ) -> Result<(), SubscribeError> {
        let given = shared.within(shared.options.snapshot_timeout, self.give_all(shared, lanes, beginning)).await;
        let retry_after = || shared.readers.retry_after(&shared.options.retry_after);
        given.unwrap_or_else(|| Err(SubscribeError::SnapshotLate { retry_after: retry_after() }))
    }

    async fn give_all(
        &mut self,
        shared: &Shared,
        lanes: &mut [Lane],
        Beginning { verdict, lanes: starts, .. }: &mut Beginning,
    ) -> Result<(), SubscribeError> {
        starts.resize_with(lanes.len(), || LaneStart::Live);
        for (lane, start) in lanes.iter_mut().zip(starts) {
            if *verdict == Verdict::Resumed && matches!(start, LaneStart::Resumed) {
                continue;
            }
            let Snapshot { position, event } =
                (self.0)(lane.topic().clone()).await.map_err(SubscribeError::Snapshot)?;
            let frame = encode(shared, lane.topic(), event)?;
            let room = take_room(shared, &frame)?;
            lane.start_at(position, shared);
            *start = LaneStart::Snapshot(frame, room);
        }
        if *verdict != Verdict::Resumed {
            *verdict = Verdict::Snapshot;
        }
        Ok(())
    }
}

fn encode(shared: &Shared, topic: &Topic, event: MessageEvent) -> Result<Bytes, SubscribeError> {
    let bytes_max = shared.options.snapshot_bytes_max;
    encode_published(topic, event, shared.options.topic_naming, bytes_max).map_err(|error| match error {
        PublishError::TooLarge { bytes_max } => SubscribeError::SnapshotTooLarge { bytes_max },
        error => SubscribeError::Snapshot(error.into()),
    })
}

/// Counts what the client has not taken as yet.
fn take_room(shared: &Shared, frame: &Bytes) -> Result<Room, SubscribeError> {
    let room = shared.snapshots.take(frame.len() as u64, shared.options.snapshots_bytes_max);
    room.ok_or_else(|| SubscribeError::SnapshotsFull {
        retry_after: shared.readers.retry_after(&shared.options.retry_after),
    })
}

impl fmt::Debug for TakeSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TakeSnapshot").finish_non_exhaustive()
    }
}
