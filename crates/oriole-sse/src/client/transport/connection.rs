//! One connection with one exchange on it, driven by whoever waits for it: there is no task besides.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use super::connect::Io;
use super::{TransportError, TransportErrorKind};

type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Sends a request and waits for the head of its response.
pub(super) async fn exchange(
    io: Io,
    request: Request<RequestBody>,
    head_bytes_max: usize,
) -> Result<Response<ResponseBody>, TransportError> {
    let broken = |error: hyper::Error| TransportError::new(TransportErrorKind::Exchange, error);
    let handshake = http1::Builder::new().max_buf_size(head_bytes_max.max(8 * 1024)).handshake(TokioIo::new(io));
    let (mut sender, connection) = handshake.await.map_err(broken)?;
    let mut driver: Option<Driver> = Some(Box::pin(async {
        // An error is the exchange's too, and reported there. Upgrades are for the proxy's tunnel.
        let _ = connection.with_upgrades().await;
    }));
    let mut response = Box::pin(sender.send_request(request));
    let response = poll_fn(|cx| {
        drive(&mut driver, cx);
        response.as_mut().poll(cx)
    });
    let response = response.await.map_err(broken)?;
    Ok(response.map(|incoming| ResponseBody { driver, incoming }))
}

fn drive(driver: &mut Option<Driver>, cx: &mut Context<'_>) {
    if driver.as_mut().is_some_and(|driver| driver.as_mut().poll(cx).is_ready()) {
        *driver = None;
    }
}

/// The body of a request: what it has left.
#[derive(Debug)]
pub(super) struct RequestBody(pub(super) Bytes);

impl Body for RequestBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let bytes = std::mem::take(&mut self.0);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

/// A response's body with the connection that it comes from; dropping it closes the connection.
pub(super) struct ResponseBody {
    driver: Option<Driver>,
    incoming: Incoming,
}

impl ResponseBody {
    /// Runs the connection until it has been handed over (to the tunnel that it became).
    pub(super) async fn hand_over(mut self) {
        if let Some(driver) = self.driver.take() {
            driver.await;
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let Self { driver, incoming } = self.get_mut();
        let mut frame = Pin::new(&mut *incoming).poll_frame(cx);
        if frame.is_pending() {
            // Now the connection knows that a frame is wanted.
            drive(driver, cx);
            frame = Pin::new(incoming).poll_frame(cx);
        }
        frame.map_err(|error| TransportError::new(TransportErrorKind::Exchange, error))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
