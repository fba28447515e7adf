//! What the tests share: a client that reads bytes off a socket, and an application that serves while a test runs.

mod app;
mod carrier;
mod client;
mod counted;
mod recorder;

pub use app::{App, PATIENCE, within};
pub use carrier::Carrier;
pub use client::{Connection, Response};
pub use counted::Counted;
pub use recorder::Recorder;
