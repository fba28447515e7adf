//! A handler whose stream is a hub's subscription.
//!
//! Generated code calls `__direct` on `&&answered(&stream)`, where the type is concrete: see [`Answered`].

use super::emitter::Emitter;
use crate::handler::Answered;
#[cfg(feature = "sse-hub")]
use futures_util::stream::{Empty, empty};
#[cfg(feature = "sse-hub")]
use oriole_sse::{MessageEvent, Subscription};

/// A subscription, which the response reads without what is between a handler and its response otherwise.
#[cfg(feature = "sse-hub")]
pub trait DirectSubscription {
    #[doc(hidden)]
    fn __direct(&self, given: Subscription, emitter: &Emitter) -> Empty<MessageEvent>;
}

#[cfg(feature = "sse-hub")]
impl DirectSubscription for &Answered<Subscription> {
    fn __direct(&self, given: Subscription, emitter: &Emitter) -> Empty<MessageEvent> {
        emitter.hand_over(given);
        empty()
    }
}

/// Anything else stays as it is.
pub trait DirectNone {
    #[doc(hidden)]
    type Given;
    #[doc(hidden)]
    fn __direct(&self, given: Self::Given, emitter: &Emitter) -> Self::Given;
}

impl<T> DirectNone for Answered<T> {
    type Given = T;

    fn __direct(&self, given: T, _: &Emitter) -> T {
        given
    }
}
