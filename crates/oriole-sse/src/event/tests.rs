use alloc::string::String;
use core::time::Duration;

use super::{EventId, EventIdError, EventName, EventNameError, MessageEvent};

/// Parity: SSE.10.
#[test]
fn an_id_is_a_text_without_line_breaks_and_nul() {
    for good in ["", "7", " 7 ", "ü", "a\u{2028}b", "a\tb", "\u{1}"] {
        assert_eq!(EventId::new(good).map(|id| String::from(id.as_str())), Ok(good.into()));
    }
    assert_eq!(EventId::new("a\nb"), Err(EventIdError::LineBreak));
    assert_eq!(EventId::new("\r"), Err(EventIdError::LineBreak));
    assert_eq!(EventId::new("a\0"), Err(EventIdError::Nul));
    assert_eq!(EventId::new("\0\n"), Err(EventIdError::Nul));
    assert_eq!(EventId::new("\n\0"), Err(EventIdError::LineBreak));
}

/// Parity: SSE.10.
#[test]
fn a_name_is_a_text_without_line_breaks() {
    for good in ["tick", "error", " ", "\0", "a:b"] {
        assert_eq!(EventName::new(good).map(|name| String::from(name.as_str())), Ok(good.into()));
    }
    assert_eq!(EventName::new("a\nb"), Err(EventNameError::LineBreak));
    assert_eq!(EventName::new("a\r"), Err(EventNameError::LineBreak));
    assert_eq!(EventName::new(""), Err(EventNameError::Empty));
}

#[test]
fn a_wait_is_rounded_up_to_milliseconds_and_saturates() {
    let retry = |wait| MessageEvent::default().retry(wait).retry_ms();
    assert_eq!(retry(Duration::ZERO), Some(0));
    assert_eq!(retry(Duration::from_nanos(1)), Some(1));
    assert_eq!(retry(Duration::from_millis(1500)), Some(1500));
    assert_eq!(retry(Duration::MAX), Some(u64::MAX));
}

#[test]
fn a_part_given_again_replaces_the_first() {
    let event = MessageEvent::new("a").text("b").id(1_u8).id(2_u8);
    assert_eq!(event, MessageEvent::new("b").id(2_u64));
}

#[cfg(feature = "json")]
#[test]
fn json_replaces_nothing_by_an_empty_frame() {
    assert_eq!(MessageEvent::json(&()).fields().data, Some("null"));
    assert_eq!(MessageEvent::json("a\nb").fields().data, Some(r#""a\nb""#));
    let unserialisable = alloc::collections::BTreeMap::from([((1, 2), 3)]);
    let event = MessageEvent::json(&unserialisable);
    assert_eq!(event.fields().data, None);
    assert_ne!(event, MessageEvent::default());
}
