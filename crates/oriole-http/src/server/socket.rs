//! What is set on every accepted socket.

use socket2::{SockRef, TcpKeepalive};
use std::time::Duration;
use tokio::net::TcpStream;

/// No delay of small writes, and an end for peers that vanished.
///
/// `TCP_USER_TIMEOUT` bounds how long written bytes stay unacknowledged, and how long a window stays at zero; keep-alive probes do the same for a connection
/// on which nothing is written. A socket that refuses an option is served without it.
pub(super) fn set_up(stream: &TcpStream, peer_timeout: Option<Duration>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(target: "oriole::Server", %error, "TCP_NODELAY could not be set");
    }
    let Some(timeout) = peer_timeout else { return };
    if let Err(error) = bound_silence(&SockRef::from(stream), timeout) {
        tracing::debug!(target: "oriole::Server", %error, "the socket has no bound on a silent peer");
    }
}

fn bound_silence(socket: &SockRef<'_>, timeout: Duration) -> std::io::Result<()> {
    let probe = (timeout / 3).max(Duration::from_secs(1));
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(probe).with_interval(probe))?;
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    socket.set_tcp_user_timeout(Some(timeout))?;
    Ok(())
}

#[cfg(test)]
mod tests;
