use oriole::prelude::*;
use std::{sync::Arc, time::Duration};

#[injectable]
pub struct Greeter;
impl Greeter {
    fn word(&self) -> &'static str {
        "world"
    }
}

#[injectable]
pub struct AppController {
    greeter: Arc<Greeter>,
}

#[controller]
impl AppController {
    #[get("hi/{name}")]
    async fn hi(&self, Path(name): Path<String>) -> String {
        format!("{name} {}", self.greeter.word())
    }

    #[sse("sse")]
    fn sse(&self) -> impl Stream<Item = MessageEvent> {
        interval(Duration::from_secs(1)).map(|_| MessageEvent::json(&serde_json::json!({"hello": self.greeter.word()})))
    }
}

#[module(controllers = [AppController], providers = [Greeter])]
pub struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    Oriole::create::<AppModule>().await?.listen("127.0.0.1:3000").await
}
