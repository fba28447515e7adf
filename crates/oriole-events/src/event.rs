//! What is emitted.

use std::any::{Any, type_name};
use std::fmt;
use std::sync::Arc;

/// A type whose values are events of one name.
///
/// # Examples
///
/// ```
/// use oriole::events::Event;
///
/// pub struct OrderCreated {
///     pub id: u32,
/// }
///
/// impl Event for OrderCreated {
///     const NAME: &'static str = "order.created";
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no name as an event",
    label = "does not implement `Event`",
    note = "implement `oriole::events::Event` for it, or say the name: `#[on_event(\"order.created\")]`, `emit_named(\"order.created\", ..)`"
)]
pub trait Event: Send + Sync + 'static {
    /// Its name: parts with dots between, unless the options say another delimiter.
    const NAME: &'static str;
}

/// An event with its type taken off. A clone is the same event.
#[derive(Clone)]
pub struct AnyEvent {
    name: Arc<str>,
    payload: Arc<dyn Any + Send + Sync>,
    type_name: &'static str,
}

impl AnyEvent {
    pub(crate) fn new<T: Send + Sync + 'static>(name: &str, payload: T) -> Self {
        Self { name: name.into(), payload: Arc::new(payload), type_name: type_name::<T>() }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it carries, if that is a `T`.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        Arc::clone(&self.payload).downcast().ok()
    }

    /// The type of what it carries, for messages.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }
}

impl fmt::Debug for AnyEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyEvent").field("name", &self.name).field("type", &self.type_name).finish()
    }
}
