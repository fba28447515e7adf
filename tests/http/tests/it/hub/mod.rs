//! A hub in an application, and on plain axum.

mod changes;
mod deploy;
mod guards;
mod on_axum;
mod presence;
mod reader;
mod subscriptions;
