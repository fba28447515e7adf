//! Drives the built program as its clients would.

use driver::{Program, until};
use serde_json::json;
use std::time::Duration;

#[test]
fn whoever_wants_to_know_of_an_order_does() {
    let sample = Program::new(env!("CARGO_BIN_EXE_sample-event-emitter")).start();
    let mut events = sample.ask("GET", "/orders/events").open();

    let tea = json!({"id": 1, "name": "Ada", "item": "tea"});
    let answer = sample.ask("POST", "/orders").json(&json!({"name": "Ada", "item": "tea"})).send();
    assert_eq!((answer.status, answer.json()), (201, tea.clone()));

    // A listener that fails stops neither the order nor anybody else.
    let answer = sample.ask("POST", "/orders").json(&json!({"name": "Bob", "item": "nothing"})).send();
    assert_eq!(answer.status, 201);

    let seen: Vec<serde_json::Value> =
        events.events(2).iter().map(|event| serde_json::from_str(event.data()).expect("orders are JSON")).collect();
    assert_eq!(seen, [tea, json!({"id": 2, "name": "Bob", "item": "nothing"})]);

    // Invoices are written apart from requests.
    let lines = || {
        let lines = sample.get("/orders/journal").json();
        (lines.as_array().map(Vec::len) == Some(3)).then_some(lines)
    };
    let lines = until(Duration::from_secs(120), lines).expect("there is one invoice");
    let lines: Vec<_> = lines.as_array().expect("a list").iter().filter_map(|line| line.as_str()).collect();
    assert_eq!(lines.iter().filter(|line| **line == "order.created").count(), 2, "{lines:?}");
    assert!(lines.contains(&"order.invoiced 1"), "{lines:?}");
    let failed = "the listener `Invoices::created` failed on `order.created`: order 2 is of nothing";
    let log = until(Duration::from_secs(120), || sample.output().contains(failed).then_some(()));
    assert!(log.is_some(), "{}", sample.output());
}
