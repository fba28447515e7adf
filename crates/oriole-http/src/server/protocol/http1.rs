//! HTTP/1.1, and 1.0.

use super::{Connection, Stream};
use crate::server::ServerOptions;
use crate::server::connection::OnConnection;
use crate::server::takeover::Observed;
use bytes::Bytes;
use hyper::server::conn::http1::{Builder, UpgradeableConnection};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A connection that hyper has from its first turn on: of a hundred that are accepted in one go and taken over in their first turn, each is given
/// the 8 KB to write heads from that the one before has had, and what is moved about until then is small.
pub(in crate::server) enum Http1<S: Stream> {
    New(New<S>),
    Open(Box<OfHyper<S>>),
    /// It was taken over, or was to take no requests before it had begun.
    Over,
}

type OfHyper<S> = UpgradeableConnection<TokioIo<Observed<S>>, OnConnection>;

/// A connection that had no turn yet: small enough to lie in its task.
pub(in crate::server) struct New<S> {
    stream: Observed<S>,
    service: OnConnection,
}

pub(in crate::server) fn open<S: Stream>(stream: Observed<S>, service: OnConnection) -> Http1<S> {
    Http1::New(New { stream, service })
}

/// Says how HTTP/1.1 is spoken on every connection.
pub(in crate::server) fn builder(options: &ServerOptions) -> Builder {
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(options.header_read_timeout)
        .keep_alive(options.http1_keep_alive)
        .max_buf_size(options.head_limit);
    builder
}

impl<S: Stream> New<S> {
    fn begin(self) -> Box<OfHyper<S>> {
        let Self { mut stream, service } = self;
        // hyper would look by reading, into 8 KB that it takes for it while the head lies in the 8 KB before.
        let shows_end = stream.shows_end();
        if shows_end {
            stream.watch();
        }
        let mut builder = service.http1().clone();
        let connection = builder.half_close(shows_end).serve_connection(TokioIo::new(stream), service);
        Box::new(connection.with_upgrades())
    }
}

impl<S: Stream> Future for Http1<S> {
    type Output = Result<(), String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Self::New(_) = &*self
            && let Self::New(new) = mem::replace(&mut *self, Self::Over)
        {
            *self = Self::Open(new.begin());
        }
        match &mut *self {
            Self::Open(connection) => Pin::new(&mut **connection).poll(cx).map_err(|error| error.to_string()),
            Self::New(_) | Self::Over => Poll::Ready(Ok(())),
        }
    }
}

impl<S: Stream> Connection for Http1<S> {
    type Stream = S;

    fn stays(&self) -> bool {
        false
    }

    fn finish(mut self: Pin<&mut Self>) {
        match &mut *self {
            Self::Open(connection) => Pin::new(&mut **connection).graceful_shutdown(),
            Self::New(_) | Self::Over => *self = Self::Over,
        }
    }

    fn take(mut self: Pin<&mut Self>) -> Option<(S, Bytes)> {
        let parts = match mem::replace(&mut *self, Self::Over) {
            Self::Open(connection) => connection.into_parts()?,
            Self::New(new) => return Some(new.stream.into_parts()),
            Self::Over => return None,
        };
        let (stream, left) = parts.io.into_inner().into_parts();
        if parts.read_buf.is_empty() && left.is_empty() {
            return Some((stream, Bytes::new()));
        }
        // Copied, since it lies in a buffer that is larger.
        Some((stream, Bytes::from([parts.read_buf, left].concat())))
    }
}
