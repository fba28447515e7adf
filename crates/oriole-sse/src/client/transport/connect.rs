//! From an address to a connection.

use std::io;

use http::Uri;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

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
        let mut last = TransportError::new(TransportErrorKind::Resolve, io::Error::from(io::ErrorKind::NotFound));
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    // A request is small and waits for nothing.
                    let _ = stream.set_nodelay(true);
                    return Ok(Box::new(stream));
                }
                Err(error) => last = TransportError::new(TransportErrorKind::Connect, error),
            }
        }
        Err(last)
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
