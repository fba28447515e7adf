//! The store in one file, on redb.

mod block;
mod error;
mod format;
mod handle;
mod jobs;
mod log;
mod options;
mod pages;
mod recent;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod transaction;
mod upgrade;
mod writer;

pub use error::RedbOpenError;
pub use options::RedbStoreOptions;
pub use store::RedbStore;
