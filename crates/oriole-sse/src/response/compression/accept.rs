//! What a client takes (RFC 9110, section 12.5.3).

use http::HeaderMap;

use crate::request::encoding_weight;

/// Whether a client likes gzip, and likes it as much as bytes that are left alone.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let gzip = encoding_weight(headers, &["gzip", "x-gzip"]).or_else(|| encoding_weight(headers, &["*"])).unwrap_or(0);
    gzip > 0 && gzip >= encoding_weight(headers, &["identity"]).unwrap_or(0)
}
