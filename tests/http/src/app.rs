//! An application that serves while a test runs.

use crate::{Carrier, Connection, Response};
use oriole_core::Module;
use oriole_http::{Application, Error, EventStreamShards, Oriole, Shutdown};
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long anything may take; nothing takes this long unless it fails, however busy the machine is.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Bounds a wait, so that a test that hangs says where.
///
/// # Panics
///
/// If it takes longer.
#[track_caller]
pub fn within<F: Future>(bound: Duration, future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        match timeout(bound, future).await {
            Ok(output) => output,
            Err(_) => panic!("not within {bound:?}: {caller}"),
        }
    }
}

/// A running application.
#[derive(Debug)]
pub struct App {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Ends it.
    pub shutdown: Shutdown,
    /// Tells who is carried where.
    pub shards: EventStreamShards,
    server: JoinSet<Result<(), Error>>,
}

#[allow(clippy::missing_panics_doc, reason = "a test ends where its application does not start")]
impl App {
    /// Serves a root module on a port of the system's choice.
    pub async fn serve<M: Module>() -> Self {
        Self::serve_with::<M>(|app| app).await
    }

    /// Serves a root module whose application is told something first. Unless that is said, its end is not cut short.
    pub async fn serve_with<M: Module>(configure: impl FnOnce(Application) -> Application) -> Self {
        let app = Oriole::create::<M>().await.expect("the module is sound");
        Self::run(configure(Carrier::current().set(app).shutdown_timeout(PATIENCE))).await
    }

    /// Serves an application that is set up.
    pub async fn run(app: Application) -> Self {
        let server = app.shutdown_on_signals(false).bind("127.0.0.1:0").await.expect("hooks do not fail");
        let (addr, shutdown, shards) = (server.local_addr(), server.shutdown_handle(), server.event_stream_shards());
        let mut set = JoinSet::new();
        set.spawn(server.serve());
        Self { addr, shutdown, shards, server: set }
    }

    /// One request on a connection of its own.
    pub async fn request(&self, method: &str, target: &str) -> Response {
        let mut connection = Connection::open(self.addr).await;
        connection.ask(method, target).await;
        connection.response_to(method).await
    }

    /// `GET`.
    pub async fn get(&self, target: &str) -> Response {
        self.request("GET", target).await
    }

    /// One request with a body and headers, each with its line end.
    pub async fn send(&self, method: &str, target: &str, headers: &str, body: &str) -> Response {
        let mut connection = Connection::open(self.addr).await;
        let length = body.len();
        let head = format!("{method} {target} HTTP/1.1\r\nHost: test\r\n{headers}Content-Length: {length}\r\n\r\n");
        // A server may answer before it has read everything.
        connection.try_send(head + body).await;
        connection.response_to(method).await
    }

    /// A request with JSON.
    pub async fn send_json(&self, method: &str, target: &str, body: &str) -> Response {
        self.send(method, target, "Content-Type: application/json\r\n", body).await
    }

    /// Waits for the end, which something else has begun.
    pub async fn ended(&mut self) {
        let ended = within(PATIENCE, self.server.join_next()).await;
        ended.expect("it was started").expect("it does not panic").expect("it ends well");
    }

    /// Waits until it has ended because it was asked to, and gives what failed on the way.
    pub async fn failed(&mut self) -> String {
        let ended = within(PATIENCE, self.server.join_next()).await;
        ended.expect("it was started").expect("it does not panic").expect_err("something fails").to_string()
    }

    /// Ends it and waits.
    pub async fn end(mut self) {
        self.shutdown.shutdown();
        self.ended().await;
    }
}
