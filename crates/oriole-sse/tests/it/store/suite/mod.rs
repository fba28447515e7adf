//! What every store promises.

mod appends;
#[macro_use]
mod list;
mod reads;
mod retention;
mod sinks;
mod support;

pub(crate) use appends::*;
pub(crate) use reads::*;
pub(crate) use retention::*;
pub(crate) use sinks::*;
pub(crate) use support::{Limits, MakeStore, append, at, read_all, topic};
