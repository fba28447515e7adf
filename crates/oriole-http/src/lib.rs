//! Controllers on axum: routing table, arguments, replies, exceptions, event streams, server.
//!
//! Applications use this crate through `oriole`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod application;
mod collect;
mod error;
mod exception;
mod file;
mod handler;
#[cfg(feature = "logger")]
pub mod logger;
mod parse;
mod pipe;
mod pipeline;
pub mod route;
mod run;
mod serialized;
mod server;
mod sse;
#[cfg(feature = "upload")]
pub mod upload;
#[cfg(feature = "validation")]
pub mod validation;

pub use application::{AppService, Application, BoxService, Oriole, ResponseFuture, Shutdown};
pub use error::Error;
pub use exception::{HttpException, Message};
pub use file::StreamableFile;
pub use handler::RedirectTo;
pub use handler::{Events, Reply};
pub use parse::{
    ParseArray, ParseBool, ParseDate, ParseEnum, ParseFloat, ParseInt, ParseItem, ParseOptions, ParseUuid, Parsed,
    ParsedBy,
};
pub use pipe::{ArgMeta, ArgSource, Pipe};
pub use pipeline::{
    APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, CatchableError, Catches, ContextKind, ExceptionFilter,
    ExecutionContext, Guard, Interceptor, MetaValue, Next,
};
pub use serialized::{Exposed, FieldRule, Fields, Serialized};
pub use server::Server;

pub use axum;
pub use axum::Json;
pub use axum::extract::{Form, Path, Query};
pub use axum::response::{Html, IntoResponse};
pub use http;
pub use http::{HeaderMap, StatusCode};
pub use serde_json::value::RawValue;

pub(crate) use handler::Call;
