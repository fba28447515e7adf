//! What an application can set.

use std::time::Duration;

use http::StatusCode;

use super::policy::Backoff;
use crate::codec::DecoderOptions;
use crate::event::EventName;

/// Sets how an [`EventSource`](super::EventSource) behaves: its limits, and policies that go beyond the standard.
///
/// The defaults are the standard's behaviour, with limits on memory and a backoff, which it allows. Time-outs are off,
/// since nothing says how long a server may be silent: set [`idle_timeout`](Self::idle_timeout) to three times your
/// server's heartbeat.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use oriole_sse::ClientOptions;
///
/// let options = ClientOptions::default()
///     .idle_timeout(Duration::from_secs(45))
///     .retry_statuses(ClientOptions::PASSING_STATUSES)
///     .give_up_after(Duration::from_secs(600));
/// assert_eq!(options.redirects_max, 20);
/// assert_eq!(options.attempts_max, None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientOptions {
    /// The limits on lines and events, and whether comments are given out. 16 MiB each, and no.
    ///
    /// A stream that exceeds a limit fails for good, since it would do so again.
    pub decoder: DecoderOptions,
    /// The reconnection time until the server sets another (rule C13). 3 s by default.
    pub reconnection_time: Duration,
    /// How waits grow while connections bring nothing.
    pub backoff: Backoff,
    /// By how much of itself a wait is lengthened at most, in percent, by chance. 25 by default; never shortened.
    pub jitter_percent: u32,
    /// After how many attempts in a row that brought nothing the source fails. No cap by default; zero counts as one.
    pub attempts_max: Option<u32>,
    /// How long after the last progress, or the start, the source fails rather than trying again. No cap by default.
    ///
    /// A connection that brought an event, or that lasted ([`Backoff::reset_after`]), is progress up to its end. It is
    /// looked at when a connection is lost: see [`head_timeout`](Self::head_timeout) and
    /// [`idle_timeout`](Self::idle_timeout) for connections that hang.
    pub give_up_after: Option<Duration>,
    /// Whether a source whose very first attempt fails tries again (rule C5). It does by default.
    pub retry_first_attempt: bool,
    /// After which statuses the source tries again rather than failing. None by default (rule C6).
    ///
    /// `Retry-After` counts for these; [`PASSING_STATUSES`](Self::PASSING_STATUSES) is a list to start from. A request
    /// that is not idempotent also needs [`repeat_non_idempotent`](Self::repeat_non_idempotent).
    pub retry_statuses: Vec<StatusCode>,
    /// The longest `Retry-After` that is waited for; a longer one counts as this. 10 min by default.
    pub retry_after_max: Duration,
    /// Whether a request that is not idempotent (POST, PATCH) is sent again after it may have been received. Not by
    /// default: the source ends with its body, and a body that breaks off, or ends inside an event, is an error.
    pub repeat_non_idempotent: bool,
    /// How long a connection may be without any byte, comments included, until it counts as lost. Off by default.
    ///
    /// Only the time counts in which the application waits: a slow reader loses no connection by it.
    pub idle_timeout: Option<Duration>,
    /// How long a request may take until its response's head is there, redirects included. Off by default.
    ///
    /// A request factory is not under it: what it waits for has time-outs of its own.
    pub head_timeout: Option<Duration>,
    /// How many redirects are followed. 20 by default, as in browsers (rule C9).
    ///
    /// To another origin go `Accept`, `Accept-Encoding`, `Accept-Language`, `Cache-Control`, `Content-Type`,
    /// `Last-Event-ID` and `User-Agent`, and no other header. A body goes along with 307 and 308, as in browsers: where
    /// it is a secret, set zero.
    pub redirects_max: u32,
    /// How the event is named by which the server says why it ends a stream, with `{"reason":".."}` as data, as a hub's does (`end`). After
    /// one whose reason is `finished`, `replaced` or `revoked` the source closes when its reader comes for more, instead of returning.
    /// None by default: an event is an event.
    pub end_event: Option<EventName>,
    /// Whether gzip and deflate are offered and undone. Not by default.
    pub decompression: bool,
    /// The longest id that is sent as `Last-Event-ID`, in bytes. 4,096 by default; a longer one is left out and
    /// reported.
    pub last_event_id_bytes_max: usize,
    /// How much of the body of a response that is no event stream is kept for the error. 16 KiB by default.
    pub error_body_bytes_max: usize,
}

