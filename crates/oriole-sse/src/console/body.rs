//! A request's body, as far as it may go.

use std::future::poll_fn;
use std::pin::pin;

use bytes::Buf;
use http_body::Body;

/// Says why there is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyFault {
    TooLarge,
    Broken,
    NotText,
}

/// Reads a text of so many bytes at the most.
pub(super) async fn read_text<B: Body>(body: B, bytes_max: usize) -> Result<String, BodyFault> {
    let mut body = pin!(body);
    let mut all = Vec::new();
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let Ok(frame) = frame else {
            return Err(BodyFault::Broken);
        };
        let Ok(mut data) = frame.into_data() else { continue };
        if all.len() + data.remaining() > bytes_max {
            return Err(BodyFault::TooLarge);
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            all.extend_from_slice(chunk);
            let taken = chunk.len();
            data.advance(taken);
        }
    }
    String::from_utf8(all).map_err(|_| BodyFault::NotText)
}
