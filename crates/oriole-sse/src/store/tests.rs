use super::{Topic, TopicError};

#[test]
fn a_topic_is_a_short_text_without_control_characters() {
    for good in ["a", "rooms/7", " ", "ü", "a\u{2028}b", &"x".repeat(256)] {
        assert_eq!(Topic::new(good).as_ref().map(Topic::as_str), Ok(good));
    }
    assert_eq!(Topic::new(""), Err(TopicError::Empty));
    assert_eq!(Topic::new("x".repeat(257)), Err(TopicError::TooLong { bytes_max: 256 }));
    for bad in ["a\nb", "\r", "\0", "\u{7f}", "\u{85}"] {
        assert_eq!(Topic::new(bad), Err(TopicError::ControlCharacter), "{bad:?}");
    }
}
