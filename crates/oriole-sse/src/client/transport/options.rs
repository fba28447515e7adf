//! What an application can set.

/// Sets how an [`HttpTransport`](super::HttpTransport) connects.
///
/// # Examples
///
/// ```
/// use oriole_sse::{HttpTransport, HttpTransportOptions, ProxyOptions};
///
/// let options = HttpTransportOptions::default().proxy(ProxyOptions::from_environment());
/// let transport = HttpTransport::new(options)?;
/// # let _ = transport;
/// # Ok::<(), oriole_sse::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpTransportOptions {
    /// Through which proxies connections go. None by default.
    pub proxy: ProxyOptions,
    /// Certificates, in DER, of authorities to trust besides the public ones. None by default.
    pub roots: Vec<Vec<u8>>,
    /// Whether Mozilla's list of public authorities is trusted. It is by default.
    pub public_roots: bool,
    /// The largest head of a response, in bytes. 64 KiB by default; less than 8 KiB counts as 8 KiB.
    pub head_bytes_max: usize,
}

/// Names proxies, as addresses (`http://user:password@proxy:3128`); an empty text is none.
///
/// A text that is no such address is an error of [`HttpTransport::new`](super::HttpTransport::new), since requests would
/// go past the proxy otherwise. SOCKS is not spoken.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProxyOptions {
    /// For addresses whose scheme is `http`.
    pub http: String,
    /// For addresses whose scheme is `https`: connections are tunnelled (`CONNECT`).
    pub https: String,
    /// Hosts that are connected to directly: names with all that ends with them, addresses, networks, or `*`;
    /// separated by commas.
    pub none: String,
}

impl HttpTransportOptions {
    /// Sets [`proxy`](Self::proxy).
    #[must_use]
    pub fn proxy(mut self, proxy: ProxyOptions) -> Self {
        self.proxy = proxy;
        self
    }

    /// Adds one of [`roots`](Self::roots).
    #[must_use]
    pub fn root(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.roots.push(der.into());
        self
    }

    /// Sets [`public_roots`](Self::public_roots).
    #[must_use]
    pub fn public_roots(mut self, trusted: bool) -> Self {
        self.public_roots = trusted;
        self
    }

    /// Sets [`head_bytes_max`](Self::head_bytes_max).
    #[must_use]
    pub fn head_bytes_max(mut self, bytes: usize) -> Self {
        self.head_bytes_max = bytes;
        self
    }
}

impl Default for HttpTransportOptions {
    fn default() -> Self {
        Self { proxy: ProxyOptions::default(), roots: Vec::new(), public_roots: true, head_bytes_max: 64 * 1024 }
    }
}

impl ProxyOptions {
    /// Reads the variables that curl reads: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, each also in
    /// capitals.
    ///
    /// curl leaves out `HTTP_PROXY`, which the clients of a CGI program can set; here it is left out where
    /// `REQUEST_METHOD` is set, which says that this is one.
    #[must_use]
    pub fn from_environment() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Reads the same variables from elsewhere.
    #[must_use]
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let any = |names: &[&str]| names.iter().find_map(|name| variable(name)).unwrap_or_default();
        let all = any(&["all_proxy", "ALL_PROXY"]);
        let or_all = |proxy: String| if proxy.is_empty() { all.clone() } else { proxy };
        let is_cgi = variable("REQUEST_METHOD").is_some();
        Self {
            http: or_all(any(if is_cgi { &["http_proxy"] } else { &["http_proxy", "HTTP_PROXY"] })),
            https: or_all(any(&["https_proxy", "HTTPS_PROXY"])),
            none: any(&["no_proxy", "NO_PROXY"]),
        }
    }

    /// Sets [`http`](Self::http) and [`https`](Self::https).
    #[must_use]
    pub fn all(mut self, proxy: impl Into<String>) -> Self {
        self.http = proxy.into();
        self.https = self.http.clone();
        self
    }

    /// Sets [`none`](Self::none).
    #[must_use]
    pub fn none(mut self, hosts: impl Into<String>) -> Self {
        self.none = hosts.into();
        self
    }
}

/// Shows no addresses, since they may hold passwords.
impl std::fmt::Debug for ProxyOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProxyOptions").field("none", &self.none).finish_non_exhaustive()
    }
}
