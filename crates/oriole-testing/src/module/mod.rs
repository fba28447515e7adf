//! An application as `main` builds it, with what a test puts in the place of its parts.

mod builder;
mod overrides;
mod testing_module;

pub(crate) use builder::PATIENCE;
pub use builder::{Test, TestBuilder};
pub use overrides::{OverrideEnhancer, OverrideModule, OverrideProvider};
pub use testing_module::TestingModule;
