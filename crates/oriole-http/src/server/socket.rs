//! How TCP sockets are bound, and what is set on them.

use socket2::{SockRef, TcpKeepalive};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// How many connections wait to be accepted, unless the system lets fewer wait: enough for the first of a storm of clients that
/// come back all at once, who would try again a second later otherwise.
const BACKLOG: u32 = 1024;
/// Whether a connection has what was set on its listener before it listened, so that it need not be told anew for each: Linux copies
/// the listener's socket.
const INHERITS: bool = cfg!(any(target_os = "android", target_os = "linux"));

/// Binds the first of these addresses that can be had.
///
/// # Errors
///
/// Why the last of them could not.
pub(super) fn listen(
    addrs: impl Iterator<Item = SocketAddr>,
    peer_timeout: Option<Duration>,
) -> io::Result<TcpListener> {
    let mut failed = io::Error::new(io::ErrorKind::InvalidInput, "the name has no address");
    for addr in addrs {
        match listen_at(addr, peer_timeout) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn listen_at(addr: SocketAddr, peer_timeout: Option<Duration>) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Connections of a server that has just ended do not stand in the way; on Windows it would let two servers share the port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    set_up(&SockRef::from(&socket), peer_timeout);
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}

/// Tells an accepted connection what it has not inherited.
pub(super) fn accepted(stream: &TcpStream, peer_timeout: Option<Duration>) {
    if !INHERITS {
        set_up(&SockRef::from(stream), peer_timeout);
    }
}

/// No delay of small writes, and an end for peers that vanished.
///
/// `TCP_USER_TIMEOUT` bounds how long written bytes stay unacknowledged, and how long a window stays at zero; keep-alive probes do the same for a connection
/// on which nothing is written. A socket that refuses an option is served without it.
fn set_up(socket: &SockRef<'_>, peer_timeout: Option<Duration>) {
    if let Err(error) = socket.set_tcp_nodelay(true) {
        tracing::debug!(target: "oriole::Server", %error, "TCP_NODELAY could not be set");
    }
    let Some(timeout) = peer_timeout else { return };
    if let Err(error) = bound_silence(socket, timeout) {
        tracing::debug!(target: "oriole::Server", %error, "the socket has no bound on a silent peer");
    }
}

fn bound_silence(socket: &SockRef<'_>, timeout: Duration) -> io::Result<()> {
    let probe = (timeout / 3).max(Duration::from_secs(1));
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(probe).with_interval(probe))?;
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    socket.set_tcp_user_timeout(Some(timeout))?;
    Ok(())
}

#[cfg(test)]
mod tests;
