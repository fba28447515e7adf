//! Items within a function.

use oriole::prelude::*;
use std::sync::Arc;

async fn first() -> oriole::Result<usize> {
    #[token]
    const LENGTH: Token<usize> = Token::new();

    #[injectable]
    struct Service {
        #[inject(LENGTH)]
        length: Arc<usize>,
    }

    #[provider]
    fn text(service: Arc<Service>) -> String {
        "x".repeat(*service.length)
    }

    #[injectable]
    struct Controller {
        text: Arc<String>,
    }

    #[controller]
    impl Controller {
        #[get]
        fn get(&self) -> String {
            self.text.to_string()
        }
    }

    #[module(root, controllers = [Controller], providers = [LENGTH = 3, Service, text])]
    struct AppModule;

    let app = Oriole::create::<AppModule>().await?;
    let length = app.get::<Service>().map_or(0, |service| *service.length);
    app.into_service().await?;
    Ok(length)
}

async fn second() -> oriole::Result<()> {
    #[injectable]
    struct Service;

    #[module(providers = [Service])]
    struct AppModule;

    let _app = Oriole::create::<AppModule>().await?;
    Ok(())
}

#[module()]
struct Nothing;

#[oriole::main(root = Nothing)]
async fn main() -> oriole::Result<()> {
    assert_eq!(first().await?, 3);
    second().await
}
