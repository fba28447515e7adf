//! The modules that applications import.

mod conditional;
mod feature;
mod root;

pub use conditional::ConditionalModule;
pub use feature::ConfigFeature;
pub use root::ConfigModule;
