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
/// - `topics` tells what a subscription that was changed (`Hub::change`) reads from here on:
///   `{"topics":["rooms/7","rooms/8"],"added":["rooms/8"],"removed":[]}`; with `"reason":"revoked"` if the client may not read some of
///   them any more. The `hello` of one that may be changed has a `handle`, its `topics`, and in `refused` those that the client
///   had and may not read any more.
/// - `presence` tells who is here, to those who watch (`Subscribe::watch_presence`):
///   `{"topic":"rooms/7","here":[{"name":"user-17","label":"Ann"}]}`, with `"more":3` if there is no room in the list for others, and with any
///   event that changes their number; then
///   `{"topic":"rooms/7","joined":{"name":"user-18"}}` and `{"topic":"rooms/7","left":{"name":"user-17","label":"Ann"},"cause":"closed"}`,
///   as in `LeaveCause`. It has no id: who comes back is told anew.
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
    /// `topics` by default.
    pub topics: EventName,
    /// `presence` by default.
    pub presence: EventName,
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

    /// Sets [`topics`](Self::topics).
    #[must_use]
    pub fn topics(mut self, name: EventName) -> Self {
        self.topics = name;
        self
    }

    /// Sets [`presence`](Self::presence).
    #[must_use]
    pub fn presence(mut self, name: EventName) -> Self {
        self.presence = name;
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
        [&self.hello, &self.gap, &self.topics, &self.presence, &self.end].contains(&name)
    }
}

impl Default for ControlNames {
    fn default() -> Self {
        Self {
            hello: event_name!("hello"),
            gap: event_name!("gap"),
            topics: event_name!("topics"),
            presence: event_name!("presence"),
            end: event_name!("end"),
        }
    }
}
