//! Typed parts of a configuration.

mod config;
mod declared;
mod list;
mod read;
mod rules;
mod traits;
mod use_config;

pub use config::Config;
pub(crate) use declared::Declared;
pub use list::comma_separated;
pub(crate) use read::read;
pub use rules::{RuleProbe, Unruled};
pub use traits::{Namespace, loaded};
pub use use_config::UseConfig;
