use oriole::prelude::*;

#[module()]
pub struct AppModule;

#[oriole::main(worker_threads = 0, worker_threads = 2, worker_threads = 3)]
async fn main() -> oriole::Result<()> {
    Oriole::create::<AppModule>().await?.listen("127.0.0.1:0").await
}
