//! Why an event is not emitted, or not listened to.

use oriole_core::BoxError;
use std::fmt;

/// Why an event was not emitted, or what became of it.
#[derive(Debug)]
#[non_exhaustive]
pub enum EmitError {
    /// Listeners are found when modules are initialised, and that has not begun: wait for [`ready`](crate::EventBus::ready).
    NotReady,
    /// The application has ended.
    Closed,
    /// An event has a name, and wildcards in it mean nothing.
    Name {
        /// What was given for one.
        name: String,
    },
    /// As many events as [`queue_max`](crate::EventsOptions::queue_max) says wait for a listener. No listener got this one.
    Full {
        /// The listener.
        listener: String,
    },
    /// Nobody listens to `error`.
    Unheard,
    /// A listener failed that gives its errors to whoever waits for them; all others ran.
    Listener {
        /// The listener.
        listener: String,
        /// What it said.
        source: BoxError,
    },
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReady => f.write_str("nobody can listen before modules are initialised"),
            Self::Closed => f.write_str("the application has ended"),
            Self::Name { name } => write!(f, "`{name}` is no name of an event"),
            Self::Full { listener } => write!(f, "too many events wait for the listener `{listener}`"),
            Self::Unheard => f.write_str("nobody listens to `error`"),
            Self::Listener { listener, source } => write!(f, "the listener `{listener}` failed: {source}"),
        }
    }
}

impl std::error::Error for EmitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listener { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

/// Why something cannot listen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ListenError {
    /// The application has ended.
    Closed,
    /// There is no name, or it has wildcards and [`wildcard`](crate::EventsOptions::wildcard) is off.
    Name {
        /// What was given for one.
        name: String,
    },
    /// What is called apart needs a runtime, and there is none.
    NoRuntime,
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the application has ended"),
            Self::Name { name } if name.is_empty() => f.write_str("an event has a name"),
            Self::Name { name } => write!(f, "`{name}` has wildcards, which `EventsOptions::wildcard(true)` turns on"),
            Self::NoRuntime => f.write_str("there is no tokio runtime"),
        }
    }
}

impl std::error::Error for ListenError {}
