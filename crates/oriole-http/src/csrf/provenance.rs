//! Where a request comes from, as tower-http judges it.

use futures_util::FutureExt;
use http::header::{AUTHORIZATION, COOKIE, HOST, HeaderName, ORIGIN};
use http::{HeaderMap, Method, Request, Response, Uri};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};
use tower_http::csrf::CsrfLayer as Judge;
use tower_layer::Layer;
use tower_service::Service;

#[derive(Clone)]
pub(super) struct Provenance {
    judge: Judge,
}

/// What tower-http looks at.
const TELLING: [HeaderName; 3] = [HOST, ORIGIN, HeaderName::from_static("sec-fetch-site")];

impl Provenance {
    pub(super) fn trusting(origins: &[String]) -> (Self, Vec<String>) {
        let mut mistakes = Vec::new();
        let judge = origins.iter().fold(Judge::new(), |judge, origin| {
            judge.clone().add_trusted_origin(origin).unwrap_or_else(|error| {
                mistakes.push(format!("`{origin}` cannot be a trusted origin: {error}"));
                judge
            })
        });
        (Self { judge }, mistakes)
    }

    /// Whether another origin's page sent it. Asked as if the method were one that changes things: for those that do not
    /// tower-http has no opinion, and an event stream has one of these.
    pub(super) fn is_foreign(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut question = Request::new(());
        *question.method_mut() = Method::POST;
        question.uri_mut().clone_from(uri);
        for name in TELLING {
            if let Some(value) = headers.get(&name) {
                question.headers_mut().insert(name, value.clone());
            }
        }
        let answer = self.judge.layer(Pass).call(question).now_or_never();
        // It awaits nothing, and `Pass` is ready.
        !matches!(answer, Some(Ok(answer)) if answer.status().is_success())
    }
}

/// Whether the browser added something that speaks for its user.
pub(super) fn has_ambient_credentials(headers: &HeaderMap) -> bool {
    let scheme = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.split(' ').next());
    let is_ambient =
        |scheme: &str| ["basic", "digest", "negotiate"].iter().any(|name| scheme.eq_ignore_ascii_case(name));
    headers.contains_key(COOKIE) || scheme.is_some_and(is_ambient)
}

/// Stands where the application would.
struct Pass;

impl Service<Request<()>> for Pass {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _request: Request<()>) -> Self::Future {
        ready(Ok(Response::new(String::new())))
    }
}
