//! The client's first bytes say what it speaks.

use super::http1::{self, Http1};
use super::http2::{self, Http2};
use super::{Connection, Stream};
use crate::server::ServerOptions;
use crate::server::common::Common;
use crate::server::connection::OnConnection;
use crate::server::takeover::Observed;
use bytes::Bytes;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

/// What a client begins with that speaks HTTP/2 (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection of either protocol.
pub(in crate::server) struct Either<S: Stream> {
    state: State<S>,
    common: Arc<Common>,
    /// Until when the client has asked for something, in whichever protocol; `None` once it has.
    late: Option<Pin<Box<Sleep>>>,
}

enum State<S: Stream> {
    Unknown(Box<Unknown<S>>),
    Http1(Http1<S>),
    Http2(Box<Http2<S>>),
    Over,
}

/// A connection whose protocol is not known yet.
struct Unknown<S> {
    stream: Observed<S>,
    service: OnConnection,
    options: Arc<ServerOptions>,
    read: Vec<u8>,
}

pub(in crate::server) fn open<S: Stream>(stream: Observed<S>, service: OnConnection) -> Either<S> {
    let options = Arc::clone(service.options());
    let late = Some(Box::pin(sleep(options.header_read_timeout)));
    let common = service.common();
    let unknown = Unknown { stream, service, options, read: Vec::new() };
    Either { state: State::Unknown(Box::new(unknown)), common, late }
}

impl<S: Stream> Unknown<S> {
    /// Reads until it is known whether it is HTTP/2.
    fn poll_is_http2(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, String>> {
        loop {
            if !PREFACE.starts_with(&self.read) {
                return Poll::Ready(Ok(false));
            }
            if self.read.len() == PREFACE.len() {
                return Poll::Ready(Ok(true));
            }
            let mut buffer = [0; PREFACE.len()];
            let mut buffer = ReadBuf::new(&mut buffer[self.read.len()..]);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer)).map_err(|error| error.to_string())?;
            if buffer.filled().is_empty() {
                // HTTP/1.1 says what a client hears that ends so.
                return Poll::Ready(Ok(false));
            }
            self.read.extend_from_slice(buffer.filled());
        }
    }
}

impl<S: Stream> Either<S> {
    fn poll_served(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), String>> {
        if let State::Unknown(unknown) = &mut self.state {
            let is_http2 = ready!(unknown.poll_is_http2(cx));
            let State::Unknown(unknown) = std::mem::replace(&mut self.state, State::Over) else {
                return Poll::Ready(Ok(()));
            };
            let Unknown { mut stream, service, options, read } = *unknown;
            stream.unread(&read);
            self.state = match is_http2? {
                true => State::Http2(Box::new(http2::open(stream, service, &options))),
                false => State::Http1(http1::open(stream, service)),
            };
        }
        match &mut self.state {
            State::Http1(connection) => Pin::new(connection).poll(cx),
            State::Http2(connection) => Pin::new(&mut **connection).poll(cx),
            State::Unknown(_) | State::Over => Poll::Ready(Ok(())),
        }
    }
}

impl<S: Stream> Future for Either<S> {
    type Output = Result<(), String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(served) = self.poll_served(cx) {
            return Poll::Ready(served);
        }
        let this = &mut *self;
        let Some(late) = this.late.as_mut().filter(|_| !this.common.was_used()) else {
            this.late = None;
            return Poll::Pending;
        };
        ready!(late.as_mut().poll(cx));
        Poll::Ready(Err("nothing was asked in time".to_owned()))
    }
}

impl<S: Stream> Connection for Either<S> {
    type Stream = S;

    fn stays(&self) -> bool {
        matches!(self.state, State::Http2(_))
    }

    fn finish(mut self: Pin<&mut Self>) {
        match &mut self.state {
            State::Http1(connection) => Pin::new(connection).finish(),
            State::Http2(connection) => connection.finish(),
            State::Unknown(_) | State::Over => self.state = State::Over,
        }
    }

    fn take(mut self: Pin<&mut Self>) -> Option<(S, Bytes)> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Http1(mut connection) => Pin::new(&mut connection).take(),
            State::Unknown(unknown) => {
                let Unknown { stream, read, .. } = *unknown;
                let (stream, left) = stream.into_parts();
                Some((stream, Bytes::from([read.into(), left].concat())))
            }
            other @ (State::Http2(_) | State::Over) => {
                self.state = other;
                None
            }
        }
    }
}
