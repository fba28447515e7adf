use oriole::prelude::*;

#[module()]
pub struct AppModule;

pub struct Broken;

#[oriole::main]
async fn main() -> Broken {
    let _ = Oriole::create::<AppModule>().await;
    Broken
}
