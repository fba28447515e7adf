use oriole::prelude::*;

pub struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    Oriole::create::<AppModule>().await?.listen("127.0.0.1:0").await
}
