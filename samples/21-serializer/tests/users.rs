//! Drives the built program as a client would.

use driver::{Ask, Server};
use serde_json::{Value, json};

fn start() -> Server {
    Server::of(env!("CARGO_BIN_EXE_sample-serializer"))
}

/// Status and body.
fn seen(ask: Ask) -> (u16, Value) {
    let answer = ask.send();
    (answer.status, answer.json())
}

/// Nest's sample 21: a name that is put together, a role that is replaced, a password that is not there.
#[test]
fn a_user_is_shown_in_part() {
    let sample = start();
    let answer = sample.get("/");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json; charset=utf-8")));
    let expected = json!({
        "id": 1, "firstName": "Kamil", "lastName": "Mysliwiec", "fullName": "Kamil Mysliwiec", "role": "admin"
    });
    assert_eq!(answer.json(), expected);
}

#[test]
fn what_comes_in_is_checked_and_what_goes_out_depends_on_who_asks() {
    let sample = start();
    let wrong = json!({"firstName": "", "email": "nowhere", "password": "short", "role": {"name": "a"}, "id": 7});
    let messages = [
        "firstName must be longer than or equal to 1 characters",
        "lastName must be a string",
        "email must be an email",
        "password must be longer than or equal to 8 characters",
        "role.name must be longer than or equal to 2 characters",
        "property id should not exist",
    ];
    let refusal = json!({"message": messages, "error": "Bad Request", "statusCode": 400});
    assert_eq!(seen(sample.ask("POST", "/users").json(&wrong)), (400, refusal));

    let ann = json!({
        "firstName": "Ann", "lastName": "Lee", "email": "ann@example.com", "password": "long enough", "role": {"name": "cook"}
    });
    let shown = json!({"id": 1, "firstName": "Ann", "lastName": "Lee", "fullName": "Ann Lee", "role": "cook"});
    assert_eq!(seen(sample.ask("POST", "/users").json(&ann)), (201, shown.clone()));
    assert_eq!(seen(sample.ask("GET", "/users")), (200, json!([shown])));
    let (_, all) = seen(sample.ask("GET", "/users?size=1").header("X-Role", "admin"));
    assert_eq!((&all[0]["email"], &all[0]["password"]), (&json!("ann@example.com"), &Value::Null));
    assert_eq!(seen(sample.ask("GET", "/users?page=2")), (200, json!([])));

    let messages = json!(["page must not be less than 1", "size must be an integer number"]);
    let (status, refusal) = seen(sample.ask("GET", "/users?page=0&size=all"));
    assert_eq!((status, &refusal["message"]), (400, &messages));
}
