//! Arguments: any axum extractor, with errors in our words.

mod extracted;
mod known;
mod place;
mod reader;
mod reading;
mod refusal;
mod traits;

pub use extracted::{Extract, Fallible, Plain, extracted};
pub use reader::{Foreign, Reader, ReaderProbe, Value};
pub(crate) use refusal::Refusal;
pub use traits::{Argument, LastArgument};
