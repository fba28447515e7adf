//! Telling the harness what happens to a stream.

use bytes::Bytes;
use http::Request;
use oriole_sse::{EventSource, HttpTransport, Signal, SourceError, Transport};

use crate::protocol::{EventMessage, Message};

/// Reads a source until it closes, and tells the harness of everything, one thing after the other.
pub(crate) async fn report(mut source: EventSource, transport: HttpTransport, callback_url: String) {
    let mut count = 0_u64;
    while let Some(signal) = source.next_signal().await {
        let Some(message) = message(signal) else { continue };
        count += 1;
        let body = serde_json::to_vec(&message).unwrap_or_default();
        let request = Request::post(format!("{}/{count}", callback_url.trim_end_matches('/')))
            .header("content-type", "application/json")
            .body(Bytes::from(body));
        if let Ok(request) = request {
            // A harness that is gone needs to hear nothing.
            let _ = transport.send(request).await;
        }
    }
}

fn message(signal: Signal) -> Option<Message> {
    match signal {
        Signal::Event(event) => {
            let (r#type, id) = (event.event_type().to_string(), event.last_event_id().to_string());
            Some(Message::Event { event: EventMessage { r#type, id, data: event.into_data() } })
        }
        Signal::Comment(comment) => Some(Message::Comment { comment }),
        // What the harness asked for is no error to it.
        Signal::Reconnecting { error: SourceError::Restarted, .. } => None,
        Signal::Reconnecting { error, .. } | Signal::Failed(error) => {
            let error = error.to_string();
            Some(Message::Error { comment: error.clone(), error })
        }
        _ => None,
    }
}
