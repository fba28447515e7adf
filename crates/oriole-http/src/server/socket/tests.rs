//! What an accepted socket is told.

use super::set_up;
use socket2::SockRef;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// Both ends, so that neither is closed.
async fn accepted() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let client = TcpStream::connect(listener.local_addr().expect("it is bound")).await.expect("it listens");
    (client, listener.accept().await.expect("someone connects").0)
}

/// Parity: SSE.13.
#[tokio::test]
async fn small_writes_are_not_delayed_and_a_silent_peer_is_probed() {
    let (_client, stream) = accepted().await;
    set_up(&stream, Some(Duration::from_secs(30)));
    let socket = SockRef::from(&stream);
    assert!(stream.nodelay().expect("it can be asked"));
    assert!(socket.keepalive().expect("it can be asked"));
    #[cfg(target_os = "linux")]
    assert_eq!(socket.tcp_user_timeout().expect("it can be asked"), Some(Duration::from_secs(30)));
}

#[tokio::test]
async fn without_a_bound_nobody_is_probed() {
    let (_client, stream) = accepted().await;
    set_up(&stream, None);
    assert!(stream.nodelay().expect("it can be asked"));
    assert!(!SockRef::from(&stream).keepalive().expect("it can be asked"));
}
