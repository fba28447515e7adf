//! A hub in an application, and on plain axum.

mod caps;
mod changes;
mod compressed;
mod console;
mod console_on_axum;
mod deploy;
mod ends;
pub mod guards;
mod on_axum;
mod presence;
pub mod reader;
mod stalled;
pub mod subscriptions;
