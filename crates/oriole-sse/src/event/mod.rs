//! What a server sends: one event, and the validated parts of it.

#[cfg(feature = "hub")]
mod encoded;
mod id;
mod message;
mod name;
#[cfg(test)]
mod tests;

#[cfg(feature = "hub")]
pub(crate) use encoded::Encoded;
pub(crate) use message::Data;

pub use id::{EventId, EventIdError};
pub use message::{EventFields, MessageEvent};
pub use name::{EventName, EventNameError, literal_event_name};
