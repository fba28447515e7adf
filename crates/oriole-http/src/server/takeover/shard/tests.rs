//! What a shard's task keeps.

use super::{ARRIVALS_KEPT_MAX, Carrier, Seat, Shard};
use crate::server::stream::Incoming;
use crate::server::takeover::carried::Arrival;
use crate::server::takeover::handover::Held;
use axum::body::Body;
use bytes::Bytes;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tracing::Span;

/// Room for those who come is kept, but not for as many as have ever come at once.
#[tokio::test]
async fn room_for_many_arrivals_is_not_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let addr = listener.local_addr().expect("it is bound");
    for (count, is_kept) in [(1, true), (ARRIVALS_KEPT_MAX, true), (ARRIVALS_KEPT_MAX + 1, false)] {
        let (shard, left) = (Arc::<Shard>::default(), Arc::<Notify>::default());
        let mut carrier = Carrier::new(Arc::clone(&shard), mpsc::channel(1).0);
        for _ in 0..count {
            let _client = TcpStream::connect(addr).await.expect("it listens");
            let stream = Incoming::Tcp(listener.accept().await.expect("someone connects").0);
            let held = Held { body: Body::empty(), keeps_alive: false, tether: None, is_clear: false };
            let arrival = Arrival { held, stream, read: Bytes::new(), peer: None, span: Span::none() };
            shard.adopt(arrival, Seat::take(&shard, &left));
        }
        carrier.look();
        assert_eq!((carrier.turns.len(), carrier.arrivals.is_empty()), (count, true));
        assert_eq!(carrier.arrivals.capacity() > 0, is_kept, "{count}");
        // Nobody comes twice.
        carrier.look();
        assert_eq!(carrier.slots.len(), count);
    }
}
