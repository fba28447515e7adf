//! Who is at the other end of a connection.

use crate::HttpException;
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::net::SocketAddr;

/// The address that a connection came from (`CTL.10`): a client's, or that of the proxy before it. For the client behind
/// proxies there is [`ClientIp`](crate::ClientIp).
///
/// It is kept where [`Application::peer_addr`](crate::Application::peer_addr) asked for it; else the answer is 500, and the
/// log says why. A connection over a socket of Unix has none, and neither has one under another server.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::PeerAddr;
///
/// #[injectable]
/// struct Whoami;
///
/// #[controller("whoami")]
/// impl Whoami {
///     #[get]
///     fn ip(&self, PeerAddr(addr): PeerAddr) -> String { addr.ip().to_string() }
/// }
///
/// #[module(controllers = [Whoami])]
/// struct App;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> oriole::Result<()> {
/// let server = Oriole::create::<App>().await?.peer_addr(true).bind("127.0.0.1:0").await?;
/// # server.shutdown_handle().shutdown();
/// server.serve().await
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddr(pub SocketAddr);

/// The same for the development console, which has to know it whether or not the application asked for it.
#[cfg(feature = "sse-console")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConsolePeer(pub(crate) SocketAddr);

/// Where a request came from, as far as the server of the application knows.
#[cfg(feature = "sse-console")]
#[must_use]
pub fn console_peer(extensions: &http::Extensions) -> Option<SocketAddr> {
    extensions.get::<ConsolePeer>().map(|peer| peer.0)
}

impl<S: Send + Sync> FromRequestParts<S> for PeerAddr {
    type Rejection = HttpException;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpException> {
        let missing = || HttpException::internal("no address was kept: see `Application::peer_addr`");
        parts.extensions.get::<Self>().copied().ok_or_else(missing)
    }
}
