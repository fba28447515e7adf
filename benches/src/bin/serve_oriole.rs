//! The application on Oriole, over HTTP/1.1.

use benches::serve::oriole::{BenchModule, publisher};
use benches_feed::say_listening;
use oriole::prelude::*;
use oriole::sse::Hub;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let app = Oriole::create::<BenchModule>().await?;
    let Some(hub) = app.get::<Hub>() else { return Ok(()) };
    let server = app.bind(format!("127.0.0.1:{port}")).await?;
    say_listening(server.local_addr());
    let _publisher = publisher(hub);
    server.serve().await
}
