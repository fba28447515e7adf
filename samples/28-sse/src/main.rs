//! Server-Sent Events, as the Nest documentation shows them.
//!
//! ```text
//! cargo run -p sample-sse        # then open http://127.0.0.1:3000
//! ```
//!
//! `PORT` chooses another port.

use oriole::prelude::*;
use serde_json::json;
use std::time::Duration;

#[injectable]
struct AppController;

#[controller]
impl AppController {
    /// The page, which opens the stream.
    #[get]
    async fn index(&self) -> Html<&'static str> {
        Html(include_str!("page.html"))
    }

    /// One event each second.
    #[sse("sse")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        interval(Duration::from_secs(1)).map(|_| MessageEvent::json(&json!({ "hello": "world" })))
    }
}

#[module(controllers = [AppController])]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    Oriole::create::<AppModule>().await?.listen(format!("127.0.0.1:{port}")).await
}
