//! One connection.

use super::ServerOptions;
use crate::application::{AppService, ResponseFuture};
use hyper::body::Incoming;
use hyper::service::Service;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// The application on one connection. Knows whether a request ever came.
struct OnConnection {
    service: AppService,
    was_used: Arc<AtomicBool>,
}

impl Service<http::Request<Incoming>> for OnConnection {
    type Response = axum::response::Response;
    type Error = std::convert::Infallible;
    type Future = ResponseFuture;

    fn call(&self, request: http::Request<Incoming>) -> ResponseFuture {
        self.was_used.store(true, Ordering::Relaxed);
        tower_service::Service::call(&mut self.service.clone(), request)
    }
}

/// Tells every connection of the end, once.
#[derive(Default)]
pub(super) struct End {
    begun: AtomicBool,
    wake: Notify,
}

impl End {
    pub(super) fn begin(&self) {
        self.begun.store(true, Ordering::Release);
        self.wake.notify_waiters();
    }
}

/// Serves a connection until the client leaves or, once the end has begun, until its requests are answered.
pub(super) async fn serve(stream: TcpStream, service: AppService, options: Arc<ServerOptions>, end: Arc<End>) {
    let was_used = Arc::new(AtomicBool::new(false));
    let on_connection = OnConnection { service, was_used: Arc::clone(&was_used) };
    let connection = open(stream, on_connection, &options);
    let mut told = pin!(end.wake.notified());
    // From here on a wake-up reaches this task, so a look at the flag is enough.
    told.as_mut().enable();
    let outcome = UntilEnded { connection, told, end: &end, was_told: false, was_used }.await;
    if let Err(error) = outcome {
        // A client that left, or spoke no HTTP: nothing that an operator can act upon.
        tracing::debug!(target: "oriole::Server", error, "a connection ended early");
    }
}

/// What the two protocol stacks have in common.
trait Connection: Future<Output = Result<(), String>> {
    fn finish(self: Pin<&mut Self>);
}

pin_project! {
    /// A connection that is told once of the end.
    struct UntilEnded<'a, C> {
        #[pin]
        connection: C,
        told: Pin<&'a mut Notified<'a>>,
        end: &'a End,
        was_told: bool,
        was_used: Arc<AtomicBool>,
    }
}

impl<C: Connection> Future for UntilEnded<'_, C> {
    type Output = Result<(), String>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if !*this.was_told && (this.told.as_mut().poll(cx).is_ready() || this.end.begun.load(Ordering::Acquire)) {
            *this.was_told = true;
            if !this.was_used.load(Ordering::Relaxed) {
                // Connected ahead of need, as browsers do: hyper would wait for a first request.
                return Poll::Ready(Ok(()));
            }
            this.connection.as_mut().finish();
        }
        this.connection.poll(cx)
    }
}

#[cfg(not(feature = "http2"))]
use http1::open;
#[cfg(feature = "http2")]
use http2::open;

#[cfg(not(feature = "http2"))]
mod http1 {
    use super::{Connection, Context, Future, OnConnection, Pin, Poll, ServerOptions, TcpStream, pin_project};
    use hyper::server::conn::http1::{Builder, UpgradeableConnection};
    use hyper_util::rt::{TokioIo, TokioTimer};

    pin_project! {
        pub(super) struct Http1 {
            #[pin]
            connection: UpgradeableConnection<TokioIo<TcpStream>, OnConnection>,
        }
    }

    pub(super) fn open(stream: TcpStream, service: OnConnection, options: &ServerOptions) -> Http1 {
        let connection = Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(options.header_read_timeout)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        Http1 { connection }
    }

    impl Future for Http1 {
        type Output = Result<(), String>;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            self.project().connection.poll(cx).map_err(|error| error.to_string())
        }
    }

    impl Connection for Http1 {
        fn finish(self: Pin<&mut Self>) {
            self.project().connection.graceful_shutdown();
        }
    }
}

#[cfg(feature = "http2")]
mod http2 {
    use super::{Connection, Context, Future, OnConnection, Pin, Poll, ServerOptions, TcpStream};
    use hyper_util::rt::{TokioIo, TokioTimer};
    use hyper_util::server::conn::auto::{Builder, UpgradeableConnection};
    use std::marker::PhantomData;

    /// Runs what HTTP/2 spawns for each stream.
    #[derive(Clone)]
    pub(super) struct Executor;
}
