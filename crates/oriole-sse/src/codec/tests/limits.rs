//! What is too long.

use crate::codec::{DecodeError, Decoder, DecoderOptions};

#[test]
fn a_line_of_exactly_the_limit_passes_and_one_byte_more_fails() {
    let options = DecoderOptions::default().line_bytes_max(8);
    let error = DecodeError::LineTooLong { bytes_max: 8 };
    for chunk_len in 1..12 {
        let read = |body: &[u8]| {
            let mut decoder = Decoder::new(options.clone());
            let mut items = vec![];
            for chunk in body.chunks(chunk_len) {
                items.extend(decoder.feed(chunk).map(|event| event.map(crate::codec::ReceivedEvent::into_data)));
                if items.last().is_some_and(Result::is_err) {
                    break;
                }
            }
            items
        };
        assert_eq!(read(b"data: 12\n\n"), [Ok("12".into())]);
        assert_eq!(read(b"data: 1\n\ndata: 123\n\n"), [Ok("1".into()), Err(error)]);
        assert_eq!(read(b"data: 1\n\n:23456789"), [Ok("1".into()), Err(error)]);
        assert_eq!(read(b"data: 1\n\n:2345678"), [Ok("1".into())]);
    }
}

#[test]
fn an_event_of_exactly_the_limit_passes_and_one_byte_more_fails() {
    // Two data lines with their LF are 4 bytes, type and id 2 each.
    let body = b"event: ab\nid: cd\ndata: 1\ndata: 2\n\n";
    let read = |bytes_max, body: &[u8]| {
        let mut decoder = Decoder::new(DecoderOptions::default().event_bytes_max(bytes_max));
        decoder.feed(body).map(|event| event.map(crate::codec::ReceivedEvent::into_data)).collect::<Vec<_>>()
    };
    let error = |bytes_max| Err(DecodeError::EventTooLarge { bytes_max });
    assert_eq!(read(8, body), [Ok("1\n2".into())]);
    assert_eq!(read(7, body), [error(7)]);
    assert_eq!(read(7, b"data: 1\ndata: 2\nid: cd\nevent: ab\n\n"), [error(7)]);
    assert_eq!(read(7, b"data: 1\ndata: 2\nevent: ab\nid: cd\n\n"), [error(7)]);
    assert_eq!(read(0, b"data\n\n"), [error(0)]);
    // A replaced part counts once, and the next event counts from nothing.
    assert_eq!(read(4, b"event: abcd\nevent: ab\nid: zz\nid: z\ndata\n\ndata: abc\n\n").len(), 2);
    // An ill-formed byte grows to three.
    assert_eq!(read(4, b"data: \xFF\n\n"), [Ok("\u{FFFD}".into())]);
    assert_eq!(read(3, b"data: \xFF\n\n"), [error(3)]);
}

/// The second event of a body is read at one go, if it can be.
#[test]
fn the_limits_are_the_same_for_an_event_that_is_read_at_one_go() {
    let body = b"data\n\nevent: ab\nid: cd\ndata: 123\n\n";
    let read = |options: DecoderOptions| {
        let mut decoder = Decoder::new(options);
        decoder.feed(body).map(|event| event.map(crate::codec::ReceivedEvent::into_data)).collect::<Vec<_>>()
    };
    let line = |bytes_max| read(DecoderOptions::default().line_bytes_max(bytes_max));
    assert_eq!(line(9), [Ok("".into()), Ok("123".into())]);
    assert_eq!(line(8), [Ok("".into()), Err(DecodeError::LineTooLong { bytes_max: 8 })]);
    let event = |bytes_max| read(DecoderOptions::default().event_bytes_max(bytes_max));
    assert_eq!(event(8), [Ok("".into()), Ok("123".into())]);
    assert_eq!(event(7), [Ok("".into()), Err(DecodeError::EventTooLarge { bytes_max: 7 })]);
}

#[test]
fn after_an_error_nothing_is_read_until_a_reset() {
    let mut decoder = Decoder::new(DecoderOptions::default().line_bytes_max(6));
    let error = DecodeError::LineTooLong { bytes_max: 6 };
    assert_eq!(decoder.feed(b"1234567\n\ndata\n\n").collect::<Vec<_>>(), [Err(error)]);
    assert_eq!(decoder.feed(b"data\n\n").collect::<Vec<_>>(), [Err(error)]);
    decoder.reset();
    assert_eq!(decoder.feed(b"data\n\n").flatten().count(), 1);
}
