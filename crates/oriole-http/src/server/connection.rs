//! One connection.

use super::ServerOptions;
use super::connections::Connections;
use super::listener::Accepted;
use super::peer::PeerAddr;
use super::protocol::{Connection, Stream, open};
#[cfg(feature = "https")]
use super::stream::Incoming as Transport;
use super::takeover::{Arrival, Handover, Held, Observed, Offer, Shards};
use super::usage::Usage;
use crate::ClientIp;
use crate::application::{AppService, ResponseFuture};
use crate::client_ip::Trusted;
use crate::trace::Peer;
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Method, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::Service;
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::AsyncWrite;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;
#[cfg(feature = "https")]
use tokio::time::timeout;
#[cfg(feature = "https")]
use tokio_rustls::TlsAcceptor;
use tracing::Instrument;

/// The application on one connection. Knows whether a request ever came.
pub(super) struct OnConnection {
    serving: Arc<Serving>,
    usage: Arc<Usage>,
    peer: Peer,
    proxies: Option<Arc<Trusted>>,
    /// `None` where nothing is taken over.
    handover: Option<Arc<Handover>>,
}

impl OnConnection {
    pub(super) fn usage(&self) -> Arc<Usage> {
        Arc::clone(&self.usage)
    }

    #[cfg(feature = "http2")]
    pub(super) fn options(&self) -> &Arc<ServerOptions> {
        &self.serving.options
    }

    pub(super) fn http1(&self) -> &Builder {
        &self.serving.http1
    }

    pub(super) fn into_peer(self) -> Peer {
        self.peer
    }
}

impl Service<http::Request<Incoming>> for OnConnection {
    type Response = Response;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, mut request: http::Request<Incoming>) -> Answer {
        self.usage.is_asked();
        if self.peer.is_kept
            && let Some(addr) = self.peer.addr
        {
            request.extensions_mut().insert(PeerAddr(addr));
        }
        if let Some(proxies) = &self.proxies
            && let Some(ip) = proxies.client(self.peer.addr.map(|addr| addr.ip()), request.headers())
        {
            request.extensions_mut().insert(ClientIp(ip));
        }
        #[cfg(feature = "sse-console")]
        if let Some(addr) = self.peer.addr {
            request.extensions_mut().insert(super::peer::ConsolePeer(addr));
        }
        let Serving { service, options, .. } = &*self.serving;
        let offer = Offer::to(&request, self.handover.as_ref(), options.http1_keep_alive, service.is_bare());
        let connects = *request.method() == Method::CONNECT;
        let usage = Arc::clone(&self.usage);
        Answer { future: service.answer(request, Some(&self.peer)), offer, connects, usage }
    }
}

pin_project! {
    /// A response that has passed every layer.
    pub(super) struct Answer {
        #[pin]
        future: ResponseFuture,
        offer: Option<Offer>,
        connects: bool,
        usage: Arc<Usage>,
    }
}

impl Future for Answer {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Ok(response) = ready!(this.future.poll(cx));
        let status = response.status();
        if status == StatusCode::SWITCHING_PROTOCOLS || (*this.connects && status.is_success()) {
            this.usage.upgrades();
        }
        Poll::Ready(Ok(match this.offer.take() {
            Some(offer) => offer.make(response),
            None => response,
        }))
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

/// What all connections share.
pub(super) struct Serving {
    pub(super) service: AppService,
    pub(super) options: Arc<ServerOptions>,
    /// How HTTP/1.1 is spoken.
    pub(super) http1: Builder,
    pub(super) end: Arc<End>,
    pub(super) shards: Arc<Shards>,
}

impl Serving {
    /// Serves a connection in a task of its own.
    pub(super) fn begin(self: &Arc<Self>, mut accepted: Accepted, connections: &Connections) {
        // One that comes back has it until it counts among the others again.
        let (span, _seat) = (accepted.span.clone(), accepted.seat.take());
        #[cfg(feature = "https")]
        if let Some(tls) = accepted.tls.take() {
            let serving = Arc::clone(self);
            let shaken = async move {
                // Boxed, so that it takes no room once it is over.
                if let Some(accepted) = Box::pin(serving.shake(accepted, tls)).await {
                    serving.serve(accepted).await;
                }
            };
            connections.spawn(shaken.instrument(span));
            return;
        }
        connections.spawn(self.serve(accepted).instrument(span));
    }

