//! One small application written twice, as an Oriole controller and as hand-written axum, and what drives both.

mod drive;
mod ours;
mod parts;
mod plain;
mod server;

pub use drive::{Driver, ask, drive};
pub use ours::{Ours, ours, serve_ours};
pub use parts::Case;
pub use plain::{plain, serve_plain};
pub use server::{Server, load};
