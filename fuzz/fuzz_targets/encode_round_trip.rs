//! Any event: what is decoded is what was encoded, and no data starts a field.

#![no_main]

use std::time::Duration;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use oriole_sse::{Decoder, MessageEvent, encode};

#[derive(Arbitrary, Debug)]
struct Parts {
    data: Option<String>,
    id: Option<String>,
    name: Option<String>,
    retry_ms: Option<u64>,
    comment: Option<String>,
}

fuzz_target!(|parts: Parts| {
    let mut event = parts.data.clone().map_or_else(MessageEvent::default, MessageEvent::new);
    if let Some(id) = parts.id {
        event = match event.clone().try_id(id) {
            Ok(event) => event,
            Err(_) => event,
        };
    }
    if let Some(name) = parts.name {
        event = match event.clone().try_event_type(name) {
            Ok(event) => event,
            Err(_) => event,
        };
    }
    if let Some(millis) = parts.retry_ms {
        event = event.retry(Duration::from_millis(millis));
    }
    if let Some(comment) = parts.comment {
        event = event.comment(comment);
    }

    let mut wire = vec![];
    encode(&event, &mut wire).expect("only JSON can fail");
    let fields = event.fields();

    let mut decoder = Decoder::default();
    let received: Vec<_> = decoder.feed(&wire).map(|event| event.expect("within the limits")).collect();
    assert!(!decoder.end());
    assert_eq!(decoder.last_event_id(), fields.id.map_or("", |id| id.as_str()));
    assert_eq!(decoder.reconnection_time(), fields.retry);
    assert_eq!(received.len(), usize::from(fields.data.is_some()));
    if let (Some(received), Some(data)) = (received.first(), fields.data) {
        assert_eq!(received.data(), data.replace("\r\n", "\n").replace('\r', "\n"));
        assert_eq!(received.event_type(), fields.event_type.map_or("message", |name| name.as_str()));
    }
});
