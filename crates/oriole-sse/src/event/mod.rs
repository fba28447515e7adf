//! What a server sends: one event, and the validated parts of it.

mod id;
mod message;
mod name;
#[cfg(test)]
mod tests;

pub(crate) use message::Data;

pub use id::{EventId, EventIdError};
pub use message::{EventFields, MessageEvent};
pub use name::{EventName, EventNameError, literal_event_name};
