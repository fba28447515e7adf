//! The rules of decoding.

use alloc::string::ToString;
use alloc::{format, vec};
use core::time::Duration;

use super::support::{data, decode, retry};
use crate::codec::{Decoded, Decoder, DecoderOptions};

#[test]
fn e1_bytes_are_utf_8() {
    assert_eq!(data("data: grüße 🐦\n\n"), ["grüße 🐦"]);
}

#[test]
fn e2_each_maximal_ill_formed_part_gives_one_replacement() {
    assert_eq!(data(b"data: \xC0\xAF\n\n"), ["\u{FFFD}\u{FFFD}"]);
    assert_eq!(data(b"data: \xE2\x82x\n\n"), ["\u{FFFD}x"]);
    assert_eq!(data(b"data: \xED\xA0\x80\n\n"), ["\u{FFFD}\u{FFFD}\u{FFFD}"]);
    assert_eq!(data(b"data: \xF0\x9F\x90\xFF\n\n"), ["\u{FFFD}\u{FFFD}"]);
    assert_eq!(decode(b"id: \xFF\nevent: \xFE\ndata\n\n"), [("\u{FFFD}".into(), "".into(), "\u{FFFD}".into())]);
}

#[test]
fn e3_one_byte_order_mark_at_the_start_is_dropped() {
    assert_eq!(data("\u{FEFF}data: 1\n\n"), ["1"]);
    assert_eq!(data("\u{FEFF}\u{FEFF}data: 1\n\n"), [""; 0]);
    assert_eq!(data("data: 1\n\n\u{FEFF}data: 2\n\n"), ["1"]);
    assert_eq!(data("data: \u{FEFF}1\n\n"), ["\u{FEFF}1"]);
    assert_eq!(data("\n\u{FEFF}data: 1\n\n"), [""; 0]);
    // The mark alone is an empty line.
    assert_eq!(data("\u{FEFF}\ndata: 1\n\n"), ["1"]);
    // Half a mark is text.
    assert_eq!(data(b"\xEF\xBBdata: 1\n\n"), [""; 0]);
}

#[test]
fn e4_every_body_may_begin_with_a_byte_order_mark() {
    let mut decoder = Decoder::default();
    for _ in 0..2 {
        let events: Vec<_> = decoder.feed("\u{FEFF}data: 1\n\n".as_bytes()).collect();
        assert_eq!(events.len(), 1);
        decoder.end();
    }
}

#[test]
fn e5_chunk_borders_mean_nothing() {
    let body = "\u{FEFF}id: ü\r\nevent: é\r\ndata: 🐦\r\rdata: 2\r\n\r\n";
    let expected = decode(body);
    assert_eq!(expected.len(), 2);
    for first in 0..body.len() {
        for second in first..body.len() {
            let mut decoder = Decoder::default();
            let mut events = vec![];
            for chunk in [&body.as_bytes()[..first], &body.as_bytes()[first..second], &body.as_bytes()[second..]] {
                events.extend(decoder.feed(chunk).map(|event| event.expect("within the limits")));
            }
            let events: Vec<_> = events
                .iter()
                .map(|event| (event.event_type().into(), event.data().into(), event.last_event_id().into()))
                .collect();
            assert_eq!(events, expected, "cut at {first} and {second}");
        }
    }
}

#[test]
fn e6_a_truncated_character_does_not_eat_the_line_end() {
    assert_eq!(data(b"data: \xE2\x82\ndata: 2\n\n"), ["\u{FFFD}\n2"]);
    assert_eq!(data(b"data: \xF0\x9F\x90\r\n\r\n"), ["\u{FFFD}"]);
}

#[test]
fn e7_only_crlf_lf_and_cr_end_a_line() {
    for end in ["\n", "\r", "\r\n"] {
        assert_eq!(data(format!("data: 1{end}data: 2{end}{end}")), ["1\n2"]);
    }
    for other in ["\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{1F}"] {
        assert_eq!(data(format!("data: 1{other}data: 2\n\n")), [format!("1{other}data: 2")]);
    }
}

