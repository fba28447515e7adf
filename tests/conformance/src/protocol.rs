//! The messages of the protocol.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// What we can do beyond the core.
pub(crate) const CAPABILITIES: [&str; 9] = [
    "bom",
    "comments",
    "headers",
    "last-event-id",
    "post",
    "read-timeout",
    "report",
    "restart",
    "server-directed-shutdown-request",
];

/// Asks for a stream.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateStream {
    pub(crate) stream_url: String,
    pub(crate) callback_url: String,
    pub(crate) initial_delay_ms: Option<u64>,
    pub(crate) read_timeout_ms: Option<u64>,
    pub(crate) last_event_id: Option<String>,
    #[serde(default)]
    pub(crate) headers: HashMap<String, String>,
    pub(crate) method: Option<String>,
    pub(crate) body: Option<String>,
}

/// Asks something of a stream.
#[derive(Debug, Deserialize)]
pub(crate) struct Command {
    pub(crate) command: String,
}

/// Tells what happened to a stream.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Message {
    Event {
        event: EventMessage,
    },
    Comment {
        comment: String,
    },
    /// The protocol's text names the field `comment`, the harness reads `error`.
    Error {
        error: String,
        comment: String,
    },
}

/// An event as the protocol has it.
#[derive(Debug, Serialize)]
pub(crate) struct EventMessage {
    pub(crate) r#type: String,
    pub(crate) data: String,
    pub(crate) id: String,
}
