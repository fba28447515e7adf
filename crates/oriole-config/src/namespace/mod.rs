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
pub(crate) use read::{read, screaming};
pub use rules::{RuleProbe, Rules, Unruled};
pub use traits::{Load, Namespace, loaded};
pub use use_config::UseConfig;
