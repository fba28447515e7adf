//! What answers preflights and marks answers.

use super::options::Allowed;
use super::{CorsOptions, CorsOrigin};
use crate::HttpException;
use crate::application::BoxService;
use crate::vary::vary_by;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures_util::future::BoxFuture;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ORIGIN,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::sync::Arc;
use tower::ServiceExt;

pub(super) type Decide = Arc<dyn Fn(&Parts) -> BoxFuture<'static, Result<CorsOptions, HttpException>> + Send + Sync>;

#[derive(Clone)]
pub(super) enum Rules {
    Fixed(Arc<CorsOptions>),
    PerRequest(Decide),
}

pub(super) async fn with_cors(request: Request, inner: BoxService, rules: Rules) -> Result<Response, HttpException> {
    let (parts, body) = request.into_parts();
    let options = decide(rules, &parts).await?;
    let request = Request::from_parts(parts, body);
    if matches!(options.origin, CorsOrigin::Off) {
        return Ok(inner.oneshot(request).await?);
    }
    let headers = Headers::of(&options, &request);
    let mut answer = if request.method() == Method::OPTIONS && !options.preflight_continue {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = options.options_success_status;
        answer
    } else {
        inner.oneshot(request).await?
    };
    headers.mark(answer.headers_mut());
    Ok(answer)
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
            headers.set(ACCESS_CONTROL_ALLOW_METHODS, options.methods.clone());
            let allowed = match &options.allowed_headers {
                Allowed::Listed(names) => names.clone(),
                Allowed::Asked => {
                    headers.vary.push("Access-Control-Request-Headers");
                    asked.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned()
                }
            };
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
            vary_by(headers, &HeaderValue::from_static(name));
        }
    }
}
