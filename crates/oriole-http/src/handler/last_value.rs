//! A stream as the answer of a handler that answers once.

use crate::HttpException;
use futures_util::{Stream, StreamExt};
use std::future::ready;

/// The last value of a stream, when it has ended: what a handler in Nest answers that returns a stream (`CTL.17`).
///
/// It has nothing to do with event streams, which send every value: see `#[sse]`. A stream that does not end gives no
/// answer.
///
/// # Errors
///
/// 500 if the stream ends without a value.
///
/// # Cancel safety
///
/// Dropping the future drops the stream.
///
/// # Examples
///
/// ```
/// use futures_util::stream;
/// use oriole_http::last_value;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), oriole_http::HttpException> {
/// assert_eq!(last_value(stream::iter([1, 2, 3])).await?, 3);
/// assert_eq!(last_value(stream::empty::<u8>()).await.unwrap_err().status(), 500);
/// # Ok(())
/// # }
/// ```
pub async fn last_value<T>(stream: impl Stream<Item = T>) -> Result<T, HttpException> {
    let last = stream.fold(None, |_, value| ready(Some(value))).await;
    last.ok_or_else(|| HttpException::internal("the stream ended without a value"))
}
