use oriole::prelude::*;
use oriole::{ConfigureMiddleware, MiddlewareConsumer, NextService, RouteMatch};

#[injectable]
pub struct Cats;

#[module]
pub struct AppModule;

impl ConfigureMiddleware for AppModule {
    async fn configure(&self, consumer: &mut MiddlewareConsumer) -> Result<(), BoxError> {
        let passes = |request, next: NextService| async { Ok(next.run(request).await) };
        consumer.apply(passes).for_routes(RouteMatch::controller::<Cats>());
        Ok(())
    }
}

fn main() {}
