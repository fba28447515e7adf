//! The hub.

mod away;
mod bounds;
mod deploy;
mod ends;
mod guards;
mod publish;
mod response;
mod resume;
mod schedules;
mod server;
mod silent;
mod slow;
mod support;
