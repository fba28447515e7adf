//! Whether a stream is compressed.

use std::sync::Arc;

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use http::{HeaderMap, HeaderValue, Response};

use super::accept::takes_gzip;
use super::pieces::Pieces;
use super::{EventCompression, Gzip};
use crate::response::{EventBody, head};

/// Knows what the application wants and what a client takes.
#[derive(Clone, Debug)]
pub(in crate::response) struct Negotiation {
    pieces: Option<Arc<Pieces>>,
    takes_gzip: bool,
}

impl Negotiation {
    /// Begins with a client that takes nothing.
    pub(in crate::response) fn new(options: Option<EventCompression>) -> Self {
        Self { pieces: options.map(|options| Arc::new(Pieces::new(options))), takes_gzip: false }
    }

    pub(in crate::response) fn accepting(&self, headers: &HeaderMap) -> Self {
        Self { pieces: self.pieces.clone(), takes_gzip: self.pieces.is_some() && takes_gzip(headers) }
    }

    #[cfg(feature = "hub")]
    pub(in crate::response) fn is_agreed(&self) -> bool {
        self.takes_gzip
    }

    /// Counts what was compressed so far.
    pub(in crate::response) fn made(&self) -> u64 {
        self.pieces.as_ref().map_or(0, |pieces| pieces.made())
    }

    /// Puts the head of an event stream before a body, compressed if that was agreed.
    pub(in crate::response) fn answer(&self, body: EventBody) -> Response<EventBody> {
        let Some(pieces) = &self.pieces else {
            return head::event_stream(body);
        };
        let gzip = self.takes_gzip.then(|| Gzip::new(Arc::clone(pieces)));
        let mut response = head::event_stream(body.compressed(gzip));
        let headers = response.headers_mut();
        headers.insert(VARY, ACCEPT_ENCODING.into());
        if self.takes_gzip {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}
