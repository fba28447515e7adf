use proptest::prelude::*;

use super::{Pattern, PatternError, PatternIndex};
use crate::store::{Topic, TopicError};

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn what_is_no_pattern_is_refused() {
    for (text, error) in [
        ("", PatternError::Empty),
        ("a\nb", PatternError::ControlCharacter),
        ("a/:", PatternError::Parameter),
        ("a/:7", PatternError::Parameter),
        ("a/room-:id", PatternError::Parameter),
        ("a/:id-x", PatternError::Parameter),
        ("a/:b:c", PatternError::Parameter),
        ("*/a", PatternError::Star),
        ("a*", PatternError::Star),
        ("a/**", PatternError::Star),
        ("a/(b)", PatternError::Reserved),
        ("a/{b}", PatternError::Reserved),
        ("a/:b?", PatternError::Reserved),
        ("a\\:b", PatternError::Reserved),
    ] {
        assert_eq!(Pattern::new(text), Err(error), "{text:?}");
    }
}

#[test]
fn a_pattern_is_bounded() {
    let longest = "x".repeat(Pattern::BYTES_MAX);
    assert_eq!(Topic::from(pattern(&longest)).as_str().len(), Topic::BYTES_MAX);
    let too_long = PatternError::TooLong { bytes_max: Pattern::BYTES_MAX };
    assert_eq!(Pattern::new(longest + "x"), Err(too_long));
    pattern(&["x"; 16].join("/"));
    let too_many = PatternError::TooManySegments { segments_max: 16 };
    assert_eq!(Pattern::new(["x"; 17].join("/")), Err(too_many));
    pattern(":a/:b/:c/:d");
    let too_many = PatternError::TooManyParameters { parameters_max: 4 };
    assert_eq!(Pattern::new(":a/:b/:c/:d/:e"), Err(too_many));
}

/// The log of a pattern is reached through it alone: a name that a client sends opens none.
#[test]
fn a_topics_name_is_never_a_patterns_log() {
    let log = Topic::from(pattern("rooms/:room"));
    assert_eq!(log.as_str(), "pattern:rooms/:room");
    assert_eq!(Topic::new(log.as_str()), Err(TopicError::Reserved));
    assert_eq!(Topic::new("pattern:"), Err(TopicError::Reserved));
    assert_eq!(Topic::new("producer:a"), Err(TopicError::Reserved));
    assert!(Topic::new("patterns").is_ok() && Topic::new("producers/a").is_ok());
    assert_eq!(Pattern::of(&log), Some(pattern("rooms/:room")));
    assert_eq!(Pattern::of(&Topic::new("rooms/7").expect("a topic")), None);
}

#[test]
fn patterns_match_as_the_path_of_a_url_pattern() {
    for (text, matching, others) in [
        ("a/b", &["a/b"][..], &["a", "a/b/", "a/b/c", "/a/b", "A/b"][..]),
        ("a/:x", &["a/b", "a/:x", "a/*"], &["a", "a/", "a/b/c", "b/b"]),
        (":x/:y", &["a/b"], &["a", "/b", "a/", "a/b/c"]),
        ("a/*", &["a/", "a/b", "a/b/c", "a//"], &["a", "b/a", "ab/c"]),
        ("a/:x/*", &["a/b/", "a/b/c/d"], &["a/b", "a//c", "a/"]),
        ("*", &["a", "a/b", "/", "*"], &[]),
        ("a//b", &["a//b"], &["a/b", "a/x/b"]),
        ("ü/:straße", &["ü/b"], &["u/b"]),
    ] {
        let pattern = pattern(text);
        for topic in matching {
            assert!(pattern.matches(topic), "{text} is {topic}");
        }
        for topic in others {
            assert!(!pattern.matches(topic), "{text} is not {topic}");
        }
    }
}

fn found(index: &PatternIndex<usize>, topic: &str) -> (Vec<usize>, usize) {
    let mut all = vec![];
    let steps = index.visit(topic, |value| all.push(*value));
    all.sort_unstable();
    (all, steps)
}

