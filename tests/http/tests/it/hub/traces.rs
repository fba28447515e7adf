//! Spans from a publication to its deliveries, over sockets.

use super::reader::{DRAIN, Reader};
use futures_util::StreamExt as _;
use http_tests::{App, Recorder};
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
    SseModuleOptions::default().hub(HubOptions::default().trace_one_in(2).trace_deliveries_max(2)).drain_window(DRAIN)
}

#[module(imports = [SseModule::for_root(sampled())], controllers = [Feed])]
pub struct SampledModule;

#[module(imports = [SseModule::for_root(SseModuleOptions::default().drain_window(DRAIN))], controllers = [Feed])]
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
        let mut reader = Reader::open(app.addr, "GET", "/feed", "").await;
        assert_eq!(reader.next().await, "hello({\"verdict\":\"live\"})");
        readers.push(reader);
    }
    for text in texts {
        let answer = app.send("POST", "/feed", "Content-Type: text/plain\r\n", text).await;
        assert_eq!(answer.status, 201);
        for reader in &mut readers {
            assert_eq!(reader.next().await, format!("message({text})"));
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

/// Of more than that, the oldest ends without deliveries.
#[tokio::test]
async fn so_many_traced_events_wait_for_one_who_reads_late() {
    let own = |events| HubOptions::default().trace_events_max(events);
    for (options, published, delivered) in [
        (own(2), 2, 2),
        (own(2), 3, 2),
        (own(0), 1, 0),
        (HubOptions::default(), 16, 16),
        (HubOptions::default(), 17, 16),
    ] {
        let watch = Watch::default();
        let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(watch.clone()));
        let hub = Hub::new(options.trace_one_in(1));
        let mut reads = hub.subscribe("feed").await.expect("there is room");
        for number in 0..published {
            hub.publish("feed", MessageEvent::new(number.to_string())).await.expect("published");
        }
        // The hello, and the events.
        for _ in 0..=published {
            reads.next().await.expect("it goes on");
        }
        let lines = watch.0.lines();
        let count = |wanted: &str| lines.iter().filter(|line| *line == wanted).count();
        assert_eq!([count("publish in nothing"), count("deliver after publish")], [published, delivered]);
    }
}
