//! Cats, with everything that may stand around a handler.
//!
//! ```text
//! cargo run -p sample-cats-app   # then
//! curl localhost:3000/cats
//! curl -H 'x-roles: admin' --json '{"name":"Tom","age":3,"breed":"tabby"}' localhost:3000/cats
//! ```
//!
//! `PORT` chooses another port.

mod cats;
mod common;
mod core_module;

use cats::CatsModule;
use common::LoggerMiddleware;
use core_module::CoreModule;
use oriole::prelude::*;
use oriole::{ConfigureMiddleware, MiddlewareConsumer};
use std::sync::Arc;

/// The root: what is common to all, and the cats.
#[module(imports = [CoreModule, CatsModule], providers = [LoggerMiddleware])]
struct AppModule {
    logger: Arc<LoggerMiddleware>,
}

impl ConfigureMiddleware for AppModule {
    async fn configure(&self, consumer: &mut MiddlewareConsumer) -> Result<(), BoxError> {
        consumer.apply(self.logger.clone()).exclude("cats/quiet").for_routes("cats");
        Ok(())
    }
}

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    Oriole::create::<AppModule>().await?.listen(format!("127.0.0.1:{port}")).await
}
