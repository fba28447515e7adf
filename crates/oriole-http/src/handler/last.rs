//! A stream that stands for its last value (`CTL.17`).

use crate::HttpException;
use futures_util::{Stream, StreamExt};

/// Waits for the last value of a stream: what a handler answers that has a stream where a value is wanted.
///
/// A handler does not return a stream itself, so that it cannot be mistaken for `#[sse]`, which sends every item. The items
/// before the last are dropped as they come.
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
/// use oriole_http::last_of;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), oriole_http::HttpException> {
/// assert_eq!(last_of(stream::iter([1, 2, 3])).await?, 3);
/// assert!(last_of(stream::empty::<u8>()).await.is_err());
/// # Ok(())
/// # }
/// ```
pub async fn last_of<S: Stream>(stream: S) -> Result<S::Item, HttpException> {
    let last = stream.fold(None, |_, item| std::future::ready(Some(item))).await;
    last.ok_or_else(|| HttpException::internal("a stream ended without a value"))
}
