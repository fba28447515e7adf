use oriole::prelude::*;

#[module()]
pub struct AppModule;

async fn start() -> oriole::Result<()> {
    Oriole::create::<AppModule>().await?.listen("127.0.0.1:0").await
}

#[oriole::main]
async fn main() -> oriole::Result<()> {
    start().await
}
