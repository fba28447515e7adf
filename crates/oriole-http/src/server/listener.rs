//! Addresses, and the sockets that are bound to them.

use super::socket;
use super::stream::Incoming;
#[cfg(unix)]
use super::unix::UnixSocket;
use crate::Error;
#[cfg(feature = "https")]
use crate::https::{HttpsOptions, acceptor};
use crate::trace;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::PathBuf;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::time::sleep;
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
    bind: BoxFuture<'static, io::Result<Socket>>,
    #[cfg(feature = "https")]
    https: Option<HttpsOptions>,
}

impl Listen {
    /// HTTP without TLS, on a text (`"127.0.0.1:3000"`) or a `SocketAddr`.
    pub fn http<A: ToSocketAddrs + fmt::Debug + Send + Sync + 'static>(addr: A) -> Self {
        let said = format!("{addr:?}").trim_matches('"').to_owned();
        Self {
            addr: said,
            bind: Box::pin(async move { TcpListener::bind(addr).await.map(Socket::Tcp) }),
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
            bind: Box::pin(async move { UnixSocket::bind(path).await.map(Socket::Unix) }),
            #[cfg(feature = "https")]
            https: None,
        }
    }

    /// Binds it, with what stands in the way in the application's words.
    pub(crate) async fn bind(self) -> Result<Listener, Error> {
        #[cfg(feature = "https")]
        let tls = match self.https {
            Some(options) => Some(acceptor(options)?),
            None => None,
        };
        let failed = |source| Error::Listen { addr: self.addr.clone(), source };
        let socket = self.bind.await.map_err(failed)?;
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
    #[cfg(feature = "https")]
    pub(super) tls: Option<TlsAcceptor>,
}

#[cfg(feature = "sse-hub")]
impl Accepted {
    /// One of HTTP/1.1 without TLS, whose last answer was an event stream.
    pub(super) fn again(stream: Incoming, read: Bytes, peer: Option<SocketAddr>, span: Span) -> Self {
        Self {
            stream,
            peer,
            span,
            read,
            #[cfg(feature = "https")]
            tls: None,
        }
    }
}

/// How long a listener rests that cannot accept, for want of file descriptors above all.
const REST: Duration = Duration::from_millis(200);

/// The next connection of any listener, each in its turn. An error is never the end of the server.
///
/// # Cancel safety
///
/// A connection is accepted and given back, or not accepted.
pub(super) async fn accept(listeners: &[Listener], turn: &mut usize, peer_timeout: Option<Duration>) -> Accepted {
    loop {
        let next = poll_fn(|cx| {
            for step in 0..listeners.len() {
                let at = (*turn + step) % listeners.len();
                if let Poll::Ready(accepted) = listeners[at].socket.poll_accept(cx) {
                    *turn = at + 1;
                    return Poll::Ready((at, accepted));
                }
            }
            Poll::Pending
        });
        match next.await {
            (_at, Ok((stream, peer))) => {
                if let Incoming::Tcp(stream) = &stream {
                    socket::set_up(stream, peer_timeout);
                }
                return Accepted {
                    stream,
                    peer,
                    span: trace::connection(peer),
                    read: Bytes::new(),
                    #[cfg(feature = "https")]
                    tls: listeners[_at].tls.clone(),
                };
            }
            (_, Err(error)) if is_of_connection(&error) => {}
            (_, Err(error)) => {
                tracing::error!(target: "oriole::Server", %error, "no connection can be accepted for now");
                sleep(REST).await;
            }
        }
    }
}

/// The client gave up before it was accepted.
fn is_of_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};

    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
