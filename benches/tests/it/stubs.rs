//! A program without a figure is a line in the table, and ends nothing; of Oriole's own it is an error.

use std::fs::{Permissions, read_to_string, set_permissions, write};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// More than a quick sweep's schedule and the half second that it may be late.
const LATE: Duration = Duration::from_secs(2);

/// A server whose bursts are over with the first event, and whose subscriptions get the ten that a quick sweep begins with when they
/// should have had them long ago.
fn stranger() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let addr = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        while let Ok((socket, _)) = listener.accept() {
            // Who has enough of it goes.
            thread::spawn(move || drop(answer(socket)));
        }
    });
    addr
}

fn answer(mut socket: TcpStream) -> io::Result<()> {
    let mut request = [0; 1024];
    let length = socket.read(&mut request)?;
    let chunk = |seq: u64| {
        let event = format!("id: {seq}\ndata: {{\"seq\":{seq},\"at\":1,\"text\":\"it\"}}\n\n");
        format!("{:x}\r\n{event}\r\n", event.len())
    };
    socket.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
    if request[..length].starts_with(b"GET /burst/") {
        socket.write_all(format!("{}0\r\n\r\n", chunk(1)).as_bytes())?;
    } else {
        thread::sleep(LATE);
        socket.write_all((1..=10).map(chunk).collect::<String>().as_bytes())?;
    }
    // Until the client goes.
    socket.read(&mut request).map(drop)
}

/// A program that says where the server is, and that it has published whatever was ordered.
fn stub(folder: &Path, name: &str, addr: SocketAddr) {
    let orders = "while read -r word rate count; do echo \"published 1 $count\"; done";
    script(folder, name, &format!("echo 'listening {addr}'\n{orders}"));
}

fn script(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    write(&path, format!("#!/bin/sh\n{text}\n")).expect("a file");
    set_permissions(&path, Permissions::from_mode(0o755)).expect("it is ours");
}

struct Said {
    is_well: bool,
    tables: String,
    errors: String,
    json: Value,
}

/// Runs `fanout` with the programs of this folder.
fn fanout(folder: &TempDir, words: &str) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanout"));
    command.arg("--binaries").arg(folder.path()).arg("--out").arg(folder.path()).args(words.split(' '));
    let output = command.output().expect("it is built");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let json = read_to_string(folder.path().join("fanout.json")).expect("it writes one whatever happens");
    Said {
        is_well: output.status.success(),
        tables: text(&output.stdout),
        errors: text(&output.stderr),
        json: json.parse().expect("it is JSON"),
    }
}

/// The figure of axum is missing, that of the floor is there; then Oriole's own is missing.
#[test]
fn who_loses_events_has_no_figure_and_the_others_have() {
    let folder = tempfile::tempdir().expect("a folder");
    symlink(env!("CARGO_BIN_EXE_serve_limit"), folder.path().join("serve_limit")).expect("a link");
    let addr = stranger();
    stub(folder.path(), "serve_axum", addr);
    let said = fanout(&folder, "--quick --only burst --programs limit,axum");
    assert!(said.is_well, "{}", said.errors);
    assert!(said.tables.contains("\n| axum | – | – | – | – |\n"), "{}", said.tables);
    let reason = "of 4 events 7996 were lost, 0 doubled, 0 out of order; 0 connections were cut off";
    assert!(said.tables.contains(&format!("\naxum: no figure in 1 of 1 rounds: {reason}.\n")), "{}", said.tables);
    let programs = &said.json["cases"][0]["programs"];
    assert_eq!(programs["axum"]["missing"][0]["reason"], reason);
    assert_eq!(programs["axum"]["lost"], 7996);
    assert_eq!(programs["limit"]["metrics"]["cpu_per_event_nanos"]["values"].as_array().map(Vec::len), Some(1));

    stub(folder.path(), "serve_oriole", addr);
    let said = fanout(&folder, "--quick --only burst --programs limit,oriole");
    assert!(!said.is_well, "{}", said.tables);
    assert!(said.errors.contains(&format!("error: burst, round 1, oriole: {reason}")), "{}", said.errors);
    assert!(said.tables.contains("\n| oriole | – | – | – | – |\n"), "{}", said.tables);
}

/// What the machine is too slow for is nobody's error, and the floor's least of all.
#[test]
fn who_is_late_from_the_beginning_has_no_figure() {
    let folder = tempfile::tempdir().expect("a folder");
    stub(folder.path(), "serve_limit", stranger());
    let said = fanout(&folder, "--quick --only sweep --programs limit");
    assert!(said.is_well, "{}", said.errors);
    let line = "\nlimit: no figure in 1 of 1 rounds: it did not keep up with 50 events per second.\n";
    assert!(said.tables.contains(line), "{}", said.tables);
}

/// A program that cannot be measured at all: in a smoke run, which is for the suite's sake, it is an error whoever's it is.
#[test]
fn who_does_not_start_has_no_figure() {
    let folder = tempfile::tempdir().expect("a folder");
    script(folder.path(), "serve_axum", "exit 1");
    let line = "\naxum: no figure in 1 of 1 rounds: axum did not start.\n";
    for (words, is_well) in
        [("--rounds 1 --only hello --programs axum", true), ("--quick --programs axum --only hello", false)]
    {
        let said = fanout(&folder, words);
        assert!(said.tables.contains(line), "{}", said.tables);
        assert_eq!(said.is_well, is_well, "{words}: {}", said.errors);
    }
}

#[test]
fn what_nobody_measures_is_told() {
    let said = |words: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_fanout")).args(words.split(' ')).output().expect("it is built");
        assert!(!output.status.success(), "{words}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(said("--only brust").contains("begins with `brust`:\n  idle, 10000 connections\n"));
    assert!(said("--programs axon").contains("no program is called `axon`: limit, "));
}
