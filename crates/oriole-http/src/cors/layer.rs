//! What answers preflights and marks answers.

use super::{CorsOptions, CorsOrigin};
use crate::HttpException;
use crate::application::BoxService;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::ServiceExt;
use tower_layer::Layer;
use tower_service::Service;

pub(super) type Decide = Arc<dyn Fn(&Parts) -> BoxFuture<'static, Result<CorsOptions, HttpException>> + Send + Sync>;

#[derive(Clone)]
pub(super) enum Rules {
    Fixed(Arc<CorsOptions>),
    PerRequest(Decide),
}

#[derive(Clone)]
pub(super) struct CorsLayer {
    pub(super) rules: Rules,
}

impl Layer<BoxService> for CorsLayer {
    type Service = Cors;

    fn layer(&self, inner: BoxService) -> Cors {
        Cors { inner, rules: self.rules.clone() }
    }
}

#[derive(Clone)]
pub(super) struct Cors {
    inner: BoxService,
    rules: Rules,
}

impl Service<Request> for Cors {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (inner, rules) = (self.inner.clone(), self.rules.clone());
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let options = match decide(rules, &parts).await {
                Ok(options) => options,
                Err(exception) => return Ok(exception.into_response()),
            };
            let request = Request::from_parts(parts, body);
            if matches!(options.origin, CorsOrigin::Off) {
                return inner.oneshot(request).await;
            }
            let headers = Headers::of(&options, &request);
            if request.method() == Method::OPTIONS && !options.preflight_continue {
                let mut answer = Response::new(Body::empty());
                *answer.status_mut() = options.options_success_status;
                headers.mark(answer.headers_mut());
                return Ok(answer);
            }
            let mut answer = inner.oneshot(request).await?;
            headers.mark(answer.headers_mut());
            Ok(answer)
        })
    }
}

/// Borrows the head, so that the body, which is not `Sync`, does not have to be.
async fn decide(rules: Rules, parts: &Parts) -> Result<Arc<CorsOptions>, HttpException> {
    match rules {
        Rules::Fixed(options) => Ok(options),
        Rules::PerRequest(decide) => {
            let options = decide(parts).await?;
            for mistake in &options.mistakes {
                tracing::error!(target: "oriole::Cors", "{mistake}");
            }
            Ok(Arc::new(options))
        }
    }
}

/// What an answer is marked with.
#[derive(Default)]
struct Headers {
    set: Vec<(HeaderName, HeaderValue)>,
    vary: Vec<&'static str>,
}

impl Headers {
    fn of(options: &CorsOptions, request: &Request) -> Self {
        let mut headers = Self::default();
        let asked = request.headers();
        headers.set(ACCESS_CONTROL_ALLOW_ORIGIN, options.origin.answer(asked.get(ORIGIN)));
        if options.origin.varies() {
            headers.vary.push("Origin");
        }
        let credentials = options.credentials.then(|| HeaderValue::from_static("true"));
        headers.set(ACCESS_CONTROL_ALLOW_CREDENTIALS, credentials);
        headers.set(ACCESS_CONTROL_EXPOSE_HEADERS, options.exposed_headers.clone());
        if request.method() == Method::OPTIONS {
            headers.set(ACCESS_CONTROL_ALLOW_METHODS, Some(options.methods.clone()));
            let allowed = options.allowed_headers.clone().or_else(|| {
                headers.vary.push("Access-Control-Request-Headers");
                asked.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned()
            });
            headers.set(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
            headers.set(ACCESS_CONTROL_MAX_AGE, options.max_age.clone());
        }
        headers
    }

    fn set(&mut self, name: HeaderName, value: Option<HeaderValue>) {
        self.set.extend(value.map(|value| (name, value)));
    }

    /// What the handler said itself stays.
    fn mark(self, headers: &mut HeaderMap) {
        for (name, value) in self.set {
            headers.entry(name).or_insert(value);
        }
        for name in self.vary {
            let is_there = headers.get_all(VARY).iter().any(|value| {
                let value = value.to_str().unwrap_or_default();
                value.split(',').any(|part| part.trim() == "*" || part.trim().eq_ignore_ascii_case(name))
            });
            if !is_there {
                headers.append(VARY, HeaderValue::from_static(name));
            }
        }
    }
}
