//! What lives for one request: its id, the request as a need, and the sub-trees that are kept for a key.

mod context;
mod durable;
mod enhancer;
mod request;

pub use context::CurrentContext;
pub(crate) use context::Scopes;
pub use durable::{DurableKey, DurableOptions};
pub(crate) use enhancer::{PerRequest, found};
pub use request::CurrentRequest;
