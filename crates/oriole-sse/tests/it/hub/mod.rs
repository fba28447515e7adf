//! The hub.

mod away;
mod bounds;
mod changes;
mod deploy;
mod digest;
mod ends;
mod filters;
mod guards;
mod patterns;
mod presence;
mod publish;
mod replacing;
mod response;
mod resume;
mod schedules;
mod server;
mod silent;
mod slow;
pub(crate) mod support;
