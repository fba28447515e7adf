//! As one writes it with Oriole: a controller, an `#[sse]` method and a hub.

use benches_feed::{Burst, publish_as_ordered};
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
        futures_util::stream::iter((1..=count).map(move |seq| MessageEvent::new(texts.text(seq)).id(seq)))
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

/// The application.
#[module(
    root,
    imports = [SseModule::for_root(SseModuleOptions::default())],
    controllers = [EventsController],
    providers = [Words, texts]
)]
#[derive(Debug)]
pub struct BenchModule;

/// The application's publisher, which runs as long as this set of tasks.
#[must_use]
pub fn publisher(hub: Arc<Hub>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(publish_as_ordered(move |_seq, text| {
        let publish = hub.publish("feed", MessageEvent::new(text));
        async {
            if let Err(error) = publish.await {
                eprintln!("not published: {error}");
            }
        }
    }));
    tasks
}
