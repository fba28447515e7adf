//! All subscriptions of a hub: how many there may be, and how they are ended.

mod admission;
mod all;
mod numbers;
mod reader;

pub(super) use admission::{Admission, Candidate, NotAdmitted};
pub(super) use all::Readers;
pub(super) use reader::Reader;