#[test]
fn e8_crlf_across_chunks_is_one_line_end() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.feed(b"data: 1\r").count(), 0);
    assert_eq!(decoder.feed(b"").count(), 0);
    assert_eq!(decoder.feed(b"\ndata: 2\n").count(), 0);
    let events: Vec<_> = decoder.feed(b"\n").map(|event| event.map(crate::codec::ReceivedEvent::into_data)).collect();
    assert_eq!(events, [Ok("1\n2".to_string())]);
}

#[test]
fn e9_a_lone_cr_acts_at_once() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.feed(b"data: 1\r\r").count(), 1);
    assert_eq!(decoder.feed(b"data: 2\r\n\r").count(), 1);
    // The LF still belongs to the CR before it.
    assert_eq!(decoder.feed(b"\ndata: 3\r").count(), 0);
    assert_eq!(decoder.feed(b"\r").count(), 1);
}

#[test]
fn e10_lf_cr_is_two_line_ends() {
    assert_eq!(data("data: 1\n\rdata: 2\n\r"), ["1", "2"]);
}

#[test]
fn e11_what_is_unfinished_at_the_end_is_dropped() {
    for (body, unfinished) in [
        ("data: 1\n\n", false),
        ("data: 1\n\ndata: 2", true),
        ("data: 1\n\ndata: 2\n", true),
        ("data: 1\n\nid: 2\n", true),
        ("data: 1\n\n: comment\n", false),
        ("data: 1\n\n: comm", true),
    ] {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.feed(body.as_bytes()).count(), 1, "{body:?}");
        assert_eq!(decoder.end(), unfinished, "{body:?}");
        // Nothing of it reaches the next body.
        let events: Vec<_> =
            decoder.feed(b"\n\ndata: x\n\n").flatten().map(crate::codec::ReceivedEvent::into_data).collect();
        assert_eq!(events, ["x"], "{body:?}");
    }
}

#[test]
fn e12_only_an_empty_line_dispatches() {
    assert_eq!(data("data: 1\n \n\t\n\n"), ["1"]);
    assert_eq!(data("data: 1\n \ndata: 2\n\n"), ["1\n2"]);
}

#[test]
fn e13_a_comment_does_nothing() {
    assert_eq!(data(": c\n:\n:data: 0\ndata: 1\n: data: 2\n\n:\n\n"), ["1"]);
}

#[test]
fn e14_the_first_colon_splits_and_one_space_goes() {
    assert_eq!(
        data("data:1\n\ndata: 2\n\ndata:  3\n\ndata:\t4\n\ndata: a:b: c\n\n"),
        ["1", "2", " 3", "\t4", "a:b: c"]
    );
    assert_eq!(data("data:\u{A0}1\n\n"), ["\u{A0}1"]);
}

#[test]
fn e15_no_colon_is_a_name_with_an_empty_value() {
    assert_eq!(data("data\n\ndata\ndata\n\n"), ["", "\n"]);
    assert_eq!(decode("id: 1\ndata\n\nid\ndata\n\n")[1].2, "");
}

#[test]
fn e16_names_match_exactly() {
    let body = " data: 1\nData: 2\ndata : 3\ndata\0: 4\n\u{FEFF}data: 5\ndatas: 6\ndat: 7\n\tdata: 8\ndata: 9\n\n";
    assert_eq!(data(body), ["9"]);
}

#[test]
fn e17_data_lines_are_joined_by_lf() {
    assert_eq!(data("data: 1\ndata\ndata:\ndata: 2\n\n"), ["1\n\n\n2"]);
}

#[test]
fn e18_the_last_event_field_wins() {
    assert_eq!(decode("event: a\nevent: b\ndata\n\n")[0].0, "b");
    assert_eq!(decode("event: a\nevent:\ndata\n\n")[0].0, "message");
}

#[test]
fn e19_an_id_with_nul_is_ignored_and_an_empty_one_resets() {
    assert_eq!(decode("id: 1\nid: 2\0\ndata\n\n")[0].2, "1");
    assert_eq!(decode("id: 1\ndata\n\nid: \ndata\n\n")[1].2, "");
}

