//! A feature with settings of its own.

use oriole::config::{Config, ConfigFeature};
use oriole::prelude::*;
use serde::Deserialize;

/// `[cats]` in the file, `CATS_LIMIT` in the environment.
#[oriole::config("cats")]
#[derive(Debug, Deserialize, garde::Validate)]
pub(crate) struct CatsConfig {
    #[garde(range(min = 1, max = 10))]
    limit: usize,
    #[garde(length(min = 1))]
    #[serde(deserialize_with = "oriole::config::comma_separated")]
    names: Vec<String>,
}

#[injectable]
pub(crate) struct CatsController {
    config: Config<CatsConfig>,
}

#[controller("cats")]
impl CatsController {
    #[get]
    async fn all(&self) -> Json<Vec<String>> {
        Json(self.config.names.iter().take(self.config.limit).cloned().collect())
    }
}

#[module(imports = [ConfigFeature<CatsConfig>], controllers = [CatsController])]
pub(crate) struct CatsModule;
