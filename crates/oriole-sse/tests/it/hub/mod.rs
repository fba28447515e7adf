//! The hub.

mod schedules;
mod support;
