//! The answer to whoever asks.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde_json::{Map, Value, json};

/// How an application is, in the form of Nest's Terminus: `status`, `info` for what is up, `error` for what is down, `details` for
/// both.
///
/// As a response it is 200, or 503 unless everything is well, and not to be kept by caches.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthReport {
    status: &'static str,
    info: Map<String, Value>,
    error: Map<String, Value>,
}

impl HealthReport {
    /// Of what was found.
    pub(super) fn of(found: impl IntoIterator<Item = (String, bool, Value)>) -> Self {
        let mut report = Self { status: "ok", info: Map::new(), error: Map::new() };
        for (name, is_up, details) in found {
            if is_up {
                report.info.insert(name, details);
            } else {
                report.status = "error";
                report.error.insert(name, details);
            }
        }
        report
    }

    /// The end has begun: nobody is asked any more.
    pub(super) fn shutting_down() -> Self {
        Self { status: "shutting_down", ..Self::of([]) }
    }

    /// Whether requests are welcome.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == "ok"
    }
}

impl IntoResponse for HealthReport {
    fn into_response(self) -> Response {
        let status = if self.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let mut details = self.info.clone();
        details.extend(self.error.clone());
        let body = json!({"status": self.status, "info": self.info, "error": self.error, "details": details});
        (status, [(CACHE_CONTROL, "no-cache, no-store, must-revalidate")], Json(body)).into_response()
    }
}
