//! The client's address, for handlers and guards.

use crate::{HttpException, PeerAddr};
use axum::extract::FromRequestParts;
use http::Extensions;
use http::request::Parts;
use std::net::IpAddr;

/// The address of the client: what the [trusted proxies](crate::Application::trusted_proxies) tell, or else the other end of
/// the connection. Nest's `@Ip()`, Express's `req.ip`.
///
/// It is what counts as one client: give it to a hub's subscription (`.address(..)`), to a limit of requests, to a log. An
/// address of IPv4 that is written as one of IPv6 (`::ffff:192.0.2.1`) is one of IPv4. For the other end of the connection
/// itself, with its port, there is [`PeerAddr`].
///
/// It is known where [`Application::trusted_proxies`](crate::Application::trusted_proxies) or
/// [`Application::peer_addr`](crate::Application::peer_addr) asked for it; else the answer is 500, and the log says why. Nobody
/// knows one over a socket of Unix, unless `unix:` is trusted and the proxy there tells it. Under another server, and in tests
/// without one, put a `ClientIp` into the request's extensions.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::ClientIp;
///
/// #[injectable]
/// struct Whoami;
///
/// #[controller("whoami")]
/// impl Whoami {
///     #[get]
///     fn ip(&self, ClientIp(ip): ClientIp) -> String { ip.to_string() }
/// }
///
/// #[module(controllers = [Whoami])]
/// struct App;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> oriole::Result<()> {
/// let app = Oriole::create::<App>().await?.trusted_proxies(["10.0.0.0/8"]);
/// let server = app.bind("127.0.0.1:0").await?;
/// # server.shutdown_handle().shutdown();
/// server.serve().await
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// Finds it in the extensions of a request, for guards and layers; `None` where it is not known.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Option<Self> {
        let peer = || extensions.get::<PeerAddr>().map(|PeerAddr(addr)| Self(addr.ip().to_canonical()));
        extensions.get::<Self>().copied().or_else(peer)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientIp {
    type Rejection = HttpException;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpException> {
        let missing = || HttpException::internal("no client's address is known: see `Application::trusted_proxies`");
        Self::of(&parts.extensions).ok_or_else(missing)
    }
}
