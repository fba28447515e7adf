//! One class, and stand-ins for what it needs.

mod builder;
pub(crate) mod generated;
mod mock_fn;
mod mocks;
mod root;
#[allow(clippy::module_inception, reason = "the folder is about tests of a unit, and this is the unit")]
mod unit;

pub use builder::{Sociable, Solitary, UnitBuilder};
pub use mock_fn::MockFn;
pub use mocks::{Mocker, Mocks};
pub use unit::Unit;