    /// Speaks TLS with a client, if it does.
    #[cfg(feature = "https")]
    async fn shake(&self, accepted: Accepted, tls: TlsAcceptor) -> Option<Accepted> {
        // A handshake is cut off by the end: nothing was asked yet.
        let shaken = tokio::select! {
            shaken = timeout(self.options.header_read_timeout, tls.accept(accepted.stream)) => shaken,
            () = self.end.begun() => return None,
        };
        match shaken {
            Ok(Ok(stream)) => return Some(Accepted { stream: Transport::Tls(Box::new(stream)), ..accepted }),
            Ok(Err(error)) => tracing::debug!(target: "oriole::Server", %error, "a TLS handshake failed"),
            Err(_) => tracing::debug!(target: "oriole::Server", "a TLS handshake took too long"),
        }
        None
    }

    /// Serves until the client leaves, a shard takes the connection over or, once the end has begun, its requests are answered.
    ///
    /// No `async` block, which would have room for all of it twice, for as long as the connection lasts.
    fn serve(self: &Arc<Self>, accepted: Accepted) -> impl Future<Output = ()> + use<> {
        let Accepted { stream, peer: addr, span, read, .. } = accepted;
        let peer = Peer { addr, is_kept: self.options.peer_addr, scheme: stream.scheme(), span };
        let handover: Option<Arc<Handover>> = self.shards.is_on().then(Arc::default);
        let stream = Observed::new(stream, read, handover.clone());
        let serving = Arc::clone(self);
        self.until_ended(stream, peer, handover).map(move |served| match served {
            Ok(Some(Taken { stream, read, held, peer: Peer { addr, span, .. } })) => {
                serving.shards.adopt(Arrival { held, stream, read, peer: addr, span });
            }
            Ok(None) => {}
            // A client that left, or spoke no HTTP: nothing that an operator can act upon.
            Err(error) => tracing::debug!(target: "oriole::Server", error, "a connection ended early"),
        })
    }

    fn until_ended<S: Stream>(
        self: &Arc<Self>,
        stream: Observed<S>,
        peer: Peer,
        handover: Option<Arc<Handover>>,
    ) -> UntilEnded<impl Connection<Stream = S> + use<S>> {
        let usage = Arc::<Usage>::default();
        let on_connection = OnConnection {
            serving: Arc::clone(self),
            usage: Arc::clone(&usage),
            peer,
            proxies: self.options.trusted_proxies.clone(),
            handover: handover.clone(),
        };
        UntilEnded {
            told: Arc::clone(&self.end.wake).notified_owned(),
            end: Arc::clone(&self.end),
            state: State::Fresh,
            has_read: stream.has_read(),
            connection: open(stream, on_connection),
            usage,
            handover,
        }
    }
}

/// A connection that hyper has let go of.
struct Taken<S> {
    stream: S,
    /// What was read behind the request.
    read: Bytes,
    held: Held,
    peer: Peer,
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
        has_read: bool,
        usage: Arc<Usage>,
        handover: Option<Arc<Handover>>,
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
    type Output = Result<Option<Taken<C::Stream>>, String>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if *this.state != State::Told && this.end.begun.load(Ordering::Acquire) {
            *this.state = State::Told;
            if *this.has_read
                && !this.usage.was_used()
                && let Poll::Ready(served) = this.connection.as_mut().poll(cx)
            {
                // What was read before it came back may be a request.
                return Poll::Ready(served.map(|()| None));
            }
            if !this.usage.was_used() {
                // Connected ahead of need, as browsers do: hyper would wait for a first request. TLS has a word for it.
                if let Some((mut stream, ..)) = this.connection.take() {
                    let _ = Pin::new(&mut stream).poll_shutdown(cx);
                }
                return Poll::Ready(Ok(None));
            }
            this.connection.as_mut().finish();
        }
        if let Poll::Ready(served) = this.connection.as_mut().poll(cx) {
            return Poll::Ready(served.map(|()| None));
        }
        let stays = this.connection.stays();
        let Some(handover) = this.handover.as_ref().filter(|handover| !stays && handover.is_due()) else {
            if *this.state == State::Fresh {
                // Not before it waits for something: most that are taken over never do. A task has one waker for life.
                *this.state = State::Listening;
                if this.told.as_mut().poll(cx).is_ready() {
                    // The end begins just now.
                    cx.waker().wake_by_ref();
                }
            }
            return Poll::Pending;
        };
        // Out of hyper's hands before it lets go of them.
        let held = handover.take();
        let taken = this.connection.take().zip(held);
        Poll::Ready(Ok(taken.map(|((stream, read, peer), held)| Taken { stream, read, held, peer })))
    }
}
