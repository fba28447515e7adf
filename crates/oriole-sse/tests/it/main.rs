//! The crate's integration tests: one binary.

#[cfg(feature = "response")]
mod body;
#[cfg(feature = "client")]
mod client;
mod codec;
#[cfg(feature = "console")]
mod console;
mod decoder;
#[cfg(all(feature = "hub", feature = "response"))]
mod end_event;
#[cfg(feature = "response")]
mod heartbeat;
#[cfg(feature = "hub")]
mod hub;
#[cfg(feature = "axum")]
mod last_event_id;
#[cfg(all(feature = "hub", feature = "metrics"))]
mod metrics;
#[cfg(feature = "hub")]
mod producers;
mod reference;
#[cfg(feature = "response")]
mod shutdown;
#[cfg(feature = "hub")]
mod store;
#[cfg(feature = "response")]
mod support;
#[cfg(feature = "decode")]
mod typed;
#[cfg(all(feature = "hub", feature = "typescript"))]
mod typescript;

/// The rules of the standard are numbered in `docs/design/event-source.md`: E for decoding, C for the connection, A for the object.
#[cfg(feature = "client")]
#[test]
fn every_rule_has_a_test_of_its_name() {
    let tests = concat!(
        include_str!("../../src/codec/tests/decoding.rs"),
        include_str!("client/standard.rs"),
        include_str!("client/object.rs"),
    );
    let rules = [("e", 1..=29), ("c", 1..=16), ("a", 1..=4)];
    for (letter, number) in rules.into_iter().flat_map(|(letter, numbers)| numbers.map(move |number| (letter, number)))
    {
        // CORS is for browsers.
        let is_for_us = (letter, number) != ("c", 3);
        assert_eq!(tests.contains(&format!("fn {letter}{number}_")), is_for_us, "{letter}{number}");
    }
}
