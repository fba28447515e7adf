//! How connections are spread over shards, and what a shard survives.

use super::handover::Held;
use super::{Arrival, Observed, Shards};
use crate::server::ServerOptions;
use crate::server::common::Common;
use crate::server::stream::Incoming;
use crate::trace::Peer;
use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::timeout;
use tracing::Span;

fn shards(count: usize) -> Arc<Shards> {
    let options = ServerOptions { event_stream_shards: Some(count), ..ServerOptions::default() };
    Shards::new(&options).0
}

/// A connection that is carried, and its client's end.
async fn carry(shards: &Shards, listener: &TcpListener, body: Body) -> TcpStream {
    let client = TcpStream::connect(listener.local_addr().expect("it is bound")).await.expect("it listens");
    let (stream, peer) = listener.accept().await.expect("someone connects");
    let held = Held { body, keeps_alive: false, tether: None, is_clear: false };
    let stream = Incoming::Tcp(stream);
    shards.adopt(Arrival { held, stream, read: Bytes::new(), peer: Some(peer), span: Span::none() });
    client
}

fn silent() -> Body {
    Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>())
}

async fn comes_to(shards: &Shards, lens: &[usize]) {
    let waits = async {
        while shards.lens() != lens {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(120), waits).await.unwrap_or_else(|_| panic!("{:?}, not {lens:?}", shards.lens()));
}

/// Each shard has as many as the others, also when many have left one of them.
#[tokio::test]
async fn connections_go_where_the_fewest_are() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let shards = shards(2);
    let mut clients = vec![];
    for _ in 0..100 {
        clients.push(carry(&shards, &listener, silent()).await);
    }
    assert_eq!(shards.lens(), [50, 50]);
    // Every other one is the first shard's.
    let mut place = 0;
    clients.retain(|_| {
        place += 1;
        place % 2 == 0
    });
    comes_to(&shards, &[0, 50]).await;
    for _ in 0..50 {
        clients.push(carry(&shards, &listener, silent()).await);
    }
    assert_eq!(shards.lens(), [50, 50]);
    drop(clients);
    comes_to(&shards, &[0, 0]).await;
}

/// What panics is one connection's, and its shard carries the others on.
#[tokio::test]
async fn a_panic_ends_one_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let shards = shards(1);
    let _stays = carry(&shards, &listener, silent()).await;
    let panics = stream::poll_fn(|_| -> Poll<Option<Result<Bytes, std::io::Error>>> { panic!("of a body") });
    let mut ends = carry(&shards, &listener, Body::from_stream(panics)).await;
    let mut read = vec![];
    let closed = timeout(Duration::from_secs(120), ends.read_to_end(&mut read)).await.expect("it is closed");
    assert!(closed.is_ok() && read.is_empty());
    comes_to(&shards, &[1]).await;

    let mut told = carry(&shards, &listener, Body::from("data: 1\n\n")).await;
    timeout(Duration::from_secs(120), told.read_to_end(&mut read)).await.expect("it is closed").expect("it is whole");
    assert_eq!(read, b"9\r\ndata: 1\n\n\r\n0\r\n\r\n");
    comes_to(&shards, &[1]).await;
}

/// Without a connection there is no task, and none is left behind.
#[tokio::test]
async fn shards_begin_with_their_first_connection_and_can_be_cut_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let shards = shards(3);
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let mut client = carry(&shards, &listener, silent()).await;
    assert_eq!(tasks() - before, 3);
    shards.cut_off(tokio::time::Instant::now() + Duration::from_secs(120)).await;
    assert_eq!((tasks() - before, shards.lens()), (0, vec![0, 0, 0]));
    assert_eq!(client.read(&mut [0]).await.expect("it is closed"), 0);
}

/// A connection that waits for its shard's first look holds nothing when the server is gone.
#[tokio::test]
async fn who_was_not_looked_at_is_let_go_of() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let shards = shards(2);
    let mut early = carry(&shards, &listener, silent()).await;
    shards.cut_off(tokio::time::Instant::now() + Duration::from_secs(120)).await;
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let mut late = carry(&shards, &listener, silent()).await;
    assert_eq!((shards.lens(), tokio::runtime::Handle::current().metrics().num_alive_tasks()), (vec![0, 0], tasks));

    let shards = self::shards(2);
    // No task runs between these two.
    let mut dropped = carry(&shards, &listener, silent()).await;
    drop(shards);
    for client in [&mut early, &mut late, &mut dropped] {
        let closed = timeout(Duration::from_secs(120), client.read(&mut [0])).await.expect("it is closed");
        assert_eq!(closed.expect("it is closed well"), 0);
    }
}

/// Panics when it is dropped, as what a panic carries may.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("of a drop");
    }
}

