//! A dynamic module: one part of the application reads one file, another part another.
//!
//! ```text
//! cargo run -p sample-dynamic-modules
//! curl http://127.0.0.1:3000
//! curl http://127.0.0.1:3000/preview
//! ```
//!
//! `STAGE` chooses the file of the first (`development` unless it is set), `PORT` another port.

mod config;

use config::{Config, ConfigModule, ConfigOptions};
use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
struct AppController {
    config: Arc<Config>,
}

#[controller]
impl AppController {
    #[get]
    async fn hello(&self) -> String {
        self.config.get("HELLO_MESSAGE").to_owned()
    }
}

/// Which options there are, a function may decide, with needs of its own if it has some.
#[provider]
fn of_stage() -> ConfigOptions {
    ConfigOptions::named(&std::env::var("STAGE").unwrap_or_else(|_| "development".to_owned()))
}

#[injectable]
struct PreviewController {
    config: Arc<Config>,
}

#[controller("preview")]
impl PreviewController {
    #[get]
    async fn hello(&self) -> String {
        self.config.get("HELLO_MESSAGE").to_owned()
    }
}

#[module(
    imports = [ConfigModule::register(ConfigOptions::named("production"))],
    controllers = [PreviewController],
)]
struct PreviewModule;

#[module(
    imports = [ConfigModule::register_async::<of_stage>(), PreviewModule],
    controllers = [AppController],
)]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    Oriole::create::<AppModule>().await?.listen(format!("127.0.0.1:{port}")).await
}
