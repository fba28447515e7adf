//! As one writes it with Oriole: a controller, an `#[sse]` method and a hub.

use benches_feed::{Burst, publish_as_ordered, say_listening};
use oriole::prelude::*;
use oriole::sse::{Hub, Start, Subscription};
use oriole::{SseModule, SseModuleOptions};
use serde::Serialize;
use std::sync::Arc;
use tokio::task::JoinSet;

#[derive(Serialize)]
struct Hello {
    message: &'static str,
}

#[injectable]
struct Words;

impl Words {
    fn hello(&self) -> Hello {
        Hello { message: "hello" }
    }
}

#[injectable]
struct EventsController {
    hub: Arc<Hub>,
    words: Arc<Words>,
    texts: Arc<Burst>,
}

#[controller]
impl EventsController {
    #[sse("events")]
    async fn subscribe(&self, start: Start) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("feed").from(start).await?)
    }

    #[sse("burst/{count}")]
    fn burst(&self, Path(count): Path<u64>) -> impl Stream<Item = MessageEvent> + use<> {
        let texts = Arc::clone(&self.texts);
        futures_util::stream::iter((1..=count).map(move |seq| MessageEvent::new(texts.text(seq))))
    }

    #[get("hello")]
    async fn hello(&self) -> Hello {
        self.words.hello()
    }
}

#[provider]
fn texts() -> Burst {
    Burst::default()
}

#[module(
    root,
    imports = [SseModule::for_root(SseModuleOptions::default())],
    controllers = [EventsController],
    providers = [Words, texts]
)]
struct BenchModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let app = Oriole::create::<BenchModule>().await?;
    let Some(hub) = app.get::<Hub>() else { return Ok(()) };
    let server = app.bind(format!("127.0.0.1:{port}")).await?;
    say_listening(server.local_addr());
    let mut tasks = JoinSet::new();
    tasks.spawn(publish_as_ordered(move |_seq, text| {
        let publish = hub.publish("feed", MessageEvent::new(text));
        async {
            if let Err(error) = publish.await {
                eprintln!("not published: {error}");
            }
        }
    }));
    server.serve().await
}
