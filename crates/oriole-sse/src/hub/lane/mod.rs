//! One topic of one subscription: a place in the log, and how it moves.

mod next;
mod place;
mod ring;
mod store;

pub(super) use next::{Next, Wanted};
pub(super) use place::Lane;
