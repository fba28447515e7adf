//! A program that listens.

use crate::{Answer, Ask, Output, Program, until};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{self, Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::Duration;

const START_TIMEOUT: Duration = Duration::from_secs(120);
/// How long a line of the log may take.
const LINE_TIMEOUT: Duration = Duration::from_secs(120);

/// A program that listens until it is dropped. When the test fails, its output is printed.
#[derive(Debug)]
pub struct Server {
    child: Child,
    port: u16,
    output: Output,
    /// How many lines of the output were waited for.
    seen: usize,
}

impl Server {
    /// Starts a program on a free port and waits until it listens: `Program::new(path).start()`.
    ///
    /// # Panics
    ///
    /// When it ends, or does not listen.
    #[must_use]
    #[track_caller]
    pub fn of(path: impl AsRef<Path>) -> Self {
        Program::new(path).start()
    }

    #[track_caller]
    pub(crate) fn start(program: Program) -> Self {
        let Program { mut command, port } = program;
        let port = port.unwrap_or_else(free_port);
        let name = format!("{:?}", command.get_program());
        let mut child = command
            .env("PORT", port.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} could not be started: {error}"));
        let output = Output::default();
        child.stdout.take().into_iter().for_each(|pipe| output.drain(pipe));
        child.stderr.take().into_iter().for_each(|pipe| output.drain(pipe));
        let mut server = Self { child, port, output, seen: 0 };
        let listens = until(START_TIMEOUT, || match server.child.try_wait() {
            Ok(None) => TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok().then_some(Ok(())),
            ended => Some(Err(ended)),
        });
        match listens {
            Some(Ok(())) => server,
            Some(Err(ended)) => panic!("{name} ended at once: {ended:?}"),
            None => panic!("{name} does not listen on port {port}"),
        }
    }

    /// Asks for a path and reads the whole answer.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    #[must_use]
    #[track_caller]
    pub fn get(&self, target: &str) -> Answer {
        self.ask("GET", target).send()
    }

    /// A request to it.
    pub fn ask(&self, method: &str, target: &str) -> Ask {
        Ask::new(self.port, method, target)
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of a path of it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What it has printed so far.
    #[must_use]
    pub fn output(&self) -> String {
        self.output.text()
    }

    /// Waits for a line of its output that has a text, behind those that were waited for before.
    ///
    /// # Panics
    ///
    /// When it does not come within two minutes.
    #[track_caller]
    pub fn prints(&mut self, text: &str) -> String {
        let Some((line, seen)) = self.output.line_with(text, self.seen, LINE_TIMEOUT) else {
            panic!("no further line of the output has {text:?}");
        };
        self.seen = seen;
        line
    }

    /// Ends it as a crash would, without a last word, and waits until it is gone.
    pub fn kill(mut self) {
        self.end();
    }

    /// Sends it `SIGTERM`, as a deploy would.
    ///
    /// # Panics
    ///
    /// When it is already gone.
    #[track_caller]
    pub fn terminate(&self) {
        // The shell's own `kill`: the standard library sends no other signal than SIGKILL.
        let id = self.child.id().to_string();
        let status = Command::new("sh").args(["-c", "kill -TERM \"$1\"", "sh", &id]).status();
        assert!(status.is_ok_and(|status| status.success()), "SIGTERM could not be sent to process {id}");
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    ///
    /// When it has not ended within the limit.
    #[track_caller]
    pub fn wait(&mut self, limit: Duration) -> ExitStatus {
        let ended = until(limit, || self.child.try_wait().ok().flatten());
        ended.unwrap_or_else(|| panic!("the server still runs after {limit:?}"))
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
        if thread::panicking() {
            eprintln!("--- output of the server on port {}\n{}\n---", self.port, self.output.text());
        }
    }
}

/// A port below those that the system hands to clients, so that none takes it while a server is restarted.
///
/// For a program that is told its port otherwise than by `PORT`; every other one gets a free port unasked.
///
/// # Panics
///
/// When there is none.
#[must_use]
#[track_caller]
pub fn free_port() -> u16 {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 10_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test processes that run at the same time start in different places.
    let start = u16::try_from(process::id().wrapping_mul(97) % u32::from(COUNT)).unwrap_or(0);
    let mut ports = (0..COUNT).map(|_| FIRST + (start + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT);
    let free = ports.find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok());
    free.unwrap_or_else(|| panic!("no free port from {FIRST} on"))
}
