//! tower-http's compression, with the encoding chosen here.

use super::predicate::Worthwhile;
use super::{CompressionOptions, Encoding};
use crate::HttpException;
use crate::application::BoxService;
use crate::vary::vary_by;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderValue;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_RANGE};
use std::sync::Arc;
use tower::ServiceExt;
use tower_http::CompressionLevel;
use tower_http::compression::Compression;
use tower_http::compression::predicate::Predicate as _;

/// Between speed and size, as compression 1.8 of Express has it; the encoder's own default, 11, takes a hundred times as
/// long.
#[cfg(feature = "compression-br")]
const BROTLI_LEVEL: i32 = 4;

pub(super) async fn compressed(
    request: Request,
    inner: BoxService,
    options: Arc<CompressionOptions>,
) -> Result<Response, HttpException> {
    let worthwhile = Worthwhile { threshold: options.threshold };
    let Some(encoding) = Encoding::choose(&options.encodings, request.headers()) else {
        return Ok(mark(inner.oneshot(request).await?, worthwhile));
    };
    let level = match (options.level, encoding) {
        (Some(level), _) => CompressionLevel::Precise(level),
        #[cfg(feature = "compression-br")]
        (None, Encoding::Br) => CompressionLevel::Precise(BROTLI_LEVEL),
        (None, _) => CompressionLevel::Default,
    };
    // Only the one that was chosen: tower-http would take the client's order for ours.
    let only = Compression::new(inner.map_response(move |answer| mark(answer, worthwhile)))
        .no_br()
        .no_zstd()
        .no_gzip()
        .no_deflate();
    let only = match encoding {
        #[cfg(feature = "compression-br")]
        Encoding::Br => only.br(true),
        #[cfg(feature = "compression-zstd")]
        Encoding::Zstd => only.zstd(true),
        Encoding::Gzip => only.gzip(true),
        Encoding::Deflate => only.deflate(true),
    };
    let mut answer = only.quality(level).compress_when(worthwhile).oneshot(request).await?;
    // tower-http knows no `*`, and has put its own beside it.
    vary_by(answer.headers_mut(), &HeaderValue::from_static(""));
    Ok(answer.map(Body::new))
}

/// Tells caches that another client would have got another answer.
fn mark(mut answer: Response, worthwhile: Worthwhile) -> Response {
    let headers = answer.headers();
    let is_left = headers.contains_key(CONTENT_ENCODING) || headers.contains_key(CONTENT_RANGE);
    if !is_left && worthwhile.should_compress(&answer) {
        vary_by(answer.headers_mut(), &ACCEPT_ENCODING.into());
    }
    answer
}
