//! The store in memory.

mod log;
mod options;
mod store;

pub use options::MemoryStoreOptions;
pub use store::MemoryStore;
