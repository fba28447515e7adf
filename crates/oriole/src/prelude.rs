//! What a program of Oriole imports.

pub use crate::{injectable, module, provider, token};
pub use oriole_core::{
    BeforeApplicationShutdown, BoxError, OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy, OnModuleInit,
    Signal, Token,
};

#[cfg(feature = "http")]
pub use crate::{all, controller, delete, get, head, header, http_code, options, patch, post, put, redirect};
#[cfg(feature = "http")]
pub use axum::extract::Form;
#[cfg(feature = "http")]
pub use axum::response::{Html, IntoResponse};
#[cfg(feature = "http")]
pub use http::HeaderMap;
#[cfg(feature = "http")]
pub use oriole_http::{HttpException, Json, Oriole, Path, Query, StatusCode};

#[cfg(feature = "sse")]
pub use futures_util::{Stream, StreamExt};
#[cfg(feature = "sse")]
pub use oriole_macros::sse;
#[cfg(feature = "sse")]
pub use oriole_sse::{EventStreamExt, LastEventId, MessageEvent, interval};
