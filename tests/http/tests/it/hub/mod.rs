//! A hub in an application, and on plain axum.

mod deploy;
pub mod guards;
mod on_axum;
pub mod reader;
pub mod subscriptions;
