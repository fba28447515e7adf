use oriole::prelude::*;

#[module()]
pub struct AppModule;

#[oriole::main(flavor = "current_thread")]
async fn main() -> oriole::Result<()> {
    Oriole::create::<AppModule>().await?.listen("127.0.0.1:0").await
}
