//! The log behind a topic: what every store can do, the one that lives in memory, and the one in a file.

mod append;
mod error;
mod idle;
mod log;
mod memory;
#[cfg(feature = "hub-redb")]
mod redb;
mod retention;
mod sink;
#[cfg(test)]
mod tests;
mod topic;
mod traits;

#[cfg(feature = "hub-redb")]
pub use self::redb::{RedbOpenError, RedbStore, RedbStoreOptions};
pub use append::{Append, AppendRefusal, Appended, Expected};
pub use error::StoreError;
pub use log::{Bounds, Epoch, Page, PageLimits, Position, Record, Rewind, Sequence};
pub use memory::{MemoryStore, MemoryStoreOptions};
pub use retention::Retention;
pub use sink::StoreSink;
pub use topic::{Topic, TopicError};
pub use traits::{Store, StoreFuture};
