//! What an accepted socket is told.

use super::{accepted, listen};
use socket2::SockRef;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;

/// Both ends of a connection to a listener that is bound so, so that neither is closed.
async fn connected(peer_timeout: Option<Duration>) -> (TcpStream, TcpStream) {
    let addr = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = listen([addr].into_iter(), peer_timeout).expect("a port is free");
    let client = TcpStream::connect(listener.local_addr().expect("it is bound")).await.expect("it listens");
    let stream = listener.accept().await.expect("someone connects").0;
    accepted(&stream, peer_timeout);
    (client, stream)
}

/// Parity: SSE.13.
#[tokio::test]
async fn small_writes_are_not_delayed_and_a_silent_peer_is_probed() {
    let (client, stream) = connected(Some(Duration::from_secs(30))).await;
    let socket = SockRef::from(&stream);
    assert!(stream.nodelay().expect("it can be asked"));
    assert!(!client.nodelay().expect("it can be asked"), "nothing else has it");
    assert!(socket.keepalive().expect("it can be asked"));
    #[cfg(target_os = "linux")]
    {
        assert_eq!(socket.tcp_keepalive_time().expect("it can be asked"), Duration::from_secs(10));
        assert_eq!(socket.tcp_keepalive_interval().expect("it can be asked"), Duration::from_secs(10));
        assert_eq!(socket.tcp_user_timeout().expect("it can be asked"), Some(Duration::from_secs(30)));
    }
}

#[tokio::test]
async fn without_a_bound_nobody_is_probed() {
    let (_client, stream) = connected(None).await;
    assert!(stream.nodelay().expect("it can be asked"));
    assert!(!SockRef::from(&stream).keepalive().expect("it can be asked"));
}

#[tokio::test]
async fn of_several_addresses_the_first_is_bound_that_can_be() {
    let taken = listen([SocketAddr::from(([127, 0, 0, 1], 0))].into_iter(), None).expect("a port is free");
    let taken = taken.local_addr().expect("it is bound");
    let other = SocketAddr::from(([127, 0, 0, 2], taken.port()));
    let bound = listen([taken, other].into_iter(), None).expect("one of them is free");
    assert_eq!(bound.local_addr().expect("it is bound"), other);

    let error = listen([taken].into_iter(), None).expect_err("somebody listens there");
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    assert!(listen([].into_iter(), None).is_err(), "there is none");
}
