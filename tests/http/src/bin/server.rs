//! A server of its own process, for what only a process shows: signals, file descriptors, its exit.
//!
//! It prints its address first, then each hook of the end. Its environment says how long the end may take (`TIMEOUT_MS`)
//! which hook of the end never does (`HANGS`) or fails (`FAILS`),
//! whether it ends with 0 though a signal ended it (`LIVES`), and which signal alone ends it (`SIGNALS`).
#![allow(clippy::print_stdout, reason = "the test reads what it prints")]

use futures_util::stream;
use oriole::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[injectable]
struct Place;

impl Place {
    fn name(&self) -> &'static str {
        "here"
    }
}

#[injectable]
struct Site {
    place: Arc<Place>,
    #[inject(default)]
    finalized: Arc<AtomicUsize>,
}

#[controller]
impl Site {
    #[get]
    async fn root(&self) -> &'static str {
        self.place.name()
    }

    #[get("stuck")]
    async fn stuck(&self) {
        println!("stuck");
        std::future::pending().await
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([MessageEvent::new("first")]).chain(stream::pending())
    }

    /// As `events`; how many have ended is printed with the last hook.
    #[sse("counted")]
    fn counted(&self) -> impl Stream<Item = MessageEvent> {
        let finalized = Arc::clone(&self.finalized);
        self.events().finalize(move || {
            finalized.fetch_add(1, Ordering::Relaxed);
        })
    }
}

impl BeforeApplicationShutdown for Site {
    async fn before_application_shutdown(&self, signal: Option<Signal>) -> Result<(), BoxError> {
        println!("before {signal:?}");
        hang("before").await;
        fail("before")
    }
}

impl OnApplicationShutdown for Site {
    async fn on_application_shutdown(&self, signal: Option<Signal>) -> Result<(), BoxError> {
        println!("shutdown {signal:?}");
        let finalized = self.finalized.load(Ordering::Relaxed);
        if finalized > 0 {
            println!("finalized {finalized}");
        }
        hang("shutdown").await;
        fail("shutdown")
    }
}

async fn hang(hook: &str) {
    if std::env::var("HANGS").is_ok_and(|hangs| hangs.contains(hook)) {
        std::future::pending().await
    }
}

fn fail(hook: &str) -> Result<(), BoxError> {
    if std::env::var("FAILS").is_ok_and(|fails| fails.contains(hook)) { Err("the disk is full".into()) } else { Ok(()) }
}

#[module(providers = [Place], controllers = [Site])]
struct SiteModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let timeout = std::env::var("TIMEOUT_MS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let app = Oriole::create::<SiteModule>().await?.shutdown_timeout(Duration::from_millis(timeout));
    let mut app = app.dies_of_signal(std::env::var_os("LIVES").is_none());
    if let Ok(name) = std::env::var("SIGNALS") {
        app = app.shutdown_signals(Signal::ALL.into_iter().filter(|signal| signal.to_string() == name));
    }
    let server = app.bind("127.0.0.1:0").await?;
    println!("{}", server.local_addr());
    server.serve().await?;
    println!("main");
    Ok(())
}
