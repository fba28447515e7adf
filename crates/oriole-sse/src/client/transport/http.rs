//! HTTP/1.1 over TCP and TLS.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{HeaderValue, Method, Request, Response, Uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use tokio_rustls::TlsConnector;

use super::connect::{Io, Target};
use super::connection::{RequestBody, exchange};
use super::tls::{connector, secured};
use super::{HttpTransportOptions, Transport, TransportBody, TransportError, TransportErrorKind, TransportFuture};
use crate::client::BuildError;

/// Speaks HTTP/1.1, over TLS for `https`, on tokio; a connection for each exchange.
///
/// An event stream occupies its connection for as long as it lasts, so there is nothing to share: a pool would only
/// keep what is lost anyway. For the same reason it offers no HTTP/2, whose gain is a shared connection, which all its
/// streams lose together; a server that speaks nothing else needs another [`Transport`]. TLS is rustls with ring; what is trusted is
/// [`HttpTransportOptions::public_roots`] and [`HttpTransportOptions::roots`].
#[derive(Clone)]
pub struct HttpTransport {
    inner: Arc<Inner>,
}

struct Inner {
    tls: TlsConnector,
    proxies: Matcher,
    head_bytes_max: usize,
}

impl HttpTransport {
    /// Makes a transport.
    ///
    /// # Errors
    ///
    /// [`BuildError::Certificate`] if one of the roots does not parse; [`BuildError::Proxy`] if the address of a proxy
    /// does not, or is neither `http` nor `https` (SOCKS is not spoken).
    pub fn new(options: HttpTransportOptions) -> Result<Self, BuildError> {
        let tls = connector(&options)?;
        let HttpTransportOptions { proxy, head_bytes_max, .. } = options;
        check_proxy("http", &proxy.http)?;
        check_proxy("https", &proxy.https)?;
        let proxies = Matcher::builder().http(proxy.http).https(proxy.https).no(proxy.none).build();
        Ok(Self { inner: Arc::new(Inner { tls, proxies, head_bytes_max }) })
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request<Bytes>) -> TransportFuture {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move { inner.send(request).await })
    }
}

impl Inner {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<TransportBody>, TransportError> {
        let no_address = || TransportError::new(TransportErrorKind::Connect, "the address is not absolute");
        let target = Target::of(request.uri()).ok_or_else(no_address)?;
        let mut request = request.map(RequestBody);
        if !request.headers().contains_key(HOST) {
            let host = host(request.uri()).ok_or_else(no_address)?;
            request.headers_mut().insert(HOST, host);
        }

        let io = match self.proxies.intercept(request.uri()) {
            None => self.direct(&target).await?,
            Some(proxy) if target.is_secure => {
                let tunnel = self.tunnel(&proxy, &target).await?;
                secured(&self.tls, &target.host, tunnel).await?
            }
            Some(proxy) => {
                // A proxy is sent the absolute address, and its own credentials.
                if let Some(credentials) = proxy.basic_auth() {
                    request.headers_mut().insert(PROXY_AUTHORIZATION, credentials.clone());
                }
                let io = self.to_proxy(&proxy).await?;
                return self.exchange(io, request).await;
            }
        };
        // The server is sent the path only.
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = path.parse().map_err(|error| TransportError::new(TransportErrorKind::Connect, error))?;
        self.exchange(io, request).await
    }

    async fn exchange(&self, io: Io, request: Request<RequestBody>) -> Result<Response<TransportBody>, TransportError> {
        let response = exchange(io, request, self.head_bytes_max).await?;
        Ok(response.map(|body| Box::pin(body) as TransportBody))
    }

    async fn direct(&self, target: &Target) -> Result<Io, TransportError> {
        let io = target.connect().await?;
        if target.is_secure { secured(&self.tls, &target.host, io).await } else { Ok(io) }
    }

    async fn to_proxy(&self, proxy: &Intercept) -> Result<Io, TransportError> {
        let target = Target::of(proxy.uri());
        let target = target.ok_or_else(|| failed_proxy("its scheme is neither http nor https"))?;
        self.direct(&target).await.map_err(failed_proxy)
    }

    async fn tunnel(&self, proxy: &Intercept, target: &Target) -> Result<Io, TransportError> {
        let io = self.to_proxy(proxy).await?;
        let authority = target.authority();
        let mut request = Request::new(RequestBody(Bytes::new()));
        *request.method_mut() = Method::CONNECT;
        *request.uri_mut() = authority.parse::<Uri>().map_err(failed_proxy)?;
        request.headers_mut().insert(HOST, HeaderValue::try_from(authority).map_err(failed_proxy)?);
        if let Some(credentials) = proxy.basic_auth() {
            request.headers_mut().insert(PROXY_AUTHORIZATION, credentials.clone());
        }
        let mut response = exchange(io, request, self.head_bytes_max).await.map_err(failed_proxy)?;
        if !response.status().is_success() {
            return Err(failed_proxy(format!("it answered {}", response.status())));
        }
        let upgrade = hyper::upgrade::on(&mut response);
        response.into_body().hand_over().await;
        let upgraded = upgrade.await.map_err(failed_proxy)?;
        Ok(Box::new(TokioIo::new(upgraded)))
    }
}

/// Refuses what the matcher would pass over without a word: requests that are meant to go through a proxy would go past
/// it.
fn check_proxy(scheme: &str, proxy: &str) -> Result<(), BuildError> {
    if proxy.is_empty() {
        return Ok(());
    }
    let found = Matcher::builder().http(proxy).build().intercept(&Uri::from_static("http://any.invalid/"));
    let is_usable = found.is_some_and(|found| {
        let uri = found.uri();
        // A port that is no number is not there.
        let has_port = uri.authority().is_some_and(|authority| authority.as_str() != authority.host());
        Target::of(uri).is_some() && has_port == uri.port_u16().is_some()
    });
    if is_usable {
        return Ok(());
    }
    Err(BuildError::Proxy { message: format!("the one for {scheme} has no http or https address").into() })
}

fn failed_proxy(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Proxy, error)
}

/// The value of `Host`: without credentials, without a default port.
fn host(uri: &Uri) -> Option<HeaderValue> {
    let host = uri.host()?;
    let default = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    let text = match uri.port_u16() {
        Some(port) if port != default => format!("{host}:{port}"),
        _ => host.to_string(),
    };
    HeaderValue::try_from(text).ok()
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").finish_non_exhaustive()
    }
}
