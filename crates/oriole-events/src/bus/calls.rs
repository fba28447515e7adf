//! One call, whose panics and errors are its own.

use super::registry::Registered;
use crate::AnyEvent;
use crate::listener::Heard;
use futures_util::FutureExt;
use oriole_core::{BoxError, panic_text};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

const EVENTS: &str = "oriole::Events";

/// Begins a call; what is not done by then is the rest.
pub(super) fn begin(listener: &Registered, event: &AnyEvent) -> Heard {
    catch_unwind(AssertUnwindSafe(|| (listener.call)(event)))
        .unwrap_or_else(|panic| Heard::Now(Err(panicked(panic.as_ref()))))
}

/// Calls a listener to its end, and logs what it fails with.
pub(super) async fn run(listener: &Registered, event: &AnyEvent) -> Result<(), BoxError> {
    end(listener, event, begin(listener, event)).await
}

pub(super) async fn end(listener: &Registered, event: &AnyEvent, heard: Heard) -> Result<(), BoxError> {
    let outcome = match heard {
        Heard::Now(outcome) => outcome,
        Heard::Later(future) => {
            let guarded = AssertUnwindSafe(future).catch_unwind().await;
            guarded.unwrap_or_else(|panic| Err(panicked(panic.as_ref())))
        }
    };
    if let Err(error) = &outcome {
        log(&listener.who, event, error);
    }
    outcome
}

pub(super) fn log(who: &str, event: &AnyEvent, error: &BoxError) {
    tracing::error!(target: EVENTS, "the listener `{who}` failed on `{}`: {error}", event.name());
}

fn panicked(panic: &(dyn Any + Send)) -> BoxError {
    format!("it panicked: {}", panic_text(panic)).into()
}
