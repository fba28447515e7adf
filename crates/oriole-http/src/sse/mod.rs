//! `#[sse]`: a handler that may borrow its controller becomes a response of `oriole-sse`.

mod direct;
mod emitter;
mod generator;
mod open;

pub use direct::DirectNone;
#[cfg(feature = "sse-hub")]
pub use direct::DirectSubscription;
pub use emitter::Emitter;
pub use open::{EventSource, event_stream, events};

pub(crate) use open::last_event;
#[cfg(feature = "sse-hub")]
pub(crate) use open::open_subscription;
