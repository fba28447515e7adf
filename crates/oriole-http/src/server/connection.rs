//! One connection.

use super::ServerOptions;
use super::common::Common;
use super::connections::Connections;
use super::listener::Accepted;
use super::peer::PeerAddr;
use super::protocol::{Connection, open};
use super::stream::Incoming as Transport;
use super::takeover::{Arrival, Held, Observed, Offer, Shards};
use crate::ClientIp;
use crate::application::{AppService, ResponseFuture};
use crate::trace::Peer;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{Method, StatusCode};
use hyper::body::{Body as _, Incoming};
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
    common: Arc<Common>,
}

impl OnConnection {
    #[cfg(feature = "http2")]
    pub(super) fn common(&self) -> Arc<Common> {
        Arc::clone(&self.common)
    }

    #[cfg(feature = "http2")]
    pub(super) fn options(&self) -> &Arc<ServerOptions> {
        &self.serving.options
    }

    pub(super) fn http1(&self) -> &Builder {
        &self.serving.http1
    }
}

impl Service<http::Request<Incoming>> for OnConnection {
    type Response = Response;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, mut request: http::Request<Incoming>) -> Answer {
        let Self { serving, common } = self;
        common.is_asked();
        let peer = &common.peer;
        if peer.is_kept
            && let Some(addr) = peer.addr
        {
            request.extensions_mut().insert(PeerAddr(addr));
        }
        if let Some(proxies) = &serving.options.trusted_proxies
            && let Some(ip) = proxies.client(peer.addr.map(|addr| addr.ip()), request.headers())
        {
            request.extensions_mut().insert(ClientIp(ip));
        }
        #[cfg(feature = "sse-console")]
        if let Some(addr) = peer.addr {
            request.extensions_mut().insert(super::peer::ConsolePeer(addr));
        }
        let Serving { service, options, shards, .. } = &**serving;
        let offer = match shards.is_on() {
            true => Offer::to(&request, common, options.http1_keep_alive, service.is_bare()),
            false => None,
        };
        let connects = *request.method() == Method::CONNECT;
        // Most have no body, and one that is empty takes no room.
        let request = request.map(|body| if body.is_end_stream() { Body::empty() } else { Body::new(body) });
        Answer { future: service.answer(request, Some(peer)), offer, connects, common: Arc::clone(common) }
    }
}

pin_project! {
    /// A response that has passed every layer.
    pub(super) struct Answer {
        #[pin]
        future: ResponseFuture,
        offer: Option<Offer>,
        connects: bool,
        common: Arc<Common>,
    }
}

impl Future for Answer {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Ok(response) = ready!(this.future.poll(cx));
        let status = response.status();
        if status == StatusCode::SWITCHING_PROTOCOLS || (*this.connects && status.is_success()) {
            this.common.upgrades();
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

    fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Acquire)
    }

    #[cfg(feature = "https")]
    async fn begun(&self) {
        let woken = self.wake.notified();
        if !self.has_begun() {
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
    fn serve(self: &Arc<Self>, accepted: Accepted) -> UntilEnded<impl Connection<Stream = Transport> + use<>> {
        let Accepted { stream, peer: addr, span, read, .. } = accepted;
        let has_read = !read.is_empty();
        let peer = Peer { addr, is_kept: self.options.peer_addr, scheme: stream.scheme(), span };
        let common = Arc::new(Common::new(peer));
        let stream = Observed::new(stream, read, Arc::clone(&common), self.shards.is_on());
        let service = OnConnection { serving: Arc::clone(self), common: Arc::clone(&common) };
        UntilEnded {
            connection: open(stream, service),
            told: None,
            is_told: false,
            has_read,
            common,
            end: Arc::clone(&self.end),
            shards: Arc::clone(&self.shards),
        }
    }
}

/// A connection that hyper has let go of.
struct Taken {
    stream: Transport,
    /// What was read behind the request.
    read: Bytes,
    held: Held,
}

pin_project! {
    /// A connection that is told once of the end.
    struct UntilEnded<C> {
        #[pin]
        connection: C,
        // From when on the task is woken when the end begins, so that a look at the flag is enough.
        #[pin]
        told: Option<OwnedNotified>,
        is_told: bool,
        has_read: bool,
        common: Arc<Common>,
        end: Arc<End>,
        shards: Arc<Shards>,
    }
}

impl<C: Connection<Stream = Transport>> Future for UntilEnded<C> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let served = ready!(self.as_mut().poll_served(cx));
        match served {
            Ok(Some(Taken { stream, read, held })) => {
                let Peer { addr, ref span, .. } = self.common.peer;
                self.shards.adopt(Arrival { held, stream, read, peer: addr, span: span.clone() });
            }
            Ok(None) => {}
            // A client that left, or spoke no HTTP: nothing that an operator can act upon.
            Err(error) => tracing::debug!(target: "oriole::Server", error, "a connection ended early"),
        }
        Poll::Ready(())
    }
}

impl<C: Connection<Stream = Transport>> UntilEnded<C> {
    fn poll_served(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Option<Taken>, String>> {
        let mut this = self.project();
        let end = &*this.end;
        if !*this.is_told && end.has_begun() {
            *this.is_told = true;
            if *this.has_read
                && !this.common.was_used()
                && let Poll::Ready(served) = this.connection.as_mut().poll(cx)
            {
                // What was read before it came back may be a request.
                return Poll::Ready(served.map(|()| None));
            }
            if !this.common.was_used() {
                // Connected ahead of need, as browsers do: hyper would wait for a first request. TLS has a word for it.
                if let Some((mut stream, _)) = this.connection.take() {
                    let _ = Pin::new(&mut stream).poll_shutdown(cx);
                }
                return Poll::Ready(Ok(None));
            }
            this.connection.as_mut().finish();
        }
        let handover = &this.common.handover;
        let is_due = loop {
            if let Poll::Ready(served) = this.connection.as_mut().poll(cx) {
                return Poll::Ready(served.map(|()| None));
            }
            let is_due = !this.connection.stays() && handover.is_due();
            if is_due || !handover.asks_after_all() {
                break is_due;
            }
        };
        if !is_due {
            if !*this.is_told && this.told.is_none() {
                // Not before it waits for something: most that are taken over never do. A task has one waker for life.
                this.told.set(Some(Arc::clone(&end.wake).notified_owned()));
                let is_woken = this.told.as_mut().as_pin_mut().is_some_and(|told| told.poll(cx).is_ready());
                // Looked at again, since it may have begun just before.
                if is_woken || end.has_begun() {
                    cx.waker().wake_by_ref();
                }
            }
            return Poll::Pending;
        }
        // Out of hyper's hands before it lets go of them.
        let held = handover.take_written();
        let taken = this.connection.take().zip(held);
        Poll::Ready(Ok(taken.map(|((stream, read), held)| Taken { stream, read, held })))
    }
}

#[cfg(all(test, feature = "sse-hub"))]
mod tests;
