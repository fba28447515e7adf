//! From an address to a connection.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use http::Uri;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::{TransportError, TransportErrorKind};

/// A connection, of whatever layers.
pub(super) type Io = Box<dyn Duplex>;

pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// Without the brackets of an IPv6 address.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) is_secure: bool,
}

impl Target {
    pub(super) fn of(uri: &Uri) -> Option<Self> {
        let is_secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return None,
        };
        let host = uri.host()?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let port = uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        Some(Self { host: host.into(), port, is_secure })
    }

    /// Connects to the first of the host's addresses that answers.
    pub(super) async fn connect(&self) -> Result<Io, TransportError> {
        let addresses = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let addresses = addresses.map_err(|error| TransportError::new(TransportErrorKind::Resolve, error))?;
        match race(in_turn(addresses), TcpStream::connect).await {
            Ok(stream) => {
                // A request is small and waits for nothing.
                let _ = stream.set_nodelay(true);
                Ok(Box::new(stream))
            }
            Err(Some(error)) => Err(TransportError::new(TransportErrorKind::Connect, error)),
            Err(None) => {
                Err(TransportError::new(TransportErrorKind::Resolve, io::Error::from(io::ErrorKind::NotFound)))
            }
        }
    }

    /// Host and port, as `CONNECT` and `Host` write them.
    pub(super) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// How long an address has for its answer until the next one is tried as well (RFC 8305, section 5): a host may have
/// addresses of a family that leads nowhere from here.
pub(super) const NEXT_ADDRESS_AFTER: Duration = Duration::from_millis(250);

/// How many of a host's addresses are tried.
pub(super) const ADDRESSES_MAX: usize = 16;

/// Orders addresses so that their families alternate, beginning with that of the first.
pub(super) fn in_turn(addresses: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let addresses: Vec<_> = addresses.collect();
    let is_first_family =
        |address: &SocketAddr| addresses.first().is_some_and(|first| first.is_ipv4() == address.is_ipv4());
    let (first, second): (Vec<_>, Vec<_>) = addresses.iter().copied().partition(is_first_family);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut ordered = Vec::new();
    while ordered.len() < ADDRESSES_MAX {
        let pair = [first.next(), second.next()];
        if pair == [None, None] {
            break;
        }
        ordered.extend(pair.into_iter().flatten());
    }
    ordered.truncate(ADDRESSES_MAX);
    ordered
}

/// Connects to the addresses one after the other, each as soon as the one before it failed or was given its time, and
/// gives the first connection; else the last error, if there was an address at all.
///
/// # Cancel safety
///
/// Dropping the future drops every attempt.
pub(super) async fn race<T, F>(
    addresses: Vec<SocketAddr>,
    connect: impl Fn(SocketAddr) -> F,
) -> Result<T, Option<io::Error>>
where
    F: Future<Output = io::Result<T>>,
{
    let mut left = addresses.into_iter();
    let mut attempts: Vec<Pin<Box<F>>> = Vec::new();
    let mut last = None;
    loop {
        match left.next() {
            Some(address) => attempts.push(Box::pin(connect(address))),
            None if attempts.is_empty() => return Err(last),
            None => {}
        }
        let mut next = (left.len() > 0).then(|| Box::pin(sleep(NEXT_ADDRESS_AFTER)));
        let connected = poll_fn(|cx| {
            let attempts_before = attempts.len();
            let mut index = 0;
            while let Some(attempt) = attempts.get_mut(index) {
                match attempt.as_mut().poll(cx) {
                    Poll::Ready(Ok(connection)) => return Poll::Ready(Some(connection)),
                    Poll::Ready(Err(error)) => {
                        last = Some(error);
                        drop(attempts.remove(index));
                    }
                    Poll::Pending => index += 1,
                }
            }
            let has_failed = attempts.len() < attempts_before;
            let is_due = next.as_mut().is_some_and(|next| next.as_mut().poll(cx).is_ready());
            if is_due || (has_failed && (next.is_some() || attempts.is_empty())) {
                Poll::Ready(None)
            } else {
                Poll::Pending
            }
        });
        if let Some(connection) = connected.await {
            return Ok(connection);
        }
    }
}
