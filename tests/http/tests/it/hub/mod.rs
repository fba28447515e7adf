//! A hub in an application, and on plain axum. `takeover/suite.rs` runs these over both ways; its list names them all.

pub mod addresses;
pub mod caps;
pub mod changes;
pub mod compressed;
pub mod console;
mod console_on_axum;
pub mod deploy;
pub mod ends;
pub mod guards;
pub mod metrics;
mod on_axum;
pub mod policies;
pub mod presence;
pub mod reader;
pub mod stalled;
pub mod subscriptions;
pub mod topics;
pub mod traces;
