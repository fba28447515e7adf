//! Configuration: the environment, `.env` files, files in TOML, JSON and YAML, and typed namespaces.
//!
//! Everything is read once, before the providers that want it are built, and every problem is told at once: which key, where
//! it comes from, what is wrong. Nothing here changes the environment of the process.
//!
//! Applications use this crate as `oriole::config`; see [`ConfigModule`].

#![cfg_attr(docsrs, feature(doc_cfg))]

mod dotted;
mod env;
mod error;
mod module;
mod namespace;
mod options;
mod origin;
mod secret;
mod service;

pub use env::Env;
pub use error::{ConfigError, Problem};
pub use module::{ConditionalModule, ConfigFeature, ConfigModule};
pub use namespace::{Config, Namespace, UseConfig, comma_separated};
#[doc(hidden)]
pub use namespace::{Load, RuleProbe, Rules, Show, Unruled, loaded};
pub use options::ConfigOptions;
pub use origin::Origin;
pub use secret::Secret;
pub use service::ConfigService;
