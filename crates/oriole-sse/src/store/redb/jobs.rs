//! What the threads of a store are asked for.

use std::time::SystemTime;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::super::{Append, AppendRefusal, Appended, Page, PageLimits, Position, Rewind, StoreError, Topic};

/// Gives an answer; nobody may wait for it any more.
pub(super) type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// Is for the one thread that writes, which takes them in order.
#[derive(Debug)]
pub(super) enum Write {
    Append(Batch),
    Sweep {
        now: SystemTime,
        answer: Answer<()>,
    },
    SwapNote {
        name: String,
        old: Option<Bytes>,
        new: Bytes,
        answer: Answer<bool>,
    },
    /// Write what was asked for before, and nothing after it.
    End {
        answer: Answer<()>,
    },
}

/// Events that are appended in order, though not necessarily next to each other.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) events: Vec<Append>,
    pub(super) answer: Answer<Vec<Result<Appended, AppendRefusal>>>,
    /// Its room among those that wait.
    pub(super) _room: OwnedSemaphorePermit,
}

/// Is for the threads that read.
#[derive(Debug)]
pub(super) enum Read {
    Page { topic: Topic, after: Position, limits: PageLimits, answer: Answer<Page> },
    Find { topic: Topic, rewind: Rewind, answer: Answer<Position> },
    Note { name: String, answer: Answer<Option<Bytes>> },
}

impl Write {
    /// Tells how many events it is about.
    pub(super) fn events(&self) -> usize {
        match self {
            Self::Append(batch) => batch.events.len(),
            Self::Sweep { .. } | Self::SwapNote { .. } | Self::End { .. } => 0,
        }
    }

    /// Says that nothing came of it, and that nothing was done.
    pub(super) fn refuse(self, why: impl FnOnce() -> StoreError) {
        // Who has asked may be gone.
        let _ = match self {
            Self::Append(Batch { answer, .. }) => answer.send(Err(why())).is_ok(),
            Self::Sweep { answer, .. } | Self::End { answer } => answer.send(Err(why())).is_ok(),
            Self::SwapNote { answer, .. } => answer.send(Err(why())).is_ok(),
        };
    }
}
