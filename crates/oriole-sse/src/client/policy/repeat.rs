//! Which requests may be sent twice.

use http::Method;

/// The registered methods for which a repetition does no more than the first time (RFC 9110, section 9.2.2, and the
/// registry of methods). An unknown method counts as none of them.
pub(in crate::client) fn is_idempotent(method: &Method) -> bool {
    matches!(
        method.as_str(),
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE" | "QUERY" | "REPORT" | "SEARCH" | "PROPFIND"
    )
}
