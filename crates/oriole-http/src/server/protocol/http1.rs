//! HTTP/1.1, and 1.0.

use super::{Connection, Stream};
use crate::server::ServerOptions;
use crate::server::connection::OnConnection;
use crate::server::takeover::Observed;
use crate::trace::Peer;
use bytes::Bytes;
use hyper::server::conn::http1::{Builder, UpgradeableConnection};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub(in crate::server) struct Http1<S: Stream> {
    /// `None` once it was taken over.
    connection: Option<UpgradeableConnection<TokioIo<Observed<S>>, OnConnection>>,
}

pub(in crate::server) fn open<S: Stream>(
    mut stream: Observed<S>,
    service: OnConnection,
    options: &ServerOptions,
) -> Http1<S> {
    // hyper would look by reading, into 8 KB that it takes for it while the head lies in the 8 KB before.
    let shows_end = stream.shows_end();
    if shows_end {
        stream.watch(service.usage());
    }
    let connection = Builder::new()
        .half_close(shows_end)
        .timer(TokioTimer::new())
        .header_read_timeout(options.header_read_timeout)
        .keep_alive(options.http1_keep_alive)
        .max_buf_size(options.head_limit)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    Http1 { connection: Some(connection) }
}

impl<S: Stream> Future for Http1<S> {
    type Output = Result<(), String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.connection {
            Some(connection) => Pin::new(connection).poll(cx).map_err(|error| error.to_string()),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl<S: Stream> Connection for Http1<S> {
    type Stream = S;

    fn stays(&self) -> bool {
        false
    }

    fn finish(mut self: Pin<&mut Self>) {
        if let Some(connection) = &mut self.connection {
            Pin::new(connection).graceful_shutdown();
        }
    }

    fn take(mut self: Pin<&mut Self>) -> Option<(S, Bytes, Peer)> {
        let parts = self.connection.take()?.into_parts()?;
        let (stream, left) = parts.io.into_inner().into_parts();
        // Copied, since it lies in a buffer that is larger.
        Some((stream, Bytes::from([parts.read_buf, left].concat()), parts.service.into_peer()))
    }
}
