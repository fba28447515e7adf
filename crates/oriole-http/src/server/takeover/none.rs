//! Without a hub there is nothing to take over.

use crate::server::ServerOptions;
use crate::server::common::Common;
use crate::server::listener::Accepted;
use crate::server::stream::Incoming;
use axum::response::Response;
use bytes::Bytes;
use http::Request;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::futures::OwnedNotified;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use tracing::Span;

/// Nothing is ever taken over.
#[derive(Default)]
pub(in crate::server) struct Handover {}

/// No body is held.
pub(in crate::server) enum Held {}

/// Nobody comes back.
pub(in crate::server) enum Seat {}

pub(in crate::server) struct Offer;

#[expect(dead_code, reason = "there never is one")]
pub(in crate::server) struct Arrival {
    pub(in crate::server) held: Held,
    pub(in crate::server) stream: Incoming,
    pub(in crate::server) read: Bytes,
    pub(in crate::server) peer: Option<SocketAddr>,
    pub(in crate::server) span: Span,
}

pub(in crate::server) struct Shards {
    /// Kept, so that the other end waits.
    _returned: mpsc::Sender<Accepted>,
}

impl Handover {
    pub(in crate::server) fn is_due(&self) -> bool {
        false
    }

    pub(in crate::server) fn asks_after_all(&self) -> bool {
        false
    }

    pub(in crate::server) fn take_written(&self) -> Option<Held> {
        None
    }

    pub(super) fn writes(&self) {}

    pub(super) fn is_flushed(&self) {}
}

impl Offer {
    pub(in crate::server) fn to<B>(_: &Request<B>, _: &Arc<Common>, _: bool, _: bool) -> Option<Self> {
        None
    }

    pub(in crate::server) fn make(self, response: Response) -> Response {
        response
    }
}

impl Shards {
    pub(in crate::server) fn new(_: &ServerOptions) -> (Arc<Self>, mpsc::Receiver<Accepted>) {
        let (returned, back) = mpsc::channel(1);
        (Arc::new(Self { _returned: returned }), back)
    }

    pub(in crate::server) fn is_on(&self) -> bool {
        false
    }

    pub(in crate::server) fn len(&self) -> usize {
        0
    }

    pub(in crate::server) fn adopt(&self, arrival: Arrival) {
        let Arrival { held, .. } = arrival;
        match held {}
    }

    /// Never: only the server's own connections take room.
    pub(in crate::server) fn left(&self) -> OwnedNotified {
        Arc::<Notify>::default().notified_owned()
    }

    pub(in crate::server) fn begin_end(&self) {}

    pub(in crate::server) async fn emptied(&self) {}

    pub(in crate::server) async fn cut_off(&self, _: Instant) {}
}
