//! Who is told of what was appended.

use super::{Epoch, Record, Topic};

/// Is told by a [`Store`](super::Store) of what happens to it; a hub is one.
///
/// The methods are called wherever the store is, also under its locks and on its own threads: they return at once, and call
/// nothing of the store.
pub trait StoreSink: Send + Sync + 'static {
    /// Events were appended to a topic, by whichever process.
    ///
    /// Of a topic that is [open](super::Store::open) each event is told once, in the order of the log, and before the
    /// [`append`](super::Store::append) that brought it is ready.
    fn appended(&self, topic: &Topic, epoch: Epoch, records: &[Record]);

    /// The store cannot be reached. Until it is back, nothing is told.
    fn away(&self);

    /// The store can be reached again. What was appended meanwhile is not told: a sink that wants it
    /// [opens](super::Store::open) its topics again and reads.
    fn back(&self);
}
