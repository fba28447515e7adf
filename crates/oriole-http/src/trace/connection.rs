//! One connection.

use std::net::SocketAddr;
use tracing::Span;

/// Who is at the other end, and by which scheme it speaks.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) addr: SocketAddr,
    pub(crate) scheme: &'static str,
    pub(crate) span: Span,
}

/// From the acceptance to the end, at debug level: a connection is worth a span to those who look for a fault in it.
pub(crate) fn connection(addr: SocketAddr) -> Span {
    tracing::debug_span!(
        target: "oriole::Connection",
        parent: None,
        "connection",
        network.peer.address = %addr.ip(),
        network.peer.port = addr.port(),
        network.transport = "tcp",
        network.r#type = if addr.is_ipv4() { "ipv4" } else { "ipv6" },
    )
}
