//! Properties of the encoder and the decoder, over arbitrary events, bytes and cuts.

#[cfg(feature = "decode")]
use std::convert::Infallible;
use std::time::Duration;

#[cfg(feature = "decode")]
use futures_util::{FutureExt, StreamExt, stream};
#[cfg(feature = "decode")]
use oriole_sse::DecodeStream;
use oriole_sse::{
    DecodeError, Decoded, Decoder, DecoderOptions, EventId, EventName, MessageEvent, ReceivedEvent, encode,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::reference::{Reference, interpret};

/// What the crate's decoder makes of a body in these chunks.
fn decode<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> Reference {
    let mut decoder = Decoder::default();
    let mut events = vec![];
    for chunk in chunks {
        for event in decoder.feed(chunk) {
            let event = event.expect("within the limits");
            events.push((event.event_type().into(), event.data().into(), event.last_event_id().into()));
        }
    }
    let retry = decoder.reconnection_time().map(|wait| wait.as_millis().to_string());
    Reference { events, last_event_id: decoder.last_event_id().into(), retry }
}

/// What a decoder with limits makes of a body in these chunks, up to its error.
fn bounded<'c>(
    options: &DecoderOptions,
    chunks: impl IntoIterator<Item = &'c [u8]>,
) -> (Vec<ReceivedEvent>, Option<DecodeError>) {
    let mut decoder = Decoder::new(options.clone());
    let mut events = vec![];
    for chunk in chunks {
        for item in decoder.feed(chunk) {
            match item {
                Ok(event) => {
                    assert!(event.data().len() < options.event_bytes_max, "data counts with its LF");
                    events.push(event);
                }
                Err(error) => return (events, Some(error)),
            }
        }
    }
    (events, None)
}

/// What the standard makes of a body, with the reconnection time as the crate holds it.
fn expected(body: &[u8]) -> Reference {
    let mut reference = interpret(body);
    reference.retry = reference.retry.map(|digits| digits.parse::<u64>().unwrap_or(u64::MAX).to_string());
    reference
}

/// Cuts a body at these places.
fn cut<'b>(body: &'b [u8], cuts: &[Index]) -> Vec<&'b [u8]> {
    let mut at: Vec<_> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
    at.extend([0, body.len()]);
    at.sort_unstable();
    at.windows(2).map(|pair| &body[pair[0]..pair[1]]).collect()
}

/// Text that is likely to have what matters: line ends, field names, marks, characters of every width.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => "[a-c :]{0,4}",
        3 => prop::sample::select(vec![
            "\n", "\r", "\r\n", "\n\r", ":", " ", "\0", "\t", "data", "data:", "data: ", "event: x", "id: 7",
            "retry: 1", "\u{FEFF}", "\u{2028}", "\u{85}", "ü", "🐦", "\u{FFFD}", "\n\ndata: forged\n\n",
        ]).prop_map(String::from),
        1 => any::<String>(),
    ];
    vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn events() -> impl Strategy<Value = Vec<MessageEvent>> {
    let id = text().prop_map(|id| EventId::new(id.replace(['\r', '\n', '\0'], "")).expect("cleaned"));
    let name = text().prop_map(|name| EventName::new(name.replace(['\r', '\n'], "") + "n").expect("cleaned"));
    let parts = (
        prop::option::of(text()),
        prop::option::of(id),
        prop::option::of(name),
        prop::option::of(any::<u64>()),
        prop::option::of(text()),
    );
    let event = parts.prop_map(|(data, id, name, retry, comment)| {
        let mut event = data.map_or_else(MessageEvent::default, MessageEvent::new);
        if let Some(id) = id {
            event = event.id(id);
        }
        if let Some(name) = name {
            event = event.event_type(name);
        }
        if let Some(retry) = retry {
            event = event.retry(Duration::from_millis(retry));
        }
        if let Some(comment) = comment {
            event = event.comment(comment);
        }
        event
    });
    vec(event, 0..6)
}

