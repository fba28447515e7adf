//! A feature whose settings are secret in part.

use oriole::config::{Config, ConfigFeature, Secret};
use oriole::prelude::*;
use serde::Deserialize;

/// `DATABASE_URL`, `DATABASE_PASSWORD`, and `pool` of the file.
#[oriole::config("database")]
#[derive(Debug, Deserialize, garde::Validate)]
#[garde(allow_unvalidated)]
pub(crate) struct DatabaseConfig {
    #[garde(prefix("postgres://"))]
    url: String,
    #[garde(range(min = 1))]
    pool: u32,
    password: Secret<String>,
}

#[injectable]
pub(crate) struct DatabaseController {
    config: Config<DatabaseConfig>,
}

#[controller("database")]
impl DatabaseController {
    /// What `Debug` shows of the settings: no secret.
    #[get]
    async fn shown(&self) -> String {
        format!("{:?}, {} connections to {}", self.config.password, self.config.pool, self.config.url)
    }
}

#[module(imports = [ConfigFeature<DatabaseConfig>], controllers = [DatabaseController])]
pub(crate) struct DatabaseModule;
