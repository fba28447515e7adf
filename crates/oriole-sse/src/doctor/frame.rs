//! What each event says.

use std::time::Duration;

use http::HeaderMap;
use http::request::Parts;
use serde::{Deserialize, Serialize};

/// Is the data of an event that a [`DoctorProbe`](super::DoctorProbe) sends, in JSON; the event's type is `doctor` and its
/// id is [`n`](Self::n).
///
/// Comments in between say their number and their moment as two numbers: `: 12 1100432`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DoctorFrame {
    /// The number, from 0, which comments share.
    pub n: u32,
    /// When it was sent, in microseconds after the first.
    pub at: u64,
    /// Whether the stream ends after it.
    #[serde(default, rename = "last")]
    pub is_last: bool,
    /// In the first frame: what arrived of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<DoctorRequest>,
    /// What makes the frame as large as it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub padding: String,
}

impl DoctorFrame {
    /// The reconnection time that the first event sets: no default of anybody's, so that one that arrives is ours.
    pub const RETRY: Duration = Duration::from_millis(4321);
}

/// Tells what arrived of a request at the service, so that its sender can compare.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DoctorRequest {
    /// The version of HTTP, such as `HTTP/1.1`.
    pub version: String,
    /// What matters to event streams, as it arrived: `accept-encoding`, `last-event-id`, `via`.
    pub headers: Vec<(String, String)>,
    /// The names of headers that proxies add; what they say is not told.
    pub marks: Vec<String>,
}

const TOLD: [&str; 3] = ["accept-encoding", "last-event-id", "via"];

/// What the well-known proxies add to a request.
const MARKS: [&str; 10] = [
    "cf-ray",
    "fly-request-id",
    "x-amz-cf-id",
    "x-amzn-trace-id",
    "x-azure-ref",
    "x-cloud-trace-context",
    "x-envoy-expected-rq-timeout-ms",
    "x-forwarded-for",
    "x-real-ip",
    "x-vercel-id",
];

/// More of a value is not told.
const VALUE_CHARS_MAX: usize = 256;

impl DoctorRequest {
    pub(super) fn of(head: &Parts) -> Self {
        let told = TOLD.iter().flat_map(|name| {
            let values = head.headers.get_all(*name).iter();
            values.map(|value| ((*name).to_owned(), text(value.as_bytes())))
        });
        Self {
            version: format!("{:?}", head.version),
            headers: told.collect(),
            marks: MARKS.iter().filter(|name| has(&head.headers, name)).map(|name| (*name).to_owned()).collect(),
        }
    }

    /// Shows the first value of a header, if it arrived and is one of those that are told; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

fn has(headers: &HeaderMap, name: &str) -> bool {
    headers.contains_key(name)
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).chars().take(VALUE_CHARS_MAX).collect()
}
