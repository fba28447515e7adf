//! What is run, and how.

use crate::{Server, built};
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A program that can be run.
#[derive(Debug)]
pub struct Program {
    pub(crate) command: Command,
    pub(crate) port: Option<u16>,
}

impl Program {
    /// The program of the package under test: `Program::new(env!("CARGO_BIN_EXE_sample-sse"))`.
    #[must_use]
    pub fn new(path: impl AsRef<Path>) -> Self {
        let mut command = Command::new(path.as_ref());
        command.stdin(Stdio::null());
        Self { command, port: None }
    }

    /// The program of another package, which has its name; it is built if need be.
    ///
    /// # Panics
    ///
    /// When it does not compile.
    #[must_use]
    #[track_caller]
    pub fn of(package: &str) -> Self {
        Self::new(built(package))
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// The port that it is told by `PORT`. A free one, if nothing is said.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Starts it and waits until it listens on its port.
    ///
    /// # Panics
    ///
    /// When it ends, or does not listen within two minutes.
    #[must_use]
    #[track_caller]
    pub fn start(self) -> Server {
        Server::start(self)
    }

    /// Runs it to its end.
    ///
    /// # Panics
    ///
    /// When it is not there.
    #[must_use]
    #[track_caller]
    pub fn run(mut self) -> Output {
        if let Some(port) = self.port {
            self.command.env("PORT", port.to_string());
        }
        self.command.output().unwrap_or_else(|error| panic!("{:?} could not be started: {error}", self.command))
    }
}
