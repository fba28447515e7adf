//! How the bus works.

use oriole_core::{InjectionToken, Key};
use std::time::Duration;

/// How the bus works; see [`EventsModule::for_root`](crate::EventsModule::for_root). The defaults are Nest's where it has such
/// (`EVT.2`).
///
/// # Examples
///
/// ```
/// use oriole::events::EventsOptions;
///
/// let options = EventsOptions::new().wildcard(true).delimiter(":").queue_max(16);
/// assert!(format!("{options:?}").contains("queue_max: 16"));
/// ```
#[derive(Clone, Debug)]
pub struct EventsOptions {
    pub(crate) wildcard: bool,
    pub(crate) delimiter: String,
    pub(crate) listeners_max: usize,
    pub(crate) announce: bool,
    pub(crate) ignore_errors: bool,
    pub(crate) queue_max: usize,
    pub(crate) stream_buffer_max: usize,
    pub(crate) drain_timeout: Duration,
}

const LISTENERS_MAX: usize = 10;
const QUEUE_MAX: usize = 1024;
const STREAM_BUFFER_MAX: usize = 256;
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

impl EventsOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            wildcard: false,
            delimiter: ".".to_owned(),
            listeners_max: LISTENERS_MAX,
            announce: false,
            ignore_errors: false,
            queue_max: QUEUE_MAX,
            stream_buffer_max: STREAM_BUFFER_MAX,
            drain_timeout: DRAIN_TIMEOUT,
        }
    }

    /// Whether `*` stands for one part of a name, and `**` for any number of parts, none included (`EVT.5`). Off by default;
    /// then a listener to such a name is refused at the start.
    #[must_use]
    pub fn wildcard(mut self, wildcard: bool) -> Self {
        self.wildcard = wildcard;
        self
    }

    /// What stands between the parts of a name; a dot by default.
    #[must_use]
    pub fn delimiter(mut self, delimiter: impl Into<String>) -> Self {
        self.delimiter = delimiter.into();
        self
    }

    /// Beyond how many listeners of one name a warning is logged, since they may have been added and forgotten; 10 by default,
    /// 0 for never.
    #[must_use]
    pub fn listeners_max(mut self, listeners: usize) -> Self {
        self.listeners_max = listeners;
        self
    }

    /// Whether listeners that come and go are events themselves: `newListener` and `removeListener`, with a
    /// [`ListenerChange`](crate::ListenerChange). Off by default.
    #[must_use]
    pub fn announce_listeners(mut self, announce: bool) -> Self {
        self.announce = announce;
        self
    }

    /// Whether an event called `error` may go unheard. Off by default: then emitting it fails.
    #[must_use]
    pub fn ignore_errors(mut self, ignore: bool) -> Self {
        self.ignore_errors = ignore;
        self
    }

    /// How many events may wait for one listener; 1,024 by default, at least one. Beyond it, emitting fails with
    /// [`EmitError::Full`](crate::EmitError::Full), and no listener gets the event.
    #[must_use]
    pub fn queue_max(mut self, events: usize) -> Self {
        self.queue_max = events.max(1);
        self
    }

    /// How many events are kept for streams that are behind; 256 by default, at least one. A stream that is further behind is
    /// told how many it [`Missed`](crate::Missed).
    #[must_use]
    pub fn stream_buffer_max(mut self, events: usize) -> Self {
        self.stream_buffer_max = events.max(1);
        self
    }

    /// How long the end of the application waits for listeners: once while it still serves, and once at last. 2 s by default; it
    /// is part of the application's `shutdown_timeout`.
    #[must_use]
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.drain_timeout = timeout;
        self
    }
}

impl Default for EventsOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl InjectionToken for EventsOptions {
    const KEY: Key = Key::of(concat!(module_path!(), "::EventsOptions"));
}
