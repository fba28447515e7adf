//! Events as values of the application's types.

mod error;
mod hub_event;
mod names;
mod read;
#[cfg(feature = "decode")]
mod stream;
#[cfg(test)]
mod tests;
// serde_json's serializer is the standard library's.
#[cfg(feature = "std")]
mod write;

pub use error::EventReadError;
pub use hub_event::{HubEnd, HubEvent, HubGap, HubHello, HubMember, HubPresence, HubTopics, Identified};
pub use names::ControlNames;
#[cfg(feature = "decode")]
pub use stream::{HubEvents, Json, ReceivedEventStreamExt, Typed, TypedError, TypedWithId, UntilData};
