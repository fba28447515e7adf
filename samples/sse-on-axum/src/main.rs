//! `oriole-sse` alone, in a plain axum program: a stream of ticks that resumes where a client left off.
//!
//! ```text
//! cargo run -p sample-sse-on-axum
//! ```
//!
//! Open the printed address in a browser, stop the program with Ctrl-C, start it again, and see the page come back by
//! itself. It listens on port 3000, or on `PORT`.

use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::Response;
use axum::response::Html;
use axum::routing::get;
use axum::serve::ListenerExt;
use futures_util::{Stream, stream};
use oriole_sse::{
    EventBody, EventName, EventStreams, LastEventId, LastEventIdRejection, MessageEvent, SseOptions, event_name,
};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, sleep_until};

const TICK: EventName = event_name!("tick");
const PERIOD: Duration = Duration::from_millis(500);
/// How far back a client can resume.
const REPLAY_TICKS_MAX: u64 = 100;
/// How long bytes may stay unacknowledged before a peer counts as gone.
#[cfg(target_os = "linux")]
const PEER_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a client that does not read may hold up the end of the program.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let streams = EventStreams::new(SseOptions::default());
    let app = Router::new()
        .route("/", get(async || Html(include_str!("index.html"))))
        .route("/sse", get(ticks))
        .with_state(App { streams: streams.clone(), ticker: Ticker { start: Instant::now() } });

    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse::<u16>())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    announce(&listener)?;
    let listener = listener.tap_io(|socket| {
        // Events are small and must not wait for each other.
        let _ = socket.set_nodelay(true);
        // A peer that vanished is noticed when the heartbeat is not acknowledged. The option is Linux's.
        #[cfg(target_os = "linux")]
        let _ = socket2::SockRef::from(&*socket).set_tcp_user_timeout(Some(PEER_TIMEOUT));
    });

    let (stopping, stopped) = oneshot::channel();
    let shutdown = async move {
        stop_signal().await;
        // axum waits for every response to end, so the streams are told to.
        streams.drain();
        let _ = stopping.send(());
    };
    let deadline = async {
        let _ = stopped.await;
        sleep(SHUTDOWN_DEADLINE).await;
    };
    tokio::select! {
        result = axum::serve(listener, app).with_graceful_shutdown(shutdown) => result?,
        () = deadline => {}
    }
    Ok(())
}

#[derive(Clone)]
struct App {
    streams: EventStreams,
    ticker: Ticker,
}

async fn ticks(State(app): State<App>, resume: LastEventId) -> Result<Response<EventBody>, LastEventIdRejection> {
    let stream = app.ticker.after(resume.sequence()?);
    Ok(app.streams.open_events(stream).await)
}

/// Ticks since the program started, the same ones for every client: a tick's number is its id.
#[derive(Clone, Copy)]
struct Ticker {
    start: Instant,
}

#[derive(Serialize)]
struct Tick {
    number: u64,
    seconds: f64,
}

impl Ticker {
    /// Gives the ticks after the last one that a client saw, as far as they are kept, and then those to come.
    fn after(self, last: Option<u64>) -> impl Stream<Item = MessageEvent> + use<> {
        let latest = u64::try_from(self.start.elapsed().as_millis() / PERIOD.as_millis()).unwrap_or(u64::MAX);
        // The client chose this number. One from the future is from an earlier run of the program.
        let last = last.filter(|last| *last <= latest).unwrap_or(latest).max(latest.saturating_sub(REPLAY_TICKS_MAX));
        stream::unfold(last + 1, move |number| async move {
            let since_start = PERIOD.checked_mul(u32::try_from(number).ok()?)?;
            sleep_until(self.start + since_start).await;
            let tick = Tick { number, seconds: since_start.as_secs_f64() };
            Some((MessageEvent::json(&tick).id(number).event_type(TICK), number + 1))
        })
    }
}

#[expect(clippy::print_stdout, reason = "whoever starts the program wants to know where it listens")]
fn announce(listener: &TcpListener) -> std::io::Result<()> {
    println!("listening on http://{}", listener.local_addr()?);
    Ok(())
}

/// Waits for Ctrl-C, or for what a supervisor sends.
async fn stop_signal() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return,
            _ = terminate.recv() => return,
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
