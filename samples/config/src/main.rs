//! Settings come from a file and, over it, from the environment; a mistake in them ends the start, with all others.
//!
//! ```text
//! DATABASE_URL=postgres://localhost/cats DATABASE_PASSWORD=tiger cargo run -p sample-config
//! curl http://127.0.0.1:3000/cats
//! curl http://127.0.0.1:3000/database
//! ```
//!
//! `CATS_LIMIT=1` shows fewer cats, and `PORT` chooses another port. A `.env` file in the current folder is read as well.

mod cats;
mod database;

use cats::CatsModule;
use database::DatabaseModule;
use oriole::config::{ConfigModule, ConfigOptions, ConfigService};
use oriole::prelude::*;
use std::path::Path as FilePath;

fn options() -> ConfigOptions {
    let folder = FilePath::new(env!("CARGO_MANIFEST_DIR"));
    ConfigOptions::new().expand_variables(true).file(folder.join("config/default.toml"))
}

#[module(root, imports = [ConfigModule::for_root(options()), CatsModule, DatabaseModule])]
struct AppModule;

#[oriole::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let app = Oriole::create::<AppModule>().await?;
    let port: u16 = match app.get::<ConfigService>() {
        Some(config) => config.get_or("PORT", 3000)?,
        None => 3000,
    };
    app.listen(format!("127.0.0.1:{port}")).await?;
    Ok(())
}
