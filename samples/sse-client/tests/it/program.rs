//! The programs as child processes.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::Mutex;

/// A sample server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Server {
    /// Starts one of the samples, on a free port if it is zero.
    pub(crate) fn start(package: &'static str, port: u16) -> Self {
        let mut child = Command::new(server_program(package))
            .env("PORT", port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut log = BufReader::new(child.stdout.take().expect("its output")).lines();
        let port = loop {
            let line = log.next().expect("it says where it listens").expect("text");
            if let Some((_, rest)) = line.split_once("http://127.0.0.1:") {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                break digits.parse().expect("its port");
            }
        };
        // What it says later must not fill the pipe.
        std::thread::spawn(move || log.for_each(drop));
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

/// Another package's program is not built with this one's tests, so it is built here, unless `cargo xtask test` has
/// done so.
fn server_program(package: &'static str) -> PathBuf {
    static BUILT: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    let folder = Path::new(env!("CARGO_BIN_EXE_sse-tail")).parent().expect("a folder");
    let mut built = BUILT.lock().expect("no build failed before");
    if env::var_os("ORIOLE_BINARIES_BUILT").is_none() && !built.contains(package) {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--package", package, "--bins"]);
        if folder.file_name().is_some_and(|name| name == "release") {
            build.arg("--release");
        }
        assert!(build.status().expect("cargo").success());
    }
    built.insert(package);
    folder.join(format!("{package}{}", env::consts::EXE_SUFFIX))
}

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
