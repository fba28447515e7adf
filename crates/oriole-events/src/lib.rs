//! Events within an application: a typed bus, and listeners as methods of providers.
//!
//! Applications use this crate as `oriole::events`; see [`EventsModule`].

mod bus;
mod event;
mod listener;
mod module;
mod options;

pub use bus::{EmitError, EventBus, EventStream, ListenError, Missed, Subscription};
pub use event::{AnyEvent, Event};
#[doc(hidden)]
pub use listener::{FromEvent, Heard, Listened, Listener, event_name, listened, listening, payload};
pub use listener::{ListenerChange, Mismatch};
pub use module::EventsModule;
pub use options::EventsOptions;
