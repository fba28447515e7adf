//! Whole bodies.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use crate::codec::{Decoder, encode};
use crate::event::MessageEvent;

/// Decodes a whole body and checks that cutting it into single bytes changes nothing (rule E5); gives
/// (type, data, last id) of each event.
pub(super) fn decode(body: impl AsRef<[u8]>) -> Vec<(String, String, String)> {
    let body = body.as_ref();
    let read = |chunks: &mut dyn Iterator<Item = &[u8]>| {
        let mut decoder = Decoder::default();
        let mut events = vec![];
        for chunk in chunks {
            for event in decoder.feed(chunk) {
                let event = event.expect("within the limits");
                events.push((event.event_type().into(), event.data().into(), event.last_event_id().into()));
            }
        }
        events
    };
    let whole = read(&mut core::iter::once(body));
    assert_eq!(whole, read(&mut body.chunks(1)), "cut into bytes: {body:?}");
    assert_eq!(whole, read(&mut body.chunks(3)), "cut into threes: {body:?}");
    whole
}

/// The data of each event of a body.
pub(super) fn data(body: impl AsRef<[u8]>) -> Vec<String> {
    decode(body).into_iter().map(|(_, data, _)| data).collect()
}

pub(super) fn retry(body: &str) -> Option<Duration> {
    let mut decoder = Decoder::default();
    let _ = decoder.feed(body.as_bytes()).count();
    decoder.reconnection_time()
}

pub(super) fn wire(event: &MessageEvent) -> String {
    let mut out = vec![];
    encode(event, &mut out).expect("encodes");
    String::from_utf8(out).expect("text")
}
