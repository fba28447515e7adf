//! The application on Oriole: over TLS if it is given a certificate and its key, over HTTP/1.1 and HTTP/2 else.

use benches::serve::oriole::{BenchModule, publisher};
use benches_feed::say_listening;
use oriole::prelude::*;
use oriole::sse::Hub;
use oriole::{HttpsOptions, Listen};

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let addr = format!("127.0.0.1:{}", words.first().map_or("0", String::as_str));
    let app = Oriole::create::<BenchModule>().await?;
    let Some(hub) = app.get::<Hub>() else { return Ok(()) };
    let listen = match &words[..] {
        [_, chain, key] => Listen::https(addr, HttpsOptions::pem_files(chain, key)),
        _ => Listen::http(addr),
    };
    let server = app.bind_all([listen]).await?;
    say_listening(server.local_addr());
    let _publisher = publisher(hub);
    server.serve().await
}