/// Bodies that are mostly event streams, with some bytes of anything.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        6 => prop::sample::select(vec![
            &b"data"[..], b"data:", b"data: ", b"event", b"event: a", b"id", b"id: 1", b"id: \0", b"retry: 10", b"retry:",
            b"retry: 99999999999999999999999", b":", b": c", b" ", b"\n", b"\n\n", b"\r", b"\r\n", b"\r\r", b"\xEF\xBB\xBF",
            b"\xEF\xBB", b"\xC0\xAF", b"\xE2\x82", b"\xED\xA0\x80", b"\xF0\x9F\x90", b"\xF0\x9F\x90\xA6", b"x",
        ]).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..4),
    ];
    vec(part, 0..24).prop_map(|parts| parts.concat())
}

/// A block as servers write it: each field perhaps, in any order, with values of any length, and any line ends.
fn block() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        8 => "[a-zü]{0,12}".prop_map(String::into_bytes),
        2 => "[a-z]{60,70}".prop_map(String::into_bytes),
        2 => "[a-z]{250,260}".prop_map(String::into_bytes),
        2 => text().prop_map(|text| text.replace(['\r', '\n'], "\t").into_bytes()),
        1 => prop::sample::select(vec![&b"\xC0\xAF"[..], b"a\xE2\x82", b"\xF0\x9F\x90b", b"10"]).prop_map(<[u8]>::to_vec),
    ];
    let name = prop::sample::select(vec!["data", "data", "event", "id", "", "other", "retry", "\u{FEFF}data"]);
    let colon = prop::sample::select(vec![":", ": ", ":", ": ", ""]);
    let end = prop::sample::select(vec!["\n", "\n", "\r\n", "\r"]);
    (vec((name, colon, value), 1..5), end).prop_map(|(fields, end)| {
        let mut block = vec![];
        for (name, colon, value) in fields {
            block.extend([name.as_bytes(), colon.as_bytes(), &value, end.as_bytes()].concat());
        }
        block.extend_from_slice(end.as_bytes());
        block
    })
}

/// Events as views and as what is made of them: type, data and last event id.
fn viewed<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> Vec<(String, String, String)> {
    let (mut decoder, mut events) = (Decoder::default(), vec![]);
    for mut chunk in chunks {
        while let Some(Decoded::Event(view)) = decoder.next_item(&mut chunk).expect("within the limits") {
            let seen = (view.event_type().to_string(), view.data().to_string(), view.last_event_id().to_string());
            let event = view.into_event();
            assert_eq!((event.event_type(), event.data(), event.last_event_id()), (&*seen.0, &*seen.1, &*seen.2));
            let (copy, size) = (event.clone(), event.data().len());
            assert_eq!((copy.into_data(), event.into_data().len()), (seen.1.clone(), size));
            events.push(seen);
        }
    }
    events
}

/// What a client must see of these events, worked out without the wire.
fn seen(events: &[MessageEvent]) -> Reference {
    let mut seen = Reference::default();
    for event in events {
        let fields = event.fields();
        if let Some(id) = fields.id {
            seen.last_event_id = id.as_str().into();
        }
        if let Some(retry) = fields.retry {
            seen.retry = Some(retry.as_millis().to_string());
        }
        if let Some(data) = fields.data {
            let kind = fields.event_type.map_or("message", |name| name.as_str());
            let data = data.replace("\r\n", "\n").replace('\r', "\n");
            seen.events.push((kind.into(), data, seen.last_event_id.clone()));
        }
    }
    seen
}

