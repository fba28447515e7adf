//! One `#[on_event(..)]`.

use super::Heard;
use crate::AnyEvent;
use oriole_core::Instance;

/// What an `#[on_event(..)]` says. Generated code makes it.
#[derive(Clone, Copy, Debug)]
pub struct Listener {
    pub(crate) names: &'static [&'static str],
    pub(crate) call: fn(&Instance, &AnyEvent) -> Heard,
    /// Called apart from whoever emits.
    pub(crate) is_queued: bool,
    pub(crate) is_prepended: bool,
    pub(crate) suppresses_errors: bool,
}

impl Listener {
    /// One that listens to these names; an `async fn` is called apart.
    #[must_use]
    pub const fn new(names: &'static [&'static str], call: fn(&Instance, &AnyEvent) -> Heard, is_async: bool) -> Self {
        Self { names, call, is_queued: is_async, is_prepended: false, suppresses_errors: true }
    }

    /// The same, called apart from whoever emits.
    #[must_use]
    pub const fn queued(self) -> Self {
        Self { is_queued: true, ..self }
    }

    /// The same, called before those that were there earlier.
    #[must_use]
    pub const fn prepended(self) -> Self {
        Self { is_prepended: true, ..self }
    }

    /// The same, whose errors reach whoever waits for them.
    #[must_use]
    pub const fn raised(self) -> Self {
        Self { suppresses_errors: false, ..self }
    }
}

/// A listener that came or went: what `newListener` and `removeListener` carry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListenerChange {
    /// The name or pattern that it listens to.
    pub name: String,
    /// What it is called in the log: `OrderLog::created`.
    pub listener: String,
}
