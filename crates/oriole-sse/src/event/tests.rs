use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};
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

/// What is hashed.
#[derive(Default)]
struct Hashed(Vec<u8>);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// Those of up to fifteen digits are kept otherwise than longer ones and texts, which nobody can see.
#[test]
fn a_number_is_the_same_id_as_its_digits() {
    let hash = |id: &EventId| {
        let mut hashed = Hashed::default();
        id.hash(&mut hashed);
        hashed.0
    };
    for number in [0, 9, 10, 12_345, 999_999_999_999_999, 1_000_000_000_000_000, u64::MAX] {
        let (digits, id) = (number.to_string(), EventId::from(number));
        let text = EventId::new(digits.clone()).expect("an id");
        assert_eq!((id.as_str(), id.to_string()), (&*digits, digits.clone()));
        assert_eq!((&id, hash(&id), format!("{id:?}")), (&text, hash(&text), format!("EventId({digits:?})")));
        assert_eq!(id.cmp(&EventId::from(5_u8)), (*digits).cmp("5"));
    }
    assert_eq!(EventId::from(u128::MAX).as_str(), u128::MAX.to_string());
    assert_ne!(EventId::from(1_u8), EventId::from(11_u8));
}

/// An event is moved several times; up to 128 bytes the compiler does that without a call.
#[test]
fn an_event_is_small() {
    assert_eq!(size_of::<Result<MessageEvent, Box<u8>>>(), 80);
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
