//! Where a reconnecting client left off.

use std::borrow::Cow;
use std::fmt;

use http::{HeaderMap, HeaderName, StatusCode, Uri};

use crate::event::EventId;

static HEADER: HeaderName = HeaderName::from_static("last-event-id");
const PARAMETER: &str = "lastEventId";

/// Tells where a client left off: the id of the last event it saw, if it has seen one with an id.
///
/// It is the `Last-Event-ID` header, which browsers and other clients send when they reconnect; where there is none,
/// the query parameter `lastEventId`, for clients that cannot set a header on their first request. An empty value
/// counts as none.
///
/// **The client chooses this text.** It is bounded, it is valid UTF-8, and it has no NUL and no line break; whether it
/// names an event that this client may see is for the handler to check. [`LastEventId::sequence`] reads the usual kind
/// strictly.
///
/// With the feature `axum` it is an argument of axum handlers; elsewhere use [`LastEventId::read`].
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, Uri};
/// use oriole_sse::LastEventId;
///
/// let uri = Uri::from_static("/events?lastEventId=41");
/// let resume = LastEventId::read(&HeaderMap::new(), &uri, 1024)?;
/// assert_eq!(resume.sequence()?, Some(41));
/// # Ok::<(), oriole_sse::LastEventIdRejection>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastEventId(Option<EventId>);

/// Says why a client's last event id was not taken; the answer is 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LastEventIdRejection {
    /// The id is longer than [`SseOptions::last_event_id_bytes_max`](crate::SseOptions::last_event_id_bytes_max).
    #[non_exhaustive]
    TooLong {
        /// The limit, in bytes.
        bytes_max: usize,
    },
    /// The header or the parameter was given more than once.
    Repeated,
    /// The id is not well-formed: not UTF-8, a broken percent-encoding, a NUL or a line break.
    Malformed,
    /// The id is no number, though the handler counts its events ([`LastEventId::sequence`]).
    NotASequence,
}

impl LastEventId {
    /// The longest id that is taken where no other bound is given, in bytes.
    pub const BYTES_MAX: usize = 1024;

    /// Reads it from a request's head.
    ///
    /// # Errors
    ///
    /// [`LastEventIdRejection::TooLong`], [`LastEventIdRejection::Repeated`] and [`LastEventIdRejection::Malformed`],
    /// for the header if there is one, else for the parameter.
    pub fn read(headers: &HeaderMap, uri: &Uri, bytes_max: usize) -> Result<Self, LastEventIdRejection> {
        let mut given = headers.get_all(&HEADER).iter();
        if let Some(value) = given.next() {
            if given.next().is_some() {
                return Err(LastEventIdRejection::Repeated);
            }
            return Self::check(value.as_bytes().into(), bytes_max);
        }
        let mut given = uri.query().unwrap_or_default().split('&').filter_map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name == PARAMETER).then_some(value)
        });
        match (given.next(), given.next()) {
            (None, _) => Ok(Self(None)),
            (Some(_), Some(_)) => Err(LastEventIdRejection::Repeated),
            (Some(value), None) => Self::check(percent_decoded(value)?, bytes_max),
        }
    }

    /// Shows the id; `None` for a client that starts afresh.
    #[must_use]
    pub fn id(&self) -> Option<&EventId> {
        self.0.as_ref()
    }

    /// Shows the id as text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_ref().map(EventId::as_str)
    }

    /// Reads the id as a sequence number: what an `EventId` made of a `u64` says, and nothing else.
    ///
    /// # Errors
    ///
    /// [`LastEventIdRejection::NotASequence`] for anything but the digits of a `u64` without sign, blank or leading
    /// zero.
    pub fn sequence(&self) -> Result<Option<u64>, LastEventIdRejection> {
        let Some(text) = self.as_str() else {
            return Ok(None);
        };
        // `from_str` takes a plus sign and leading zeros, so that two texts would be one place in the stream.
        let canonical = text == "0" || text.starts_with(|digit: char| matches!(digit, '1'..='9'));
        match text.parse() {
            Ok(number) if canonical => Ok(Some(number)),
            _ => Err(LastEventIdRejection::NotASequence),
        }
    }

    fn check(value: Cow<'_, [u8]>, bytes_max: usize) -> Result<Self, LastEventIdRejection> {
        if value.len() > bytes_max {
            return Err(LastEventIdRejection::TooLong { bytes_max });
        }
        if value.is_empty() {
            return Ok(Self(None));
        }
        let text = String::from_utf8(value.into_owned()).map_err(|_| LastEventIdRejection::Malformed)?;
        let id = EventId::new(text).map_err(|_| LastEventIdRejection::Malformed)?;
        Ok(Self(Some(id)))
    }
}

impl From<EventId> for LastEventId {
    fn from(id: EventId) -> Self {
        Self(if id.as_str().is_empty() { None } else { Some(id) })
    }
}

impl LastEventIdRejection {
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

impl fmt::Display for LastEventIdRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes_max } => write!(f, "the last event id is longer than {bytes_max} bytes"),
            Self::Repeated => f.write_str("the last event id is given more than once"),
            Self::Malformed => f.write_str("the last event id is malformed"),
            Self::NotASequence => f.write_str("the last event id is not one of this stream's"),
        }
    }
}

impl std::error::Error for LastEventIdRejection {}

/// Undoes the percent-encoding of a query's value, in which a plus is a blank.
fn percent_decoded(value: &str) -> Result<Cow<'_, [u8]>, LastEventIdRejection> {
    if !value.contains(['%', '+']) {
        return Ok(value.as_bytes().into());
    }
    let mut bytes = value.bytes();
    let mut decoded = Vec::with_capacity(value.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => match (bytes.next().and_then(hex_digit), bytes.next().and_then(hex_digit)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(LastEventIdRejection::Malformed),
            },
            other => other,
        });
    }
    Ok(decoded.into())
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
