//! The hub.

mod away;
mod bounds;
mod ends;
mod publish;
mod response;
mod resume;
mod schedules;
mod slow;
mod support;
