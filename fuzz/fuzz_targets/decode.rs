//! Any bytes in any cuts: no panic, the limits hold, the cuts change nothing, and views show what events keep.

#![no_main]

use libfuzzer_sys::fuzz_target;
use oriole_sse::{DecodeError, Decoded, Decoder, DecoderOptions};

const LINE_BYTES_MAX: usize = 64;
const EVENT_BYTES_MAX: usize = 96;

type Outcome = (Vec<(String, String, String)>, Option<DecodeError>, String, Option<std::time::Duration>);

fn decoder() -> Decoder {
    Decoder::new(DecoderOptions::default().line_bytes_max(LINE_BYTES_MAX).event_bytes_max(EVENT_BYTES_MAX))
}

/// Reads events to keep.
fn decode<'c>(chunks: impl Iterator<Item = &'c [u8]>) -> Outcome {
    let mut decoder = decoder();
    let (mut events, mut failed) = (vec![], None);
    'body: for chunk in chunks {
        for item in decoder.feed(chunk) {
            match item {
                Ok(event) => {
                    let kind = event.event_type().to_string();
                    assert!(event.data().len() < EVENT_BYTES_MAX);
                    assert!(event.last_event_id().len() <= EVENT_BYTES_MAX);
                    events.push((kind, event.data().to_string(), event.last_event_id().to_string()));
                }
                Err(error) => {
                    failed = Some(error);
                    break 'body;
                }
            }
        }
    }
    (events, failed, decoder.last_event_id().to_string(), decoder.reconnection_time())
}

/// Reads views.
fn view<'c>(chunks: impl Iterator<Item = &'c [u8]>) -> Outcome {
    let mut decoder = decoder();
    let (mut events, mut failed) = (vec![], None);
    'body: for mut chunk in chunks {
        loop {
            match decoder.next_item(&mut chunk) {
                Ok(Some(Decoded::Event(event))) => {
                    let kind = event.event_type().to_string();
                    events.push((kind, event.data().to_string(), event.last_event_id().to_string()));
                }
                Ok(_) => break,
                Err(error) => {
                    failed = Some(error);
                    break 'body;
                }
            }
        }
    }
    (events, failed, decoder.last_event_id().to_string(), decoder.reconnection_time())
}

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (body, cuts) = input;
    let whole = decode(std::iter::once(&body[..]));
    assert_eq!(whole, decode(body.chunks(1)));
    assert_eq!(whole, view(std::iter::once(&body[..])));

    let mut rest = &body[..];
    let mut chunks = vec![];
    for cut in cuts {
        let (chunk, after) = rest.split_at(usize::from(cut).min(rest.len()));
        chunks.push(chunk);
        rest = after;
    }
    chunks.push(rest);
    assert_eq!(whole, view(chunks.iter().copied()));
    assert_eq!(whole, decode(chunks.into_iter()));
});
