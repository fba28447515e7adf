//! Who is here.

mod attending;
mod beyond;
mod cause;
mod frames;
mod member;
mod room;
mod rooms;

pub use cause::LeaveCause;
pub use member::Member;

pub(super) use attending::{Attending, AttendingOptions};
pub(super) use rooms::Rooms;
