//! What was measured, for people and for programs.

mod json;
mod picture;
mod results;
mod table;

pub use json::json;
pub use picture::pictures;
pub use results::{Results, Spread};
pub use table::table;
