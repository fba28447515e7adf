//! Controllers on axum: routing table, arguments, replies, exceptions, event streams, server.
//!
//! Applications use this crate through `oriole`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod adapter;
mod application;
mod client_ip;
mod collect;
#[cfg(feature = "compression")]
mod compression;
#[cfg(feature = "cookies")]
pub mod cookies;
#[cfg(feature = "cors")]
mod cors;
#[cfg(feature = "csrf")]
mod csrf;
mod error;
mod exception;
mod file;
mod handler;
#[cfg(feature = "health")]
mod health;
#[cfg(feature = "helmet")]
mod helmet;
#[cfg(feature = "https")]
mod https;
#[cfg(feature = "local-storage")]
mod local_storage;
#[cfg(feature = "logger")]
pub mod logger;
pub mod middleware;
mod parse;
mod pipe;
mod pipeline;
mod raw_body;
pub mod route;
mod run;
mod scope;
mod serialized;
mod server;
mod sse;
mod trace;
#[cfg(feature = "upload")]
pub mod upload;
#[cfg(feature = "validation")]
pub mod validation;

pub use adapter::{HttpAdapterHost, HttpAdapterModule};
pub use application::{AppService, Application, BoxService, Oriole, ResponseFuture, Shutdown};
pub use client_ip::{ClientIp, ForwardedHeader, TrustedProxies};
#[cfg(feature = "compression")]
pub use compression::{CompressionOptions, Encoding};
#[cfg(feature = "cookies")]
pub use cookies::{Cookies, PrivateCookies, SignedCookies};
#[cfg(feature = "cors")]
pub use cors::{CorsOptions, CorsOrigin};
#[cfg(feature = "csrf")]
pub use csrf::{CsrfOptions, CsrfToken, CsrfTokens};
pub use error::Error;
pub use exception::{HttpException, Message};
pub use file::StreamableFile;
pub use handler::RedirectTo;
pub use handler::{Events, Reply, last_of};
#[cfg(feature = "health")]
pub use health::{Health, HealthIndicator, HealthOptions, HealthReport, HealthStatus};
#[cfg(feature = "helmet")]
pub use helmet::{ContentSecurityPolicy, Helmet, HelmetFuture, HelmetLayer, HelmetOptions};
#[cfg(feature = "https")]
pub use https::{HttpsError, HttpsOptions};
#[cfg(feature = "local-storage")]
pub use local_storage::{Local, LocalStorage, LocalStorageLayer, LocalStorageOptions, LocalStore};
pub use middleware::{
    ConfigureMiddleware, IntoMiddleware, Middleware, MiddlewareBinding, MiddlewareConsumer, NextService, RouteMatch,
    Routes,
};
pub use parse::{
    ParseArray, ParseBool, ParseDate, ParseEnum, ParseFloat, ParseInt, ParseItem, ParseOptions, ParseUuid, Parsed,
    ParsedBy,
};
pub use pipe::{ArgMeta, ArgSource, Pipe};
#[cfg(feature = "sse-hub")]
pub use pipeline::RouteGuards;
pub use pipeline::{
    APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, CatchableError, Catches, ContextKind, ExceptionFilter,
    ExecutionContext, Guard, Interceptor, MetaValue, Next, Reads,
};
pub use raw_body::RawBody;
pub use route::{GlobalPrefix, HostParams, VERSION_NEUTRAL, Versioning};
pub use scope::{CurrentContext, CurrentRequest, DurableKey, DurableOptions};
pub use serialized::{Exposed, FieldRule, Fields, Serialized, SerializerInterceptor};
#[cfg(feature = "sse-hub")]
pub use server::EventStreamShards;
pub use server::{Listen, PeerAddr, Server};

pub use axum;
pub use axum::Json;
pub use axum::extract::{Form, Path, Query};
pub use axum::response::{Html, IntoResponse};
pub use http;
pub use http::{HeaderMap, StatusCode};
pub use serde_json::value::RawValue;

pub(crate) use handler::Call;
