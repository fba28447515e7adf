//! Parts of a configuration under lints, conditions and macros of the user's own.
#![deny(warnings, missing_docs)]

use oriole::config::{Config, ConfigFeature, ConfigModule, ConfigOptions};
use oriole::prelude::*;
use serde::Deserialize;

/// Made by a macro.
macro_rules! part {
    ($type:ident, $name:literal) => {
        /// A part.
        #[oriole::config($name)]
        #[derive(Debug, Deserialize)]
        pub struct $type {
            /// How many.
            pub max: u8,
        }
    };
}
part!(CatsConfig, "cats");

mod inner {
    use serde::Deserialize;

    /// Another of the same name, and private.
    #[oriole::config("inner.cats", prefix = "INNER_")]
    #[derive(Debug, Deserialize)]
    pub(super) struct CatsConfig {
        #[serde(default)]
        pub(super) max: u8,
    }
}

/// Both.
#[injectable]
#[derive(Debug)]
pub struct Cats {
    many: Config<CatsConfig>,
    #[cfg(not(any()))]
    few: Config<inner::CatsConfig>,
}

#[module(
    root,
    imports = [ConfigModule::for_root(options()), ConfigFeature<CatsConfig>, ConfigFeature<inner::CatsConfig>],
    providers = [Cats],
)]
struct AppModule;

fn options() -> ConfigOptions {
    ConfigOptions::new().ignore_env_file(true).process_env([("CATS_MAX", "9")])
}

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let app = Oriole::create::<AppModule>().await?;
    let cats = app.get::<Cats>().expect("provided");
    assert_eq!((cats.many.max, cats.few.max), (9, 0));
    Ok(())
}
