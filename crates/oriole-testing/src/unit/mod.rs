//! One class, and stand-ins for what it needs.

mod builder;
mod built;
pub(crate) mod generated;
mod mock_fn;
mod mocks;
mod root;

pub use builder::{Sociable, Solitary, UnitBuilder};
pub use built::Unit;
pub use mock_fn::MockFn;
pub use mocks::{Mocker, Mocks};
