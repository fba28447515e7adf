//! What `#[oriole::main]` knows of the entry point.

use syn::{ItemFn, LitInt, Type};

/// The entry point.
pub(crate) struct Main {
    /// The user's function.
    pub(super) item: ItemFn,
    /// `root = T`.
    pub(super) root: Option<Type>,
    /// `worker_threads = N`.
    pub(super) worker_threads: Option<LitInt>,
}
