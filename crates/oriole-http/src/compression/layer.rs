//! tower-http's compression, with the encoding chosen here.

use super::predicate::Worthwhile;
use super::{CompressionOptions, Encoding};
use crate::application::BoxService;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::HeaderValue;
use http::header::{CONTENT_ENCODING, CONTENT_RANGE, VARY};
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_http::CompressionLevel;
use tower_http::compression::Compression as Compressing;
use tower_http::compression::predicate::Predicate as _;
use tower_layer::Layer;
use tower_service::Service;

pub(super) struct CompressionLayer {
    pub(super) options: Arc<CompressionOptions>,
}

impl Layer<BoxService> for CompressionLayer {
    type Service = Compression;

    fn layer(&self, inner: BoxService) -> Compression {
        Compression { inner, options: Arc::clone(&self.options) }
    }
}

#[derive(Clone)]
pub(super) struct Compression {
    inner: BoxService,
    options: Arc<CompressionOptions>,
}

impl Service<Request> for Compression {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let worthwhile = Worthwhile { threshold: self.options.threshold };
        let Some(encoding) = Encoding::choose(&self.options.encodings, request.headers()) else {
            let answer = self.inner.call(request).map(move |Ok(answer)| Ok(mark(answer, worthwhile)));
            return Box::pin(answer);
        };
        let level = match (self.options.level, encoding) {
            (Some(level), _) => CompressionLevel::Precise(level),
            #[cfg(feature = "compression-br")]
            (None, Encoding::Br) => CompressionLevel::Precise(BROTLI_LEVEL),
            (None, _) => CompressionLevel::Default,
        };
        // Only the one that was chosen: tower-http would take the client's order for ours.
        let only = Compressing::new(&mut self.inner).no_br().no_zstd().no_gzip().no_deflate();
        let only = match encoding {
            #[cfg(feature = "compression-br")]
            Encoding::Br => only.br(true),
            #[cfg(feature = "compression-zstd")]
            Encoding::Zstd => only.zstd(true),
            Encoding::Gzip => only.gzip(true),
            Encoding::Deflate => only.deflate(true),
        };
        let answer = only.quality(level).compress_when(worthwhile).call(request);
        Box::pin(answer.map(|Ok(answer)| Ok(answer.map(Body::new))))
    }
}

/// Between speed and size; the encoder's own default, 11, takes a hundred times as long.
#[cfg(feature = "compression-br")]
const BROTLI_LEVEL: i32 = 4;

/// Tells caches that another client would have got another answer.
fn mark(mut answer: Response, worthwhile: Worthwhile) -> Response {
    let headers = answer.headers();
    let is_left = headers.contains_key(CONTENT_ENCODING) || headers.contains_key(CONTENT_RANGE);
    if !is_left && worthwhile.should_compress(&answer) {
        answer.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    }
    answer
}
