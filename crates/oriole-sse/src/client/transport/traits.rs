//! What a transport can do.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;

use super::TransportError;

/// Is the body of a response, as it arrives.
pub type TransportBody = Pin<Box<dyn Body<Data = Bytes, Error = TransportError> + Send>>;

/// Is what [`Transport::send`] gives.
pub type TransportFuture = Pin<Box<dyn Future<Output = Result<Response<TransportBody>, TransportError>> + Send>>;

/// Sends requests; one call is one exchange.
///
/// [`HttpTransport`](super::HttpTransport) is the one that sources use unless they are given another: a Unix socket, a
/// connection pool, or canned answers for a test.
///
/// A transport follows no redirects, undoes no compression, and waits for nothing: the source does that. Dropping the
/// future or the body must end the exchange.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends a request whose address is absolute, and gives the response as soon as its head is there. Interim responses
    /// (1xx) are skipped.
    ///
    /// # Errors
    ///
    /// A [`TransportError`], which tells whether the request may have been received.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the exchange.
    fn send(&self, request: Request<Bytes>) -> TransportFuture;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: Request<Bytes>) -> TransportFuture {
        (**self).send(request)
    }
}
