//! What is written at once, and who knows of it when nothing is.

use super::{try_write, try_write_vectored};
use futures_util::FutureExt;
use std::io::{ErrorKind, IoSlice, Read as _};
use std::net::TcpStream as Client;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Only a hang lasts longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Both ends of a connection; the client's needs no runtime.
async fn connected() -> (Client, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let client = Client::connect(listener.local_addr().expect("it is bound")).expect("it listens");
    let stream = listener.accept().await.expect("someone connects").0;
    client.set_read_timeout(Some(PATIENCE)).expect("a socket can be told");
    stream.writable().await.expect("it is open");
    (client, stream)
}

/// The bytes that are written from a place on: at no two places of a test the same for long.
fn bytes(from: usize, count: usize) -> Vec<u8> {
    (from..from + count).map(|at| (at % 251) as u8).collect()
}

/// Writes until nothing is taken any more; tells how much was.
fn fill(stream: &TcpStream, count: usize, is_vectored: bool) -> usize {
    let mut all = 0;
    loop {
        let bytes = bytes(all, count);
        let written = if is_vectored {
            let (some, others) = bytes.split_at(count / 3);
            try_write_vectored(stream, &[IoSlice::new(some), IoSlice::new(others)])
        } else {
            try_write(stream, &bytes)
        };
        match written {
            Ok(written) => all += written,
            Err(error) => break assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    all
}

/// Nothing of it is lost, and whoever waits for the socket is woken when the client reads on.
#[tokio::test]
async fn the_runtime_knows_of_a_socket_that_takes_nothing() {
    for is_vectored in [false, true] {
        let (mut client, stream) = connected().await;
        let all = fill(&stream, 100_003, is_vectored);
        assert!(stream.writable().now_or_never().is_none(), "nobody would wait");

        let mut read = vec![0; all];
        client.read_exact(&mut read).expect("it is open");
        assert!(read == bytes(0, all));
        timeout(PATIENCE, stream.writable()).await.expect("it is woken").expect("it is open");
        assert_eq!(try_write(&stream, b"on").expect("it is open"), 2);
        client.read_exact(&mut read[..2]).expect("it is open");
        assert_eq!(&read[..2], b"on");
    }
}

/// The runtime has not looked, and says that the socket takes nothing.
#[cfg(any(target_os = "android", target_os = "linux"))]
#[tokio::test]
async fn the_runtime_is_not_asked() {
    let (mut client, stream) = connected().await;
    let all = fill(&stream, 64 * 1024, false);
    let mut read = vec![0; all];
    client.read_exact(&mut read).expect("it is open");
    // Its segments are acknowledged by now, or will be soon.
    let mut written = try_write(&stream, b"on");
    while matches!(&written, Err(error) if error.kind() == ErrorKind::WouldBlock) {
        std::thread::yield_now();
        written = try_write(&stream, b"on");
    }
    assert_eq!(written.expect("it is open"), 2);
    assert_eq!(stream.try_write(b"asked").expect_err("it was not told").kind(), ErrorKind::WouldBlock);
    assert_eq!(try_write_vectored(&stream, &[IoSlice::new(b"and "), IoSlice::new(b"on")]).expect("it is open"), 6);
    client.read_exact(&mut read[..8]).expect("it is open");
    assert_eq!(&read[..8], b"onand on");
}

/// A client that is gone is an error, not something to wait for.
#[tokio::test]
async fn a_socket_that_was_reset_says_so() {
    for is_vectored in [false, true] {
        let (client, stream) = connected().await;
        socket2::SockRef::from(&client).set_linger(Some(Duration::ZERO)).expect("a socket can be told");
        drop(client);
        timeout(PATIENCE, stream.readable()).await.expect("it is told").expect("it is registered");
        // The first of them takes the reason, and the others have none.
        for _ in 0..2 {
            let written = match is_vectored {
                true => try_write_vectored(&stream, &[IoSlice::new(b"on"), IoSlice::new(b"and on")]),
                false => try_write(&stream, b"on"),
            };
            let kind = written.expect_err("nobody is there").kind();
            assert!(matches!(kind, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{kind}");
        }
    }
}
