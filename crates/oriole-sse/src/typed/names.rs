//! The names of the events that a hub itself says.

use crate::event::EventName;
use crate::event_name;

/// Names the events that a hub itself says; the application's own cannot have these names.
///
/// Each has JSON as data and, where the client can be brought back to this very place, an id.
///
/// - `hello` comes first: `{"verdict":"resumed"}`, as in `Verdict`; `"reason"` says why a cursor was refused,
///   `"live":["rooms/8"]` which topics the cursor does not have, so that they begin with what comes from now on, and
///   `"liveOnly":true` that the store is away. It comes again, with `resumed`, when a store that was away is back.
/// - `gap` tells a loss before anything that comes after it:
///   `{"topic":"rooms/7","reason":"overflow","after":41,"through":57}`. The lost events are those after the one of the
///   sequence `after`, up to and with `through`; `null` stands for a bound that is not known.
/// - `end` comes last: `{"reason":"drain"}`. At a drain it also has a `retry` of its own.
///
/// # Examples
///
/// ```
/// use oriole_sse::{ControlNames, event_name};
///
/// let names = ControlNames::default().gap(event_name!("stream.gap"));
/// assert_eq!(names.hello, event_name!("hello"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ControlNames {
    /// `hello` by default.
    pub hello: EventName,
    /// `gap` by default.
    pub gap: EventName,
    /// `end` by default.
    pub end: EventName,
}

impl ControlNames {
    /// Sets [`hello`](Self::hello).
    #[must_use]
    pub fn hello(mut self, name: EventName) -> Self {
        self.hello = name;
        self
    }

    /// Sets [`gap`](Self::gap).
    #[must_use]
    pub fn gap(mut self, name: EventName) -> Self {
        self.gap = name;
        self
    }

    /// Sets [`end`](Self::end).
    #[must_use]
    pub fn end(mut self, name: EventName) -> Self {
        self.end = name;
        self
    }

    #[cfg(feature = "hub")]
    pub(crate) fn is_reserved(&self, name: &EventName) -> bool {
        [&self.hello, &self.gap, &self.end].contains(&name)
    }
}

impl Default for ControlNames {
    fn default() -> Self {
        Self { hello: event_name!("hello"), gap: event_name!("gap"), end: event_name!("end") }
    }
}
