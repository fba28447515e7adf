//! Runs a program as a process and talks to it over sockets: what the tests of samples have in common.
//!
//! - [`Program`] says what is run, and [`Server`] is one that listens; it is killed when it is dropped.
//! - [`Nginx`] is a real proxy before it, or several.
//! - [`Ask`] is a request, [`Answer`] what came, [`Incoming`] an answer whose body is read bit by bit.
//!
//! Everything blocks, bytes are read off the socket by hand, and nothing of the framework's is used but the decoder of event
//! streams: what a test sees is what a client sees. Tests of an application in one process have `oriole-testing`.
//!
//! This is a harness for tests: what goes wrong panics at the line of the test, with the output of the server beside it.
//! Nothing sleeps for a fixed time; what takes time is waited for with a limit.

mod answer;
mod ask;
mod folder;
mod incoming;
mod nginx;
mod output;
mod package;
mod program;
mod server;
mod wait;

pub use answer::Answer;
pub use ask::{Ask, Part};
pub use folder::folder;
pub use incoming::Incoming;
pub use nginx::Nginx;
pub use output::Output;
pub use package::built;
pub use program::Program;
pub use server::{Server, free_port};
pub use wait::until;
