//! Extractors' rejections in Nest's shape.

use super::{Detail, HttpException, Message};
use axum::body::to_bytes;
use axum::response::Response;
use http::StatusCode;
use http::header::CONTENT_TYPE;

/// A rejection's text beyond this is no message for people.
const REJECTION_BYTES_MAX: usize = 64 * 1024;

/// Makes an exception of what an extractor answered: its status, and its text as the message.
///
/// What is no error, or no plain text, was made with care by someone: it is passed through.
pub(crate) async fn from_rejection(response: Response) -> HttpException {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_text = match response.headers().get(CONTENT_TYPE) {
        Some(value) => value.as_bytes().starts_with(b"text/plain"),
        None => true,
    };
    if !is_error || !is_text {
        return HttpException::of(status, Detail::response(response));
    }
    let text = match to_bytes(response.into_body(), REJECTION_BYTES_MAX).await {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => String::new(),
    };
    shaped(status, text)
}

/// The parsers' own 413 and 415 have two keys, everything else has three.
pub(crate) fn shaped(status: StatusCode, text: String) -> HttpException {
    let message = if text.is_empty() { Message::Standard } else { Message::from(text) };
    match status {
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNSUPPORTED_MEDIA_TYPE => HttpException::new(status, message),
        _ => HttpException::builtin(status, message),
    }
}
