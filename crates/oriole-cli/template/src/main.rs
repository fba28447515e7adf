//! Starts the application.

mod app;

use app::AppModule;
use oriole::prelude::*;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let app = Oriole::create::<AppModule>().await?;
    app.listen(format!("127.0.0.1:{port}")).await
}
