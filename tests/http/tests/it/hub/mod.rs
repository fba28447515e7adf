//! A hub in an application, and on plain axum.

mod caps;
mod console;
mod console_on_axum;
mod deploy;
pub mod guards;
mod on_axum;
pub mod reader;
mod stalled;
pub mod subscriptions;
