//! What reads and sends them.

use super::{CookieSecret, Jar};
use crate::HttpException;
use crate::application::BoxService;
use axum::extract::Request;
use axum::response::Response;
use std::sync::Arc;
use tower::ServiceExt;

pub(super) async fn with_cookies(
    mut request: Request,
    inner: BoxService,
    secrets: Arc<[CookieSecret]>,
) -> Result<Response, HttpException> {
    let jar = Jar::of(request.headers(), &secrets);
    request.extensions_mut().insert(jar.clone());
    let mut answer = inner.oneshot(request).await?;
    jar.write(answer.headers_mut());
    Ok(answer)
}
