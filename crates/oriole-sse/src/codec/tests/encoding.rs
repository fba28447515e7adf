//! What goes out.

use alloc::format;
use core::time::Duration;

use super::support::wire;
use crate::codec::encode;
use crate::event::{EventName, MessageEvent};

/// Nest's `SSE.10`: field order, and one prefixed line per source line.
/// Parity: SSE.3, SSE.4, SSE.10.
#[test]
fn fields_go_out_in_order() {
    let event = MessageEvent::new("1\n2")
        .comment("c\rd")
        .retry(Duration::from_millis(90))
        .id(5_u32)
        .event_type(EventName::new("n").expect("a name"));
    assert_eq!(wire(&event), "event: n\nid: 5\nretry: 90\n: c\n: d\ndata: 1\ndata: 2\n\n");
}

/// Parity: SSE.10.
#[test]
fn every_line_end_splits_data() {
    assert_eq!(wire(&MessageEvent::new("a\r\nb\rc\n\rd")), "data: a\ndata: b\ndata: c\ndata: \ndata: d\n\n");
    assert_eq!(wire(&MessageEvent::new("a\n")), "data: a\ndata: \n\n");
    assert_eq!(wire(&MessageEvent::new("\n")), "data: \ndata: \n\n");
}

/// Parity: SSE.3.
#[test]
fn an_event_writes_what_it_has() {
    assert_eq!(wire(&MessageEvent::new("")), "data: \n\n");
    assert_eq!(wire(&MessageEvent::new(" a")), "data:  a\n\n");
    assert_eq!(wire(&MessageEvent::default()), "");
    assert_eq!(wire(&MessageEvent::default().comment("")), ": \n\n");
    assert_eq!(wire(&MessageEvent::default().id(u128::MAX)), format!("id: {}\n\n", u128::MAX));
    assert_eq!(wire(&MessageEvent::default().retry(Duration::MAX)), format!("retry: {}\n\n", u64::MAX));
    assert_eq!(wire(&MessageEvent::default().retry(Duration::ZERO)), "retry: 0\n\n");
}

#[cfg(feature = "json")]
#[test]
fn a_value_that_does_not_serialise_is_an_error_and_writes_nothing() {
    let unserialisable = alloc::collections::BTreeMap::from([((1, 2), 3)]);
    let event = MessageEvent::json(&unserialisable).id(1_u8);
    let mut out = b"before".to_vec();
    let error = encode(&event, &mut out).expect_err("a map with such keys has no JSON");
    assert_eq!(error.to_string(), "an event's data could not be serialised as JSON: key must be a string");
    assert_eq!(out, b"before");
}
