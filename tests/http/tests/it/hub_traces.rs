//! Spans from a publication to its deliveries, over sockets.

use http_tests::{App, Connection, PATIENCE, Recorder, within};
use oriole::prelude::*;
use oriole::sse::{Hub, HubOptions, Subscription};
use oriole::{SseModule, SseModuleOptions};
use std::sync::Arc;
use tracing::Subscriber;
use tracing::span::{Attributes, Id};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

#[injectable]
pub struct Feed {
    hub: Arc<Hub>,
}

#[controller("feed")]
impl Feed {
    #[post]
    async fn publish(&self, text: String) -> Result<(), HttpException> {
        self.hub.publish("feed", MessageEvent::new(text)).await?;
        Ok(())
    }

    #[sse]
    async fn read(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("feed").await?)
    }
}

fn sampled() -> SseModuleOptions {
    SseModuleOptions::default().hub(HubOptions::default().trace_one_in(2).trace_deliveries_max(2))
}

#[module(imports = [SseModule::for_root(sampled())], controllers = [Feed])]
pub struct SampledModule;

#[module(imports = [SseModule::for_root(SseModuleOptions::default())], controllers = [Feed])]
pub struct SilentModule;

/// Lines of what happens to the spans of hubs.
#[derive(Clone, Default)]
struct Watch(Recorder);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Watch {
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let span = ctx.span(id).expect("it is new");
        if span.metadata().target().starts_with("oriole_sse") {
            let parent = span.parent().map_or("nothing", |parent| parent.name());
            self.0.record(format!("{} in {parent}", span.name()));
        }
    }

    fn on_follows_from(&self, span: &Id, follows: &Id, ctx: Context<'_, S>) {
        // One that has ended could not be named.
        let name = |id: &Id| ctx.span(id).map_or("a span that has ended", |span| span.name());
        if name(span) == "deliver" {
            self.0.record(format!("deliver after {}", name(follows)));
        }
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        if ctx.span(&id).is_some_and(|span| span.name() == "publish") {
            self.0.record("publish ends");
        }
    }
}

/// What is seen while three clients read what one publishes.
async fn watch<M: oriole::Module>(texts: &[&str]) -> Vec<String> {
    let watch = Watch::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(watch.clone()));
    let app = App::serve::<M>().await;
    let mut readers = vec![];
    for _ in 0..3 {
        let mut reader = Connection::open(app.addr).await;
        reader.ask("GET", "/feed").await;
        within(PATIENCE, reader.head()).await;
        within(PATIENCE, reader.chunk()).await.expect("hello");
        readers.push(reader);
    }
    for text in texts {
        let answer = app.send("POST", "/feed", "Content-Type: text/plain\r\n", text).await;
        assert_eq!(answer.status, 201);
        for reader in &mut readers {
            let chunk = within(PATIENCE, reader.chunk()).await.expect("the event");
            assert!(chunk.contains(&format!("data: {text}\n")), "{chunk}");
        }
    }
    drop(readers);
    app.end().await;
    watch.0.lines()
}

#[tokio::test]
pub async fn a_sampled_publication_is_followed_to_its_first_deliveries() {
    let lines = watch::<SampledModule>(&["1", "2", "3"]).await;
    // Of the second publication and of the third delivery nothing is seen.
    let one = ["publish in request", "append in publish"];
    let each = ["deliver in request", "deliver after publish"];
    let story: Vec<_> = one.iter().chain(&each).chain(&each).chain(&["publish ends"]).copied().collect();
    assert_eq!(lines, [story.clone(), story].concat());
}

#[tokio::test]
pub async fn nothing_is_traced_unless_it_is_said() {
    assert_eq!(watch::<SilentModule>(&["1", "2"]).await, [""; 0]);
}
