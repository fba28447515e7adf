//! One class, and stand-ins for what it needs.

mod builder;
mod mock_fn;
mod mocks;
mod root;

pub use builder::{Unit, UnitBuilder};
pub use mock_fn::MockFn;
pub use mocks::{Mocker, Mocks};
