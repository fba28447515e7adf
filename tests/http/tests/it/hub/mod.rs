//! A hub in an application, and on plain axum.

mod console;
mod console_on_axum;
mod deploy;
mod guards;
mod on_axum;
mod reader;
mod subscriptions;
