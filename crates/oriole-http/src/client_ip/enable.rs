//! The one line that turns it on.

use super::TrustedProxies;
use crate::Application;
use std::sync::Arc;

impl Application {
    /// Takes the word of these proxies on who their clients are; of none by default, which is right where nothing stands
    /// between. Express's `trust proxy`, which Nest applications set.
    ///
    /// With it each request knows its [`ClientIp`](crate::ClientIp): of the addresses that the proxies have written down, from
    /// the right, the first that is not one of theirs. Whatever stands further left was said by a client. Where the
    /// connection itself comes from somewhere else the header is not looked at. An entry that is no address, such as
    /// `unknown` or an obfuscated name of RFC 7239, ends the search: the client is then the proxy that wrote it. The
    /// `client.address` of a request's span is the same address.
    ///
    /// List every proxy on the way, and nothing that clients can have as their own address. The last call holds.
    ///
    /// # Errors
    ///
    /// The start fails with [`Error::Settings`](crate::Error::Settings) if one is neither an address nor a network, and for more
    /// than [`TrustedProxies::NETWORKS_MAX`].
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::Application;
    ///
    /// fn configure(app: Application) -> Application {
    ///     // A proxy on this machine, and a balancer in the same network.
    ///     app.trusted_proxies(["loopback", "10.20.0.0/16"])
    /// }
    /// # let _ = configure;
    /// ```
    pub fn trusted_proxies(mut self, proxies: impl Into<TrustedProxies>) -> Self {
        match proxies.into().checked() {
            Ok(trusted) => self.options.trusted_proxies = Some(Arc::new(trusted)),
            Err(mistake) => self.mistakes.push(mistake),
        }
        self
    }
}
