use oriole::prelude::*;
use oriole::{ConfigureMiddleware, MiddlewareConsumer};

struct Nothing;

#[module]
pub struct AppModule;

impl ConfigureMiddleware for AppModule {
    async fn configure(&self, consumer: &mut MiddlewareConsumer) -> Result<(), BoxError> {
        consumer.apply(Nothing).for_routes("cats");
        Ok(())
    }
}

fn main() {}
