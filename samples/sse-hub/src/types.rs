//! `rooms.d.ts`, for pages that are written in TypeScript, is what the server sends; and the guide's page compiles against it.

use crate::rooms::RoomEvent;
use oriole::sse::{ControlNames, EventTypes};
use std::path::Path;
use std::process::Command;

fn types() -> String {
    EventTypes::of::<RoomEvent>().name("Room").hub(&ControlNames::default()).to_string()
}

#[test]
fn the_types_are_those_of_the_events() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rooms.d.ts");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, types()).expect("the file");
    }
    let kept = std::fs::read_to_string(&path).expect("the file");
    assert_eq!(types(), kept, "`UPDATE=1 cargo test -p sample-sse-hub types` writes it anew");
}

#[test]
fn the_guides_page_compiles_against_them() {
    let guide = include_str!("../../../docs/guide/13-event-source.md");
    let snippet =
        guide.split("```ts\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a page in TypeScript");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("rooms.d.ts"), types()).expect("a file");
    std::fs::write(folder.path().join("page.ts"), snippet).expect("a file");
    let output = Command::new("tsc")
        .args(["--noEmit", "--strict", "--pretty", "false", "--target", "es2020", "--lib", "es2020,dom", "page.ts"])
        .current_dir(folder.path())
        .output()
        .unwrap_or_else(|error| panic!("there is no tsc here: `cargo xtask tools` installs it ({error})"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