impl ClientOptions {
    /// Are the statuses that usually pass: 408, 425, 429, 500, 502, 503 and 504.
    pub const PASSING_STATUSES: [StatusCode; 7] = [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_EARLY,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::BAD_GATEWAY,
        StatusCode::SERVICE_UNAVAILABLE,
        StatusCode::GATEWAY_TIMEOUT,
    ];

    /// Sets [`decoder`](Self::decoder).
    #[must_use]
    pub fn decoder(mut self, value: DecoderOptions) -> Self {
        self.decoder = value;
        self
    }

    /// Sets [`reconnection_time`](Self::reconnection_time).
    #[must_use]
    pub fn reconnection_time(mut self, value: Duration) -> Self {
        self.reconnection_time = value;
        self
    }

    /// Sets [`backoff`](Self::backoff).
    #[must_use]
    pub fn backoff(mut self, value: Backoff) -> Self {
        self.backoff = value;
        self
    }

    /// Sets [`jitter_percent`](Self::jitter_percent).
    #[must_use]
    pub fn jitter_percent(mut self, value: u32) -> Self {
        self.jitter_percent = value;
        self
    }

    /// Sets [`attempts_max`](Self::attempts_max); `None` turns it off.
    #[must_use]
    pub fn attempts_max(mut self, value: impl Into<Option<u32>>) -> Self {
        self.attempts_max = value.into();
        self
    }

    /// Sets [`give_up_after`](Self::give_up_after); `None` turns it off.
    #[must_use]
    pub fn give_up_after(mut self, value: impl Into<Option<Duration>>) -> Self {
        self.give_up_after = value.into();
        self
    }

    /// Sets [`retry_first_attempt`](Self::retry_first_attempt).
    #[must_use]
    pub fn retry_first_attempt(mut self, value: bool) -> Self {
        self.retry_first_attempt = value;
        self
    }

    /// Sets [`retry_statuses`](Self::retry_statuses).
    #[must_use]
    pub fn retry_statuses(mut self, statuses: impl Into<Vec<StatusCode>>) -> Self {
        self.retry_statuses = statuses.into();
        self
    }

    /// Sets [`retry_after_max`](Self::retry_after_max).
    #[must_use]
    pub fn retry_after_max(mut self, value: Duration) -> Self {
        self.retry_after_max = value;
        self
    }

    /// Sets [`repeat_non_idempotent`](Self::repeat_non_idempotent).
    #[must_use]
    pub fn repeat_non_idempotent(mut self, value: bool) -> Self {
        self.repeat_non_idempotent = value;
        self
    }

    /// Sets [`idle_timeout`](Self::idle_timeout); `None` turns it off.
    #[must_use]
    pub fn idle_timeout(mut self, value: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = value.into();
        self
    }

    /// Sets [`head_timeout`](Self::head_timeout); `None` turns it off.
    #[must_use]
    pub fn head_timeout(mut self, value: impl Into<Option<Duration>>) -> Self {
        self.head_timeout = value.into();
        self
    }

    /// Sets [`redirects_max`](Self::redirects_max).
    #[must_use]
    pub fn redirects_max(mut self, value: u32) -> Self {
        self.redirects_max = value;
        self
    }

    /// Sets [`end_event`](Self::end_event); `None` turns it off.
    #[must_use]
    pub fn end_event(mut self, value: impl Into<Option<EventName>>) -> Self {
        self.end_event = value.into();
        self
    }

    /// Sets [`decompression`](Self::decompression).
    #[must_use]
    pub fn decompression(mut self, value: bool) -> Self {
        self.decompression = value;
        self
    }

    /// Sets [`last_event_id_bytes_max`](Self::last_event_id_bytes_max).
    #[must_use]
    pub fn last_event_id_bytes_max(mut self, value: usize) -> Self {
        self.last_event_id_bytes_max = value;
        self
    }

    /// Sets [`error_body_bytes_max`](Self::error_body_bytes_max).
    #[must_use]
    pub fn error_body_bytes_max(mut self, value: usize) -> Self {
        self.error_body_bytes_max = value;
        self
    }
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            decoder: DecoderOptions::default(),
            reconnection_time: Duration::from_secs(3),
            backoff: Backoff::default(),
            jitter_percent: 25,
            attempts_max: None,
            give_up_after: None,
            retry_first_attempt: true,
            retry_statuses: Vec::new(),
            retry_after_max: Duration::from_secs(600),
            repeat_non_idempotent: false,
            idle_timeout: None,
            head_timeout: None,
            redirects_max: 20,
            end_event: None,
            decompression: false,
            last_event_id_bytes_max: 4096,
            error_body_bytes_max: 16 * 1024,
        }
    }
}
