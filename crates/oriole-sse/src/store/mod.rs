//! The log behind a topic: what every store can do, and the one that lives in memory.

mod append;
mod error;
mod log;
mod memory;
mod retention;
mod sink;
#[cfg(test)]
mod tests;
mod topic;
mod traits;

pub use append::{Append, AppendRefusal, Appended, Expected};
pub use error::StoreError;
pub use log::{Bounds, Epoch, Page, PageLimits, Position, Record, Rewind, Sequence};
pub use memory::{MemoryStore, MemoryStoreOptions};
pub use retention::Retention;
pub use sink::StoreSink;
pub use topic::{Topic, TopicError};
pub use traits::{Store, StoreFuture};
