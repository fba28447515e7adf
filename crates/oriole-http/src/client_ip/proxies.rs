//! Whose word is taken, and what follows from it.

use super::entries::{Entry, forwarded, x_forwarded_for};
use super::network::{Network, NoNetwork};
use http::HeaderMap;
use std::net::IpAddr;

/// The proxies whose word on a client's address is taken: for
/// [`Application::trusted_proxies`](crate::Application::trusted_proxies).
///
/// Each is an address (`192.0.2.7`, `2001:db8::7`), a network (`10.0.0.0/8`), one of Express's names (`loopback`, `linklocal`,
/// `uniquelocal`), or nginx's `unix:`, whoever connects over a socket of Unix, here or to another proxy that writes `unix:` into
/// `X-Forwarded-For` for it. A list of them is one, and so is a text with commas between, as it may come from a variable; an
/// empty one trusts nobody. A network of everything (`/0`) is refused: it would take the client's word.
///
/// # Examples
///
/// ```
/// use oriole_http::{Application, ForwardedHeader, TrustedProxies};
///
/// fn configure(app: Application) -> Application {
///     // A balancer that writes RFC 7239, in front of a proxy on this machine.
///     let proxies = TrustedProxies::new(["203.0.113.0/28", "loopback"]).header(ForwardedHeader::Forwarded);
///     app.trusted_proxies(proxies)
/// }
/// # let _ = configure;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct TrustedProxies {
    proxies: Vec<String>,
    pub(super) header: ForwardedHeader,
    hops_max: usize,
}

/// Which header proxies write addresses into. The other one is never looked at: proxies pass on what they do not know, so it
/// would be the client's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, which nearly every proxy writes.
    #[default]
    XForwardedFor,
    /// `Forwarded` of RFC 7239.
    Forwarded,
}

/// The default of [`TrustedProxies::hops_max`].
const HOPS_MAX: usize = 16;

/// Nginx's word for a socket of Unix, in `set_real_ip_from` and where it writes who has connected.
pub(super) const UNIX: &str = "unix:";

impl TrustedProxies {
    /// How many networks there may be; a single address is one, and Express's names are two, two and four.
    pub const NETWORKS_MAX: usize = 256;

    /// Trusts these, which write `X-Forwarded-For`.
    pub fn new(proxies: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let proxies = proxies.into_iter().map(Into::into).collect();
        Self { proxies, header: ForwardedHeader::default(), hops_max: HOPS_MAX }
    }

    /// Says which header they write.
    ///
    /// Each of them has to add to it, or to write it anew: one that passes it on as it came passes on what a client made up.
    pub fn header(mut self, header: ForwardedHeader) -> Self {
        self.header = header;
        self
    }

    /// How many entries of the header are looked at, from the right; 16 by default. Further left nobody is looked for, and
    /// the client is the last proxy that was found.
    pub fn hops_max(mut self, hops: usize) -> Self {
        self.hops_max = hops;
        self
    }

    /// What is asked with each request, or what cannot be.
    pub(super) fn checked(&self) -> Result<Trusted, String> {
        let mut trusted =
            Trusted { networks: Vec::new(), has_unix: false, header: self.header, hops_max: self.hops_max };
        for proxy in &self.proxies {
            if proxy == UNIX {
                trusted.has_unix = true;
                continue;
            }
            let networks = Network::read(proxy).map_err(|mistake| match mistake {
                NoNetwork::Malformed => format!(
                    "`{proxy}` is no proxy that could be trusted: it is neither an address, nor a network such as \
                     `10.0.0.0/8`, nor one of `loopback`, `linklocal`, `uniquelocal` and `unix:`"
                ),
                NoNetwork::Everything => {
                    format!("`{proxy}` trusts everybody, and so whatever a client says: name the proxies")
                }
            })?;
            trusted.networks.extend(networks);
        }
        if trusted.networks.len() > Self::NETWORKS_MAX {
            let (there, most) = (trusted.networks.len(), Self::NETWORKS_MAX);
            return Err(format!("{there} networks of proxies are trusted, {most} is the most"));
        }
        Ok(trusted)
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for TrustedProxies {
    fn from(proxies: [T; N]) -> Self {
        Self::new(proxies)
    }
}

impl<T: Into<String>> From<Vec<T>> for TrustedProxies {
    fn from(proxies: Vec<T>) -> Self {
        Self::new(proxies)
    }
}

impl From<&str> for TrustedProxies {
    fn from(proxies: &str) -> Self {
        Self::new(proxies.split(',').map(str::trim).filter(|proxy| !proxy.is_empty()))
    }
}

impl From<String> for TrustedProxies {
    fn from(proxies: String) -> Self {
        Self::from(proxies.as_str())
    }
}

/// The same, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trusted {
    networks: Vec<Network>,
    has_unix: bool,
    header: ForwardedHeader,
    hops_max: usize,
}

impl Trusted {
    /// Who asks: the first from the right that is not trusted, as Express's `req.ip` (proxy-addr 2). An entry that is no address
    /// ends the search with the proxy that wrote it, where Express would pass it on. `unix:` is one more proxy, if that is
    /// trusted.
    pub(crate) fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        match self.header {
            ForwardedHeader::XForwardedFor => self.walk(peer, x_forwarded_for(headers)),
            ForwardedHeader::Forwarded => self.walk(peer, forwarded(headers)),
        }
    }

    /// `None` is a peer over a socket of Unix, and nobody's address.
    fn walk(&self, peer: Option<IpAddr>, entries: impl Iterator<Item = Entry>) -> Option<IpAddr> {
        let mut client = peer.map(|peer| peer.to_canonical());
        let mut is_trusted = client.map_or(self.has_unix, |client| self.trusts(client));
        let mut entries = entries.take(self.hops_max);
        while is_trusted {
            match entries.next() {
                Some(Entry::Address(address)) => {
                    client = Some(address);
                    is_trusted = self.trusts(address);
                }
                // The last known address stays the client's if there is none further left.
                Some(Entry::Unix) if self.has_unix => {}
                Some(Entry::Unix | Entry::NoAddress) | None => break,
            }
        }
        client
    }

    fn trusts(&self, client: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(client))
    }
}
