//! A body whose store is current while it is read, and when it is dropped.

use super::LocalStore;
use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};

/// The server reads a body when the handler has long returned: this is what an event stream runs in.
pub(super) struct LocalBody {
    store: LocalStore,
    /// `None` while it is dropped.
    body: Option<Body>,
}

impl LocalBody {
    pub(super) fn new(store: LocalStore, body: Body) -> Self {
        Self { store, body: Some(body) }
    }
}

impl http_body::Body for LocalBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Self { store, body } = &mut *self;
        match body {
            Some(body) => store.enter(|| Pin::new(body).poll_frame(cx)),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, http_body::Body::size_hint)
    }
}

impl Drop for LocalBody {
    fn drop(&mut self) {
        let body = self.body.take();
        self.store.enter(|| drop(body));
    }
}
