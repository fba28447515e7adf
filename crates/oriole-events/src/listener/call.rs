//! One call of a listener: what it takes and what it gives.

use crate::{AnyEvent, Event};
use futures_util::future::BoxFuture;
use oriole_core::{BoxError, Instance};
use std::any::type_name;
use std::fmt;
use std::sync::Arc;

/// What a listener may take: `&T` (which is read as `Arc<T>`), `Arc<T>` or [`AnyEvent`].
#[diagnostic::on_unimplemented(
    message = "a listener cannot take `{Self}`",
    label = "not an event",
    note = "a listener takes `&Event`, `Arc<Event>` or `AnyEvent`"
)]
pub trait FromEvent: Sized {
    /// The type that it wants the event to carry.
    type Payload;
    /// Reads it.
    ///
    /// # Errors
    ///
    /// If the event carries something else.
    fn from_event(event: &AnyEvent) -> Result<Self, Mismatch>;
}

impl<T: Send + Sync + 'static> FromEvent for Arc<T> {
    type Payload = T;

    fn from_event(event: &AnyEvent) -> Result<Self, Mismatch> {
        event.get::<T>().ok_or_else(|| Mismatch { wanted: type_name::<T>(), event: event.clone() })
    }
}

impl FromEvent for AnyEvent {
    type Payload = Self;

    fn from_event(event: &AnyEvent) -> Result<Self, Mismatch> {
        Ok(event.clone())
    }
}

/// An event that carries something else than its listener takes.
#[derive(Clone, Debug)]
pub struct Mismatch {
    wanted: &'static str,
    event: AnyEvent,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, carries, wanted) = (self.event.name(), self.event.type_name(), self.wanted);
        write!(f, "it takes `{wanted}`, and `{name}` carries `{carries}`")
    }
}

impl std::error::Error for Mismatch {}

/// Whose method it is; `None` if the instance is not what it was declared to be.
#[must_use]
pub fn listening<T: Send + Sync + 'static>(instance: &Instance) -> Option<Arc<T>> {
    instance.get::<T>().map(Arc::clone)
}

/// Reads the argument of a listener.
///
/// # Errors
///
/// If the event carries something else.
pub fn payload<F: FromEvent>(event: &AnyEvent) -> Result<F, Mismatch> {
    F::from_event(event)
}

/// The name of what a listener takes.
#[must_use]
pub const fn event_name<F: FromEvent>() -> &'static str
where
    F::Payload: Event,
{
    <F::Payload as Event>::NAME
}

/// What a listener may give.
#[diagnostic::on_unimplemented(
    message = "a listener cannot return `{Self}`",
    label = "neither nothing nor a `Result` of nothing",
    note = "a listener returns nothing, or `Result<(), E>` with an error that implements `std::error::Error`, or is a text"
)]
pub trait Listened {
    /// What became of it.
    ///
    /// # Errors
    ///
    /// What the listener failed with.
    fn listened(self) -> Result<(), BoxError>;
}

impl Listened for () {
    fn listened(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError>> Listened for Result<(), E> {
    fn listened(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// Takes the type off what a listener gave.
///
/// # Errors
///
/// What it failed with.
pub fn listened<L: Listened>(outcome: L) -> Result<(), BoxError> {
    outcome.listened()
}

/// What a call of a listener came to.
pub enum Heard {
    /// It is done.
    Now(Result<(), BoxError>),
    /// It goes on.
    Later(BoxFuture<'static, Result<(), BoxError>>),
}

impl Heard {
    /// The event is not what it takes.
    #[must_use]
    pub fn failed(error: Mismatch) -> Self {
        Self::Now(Err(error.into()))
    }

    /// The instance is not what it was declared to be.
    #[must_use]
    pub fn gone() -> Self {
        Self::Now(Ok(()))
    }
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now(outcome) => f.debug_tuple("Now").field(outcome).finish(),
            Self::Later(_) => f.write_str("Later"),
        }
    }
}
