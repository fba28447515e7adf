//! The hub.

mod away;
mod bounds;
mod changes;
#[cfg(feature = "compression")]
mod compressed;
mod convoys;
mod deploy;
mod digest;
mod ends;
mod filters;
mod guards;
#[cfg(feature = "console")]
mod inspect;
mod pages;
mod patterns;
mod presence;
mod publish;
mod replacing;
mod response;
mod resting;
mod resume;
mod schedules;
mod server;
mod silent;
mod slow;
mod snapshots;
pub(crate) mod support;
