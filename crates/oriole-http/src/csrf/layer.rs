//! What refuses.

use super::CsrfTokens;
use super::options::Except;
use super::provenance::{Provenance, has_ambient_credentials};
use super::token::{self, Issuer};
use crate::HttpException;
use crate::application::BoxService;
use axum::extract::Request;
use axum::response::Response;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Method};
use std::sync::Arc;
use tower::ServiceExt;

#[derive(Clone)]
pub(super) struct Rules {
    pub(super) provenance: Provenance,
    pub(super) except: Option<Except>,
    pub(super) tokens: Option<Arc<CsrfTokens>>,
}

/// What becomes of a request that is not refused.
enum Verdict {
    Pass,
    /// Nobody said that it is an event stream: the answer does.
    PassUnlessStream,
}

pub(super) async fn protected(
    mut request: Request,
    inner: BoxService,
    rules: Rules,
) -> Result<Response, HttpException> {
    if let Some(tokens) = &rules.tokens {
        request.extensions_mut().insert(Issuer { tokens: Arc::clone(tokens) });
    }
    let verdict = judge(&request, &rules)?;
    let answer = inner.oneshot(request).await?;
    match verdict {
        Verdict::PassUnlessStream if names(answer.headers(), &CONTENT_TYPE) => Err(foreign()),
        Verdict::Pass | Verdict::PassUnlessStream => Ok(answer),
    }
}

/// Looks at the head alone, so that the body, which is not `Sync`, does not have to be.
fn judge(request: &Request, rules: &Rules) -> Result<Verdict, HttpException> {
    if rules.except.as_ref().is_some_and(|except| except(request.method(), request.uri())) {
        return Ok(Verdict::Pass);
    }
    let headers = request.headers();
    let is_foreign = || rules.provenance.is_foreign(request.uri(), headers);
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        if !has_ambient_credentials(headers) || !is_foreign() {
            return Ok(Verdict::Pass);
        }
        return if names(headers, &ACCEPT) { Err(foreign()) } else { Ok(Verdict::PassUnlessStream) };
    }
    if is_foreign() {
        return Err(foreign());
    }
    if let Some(tokens) = &rules.tokens {
        token::verify(tokens, headers, request.extensions())?;
    }
    Ok(Verdict::Pass)
}

fn foreign() -> HttpException {
    HttpException::forbidden("cross-origin request refused")
}

/// Whether a header names the type of event streams.
fn names(headers: &HeaderMap, header: &HeaderName) -> bool {
    headers.get_all(header).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        let mut kinds = value.split([',', ';']).map(str::trim);
        kinds.any(|kind| kind.eq_ignore_ascii_case("text/event-stream"))
    })
}
