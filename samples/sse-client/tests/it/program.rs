//! The programs as child processes.

use std::env;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

/// The sample server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Server {
    pub(crate) fn start(port: u16) -> Self {
        let mut child = Command::new(server_program())
            .env("PORT", port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its first line");
        let port = line.trim().rsplit(':').next().and_then(|port| port.parse().ok()).expect("its port");
        Self { child, port }
    }

    /// Asks it to stop, as a supervisor does, and waits.
    pub(crate) fn stop(mut self) -> Self {
        if cfg!(unix) {
            let status = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
            assert!(status.expect("a kill command").success());
            self.child.wait().expect("its end");
        }
        self
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Another package's program is not built with this one's tests, so it is built here.
fn server_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = Path::new(env!("CARGO_BIN_EXE_sse-tail")).parent().expect("a folder");
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--package", "sample-sse-on-axum"]);
        if folder.file_name().is_some_and(|name| name == "release") {
            build.arg("--release");
        }
        assert!(build.status().expect("cargo").success());
        folder.join(format!("sample-sse-on-axum{}", env::consts::EXE_SUFFIX))
    })
}

/// The running program under test; killed when dropped.
pub(crate) struct Tail {
    child: Child,
    events: Lines<BufReader<ChildStdout>>,
    notes: Lines<BufReader<ChildStderr>>,
}

impl Tail {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sse-tail"))
            .args(arguments)
            .env_remove("http_proxy")
            .env_remove("HTTP_PROXY")
            .env_remove("all_proxy")
            .env_remove("ALL_PROXY")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let events = BufReader::new(child.stdout.take().expect("its output")).lines();
        let notes = BufReader::new(child.stderr.take().expect("its notes")).lines();
        Self { child, events, notes }
    }

    pub(crate) fn event(&mut self) -> String {
        self.events.next().expect("an event").expect("text")
    }

    /// Everything until it ends.
    pub(crate) fn events_left(&mut self) -> Vec<String> {
        self.events.by_ref().map(|line| line.expect("text")).collect()
    }

    pub(crate) fn note(&mut self) -> String {
        self.notes.next().expect("a note").expect("text")
    }

    /// The notes up to, and with, the first one like this.
    pub(crate) fn notes_until(&mut self, is_last: impl Fn(&str) -> bool) -> Vec<String> {
        let mut notes = vec![];
        while !notes.last().is_some_and(|note: &String| is_last(note)) {
            notes.push(self.note());
        }
        notes
    }

    pub(crate) fn code(&mut self) -> i32 {
        self.child.wait().expect("its end").code().expect("a code")
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
