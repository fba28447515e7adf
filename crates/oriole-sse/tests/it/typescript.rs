//! The types of events for browsers, as TypeScript's own compiler understands them.

use std::path::{Path, PathBuf};
use std::process::Command;

use oriole_sse::{ControlNames, EventTypes};
use schemars::JsonSchema;
use serde::Serialize;

/// What happens in a chat.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[expect(dead_code, reason = "what matters is its schema")]
enum Chat {
    /// Somebody said something.
    Said {
        by: Person,
        text: String,
        at_line: Option<u32>,
    },
    MovedTo(i32, i32),
    Closed,
    /// What has no name of its own.
    Message(Vec<Person>),
    /// Something went wrong; the connection says `error` as well.
    Error {
        code: u16,
    },
}

/// Somebody.
#[derive(Serialize, JsonSchema)]
struct Person {
    name: String,
    boss: Option<Box<Person>>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/typescript")
}

#[test]
fn the_declaration_file_is_as_it_was() {
    let written = EventTypes::of::<Chat>().to_string();
    let path = folder().join("chat.d.ts");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &written).expect("the file");
    }
    let kept = std::fs::read_to_string(&path).expect("the file");
    assert_eq!(written, kept, "`UPDATE=1 cargo test -p oriole-sse --all-features declaration` writes it anew");
}

/// A payload by the name of one of the file's own types, and an enum that holds itself.
#[derive(Serialize, JsonSchema)]
#[expect(dead_code, reason = "what matters is its schema")]
enum Message {
    Told { by: MessageEvent, answers: Vec<Message> },
    Kept(Record),
    Closed,
}

#[derive(Serialize, JsonSchema)]
struct MessageEvent {
    name: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Größe")]
struct Record {
    size: u8,
    event: Event,
}

#[derive(Serialize, JsonSchema)]
struct Event {
    n: u8,
}

/// `front_end.ts` and `odd_names.ts` have what compiles, and, marked by `@ts-expect-error`, what must not.
#[test]
fn a_front_end_is_checked_against_it() {
    let place = tempfile::tempdir().expect("a folder");
    let types = EventTypes::of::<Chat>().hub(&ControlNames::default());
    std::fs::write(place.path().join("chat.d.ts"), types.to_string()).expect("a file");
    let odd = EventTypes::of::<Message>().and(EventTypes::of::<Chat>());
    std::fs::write(place.path().join("odd.d.ts"), odd.to_string()).expect("a file");
    for file in ["front_end.ts", "odd_names.ts"] {
        std::fs::copy(folder().join(file), place.path().join(file)).expect("a file");
    }
    let output = Command::new("tsc")
        .args(["--noEmit", "--strict", "--pretty", "false", "--target", "es2020", "--lib", "es2020,dom"])
        .args(["front_end.ts", "odd_names.ts"])
        .current_dir(place.path())
        .output()
        .unwrap_or_else(|error| panic!("there is no tsc here: `cargo xtask tools` installs it ({error})"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