/// A panic whose own value panics does not take the shard along.
#[tokio::test]
async fn a_shard_outlives_the_panic_of_a_panic() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let shards = shards(1);
    let _stays = carry(&shards, &listener, silent()).await;
    let panics = stream::poll_fn(|_| -> Poll<Option<Result<Bytes, std::io::Error>>> { std::panic::panic_any(Bomb) });
    let mut ends = carry(&shards, &listener, Body::from_stream(panics)).await;
    let mut read = vec![];
    timeout(Duration::from_secs(120), ends.read_to_end(&mut read)).await.expect("it is closed").expect("and well");
    let mut told = carry(&shards, &listener, Body::from("1")).await;
    timeout(Duration::from_secs(120), told.read_to_end(&mut read)).await.expect("it is closed").expect("it is whole");
    assert_eq!(read, b"1\r\n1\r\n0\r\n\r\n");
    comes_to(&shards, &[1]).await;
}

/// What a client does not take is not copied for it, if it is large, and comes whole when it does.
#[tokio::test]
async fn large_frames_are_held_by_reference() {
    // More than the sockets of both ends hold.
    const SIZE: usize = 32 * 1024 * 1024;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let shards = shards(1);
    let large = Bytes::from((0..SIZE).map(|at| (at % 251) as u8).collect::<Vec<_>>());
    let small = Bytes::from_static(b"data: 1\n\n");
    let is_waiting = Arc::new(AtomicBool::new(false));
    let waits = Arc::clone(&is_waiting);
    let mut frames = vec![small.clone(), large.clone(), small.clone()].into_iter();
    let body = stream::poll_fn(move |_| match frames.next() {
        Some(frame) => {
            // Behind the large one, the stream is asked once more.
            waits.store(frames.len() == 0, Ordering::Relaxed);
            Poll::Ready(Some(Ok::<_, std::io::Error>(frame)))
        }
        None => Poll::Ready(None),
    });
    let mut client = carry(&shards, &listener, Body::from_stream(body)).await;
    let asked = async {
        while !is_waiting.load(Ordering::Relaxed) {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(120), asked).await.expect("it is read");
    assert!(!large.is_unique(), "the client has a copy of its own");
    let mut read = vec![];
    timeout(Duration::from_secs(120), client.read_to_end(&mut read)).await.expect("it ends").expect("it is whole");
    let mut wanted = b"9\r\ndata: 1\n\n\r\n2000000\r\n".to_vec();
    wanted.extend_from_slice(&large);
    wanted.extend_from_slice(b"\r\n9\r\ndata: 1\n\n\r\n0\r\n\r\n");
    assert!(read == wanted, "{} bytes, not {}", read.len(), wanted.len());
    assert!(large.is_unique());
}

/// However much there is to write, others have their turn.
#[tokio::test]
async fn what_is_written_in_one_go_is_bounded_in_bytes() {
    const FRAME: usize = 64 * 1024;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let shards = shards(1);
    let (go, frames) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let mut clients = vec![];
    for _ in 0..32 {
        let frames = Arc::clone(&frames);
        let told = Arc::clone(&go).notified_owned();
        // As much as a socket takes at once.
        let some = move |()| {
            let frames = Arc::clone(&frames);
            stream::repeat(Bytes::from(vec![b'-'; FRAME])).take(4).map(move |frame| {
                frames.fetch_add(1, Ordering::Relaxed);
                Ok::<_, std::io::Error>(frame)
            })
        };
        let body = Body::from_stream(stream::once(told).flat_map(some).chain(stream::pending()));
        clients.push(carry(&shards, &listener, body).await);
    }
    go.notify_waiters();
    let (mut before, mut most) = (frames.load(Ordering::Relaxed), 0);
    let looks = async {
        while before < 4 * clients.len() {
            tokio::task::yield_now().await;
            let now = frames.load(Ordering::Relaxed);
            (before, most) = (now, most.max(now - before));
        }
    };
    timeout(Duration::from_secs(120), looks).await.expect("all are written");
    assert!(most <= 8, "{most} frames of 64 KiB without a pause");
}

/// What was read before comes with what follows it, if that is there, and does not wait for it.
#[tokio::test]
async fn a_head_comes_whole() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let mut client = TcpStream::connect(listener.local_addr().expect("it is bound")).await.expect("it listens");
    let (stream, _) = listener.accept().await.expect("someone connects");
    client.write_all(b"/ HTTP/1.1").await.expect("it is open");
    stream.readable().await.expect("it is open");
    let peer = Peer { addr: None, is_kept: false, scheme: "http", span: Span::none() };
    let common = Arc::new(Common::new(peer));
    let mut observed = Observed::new(Incoming::Tcp(stream), Bytes::from_static(b"GET "), Arc::clone(&common), true);
    let mut buffer = [0; 64];
    let count = observed.read(&mut buffer).await.expect("it is open");
    assert_eq!(&buffer[..count], b"GET / HTTP/1.1");
    let mut observed = Observed::new(observed.into_parts().0, Bytes::from_static(b"GET "), common, true);
    let count = timeout(Duration::from_secs(120), observed.read(&mut buffer)).await.expect("it does not wait");
    assert_eq!(&buffer[..count.expect("it is open")], b"GET ");
    drop(client);
}
