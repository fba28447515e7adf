//! Drives the built program as several visitors at once.

use driver::{Program, until};
use std::time::Duration;

#[test]
fn each_request_has_a_basket_of_its_own() {
    let sample = Program::new(env!("CARGO_BIN_EXE_sample-request-scope")).start();
    let put = |item: &str, user: &str| {
        sample.ask("GET", &format!("/basket/{item}")).header("X-User", user).send().text().to_owned()
    };
    assert_eq!(put("tea", "ada"), "ada has tea");
    assert_eq!(put("milk", "ada"), "ada has milk");
    assert_eq!(put("coffee", "bob"), "bob has coffee");
    assert_eq!(sample.get("/count").text(), "0 baskets seen by nobody");

    let mut events = sample.ask("GET", "/basket/events").header("X-User", "ada").open();
    let seen: Vec<_> = events.events(2).into_iter().map(|event| event.data().to_owned()).collect();
    assert_eq!(seen, ["ada has 0, read by ada", "ada has 0, 1, read by ada"]);
    assert_eq!(sample.get("/count").text(), "1 baskets seen by nobody", "a stream keeps that of its request");
    drop(events);
    let gone = || (sample.get("/count").text() == "0 baskets seen by nobody").then_some(());
    assert!(until(Duration::from_secs(120), gone).is_some(), "it is gone with its client");
}
