//! The program as a child process, what it prints read line by line.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

/// The running program under test; killed when dropped.
pub(crate) struct Tail {
    child: Child,
    events: Lines<BufReader<ChildStdout>>,
    notes: Lines<BufReader<ChildStderr>>,
}

impl Tail {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[])
    }

    /// Starts it with these variables, and no other about proxies.
    pub(crate) fn start_with(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sse-tail"));
        for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        let mut child = command
            .args(arguments)
            .envs(variables.iter().copied())
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
