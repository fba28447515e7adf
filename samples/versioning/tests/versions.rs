//! Drives the built program as clients of several versions would.

use driver::{Program, Server};

fn start(by: &str) -> Server {
    Program::new(env!("CARGO_BIN_EXE_sample-versioning")).arg(by).start()
}

const FIRST: &str = r#"["Tom","Kitty"]"#;
const SECOND: &str = r#"[{"name":"Tom","born":2021},{"name":"Kitty","born":2024}]"#;

#[track_caller]
fn check(sample: &Server, cases: &[(&str, &str, &str)]) {
    for (target, header, expected) in cases {
        let ask = sample.ask("GET", target);
        let answer = match header.split_once(": ") {
            Some((name, value)) => ask.header(name, value).send(),
            None => ask.send(),
        };
        // The body, or the status where it is no 200.
        let seen = if answer.status == 200 { answer.text().to_owned() } else { answer.status.to_string() };
        assert_eq!(seen, *expected, "{target} {header}");
    }
}

/// Parity: VER.2, FST.4.
#[test]
fn versions_in_the_path() {
    check(
        &Server::of(env!("CARGO_BIN_EXE_sample-versioning")),
        &[
            ("/v1/cats", "", FIRST),
            ("/v2/cats", "", SECOND),
            ("/v3/cats", "", "404"),
            ("/v3/cats/count", "", "2"),
            ("/cats", "", "404"),
            ("/health", "", "well"),
        ],
    );
}

/// Parity: VER.3.
#[test]
fn versions_in_a_header() {
    check(
        &start("header"),
        &[
            ("/cats", "X-API-Version: 1", FIRST),
            ("/cats", "x-api-version: 2", SECOND),
            ("/cats", "", "404"),
            ("/health", "", "well"),
            ("/health", "x-api-version: 2", "well"),
        ],
    );
}

/// Parity: VER.4.
#[test]
fn versions_in_the_media_type() {
    check(
        &start("accept"),
        &[
            ("/cats", "Accept: application/json;v=1", FIRST),
            ("/cats", "Accept: application/json; v=2", SECOND),
            ("/cats", "Accept: application/json", "404"),
        ],
    );
}

/// Parity: VER.5.
#[test]
fn versions_by_a_function() {
    check(
        &start("custom"),
        &[
            ("/cats?versions=1,2,3", "", SECOND),
            ("/cats/count?versions=3", "", "2"),
            ("/cats?versions=1", "", FIRST),
            ("/cats", "", "404"),
            ("/health", "", "well"),
        ],
    );
}
