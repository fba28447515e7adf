//! Where a subscription begins.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, Uri};

use super::shared::Shared;
use crate::cursor::CursorFault;
use crate::request::{LastEventId, LastEventIdRejection};
use crate::store::Rewind;

/// Says where a subscription begins.
///
/// A [`LastEventId`] turns into one: the cursor of a client that returns, or the word `earliest`. [`Start::read`] also reads the
/// query parameter `rewind`; take it where clients may choose to go back. However far back that is,
/// [`HubOptions::replay_events_max`](super::HubOptions::replay_events_max) bounds it.
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, Uri};
/// use oriole_sse::Start;
///
/// let start = Start::read(&HeaderMap::new(), &Uri::from_static("/feed?rewind=20"), 1024)?;
/// assert_eq!(start, Start::Events(20));
/// # Ok::<(), oriole_sse::StartRejection>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Start {
    /// With what comes from now on.
    #[default]
    Live,
    /// With the earliest event that is kept.
    Earliest,
    /// So many events back.
    Events(u64),
    /// With what was published so long ago, or later.
    Ago(Duration),
    /// After the place that a cursor says, for each of its topics; live for the others.
    Cursor(String),
    /// As after a cursor that is worth nothing, for this reason: what the client sent as its id is none that a hub gives.
    Refused(CursorFault),
}

/// Says why the start that a client asked for was not understood; the answer is 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartRejection {
    /// The last event id was not taken.
    LastEventId(LastEventIdRejection),
    /// The parameter `rewind` is no number of events (`20`), and no duration (`90s`, `15m`, `2h`).
    Rewind,
}

impl Start {
    /// Reads it from a request's head: `Last-Event-ID`, then `lastEventId`, then `rewind`.
    ///
    /// An id that is too long or malformed is no error, since a browser would not come back from one: the subscription begins, and
    /// its `hello` says what is wrong.
    ///
    /// # Errors
    ///
    /// [`StartRejection::LastEventId`], if the id is given more than once, and [`StartRejection::Rewind`].
    pub fn read(headers: &HeaderMap, uri: &Uri, bytes_max: usize) -> Result<Self, StartRejection> {
        let id = match LastEventId::read(headers, uri, bytes_max) {
            Ok(id) => id,
            Err(LastEventIdRejection::TooLong { .. }) => return Ok(Self::Refused(CursorFault::TooLong)),
            Err(LastEventIdRejection::Malformed) => return Ok(Self::Refused(CursorFault::Malformed)),
            Err(rejection) => return Err(StartRejection::LastEventId(rejection)),
        };
        if id.id().is_some() {
            return Ok(id.into());
        }
        let mut given = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.strip_prefix("rewind="));
        match (given.next(), given.next()) {
            (None, _) => Ok(Self::Live),
            (Some(rewind), None) => parse_rewind(rewind).ok_or(StartRejection::Rewind),
            (Some(_), Some(_)) => Err(StartRejection::Rewind),
        }
    }

    /// Reads what a client says in words: `now`, `earliest`, how far back, or an id that it has got.
    pub(super) fn of_text(text: &str) -> Result<Self, StartRejection> {
        match text {
            "now" => Ok(Self::Live),
            "earliest" => Ok(Self::Earliest),
            // A cursor does not begin with a digit: its first byte is its version.
            _ if text.starts_with(|first: char| first.is_ascii_digit()) => {
                parse_rewind(text).ok_or(StartRejection::Rewind)
            }
            cursor => Ok(Self::Cursor(cursor.to_owned())),
        }
    }

    /// Tells how far it goes back, if it does so by itself.
    pub(super) fn rewind(&self, shared: &Shared) -> Option<Rewind> {
        Some(match self {
            Self::Live | Self::Cursor(_) | Self::Refused(_) => return None,
            Self::Earliest => Rewind::Events(u64::MAX),
            Self::Events(events) => Rewind::Events((*events).min(shared.options.replay_events_max)),
            Self::Ago(age) => {
                let now = shared.clock.wall();
                Rewind::Since(now.checked_sub(*age).unwrap_or(SystemTime::UNIX_EPOCH))
            }
        })
    }
}

fn parse_rewind(text: &str) -> Option<Start> {
    let digits = text.trim_end_matches(|unit: char| unit.is_ascii_alphabetic());
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    let seconds = match &text[digits.len()..] {
        "" => return Some(Start::Events(number)),
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    Some(Start::Ago(Duration::from_secs(number.checked_mul(seconds)?)))
}

impl From<LastEventId> for Start {
    fn from(id: LastEventId) -> Self {
        match id.as_str() {
            None => Self::Live,
            Some("earliest") => Self::Earliest,
            Some(cursor) => Self::Cursor(cursor.into()),
        }
    }
}

impl StartRejection {
    /// Tells the status of the answer: 400.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }

    /// Tells the client what is wrong, without repeating what it sent.
    #[must_use]
    pub fn body_text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for StartRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LastEventId(rejection) => rejection.fmt(f),
            Self::Rewind => f.write_str("the parameter rewind is neither a number of events nor a duration"),
        }
    }
}

impl std::error::Error for StartRejection {}
