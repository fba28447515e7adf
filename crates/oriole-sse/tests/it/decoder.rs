//! The decoder as its users hold it: over bodies, in linear time, without copies.

use std::time::{Duration, Instant};

use oriole_sse::{Decoded, Decoder, DecoderOptions, EventId};

#[test]
fn id_and_reconnection_time_survive_the_body() {
    let id = EventId::from(9_u8);
    let mut decoder = Decoder::with_last_event_id(DecoderOptions::default(), &id);
    assert_eq!(decoder.last_event_id(), "9");
    let _ = decoder.feed(b"retry: 5\ndata\n\n").count();
    decoder.reset();
    assert_eq!((decoder.last_event_id(), decoder.reconnection_time()), ("9", Some(Duration::from_millis(5))));
}

#[test]
fn a_long_line_in_small_chunks_is_linear() {
    let spent = || {
        let start = Instant::now();
        let mut decoder = Decoder::default();
        let _ = decoder.feed(b"data: ").count();
        for _ in 0..(8 << 20) / 256 {
            let _ = decoder.feed(&[b'x'; 256]).count();
        }
        let events: Vec<_> = decoder.feed(b"\n\n").flatten().collect();
        assert_eq!(events[0].data().len(), 8 << 20);
        start.elapsed()
    };
    // It takes milliseconds. A quadratic decoder would look at 128 GiB, which no memory gives in so little time; one good
    // run of several tells them apart on a busy machine, too.
    assert!((0..5).any(|_| spent() < Duration::from_secs(1)));
}

#[test]
fn a_view_borrows_what_lies_in_the_chunk_and_shows_what_does_not() {
    let mut decoder = Decoder::default();
    let chunk = b"event: tick\nid: 1\ndata: whole\n\ndata: two\ndata: lines\n\ndata: ha".to_vec();
    let range = chunk.as_ptr_range();
    let mut input = &chunk[..];
    let mut seen = vec![];
    while let Some(Decoded::Event(event)) = decoder.next_item(&mut input).expect("within the limits") {
        let in_place = range.contains(&event.data().as_ptr());
        seen.push((format!("{} {} {}", event.event_type(), event.last_event_id(), event.data()), in_place));
    }
    assert_eq!(seen, [("tick 1 whole".into(), true), ("message 1 two\nlines".into(), false)]);
    let mut input = &b"lf\n\n"[..];
    let Some(Decoded::Event(event)) = decoder.next_item(&mut input).expect("within the limits") else {
        panic!("an event");
    };
    let view = format!("{event:?}");
    assert_eq!(view, r#"EventView { data: "half", event_type: "message", last_event_id: "1", .. }"#);
    let event = event.into_event();
    assert_eq!((event.data(), event.last_event_id(), event.origin()), ("half", "1", ""));
    assert!(!decoder.end(), "an event that was shown is not unfinished");
}
