//! Event streams, read as a client would.

mod event;
mod open;
mod received;
mod stream;

pub use event::TestEvent;
pub use open::SseRequest;
pub use stream::TestEvents;