fn wire(events: &[MessageEvent]) -> Vec<u8> {
    let mut out = vec![];
    for event in events {
        encode(event, &mut out).expect("encodes");
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Events arrive as they were sent, however the bytes are cut, and so says the other decoder.
    #[test]
    fn what_is_encoded_is_decoded(events in events(), cuts in vec(any::<Index>(), 0..6)) {
        let body = wire(&events);
        prop_assert_eq!(decode(cut(&body, &cuts)), seen(&events));
        prop_assert_eq!(expected(&body), seen(&events));
    }

    /// No text starts a field: every line begins as the encoder began it, and there is one blank line per event.
    #[test]
    fn no_data_starts_a_field(data in text(), comment in text()) {
        let body = wire(&[MessageEvent::new(data).comment(comment)]);
        let body = String::from_utf8(body).expect("text");
        prop_assert!(!body.contains('\r'));
        let lines: Vec<_> = body.strip_suffix("\n\n").expect("a blank line at the end").split('\n').collect();
        let comments = lines.iter().take_while(|line| line.starts_with(": ")).count();
        prop_assert!(lines[comments..].iter().all(|line| line.starts_with("data: ")), "{:?}", lines);
        prop_assert!(comments > 0 && comments < lines.len());
    }

    /// The limits hold in any cuts: the same events, and the same error at the same place.
    #[test]
    fn limits_mean_the_same_in_any_cuts(
        body in body(), cuts in vec(any::<Index>(), 0..6), line in 0_usize..16, event in 0_usize..24,
    ) {
        let options = DecoderOptions::default().line_bytes_max(line).event_bytes_max(event);
        let expected = bounded(&options, [&body[..]]);
        prop_assert_eq!(&bounded(&options, cut(&body, &cuts)), &expected);
        prop_assert_eq!(&bounded(&options, body.chunks(1)), &expected);
    }

    /// Any bytes in any cuts give what the standard says, and no panic.
    #[test]
    fn any_bytes_are_decoded_as_the_standard_says(body in body(), cuts in vec(any::<Index>(), 0..6)) {
        let expected = expected(&body);
        prop_assert_eq!(&decode([&body[..]]), &expected);
        prop_assert_eq!(&decode(cut(&body, &cuts)), &expected);
        prop_assert_eq!(&decode(body.chunks(1)), &expected);
    }

    /// An event that is read at one go is what it is line by line: as a view, as an event to keep, and by itself.
    #[test]
    fn an_event_is_the_same_at_one_go_and_line_by_line(
        blocks in vec(block(), 1..6), cuts in vec(any::<Index>(), 0..6),
    ) {
        let body = blocks.concat();
        let expected = expected(&body);
        prop_assert_eq!(&decode([&body[..]]), &expected);
        prop_assert_eq!(&decode(blocks.iter().map(|block| &block[..])), &expected);
        prop_assert_eq!(&decode(cut(&body, &cuts)), &expected);
        prop_assert_eq!(&decode(body.chunks(1)), &expected);
        prop_assert_eq!(&viewed([&body[..]]), &expected.events);
        prop_assert_eq!(&viewed(cut(&body, &cuts)), &expected.events);
        prop_assert_eq!(&viewed(body.chunks(1)), &expected.events);
    }

    /// The adapter over a stream gives what the decoder gives, whatever chunk it is in the middle of.
    #[cfg(feature = "decode")]
    #[test]
    fn a_stream_of_chunks_gives_what_the_decoder_gives(
        blocks in vec(block(), 1..6), cuts in vec(any::<Index>(), 0..6),
    ) {
        let body = blocks.concat();
        let read = |chunks: Vec<&[u8]>| {
            let chunks = stream::iter(chunks.into_iter().map(|chunk| Ok::<_, Infallible>(chunk.to_vec())));
            let events = DecodeStream::new(chunks).map(|event| event.expect("within the limits"));
            events.collect::<Vec<_>>().now_or_never().expect("nothing is waited for")
        };
        let (events, error) = bounded(&DecoderOptions::default(), [&body[..]]);
        prop_assert_eq!(error, None);
        prop_assert_eq!(&read(vec![&body]), &events);
        prop_assert_eq!(&read(blocks.iter().map(|block| &block[..]).collect()), &events);
        prop_assert_eq!(&read(cut(&body, &cuts)), &events);
    }

    /// The limits hold at one go as they do line by line.
    #[test]
    fn limits_mean_the_same_at_one_go(
        blocks in vec(block(), 2..4), cuts in vec(any::<Index>(), 0..6), line in 4_usize..80, event in 1_usize..80,
    ) {
        let options = DecoderOptions::default().line_bytes_max(line).event_bytes_max(event);
        let body = blocks.concat();
        let expected = bounded(&options, body.chunks(1));
        prop_assert_eq!(&bounded(&options, [&body[..]]), &expected);
        prop_assert_eq!(&bounded(&options, cut(&body, &cuts)), &expected);
    }
}
