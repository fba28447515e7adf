//! What providers may know of the server: whether it listens, and where.

#[cfg(feature = "sse-console")]
mod console;
mod host;
mod module;

pub use host::HttpAdapterHost;
pub use module::HttpAdapterModule;

pub(crate) use host::Listening;
