//! What a store can do.

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Weak;
use std::time::SystemTime;

use bytes::Bytes;

use super::{
    Append, AppendRefusal, Appended, Bounds, Page, PageLimits, Position, Rewind, StoreError, StoreSink, Topic,
};

/// Is what the methods of a [`Store`] give.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Keeps the logs of topics: in memory, in a file, or in a service that several processes share.
///
/// A log is a numbered series of events. The store gives the numbers, so that they are the same for every process and every
/// client; it forgets the oldest events as its [`Retention`](super::Retention) says; and it tells every sink of what was
/// appended, in order. A topic begins with its first event, or when it is first opened.
///
/// All methods can be called at the same time. None waits for a store that is away: they answer [`StoreError::Away`], and
/// the sinks hear [`StoreSink::away`] and [`StoreSink::back`].
///
/// What is kept outside of the process carries a version, and a store refuses with [`StoreError::Failed`] what it cannot read.
///
/// # Cancel safety
///
/// A future that is dropped may have done its work or not. An append with an idempotency key can be repeated safely.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Appends events in this order; ready when they are as safe as the store makes them.
    ///
    /// Each event is taken or refused by itself; the answers stand in the order of the events. Events that were given
    /// earlier under the same idempotency key count as appended, also if what they [expected](super::Expected) is no more so.
    ///
    /// # Errors
    ///
    /// [`StoreError::Away`] if none of the events was taken, [`StoreError::InDoubt`] if that is unknown.
    fn append(&self, batch: Vec<Append>) -> StoreFuture<'_, Vec<Result<Appended, AppendRefusal>>>;

    /// Says what a topic's log holds, and from here on tells the sinks of what is appended after [`Bounds::last`].
    ///
    /// Nothing lies between what the bounds say and what the sinks are told. A sink may be told before the future is
    /// ready, and of topics that it did not ask for. Each `open` that succeeded needs a [`close`](Store::close); one whose
    /// future is dropped does not.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooManyTopics`] if the topic would be one too many.
    fn open<'a>(&'a self, topic: &'a Topic) -> StoreFuture<'a, Bounds>;

    /// Undoes one [`open`](Store::open): the sinks need not be told of this topic any more. The log stays.
    fn close(&self, topic: &Topic);

    /// Reads what comes after a place, the oldest first.
    ///
    /// A place of another epoch is before everything.
    fn read<'a>(&'a self, topic: &'a Topic, after: Position, limits: PageLimits) -> StoreFuture<'a, Page>;

    /// Finds the place from which to read for going back so far; never before [`Bounds::trimmed`].
    fn find<'a>(&'a self, topic: &'a Topic, rewind: Rewind) -> StoreFuture<'a, Position>;

    /// Forgets what is beyond the retention at this time. Stores may do so sooner, and need not do it without being asked.
    fn sweep(&self, now: SystemTime) -> StoreFuture<'_, ()>;

    /// Reads a note: a small text beside the logs, such as the keys that sign cursors.
    fn note<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Bytes>>;

    /// Writes a note if it is still what it was (`None`: not there), and says whether it did.
    ///
    /// It is how processes agree on a note without a lock: who comes second reads again.
    fn swap_note<'a>(&'a self, name: &'a str, old: Option<Bytes>, new: Bytes) -> StoreFuture<'a, bool>;

    /// Tells this sink from here on, as long as it lives.
    fn attach(&self, sink: Weak<dyn StoreSink>);

    /// Finishes what was begun, and lets go of what lies outside of the process; afterwards the store is away for good.
    ///
    /// For the end of the application, after everybody who may publish. A store that is dropped without it may do the same,
    /// and block.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] if what was begun could not be finished.
    fn shutdown(&self) -> StoreFuture<'_, ()> {
        Box::pin(ready(Ok(())))
    }

    /// Says whether the store cannot be reached.
    fn is_away(&self) -> bool {
        false
    }
}