#[test]
fn e20_retry_is_digits_only_and_takes_effect_at_once() {
    assert_eq!(retry("retry: 3000\n"), Some(Duration::from_millis(3000)));
    assert_eq!(retry("retry:007\n"), Some(Duration::from_millis(7)));
    assert_eq!(retry("retry: 3000"), None);
    for huge in ["18446744073709551615", "18446744073709551616", "99999999999999999999999999999999999999"] {
        assert_eq!(retry(&format!("retry: {huge}\n")), Some(Duration::from_millis(u64::MAX)));
    }
    for bad in ["", "+1", "-1", "1.5", "1e3", "0x10", "1_000", "  1", "1 ", "\u{661}", "1\0", "a"] {
        assert_eq!(retry(&format!("retry: 5\nretry: {bad}\n")), Some(Duration::from_millis(5)), "{bad:?}");
    }
}

#[test]
fn e21_values_keep_control_characters() {
    assert_eq!(
        decode("event: a\0\u{1}\ndata: \0\u{7F}\u{1B}\n\n"),
        [("a\0\u{1}".into(), "\0\u{7F}\u{1B}".into(), "".into())]
    );
}

#[test]
fn e22_the_id_is_committed_even_without_data() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.feed(b"id: 1\n\n").count(), 0);
    assert_eq!(decoder.last_event_id(), "1");
}

#[test]
fn e23_no_data_no_event() {
    assert_eq!(data("event: a\nid: 1\n\n\n\ndata:\n\n"), [""]);
    // The type does not leak into the next event.
    assert_eq!(decode("event: a\n\ndata: 1\n\n")[0].0, "message");
}

#[test]
fn e24_one_trailing_lf_is_removed() {
    assert_eq!(data("data: 1\ndata\ndata\n\n"), ["1\n\n"]);
}

/// Parity: SSE.4.
#[test]
fn e25_the_type_is_message_unless_given() {
    let types: Vec<_> =
        decode("data\n\nevent: error\ndata\n\nevent: open\ndata\n\n").into_iter().map(|event| event.0).collect();
    assert_eq!(types, ["message", "error", "open"]);
}

#[test]
fn e26_an_event_carries_the_committed_id() {
    let ids: Vec<_> =
        decode("data\n\nid: 1\ndata\n\ndata\n\ndata\nid: 2\n\n").into_iter().map(|event| event.2).collect();
    assert_eq!(ids, ["", "1", "1", "2"]);
}

#[test]
fn e27_the_id_buffer_survives_a_dispatch() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.feed(b"id: 1\ndata\n\ndata\n\n").count(), 2);
    assert_eq!(decoder.last_event_id(), "1");
}

/// Rule E28 is the client's; what the decoder owes it is that events which nobody takes are gone, and the state is right.
#[test]
fn e28_events_that_nobody_takes_are_gone() {
    let mut decoder = Decoder::default();
    drop(decoder.feed(b"id: 1\ndata: 1\n\nid: 2\ndata: 2\n\ndata: 3"));
    assert_eq!(decoder.last_event_id(), "2");
    let rest: Vec<_> = decoder.feed(b"\n\n").flatten().map(crate::codec::ReceivedEvent::into_data).collect();
    assert_eq!(rest, ["3"]);
}

#[test]
fn e29_an_id_in_an_unfinished_block_is_not_committed() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.feed(b"id: 1\ndata\n\nid: 2\ndata: 2\n").count(), 1);
    assert_eq!(decoder.last_event_id(), "1");
    decoder.end();
    let events: Vec<_> = decoder.feed(b"data\n\n").flatten().collect();
    assert_eq!(events[0].last_event_id(), "1");
}

#[test]
fn e13_comments_are_given_out_on_request_as_soon_as_their_line_ends() {
    let body = "data: 1\n:a\ndata: 2\n: b\r\n\r\n:\nno: comment\n:\u{FF}\n";
    let expected = ["c:a", "c: b", "e:1\n2", "c:", "c:\u{FF}"];
    for chunk_len in 1..=body.len() {
        let mut decoder = Decoder::new(DecoderOptions::default().comments(true));
        let mut items = vec![];
        for mut chunk in body.as_bytes().chunks(chunk_len) {
            while let Some(item) = decoder.next_item(&mut chunk).expect("within the limits") {
                items.push(match item {
                    Decoded::Event(event) => format!("e:{}", event.data()),
                    Decoded::Comment(text) => format!("c:{text}"),
                });
            }
        }
        assert_eq!(items, expected, "in chunks of {chunk_len}");
    }
    // An event's block is not disturbed by them, and whoever does not ask does not see them.
    assert_eq!(data(body), ["1\n2"]);
}
