//! All that was read, by key.

mod files;
mod lookup;
mod provider;
mod tree;

pub use lookup::ConfigService;
pub(crate) use provider::{PROVIDER, need};
pub(crate) use tree::{Found, at, put};
