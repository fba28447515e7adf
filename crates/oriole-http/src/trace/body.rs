//! The rest of an answer within its span.

use super::request::failed;
use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use tracing::Span;

/// Polls within the span, which lives as long as the body.
struct Within {
    body: Body,
    span: Span,
}

/// Holds a span until a body that is yet to come has ended; one that is at hand ends with its head.
pub(super) fn within(span: &Span, body: Body) -> Body {
    if span.is_disabled() || body.size_hint().exact().is_some() {
        return body;
    }
    Body::new(Within { body, span: span.clone() })
}

impl http_body::Body for Within {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let _entered = this.span.enter();
        let polled = Pin::new(&mut this.body).poll_frame(cx);
        if let Poll::Ready(Some(Err(_))) = &polled {
            failed(&this.span, "body");
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
