//! The development console: a page that shows what goes on in a hub, and does to streams what happens to streams.

mod action;
mod body;
mod feed;
mod gate;
mod options;
mod page;
mod refused;
mod reply;
mod rows;
mod service;
mod token;

pub use options::ConsoleOptions;
pub use refused::ConsoleRefused;
pub use service::Console;
pub use token::{ConsoleToken, ConsoleTokenError};
