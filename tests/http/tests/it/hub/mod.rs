//! A hub in an application, and on plain axum.

mod caps;
mod deploy;
mod guards;
mod on_axum;
mod reader;
mod stalled;
mod subscriptions;
