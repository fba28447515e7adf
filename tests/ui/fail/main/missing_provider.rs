use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct Greeter;

#[injectable]
pub struct Hall {
    greeter: Arc<Greeter>,
}

#[module(providers = [Hall])]
pub struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    Oriole::create::<AppModule>().await?.listen("127.0.0.1:0").await
}
