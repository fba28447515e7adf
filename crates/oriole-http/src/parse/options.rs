//! What a refusal looks like.

use crate::HttpException;
use http::StatusCode;

/// How [`ParsedBy`](crate::ParsedBy) refuses; implement it for a marker type (`PIP.7`, `PIP.16`).
///
/// # Examples
///
/// ```
/// use oriole_http::{HttpException, ParseOptions, StatusCode};
///
/// struct NotAcceptable;
/// impl ParseOptions for NotAcceptable {
///     const STATUS: StatusCode = StatusCode::NOT_ACCEPTABLE;
/// }
///
/// let refused = NotAcceptable::exception("Validation failed (numeric string is expected)".to_owned());
/// assert_eq!(refused.status(), 406);
/// ```
pub trait ParseOptions: 'static {
    /// The status of a refusal.
    const STATUS: StatusCode = StatusCode::BAD_REQUEST;

    /// Makes the exception of a message.
    #[must_use]
    fn exception(message: String) -> HttpException {
        HttpException::builtin(Self::STATUS, message.into())
    }
}

impl ParseOptions for () {}
