//! What a subscription asks of a lane, and what it gets.

use bytes::Bytes;

use crate::hub::control::{EndReason, Gap};
use crate::hub::frame::Frame;
use crate::hub::slow::SlowReader;
use crate::response::Vitals;

/// Says what comes next.
#[derive(Debug)]
pub(in crate::hub) enum Next {
    Event(Frame),
    /// Several events in one piece, with the ids that all subscribers have who have this topic alone and no principal.
    Run(Bytes),
    Volatile(Bytes),
    Gap(Gap),
    End(EndReason),
    /// Nothing as yet: the task will be woken.
    Wait,
}

/// Says what a subscription wants of its lanes, and has for them.
#[derive(Clone, Copy, Debug)]
pub(in crate::hub) struct Wanted<'a> {
    /// The stream's.
    pub(in crate::hub) vitals: &'a Vitals,
    pub(in crate::hub) slow: &'a SlowReader,
    /// Events may come in pieces of so many bytes.
    pub(in crate::hub) run_bytes_max: Option<u64>,
    pub(in crate::hub) takes_volatile: bool,
    /// Waits for more at once when it is given all there is.
    pub(in crate::hub) waits: bool,
}