/// Steps are counted, since time is not.
#[test]
fn a_hundred_thousand_patterns_cost_no_more_than_those_that_match() {
    let mut index = PatternIndex::default();
    index.insert(&pattern("rooms/:room/alerts"), 0);
    index.insert(&pattern("rooms/7/*"), 1);
    index.insert(&pattern("rooms/7/alerts"), 2);
    let (alone, few) = found(&index, "rooms/7/alerts");
    assert_eq!(alone, [0, 1, 2]);
    for number in 0..100_000_usize {
        let text = match number % 5 {
            0 => format!("rooms/{}/chat", number + 100),
            1 => format!("users/:user/files/{number}"),
            2 => format!("rooms/:room/chat/{number}"),
            3 => format!(":tenant/x{number}/*"),
            _ => format!("rooms/:room/:kind/{number}/:rest"),
        };
        index.insert(&pattern(&text), number + 3);
    }
    let (matching, steps) = found(&index, "rooms/7/alerts");
    assert_eq!(matching, alone);
    // The paths of `rooms/:room/:kind` and `:tenant` are new, and nothing else is.
    assert!(steps <= few + 6, "{steps} steps instead of {few}");
    let (matching, steps) = found(&index, "elsewhere");
    assert!(matching.is_empty() && steps <= 2, "{steps} steps to nowhere");
}

#[test]
fn each_value_is_given_until_it_is_taken_out() {
    let texts = ["*", "a/*", "a/:x", "a/b", "a/:x/c", ":x/:y/*", "a/b"];
    let mut index = PatternIndex::default();
    texts.iter().zip(0..).for_each(|(text, value)| index.insert(&pattern(text), value));
    let all = |index: &PatternIndex<usize>| {
        let mut all = vec![];
        index.for_each(|value| all.push(*value));
        all.sort_unstable();
        all
    };
    assert_eq!(all(&index), [0, 1, 2, 3, 4, 5, 6]);
    for (text, value) in texts.iter().zip(0..) {
        index.remove(&pattern(text), |other| *other != value);
        assert_eq!(all(&index), (value + 1..7).collect::<Vec<_>>());
    }
    assert!(index.is_empty());
}

/// As many paths as can be lead on, and none to a match: of sixteen segments, four at most are parameters.
#[test]
fn the_worst_patterns_cost_a_bounded_number_of_steps() {
    let mut index = PatternIndex::default();
    let mut count = 0_usize;
    for chosen in 0_u32..1 << 15 {
        if chosen.count_ones() <= 4 {
            let segments = (0..15).map(|at| if chosen >> at & 1 == 1 { ":x" } else { "a" });
            let text: Vec<_> = segments.chain(["b"]).collect();
            index.insert(&pattern(&text.join("/")), count);
            count += 1;
        }
    }
    let (matching, steps) = found(&index, &["a"; 16].join("/"));
    assert_eq!((matching.len(), count), (0, 1941));
    // The sum of the ways to choose up to four of 0 to 15 segments.
    assert!(steps < 7_000, "{steps}");
    let long = format!("{}{}", "a/".repeat(100), "a");
    assert!(found(&index, &long).1 < 7_000, "a longer topic costs no more");
}

#[test]
fn what_is_taken_out_is_found_no_more_and_leaves_nothing_behind() {
    let mut index = PatternIndex::default();
    let texts = ["a/b", "a/:x", "a/*", "a/:x/c", "*"];
    for (value, text) in texts.iter().enumerate() {
        index.insert(&pattern(text), value);
        index.insert(&pattern(text), value + 10);
    }
    assert_eq!(found(&index, "a/b").0, [0, 1, 2, 4, 10, 11, 12, 14]);
    index.remove(&pattern("a/:x"), |value| *value != 1);
    index.remove(&pattern("a/nothing"), |_| false);
    assert_eq!(found(&index, "a/b").0, [0, 2, 4, 10, 11, 12, 14]);
    for text in texts {
        index.remove(&pattern(text), |_| false);
    }
    assert!(index.is_empty());
}

fn segment() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[ab]{0,2}", 1 => Just(":x".to_owned())]
}

proptest! {
    /// The index finds what a walk over all patterns would.
    #[test]
    fn the_index_is_a_walk_over_all(
        patterns in proptest::collection::vec((proptest::collection::vec(segment(), 1..5), any::<bool>()), 0..30),
        topic in proptest::collection::vec("[ab]{0,2}", 1..6),
    ) {
        let mut index = PatternIndex::default();
        let texts = patterns.iter().map(|(segments, has_star)| {
            let star = if *has_star { "/*" } else { "" };
            format!("{}{star}", segments.join("/"))
        });
        let patterns: Vec<_> = texts.filter_map(|text| Pattern::new(text).ok()).collect();
        for (value, pattern) in patterns.iter().enumerate() {
            index.insert(pattern, value);
        }
        let topic = topic.join("/");
        let walked: Vec<_> = (0..patterns.len()).filter(|value| patterns[*value].matches(&topic)).collect();
        prop_assert_eq!(found(&index, &topic).0, walked);
    }
}
