//! The hub.

mod away;
mod bounds;
mod convoys;
mod deploy;
mod digest;
mod ends;
mod filters;
mod guards;
mod patterns;
mod publish;
mod response;
mod resume;
mod schedules;
mod server;
mod silent;
mod slow;
pub(crate) mod support;
