//! Events to bytes.

use alloc::vec::Vec;

use memchr::memchr2;

use super::EncodeError;
use crate::event::{Data, MessageEvent};

/// Appends an event in the form of the `text/event-stream` standard.
///
/// The fields go out in this order: `event`, `id`, `retry`, comment lines, `data` lines, and the blank line that ends
/// the event. Text is split at LF, CR and CRLF (rule E7) into one line each; empty data is still written as `data:`, so
/// that a client dispatches it (rule E23); one space after the colon keeps a text that begins with a space as it is
/// (rule E14). An event with no part at all writes nothing.
///
/// Time and memory are linear in the event's size. The event's size is not bounded here: what a program sends is its
/// own.
///
/// # Errors
///
/// [`EncodeError::Json`] if the event was made from a value that could not be serialised. The buffer is then as it was.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use oriole_sse::{MessageEvent, encode};
///
/// let mut wire = Vec::new();
/// encode(&MessageEvent::new(""), &mut wire)?;
/// encode(&MessageEvent::default().retry(Duration::from_secs(2)), &mut wire)?;
/// assert_eq!(wire, b"data: \n\nretry: 2000\n\n");
/// # Ok::<(), oriole_sse::EncodeError>(())
/// ```
pub fn encode(event: &MessageEvent, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let data = match event.data() {
        Some(Data::Failed(error)) => return Err(error.clone()),
        Some(Data::Text(text)) => Some(text.as_str()),
        #[cfg(feature = "hub")]
        Some(Data::Encoded(encoded)) => {
            out.extend_from_slice(encoded.frame());
            return Ok(());
        }
        None => None,
    };
    let fields = event.fields();
    let before = out.len();

    if let Some(name) = fields.event_type {
        put_line(out, b"event: ", name.as_str().as_bytes());
    }
    if let Some(id) = fields.id {
        put_line(out, b"id: ", id.as_bytes());
    }
    if let Some(wait) = event.retry_ms() {
        put_line(out, b"retry: ", decimal(wait, &mut [0; 20]));
    }
    if let Some(comment) = fields.comment {
        put_lines(out, b": ", comment.as_bytes());
    }
    if let Some(text) = data {
        put_lines(out, b"data: ", text.as_bytes());
    }
    if out.len() > before {
        out.push(b'\n');
    }
    Ok(())
}

/// Writes one prefixed line for each line of the text; a text without any line end, even an empty one, is one line.
fn put_lines(out: &mut Vec<u8>, prefix: &[u8], mut text: &[u8]) {
    while let Some(end) = memchr2(b'\r', b'\n', text) {
        put_line(out, prefix, &text[..end]);
        let end_len = if text[end..].starts_with(b"\r\n") { 2 } else { 1 };
        text = &text[end + end_len..];
    }
    put_line(out, prefix, text);
}

/// Writes one line; the caller knows that it has no line end in it.
fn put_line(out: &mut Vec<u8>, prefix: &[u8], line: &[u8]) {
    out.reserve(prefix.len() + line.len() + 2);
    out.extend_from_slice(prefix);
    out.extend_from_slice(line);
    out.push(b'\n');
}

/// Writes a number in base ten, without the formatting machinery.
fn decimal(mut number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &digits[at..];
        }
    }
}
