//! One connection.

use super::ServerOptions;
use super::listener::Accepted;
use super::peer::PeerAddr;
use crate::application::{AppService, ResponseFuture};
use crate::trace::Peer;
use hyper::body::Incoming;
use hyper::service::Service;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;
use tracing::Span;

/// The application on one connection. Knows whether a request ever came.
struct OnConnection {
    service: AppService,
    was_used: Arc<AtomicBool>,
    peer: Peer,
}

impl Service<http::Request<Incoming>> for OnConnection {
    type Response = axum::response::Response;
    type Error = std::convert::Infallible;
    type Future = ResponseFuture;

    fn call(&self, mut request: http::Request<Incoming>) -> ResponseFuture {
        self.was_used.store(true, Ordering::Relaxed);
        if self.peer.is_kept
            && let Some(addr) = self.peer.addr
        {
            request.extensions_mut().insert(PeerAddr(addr));
        }
        #[cfg(feature = "sse-console")]
        if let Some(addr) = self.peer.addr {
            request.extensions_mut().insert(super::peer::ConsolePeer(addr));
        }
        self.service.answer(request, Some(&self.peer))
    }
}

/// Tells every connection of the end, once.
#[derive(Default)]
pub(super) struct End {
    begun: AtomicBool,
    wake: Arc<Notify>,
}

impl End {
    pub(super) fn begin(&self) {
        self.begun.store(true, Ordering::Release);
        self.wake.notify_waiters();
    }

    #[cfg(feature = "https")]
    async fn begun(&self) {
        let woken = self.wake.notified();
        if !self.begun.load(Ordering::Acquire) {
            woken.await;
        }
    }
}

/// Serves a connection until the client leaves or, once the end has begun, until its requests are answered.
pub(super) async fn serve(accepted: Accepted, service: AppService, options: Arc<ServerOptions>, end: Arc<End>) {
    let told = Arc::clone(&end.wake).notified_owned();
    let peer = Peer { addr: accepted.peer, is_kept: options.peer_addr, scheme: "http", span: Span::current() };
    #[cfg(feature = "https")]
    if let Some(tls) = accepted.tls {
        // A handshake is cut off by the end: nothing was asked yet.
        let shaken = tokio::select! {
            shaken = tokio::time::timeout(options.header_read_timeout, tls.accept(accepted.stream)) => shaken,
            () = end.begun() => return,
        };
        return match shaken {
            Ok(Ok(stream)) => {
                let peer = Peer { scheme: "https", ..peer };
                serve_on(stream, told, service, &options, end, peer).await;
            }
            Ok(Err(error)) => tracing::debug!(target: "oriole::Server", %error, "a TLS handshake failed"),
            Err(_) => tracing::debug!(target: "oriole::Server", "a TLS handshake took too long"),
        };
    }
    serve_on(accepted.stream, told, service, &options, end, peer).await;
}

async fn serve_on<S: Stream>(
    stream: S,
    told: OwnedNotified,
    service: AppService,
    options: &ServerOptions,
    end: Arc<End>,
    peer: Peer,
) {
    let was_used = Arc::new(AtomicBool::new(false));
    let on_connection = OnConnection { service, was_used: Arc::clone(&was_used), peer };
    let connection = open(stream, on_connection, options);
    let outcome = UntilEnded { connection, told, end, state: State::Fresh, was_used }.await;
    if let Err(error) = outcome {
        // A client that left, or spoke no HTTP: nothing that an operator can act upon.
        tracing::debug!(target: "oriole::Server", error, "a connection ended early");
    }
}

/// What HTTP is spoken over: TCP, or TLS over TCP.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}

/// What the two protocol stacks have in common.
trait Connection: Future<Output = Result<(), String>> {
    fn finish(self: Pin<&mut Self>);
}

pin_project! {
    /// A connection that is told once of the end.
    struct UntilEnded<C> {
        #[pin]
        connection: C,
        #[pin]
        told: OwnedNotified,
        end: Arc<End>,
        state: State,
        was_used: Arc<AtomicBool>,
    }
}

/// How far the news of the end has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    /// The task is woken when the end begins, so that a look at the flag is enough.
    Listening,
    Told,
}

impl<C: Connection> Future for UntilEnded<C> {
    type Output = Result<(), String>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if *this.state == State::Fresh {
            // A task has one waker for life.
            let _ = this.told.as_mut().poll(cx);
            *this.state = State::Listening;
        }
        if *this.state == State::Listening && this.end.begun.load(Ordering::Acquire) {
            *this.state = State::Told;
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
    use super::{Connection, Context, Future, OnConnection, Pin, Poll, ServerOptions, Stream, pin_project};
    use hyper::server::conn::http1::{Builder, UpgradeableConnection};
    use hyper_util::rt::{TokioIo, TokioTimer};

    pin_project! {
        pub(super) struct Http1<S> {
            #[pin]
            connection: UpgradeableConnection<TokioIo<S>, OnConnection>,
        }
    }

    pub(super) fn open<S: Stream>(stream: S, service: OnConnection, options: &ServerOptions) -> Http1<S> {
        let connection = Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(options.header_read_timeout)
            .keep_alive(options.http1_keep_alive)
            .max_buf_size(options.head_limit)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        Http1 { connection }
    }

    impl<S: Stream> Future for Http1<S> {
        type Output = Result<(), String>;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            self.project().connection.poll(cx).map_err(|error| error.to_string())
        }
    }

    impl<S: Stream> Connection for Http1<S> {
        fn finish(self: Pin<&mut Self>) {
            self.project().connection.graceful_shutdown();
        }
    }
}

#[cfg(feature = "http2")]
mod http2 {
    use super::{Connection, Context, Future, OnConnection, Pin, Poll, ServerOptions, Stream, pin_project};
    use hyper_util::rt::{TokioIo, TokioTimer};
    use hyper_util::server::conn::auto::{Builder, UpgradeableConnection};
    use std::sync::{Arc, Mutex, PoisonError};
    use tokio::task::JoinSet;

    /// Runs the requests of one HTTP/2 connection; they end with it at the latest.
    #[derive(Clone, Default)]
    struct Streams(Arc<Mutex<JoinSet<()>>>);

    impl<F: Future + Send + 'static> hyper::rt::Executor<F> for Streams {
        fn execute(&self, stream: F) {
            let mut streams = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            while streams.try_join_next().is_some() {}
            streams.spawn(async move {
                stream.await;
            });
        }
    }

    pin_project! {
        pub(super) struct Either<S> {
            #[pin]
            connection: UpgradeableConnection<'static, TokioIo<S>, OnConnection, Streams>,
        }
    }

    pub(super) fn open<S: Stream>(stream: S, service: OnConnection, options: &ServerOptions) -> Either<S> {
        let mut builder = Builder::new(Streams::default());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(options.header_read_timeout)
            .keep_alive(options.http1_keep_alive)
            .max_buf_size(options.head_limit);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(options.head_limit).unwrap_or(u32::MAX));
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        Either { connection }
    }

    impl<S: Stream> Future for Either<S> {
        type Output = Result<(), String>;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            self.project().connection.poll(cx).map_err(|error| error.to_string())
        }
    }

    impl<S: Stream> Connection for Either<S> {
        fn finish(self: Pin<&mut Self>) {
            self.project().connection.graceful_shutdown();
        }
    }
}
