//! Addresses, and the sockets that are bound to them.

use super::socket;
use super::stream::Incoming;
use super::takeover::Seat;
#[cfg(unix)]
use super::unix::UnixSocket;
use crate::Error;
#[cfg(feature = "https")]
use crate::https::{HttpsOptions, acceptor};
use crate::trace;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::PathBuf;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::net::{TcpListener, ToSocketAddrs, lookup_host};
#[cfg(feature = "https")]
use tokio_rustls::TlsAcceptor;
use tracing::Span;

/// An address to listen on, with or without TLS; [`Application::listen_all`](crate::Application::listen_all) takes several.
///
/// # Examples
///
/// ```
/// use oriole_http::Listen;
/// use std::net::SocketAddr;
///
/// let inside = Listen::http("127.0.0.1:9000");
/// let outside = Listen::http(SocketAddr::from(([0, 0, 0, 0], 8080)));
/// # let _ = (inside, outside);
/// ```
#[must_use = "an address is nothing until an application listens on it"]
pub struct Listen {
    addr: String,
    bind: Bind,
    #[cfg(feature = "https")]
    https: Option<HttpsOptions>,
}

/// Binds a socket, with the bound on silent peers.
type Bind = Box<dyn FnOnce(Option<Duration>) -> BoxFuture<'static, io::Result<Socket>> + Send>;

impl Listen {
    /// HTTP without TLS, on a text (`"127.0.0.1:3000"`) or a `SocketAddr`.
    pub fn http<A: ToSocketAddrs + fmt::Debug + Send + Sync + 'static>(addr: A) -> Self {
        let said = format!("{addr:?}").trim_matches('"').to_owned();
        Self {
            addr: said,
            bind: Box::new(|peer_timeout| Box::pin(async move { bind(addr, peer_timeout).await.map(Socket::Tcp) })),
            #[cfg(feature = "https")]
            https: None,
        }
    }

    /// HTTP over TLS (`MSV.1`).
    #[cfg(feature = "https")]
    pub fn https<A: ToSocketAddrs + fmt::Debug + Send + Sync + 'static>(addr: A, options: HttpsOptions) -> Self {
        Self { https: Some(options), ..Self::http(addr) }
    }

    /// HTTP on a socket of Unix, for a proxy on the same machine.
    ///
    /// A file that an ended server left there is taken over; one on which somebody listens is an
    /// [`Error::Listen`]. The file is removed at the end. Who may connect, the rights of its folder say.
    #[cfg(unix)]
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            addr: path.display().to_string(),
            bind: Box::new(|_| Box::pin(async move { UnixSocket::bind(path).await.map(Socket::Unix) })),
            #[cfg(feature = "https")]
            https: None,
        }
    }

    /// Binds it, with what stands in the way in the application's words.
    pub(crate) async fn bind(self, peer_timeout: Option<Duration>) -> Result<Listener, Error> {
        #[cfg(feature = "https")]
        let tls = match self.https {
            Some(options) => Some(acceptor(options)?),
            None => None,
        };
        let failed = |source| Error::Listen { addr: self.addr.clone(), source };
        let socket = (self.bind)(peer_timeout).await.map_err(failed)?;
        #[cfg_attr(not(feature = "https"), allow(unused_mut, reason = "TLS is all that is added"))]
        let mut listener = Listener::of(socket).map_err(failed)?;
        #[cfg(feature = "https")]
        {
            listener.tls = tls;
        }
        Ok(listener)
    }
}

impl fmt::Debug for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listen").field("addr", &self.addr).finish_non_exhaustive()
    }
}

/// Binds an address of TCP; the connections that come in are told of the bound on silent peers.
pub(crate) async fn bind<A: ToSocketAddrs>(addr: A, peer_timeout: Option<Duration>) -> io::Result<TcpListener> {
    socket::listen(lookup_host(addr).await?, peer_timeout)
}

/// A bound socket.
pub(crate) struct Listener {
    socket: Socket,
    addr: Option<SocketAddr>,
    #[cfg(feature = "https")]
    tls: Option<TlsAcceptor>,
}

enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixSocket),
}

impl Listener {
    pub(crate) fn plain(socket: TcpListener) -> io::Result<Self> {
        Self::of(Socket::Tcp(socket))
    }

    fn of(socket: Socket) -> io::Result<Self> {
        let addr = match &socket {
            Socket::Tcp(socket) => Some(socket.local_addr()?),
            #[cfg(unix)]
            Socket::Unix(_) => None,
        };
        Ok(Self {
            socket,
            addr,
            #[cfg(feature = "https")]
            tls: None,
        })
    }

    pub(crate) fn addr(&self) -> Option<SocketAddr> {
        self.addr
    }

    /// The next connection.
    ///
    /// # Errors
    ///
    /// Why none can be accepted for now, for want of file descriptors above all.
    pub(super) fn poll_accept(
        &self,
        cx: &mut Context<'_>,
        peer_timeout: Option<Duration>,
    ) -> Poll<io::Result<Accepted>> {
        let (stream, peer) = loop {
            match ready!(self.socket.poll_accept(cx)) {
                Err(error) if is_of_connection(&error) => {}
                accepted => break accepted?,
            }
        };
        if let Incoming::Tcp(stream) = &stream {
            socket::accepted(stream, peer_timeout);
        }
        Poll::Ready(Ok(Accepted {
            stream,
            peer,
            span: trace::connection(peer),
            read: Bytes::new(),
            seat: None,
            #[cfg(feature = "https")]
            tls: self.tls.clone(),
        }))
    }

    pub(crate) fn scheme(&self) -> &'static str {
        #[cfg(feature = "https")]
        if self.tls.is_some() {
            return "https";
        }
        "http"
    }
}

/// Where it listens, as a client would write it.
impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.socket, self.addr) {
            #[cfg(unix)]
            (Socket::Unix(socket), _) => write!(f, "unix:{}", socket.path().display()),
            (_, Some(addr)) => write!(f, "{}://{addr}", self.scheme()),
            (_, None) => f.write_str(self.scheme()),
        }
    }
}

impl Socket {
    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Incoming, Option<SocketAddr>)>> {
        match self {
            Self::Tcp(socket) => socket.poll_accept(cx).map_ok(|(stream, peer)| (Incoming::Tcp(stream), Some(peer))),
            #[cfg(unix)]
            Self::Unix(socket) => socket.poll_accept(cx).map_ok(|stream| (Incoming::Unix(stream), None)),
        }
    }
}

/// A connection, before a byte of its next request is read.
pub(super) struct Accepted {
    pub(super) stream: Incoming,
    pub(super) peer: Option<SocketAddr>,
    pub(super) span: Span,
    /// What was read of the next request after all.
    pub(super) read: Bytes,
    /// Its place among those that are served, if it comes back from a shard.
    pub(super) seat: Option<Seat>,
    #[cfg(feature = "https")]
    pub(super) tls: Option<TlsAcceptor>,
}

impl Accepted {
    /// One of HTTP/1.1, past TLS if that is spoken on it, whose last answer was an event stream.
    #[cfg(feature = "sse-hub")]
    pub(super) fn again(stream: Incoming, read: Bytes, peer: Option<SocketAddr>, span: Span, seat: Seat) -> Self {
        Self {
            stream,
            peer,
            span,
            read,
            seat: Some(seat),
            #[cfg(feature = "https")]
            tls: None,
        }
    }

    /// Closes it, with a word to the client.
    pub(super) fn close(mut self) {
        self.stream.close();
    }
}

/// The client gave up before it was accepted.
fn is_of_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};

    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
