//! What was measured, for people and for programs: one form for everything that is compared.

mod arguments;
mod json;
mod machine;
mod measured;
mod metric;
mod picture;
mod results;
mod so_far;
mod table;
mod versions;

pub use arguments::Arguments;
pub use json::json;
pub use machine::Machine;
pub use measured::Measured;
pub use metric::Metric;
pub use picture::{picture_name, pictures};
pub use results::{Results, Spread};
pub use so_far::SoFar;
pub use table::table;
