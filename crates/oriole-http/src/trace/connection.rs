//! One connection.

use std::net::SocketAddr;
use tracing::Span;

/// Who is at the other end, and by which scheme it speaks.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// `None` over a socket of Unix.
    pub(crate) addr: Option<SocketAddr>,
    /// Whether requests shall know it.
    pub(crate) is_kept: bool,
    pub(crate) scheme: &'static str,
    pub(crate) span: Span,
}

/// From the acceptance to the end, at debug level: a connection is worth a span to those who look for a fault in it.
pub(crate) fn connection(addr: Option<SocketAddr>) -> Span {
    tracing::debug_span!(
        target: "oriole::Connection",
        parent: None,
        "connection",
        network.peer.address = addr.map(|addr| display(addr.ip())),
        network.peer.port = addr.map(|addr| addr.port()),
        network.transport = if addr.is_some() { "tcp" } else { "unix" },
        network.r#type = addr.map(|addr| if addr.is_ipv4() { "ipv4" } else { "ipv6" }),
    )
}
