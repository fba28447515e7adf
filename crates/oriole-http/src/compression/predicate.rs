//! Which answers are worth it.

use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, Response};
use http_body::Body;
use tower_http::compression::predicate::Predicate;

#[derive(Clone, Copy)]
pub(super) struct Worthwhile {
    pub(super) threshold: u64,
}

impl Predicate for Worthwhile {
    fn should_compress<B: Body>(&self, response: &Response<B>) -> bool {
        let headers = response.headers();
        let told = || headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let length = response.body().size_hint().exact().or_else(told);
        length.is_none_or(|length| length >= self.threshold) && is_compressible(headers) && !is_fixed(headers)
    }
}

/// What shrinks. Event streams are texts as well, and every event must arrive when it is sent.
fn is_compressible(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let application = ["json", "javascript", "xml", "wasm", "x-javascript", "graphql", "x-ndjson", "rtf"];
    kind != "text/event-stream"
        && (kind.starts_with("text/")
            || kind.strip_prefix("application/").is_some_and(|name| application.contains(&name))
            || ["+json", "+xml", "+text"].iter().any(|suffix| kind.ends_with(suffix)))
}

/// RFC 9111, section 5.2.2.6.
fn is_fixed(headers: &HeaderMap) -> bool {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|part| part.trim().eq_ignore_ascii_case("no-transform"))
}
