//! The application on Oriole, over HTTP/1.1.
//!
//! ```text
//! serve_oriole [PORT] [--takeover off] [--shards 2]
//! ```

use benches::serve::oriole::{BenchModule, publisher};
use benches_feed::say_listening;
use oriole::prelude::*;
use oriole::sse::Hub;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let port = words.first().map_or("0", String::as_str);
    let value = |name: &str| words.windows(2).find(|pair| pair[0] == name).map(|pair| pair[1].as_str());
    let mut app = Oriole::create::<BenchModule>().await?.event_stream_takeover(value("--takeover") != Some("off"));
    if let Some(shards) = value("--shards").and_then(|shards| shards.parse::<usize>().ok()) {
        app = app.event_stream_shards(shards);
    }
    let Some(hub) = app.get::<Hub>() else { return Ok(()) };
    let server = app.bind(format!("127.0.0.1:{port}")).await?;
    say_listening(server.local_addr());
    let _publisher = publisher(hub);
    server.serve().await
}
