//! Who is asked, and in which language.

use rustls::ClientConfig;
use std::net::SocketAddr;
use std::sync::Arc;

/// A server, and what it speaks.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What it speaks.
    pub protocol: Protocol,
}

/// What a server speaks.
#[derive(Clone, Debug)]
pub enum Protocol {
    /// HTTP/1.1 on TCP.
    Http1,
    /// HTTP/1.1 on TLS, whose certificate is for `localhost`.
    Http1OverTls(Arc<ClientConfig>),
    /// HTTP/2 with prior knowledge, on TCP.
    Http2,
}
