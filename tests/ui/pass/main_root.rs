//! `root = T`: the application is created elsewhere.

use oriole::prelude::*;

#[module()]
pub struct AppModule;

async fn start() -> oriole::Result<()> {
    let _app = Oriole::create::<AppModule>().await?;
    Ok(())
}

#[oriole::main(root = AppModule, worker_threads = 1)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(std::env::args().count(), 1);
    start().await?;
    Ok(())
}
