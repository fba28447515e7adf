//! A hub in an application.

mod guards;
mod reader;
mod subscriptions;
