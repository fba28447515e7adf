//! Producers in axum handlers.

use axum_core::response::{IntoResponse, Response};

use super::ProducerError;
use crate::hub::refusal;

impl IntoResponse for ProducerError {
    fn into_response(self) -> Response {
        match self {
            Self::Subscribe(error) => error.into_response(),
            Self::Finished => self.status().into_response(),
            Self::Store(error) => {
                tracing::error!(%error, source = ?std::error::Error::source(&error), "a producer cannot be read");
                let error = Self::Store(error);
                (error.status(), error.body_text()).into_response()
            }
            other => refusal(other.status(), other.body_text(), other.retry_after()),
        }
    }
}
