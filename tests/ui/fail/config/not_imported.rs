use oriole::config::{Config, ConfigFeature, ConfigModule};
use oriole::prelude::*;
use serde::Deserialize;

#[oriole::config("database")]
#[derive(Deserialize)]
pub struct DatabaseConfig {
    pub host: String,
}

#[injectable]
pub struct Database {
    pub config: Config<DatabaseConfig>,
}

// The module does not import the part of the configuration that it needs.
#[module(root, imports = [ConfigModule::for_root(oriole::config::ConfigOptions::new())], providers = [Database])]
pub struct FeatureModule;

// Nothing reads the configuration.
#[module(root, imports = [ConfigFeature<DatabaseConfig>], providers = [Database])]
pub struct RootModule;

// It is imported without options.
#[module(root, imports = [ConfigModule, ConfigFeature<DatabaseConfig>], providers = [Database])]
pub struct OptionsModule;

fn main() {}
