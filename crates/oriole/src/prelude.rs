//! What a program of Oriole imports: `use oriole::prelude::*;`.
//!
//! - **Attributes**: `injectable`, `provider`, `token`, `module`, `controller`; the routes `get`, `post`, `put`, `patch`,
//!   `delete`, `head`, `options`, `all`, `sse`; `http_code`, `header`, `redirect`; `use_guards`, `use_interceptors`, `use_pipes`,
//!   `use_filters`, `meta`, `version`; `run_to_end`; `apply` with `bundle!`; `listeners` with `on_event`. They live among macros, so that a function or a variable
//!   of the same name is no conflict.
//! - **The application**: `Oriole`, `Token`, `DynamicModule`, `Lazy`, the lifecycle traits with their `BoxError` and `Signal`.
//! - **Handlers**: axum's extractors `Path`, `Query`, `Json`, `Form` and `HeaderMap`; `Html`, `IntoResponse`, `StatusCode` and
//!   `HttpException`.
//! - **Around handlers**: `Guard`, `Interceptor` with `Next` and `Reply`, `ExceptionFilter` with `Catches`,
//!   `ExecutionContext`; the tokens `APP_GUARD`, `APP_INTERCEPTOR`, `APP_PIPE` and `APP_FILTER`.
//! - **Streams**: `Stream` and `StreamExt` under futures-util's own names, `EventStreamExt` (`finalize`), `interval`,
//!   `MessageEvent`, `LastEventId`.
//!
//! # What shadows what
//!
//! A name that a program imports or declares itself wins over this prelude's; two globs that bring the same name are an
//! error only where it is used. Worth knowing:
//!
//! - `Path` is axum's, not [`std::path::Path`]: import the latter by its name, or write it out.
//! - `interval` is Rx's, as Nest's users know it: the first tick comes after one period. tokio's ticks at once.
//! - `StreamExt` is futures-util's. tokio-stream's has methods of the same names: import one of them, not both.
//! - `main` is not here, since it would stand in the way of no macro but of every reader: write `#[oriole::main]`.
//! - `Result` and `Error` are not here: `Result` stays the standard library's, and set-up code writes [`oriole::Result`](crate::Result).

pub use crate::{injectable, module, provider, token};
pub use oriole_core::{
    BeforeApplicationShutdown, BoxError, DynamicModule, Lazy, OnApplicationBootstrap, OnApplicationShutdown,
    OnModuleDestroy, OnModuleInit, Signal, Token,
};

#[cfg(feature = "http")]
pub use crate::{
    all, apply, bundle, controller, delete, get, head, header, http_code, meta, options, patch, post, put, redirect,
    run_to_end, use_filters, use_guards, use_interceptors, use_pipes, version,
};
#[cfg(feature = "http")]
pub use oriole_http::{
    APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, Catches, ExceptionFilter, ExecutionContext, Form, Guard,
    HeaderMap, Html, HttpException, Interceptor, IntoResponse, Json, Next, Oriole, Path, Query, Reply, StatusCode,
};

#[cfg(feature = "events")]
pub use crate::{listeners, on_event};
#[cfg(feature = "sse")]
pub use futures_util::{Stream, StreamExt};
#[cfg(feature = "sse")]
pub use oriole_macros::sse;
#[cfg(feature = "sse")]
pub use oriole_sse::{EventStreamExt, LastEventId, MessageEvent, interval};
