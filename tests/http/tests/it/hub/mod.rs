//! A hub in an application.

mod deploy;
mod guards;
mod reader;
mod subscriptions;
