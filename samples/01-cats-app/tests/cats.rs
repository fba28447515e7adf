//! Drives the built program as a client would.

use driver::{Answer, Server};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn start() -> Server {
    Server::of(env!("CARGO_BIN_EXE_sample-cats-app"))
}

/// Status and body.
fn seen(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json())
}

fn create(sample: &Server, roles: &str, cat: &Value) -> (u16, Value) {
    seen(&sample.ask("POST", "/cats").header("X-Roles", roles).json(cat).send())
}

#[test]
fn cats_are_added_by_admins_and_seen_by_all() {
    let mut sample = start();
    assert_eq!(seen(&sample.get("/cats")), (200, json!({"data": []})));
    // The middleware, then the interceptor around the handler.
    sample.prints("Request... GET /cats");
    sample.prints("Before find_all...");
    sample.prints("After find_all...");
    let tom = json!({"name": "Tom", "age": 3, "breed": "tabby"});
    let refusal = json!({"statusCode": 403, "message": "Forbidden resource", "path": "/cats"});
    assert_eq!(create(&sample, "user", &tom), (403, refusal));
    assert_eq!(sample.ask("POST", "/cats").header("X-Roles", "user, admin").json(&tom).send().status, 201);
    assert_eq!(seen(&sample.get("/cats")), (200, json!({"data": [tom]})));
    assert_eq!(seen(&sample.get("/cats/0")), (200, json!({"data": tom})));
}

#[test]
fn every_error_has_the_shape_of_the_filter() {
    let sample = start();
    let (status, body) = create(&sample, "user, admin", &json!({"name": "", "age": 99}));
    assert_eq!((status, &body["path"]), (400, &json!("/cats")));
    let message = body["message"].to_string();
    for field in ["name", "age", "breed"] {
        assert!(message.contains(field), "{field}: {message}");
    }
    for (target, status, message) in [
        ("/cats/7", 404, "no such cat"),
        ("/cats/seven", 400, "Validation failed (numeric string is expected)"),
        ("/dogs", 404, "Cannot GET /dogs"),
        ("/cats/broken", 502, "New message"),
    ] {
        let expected = json!({"statusCode": status, "message": message, "path": target});
        assert_eq!(seen(&sample.get(target)), (status, expected));
    }
}

/// The interceptor waits two seconds.
#[test]
fn a_slow_handler_is_given_up() {
    let sample = start();
    let begun = Instant::now();
    let (status, body) = seen(&sample.get("/cats/slow"));
    assert_eq!((status, &body["message"]), (408, &json!("it took too long")));
    assert!(begun.elapsed() >= Duration::from_secs(2), "{:?}", begun.elapsed());
}
