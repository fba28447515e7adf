//! A backend framework with the architecture of NestJS, whose event streams survive.
//!
//! A struct says what it needs ([`#[injectable]`](macro@injectable)), an impl says what it serves
//! ([`#[controller]`](macro@controller)), a module says who sees whom ([`#[module]`](macro@module)). The compiler checks that it
//! all fits together: a missing provider is an error of `cargo check`.
//!
//! Start with the [guide]; [`prelude`] is what programs import; [`errors`] has a page for each code. The kernel is
//! `oriole-core`, HTTP is `oriole-http`, events are [`sse`](mod@sse) and work alone on plain axum. This crate re-exports them,
//! and has the modules that put event streams into an application, such as `SseModule`.
//!
//! ```no_run
//! use oriole::prelude::*;
//! use std::{sync::Arc, time::Duration};
//!
//! #[injectable]
//! pub struct Greeter;
//! impl Greeter {
//!     fn word(&self) -> &'static str { "world" }
//! }
//!
//! #[injectable]
//! pub struct AppController { greeter: Arc<Greeter> }
//!
//! #[controller]
//! impl AppController {
//!     #[get("hi/{name}")]
//!     async fn hi(&self, Path(name): Path<String>) -> String { format!("{name} {}", self.greeter.word()) }
//!
//!     #[sse("sse")]
//!     fn sse(&self) -> impl Stream<Item = MessageEvent> {
//!         interval(Duration::from_secs(1)).map(|_| MessageEvent::json(&serde_json::json!({"hello": self.greeter.word()})))
//!     }
//! }
//!
//! #[module(controllers = [AppController], providers = [Greeter])]
//! pub struct AppModule;
//!
//! #[oriole::main]
//! async fn main() -> oriole::Result<()> {
//!     Oriole::create::<AppModule>().await?.listen("127.0.0.1:3000").await
//! }
//! ```
#![doc = include_str!("../../../docs/guide/36-features.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private;
#[cfg(all(feature = "http", feature = "sse"))]
pub mod errors;
#[cfg(all(feature = "http", feature = "sse"))]
pub mod guide;
#[cfg(feature = "health")]
mod health_module;
pub mod prelude;
#[cfg(any(feature = "sse-console", feature = "sse-doctor", feature = "sse-hub"))]
mod sse_modules;

// What the macros write names this crate from outside.
#[cfg(any(feature = "health", feature = "sse-doctor", feature = "sse-hub"))]
extern crate self as oriole;

pub use oriole_core::{
    ApplicationContext, BeforeApplicationShutdown, BootError, BoxError, ContextId, Controller, Discovered, Discovery,
    DynamicModule, HookLimit, Inject, Injectable, InjectionToken, Inquirer, Lazy, LazyModules, Module, ModuleRef,
    NamedToken, OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy, OnModuleInit, OptionsFactory,
    OptionsSource, Payload, ResolveError, Scope, Signal, Token, UseClass, UseExisting,
};

/// Configuration: environment, files and typed namespaces.
#[cfg(feature = "config")]
pub use oriole_config as config;
/// Events within an application.
#[cfg(feature = "events")]
pub use oriole_events as events;
#[cfg(feature = "sse-hub")]
pub use oriole_http::EventStreamShards;
#[cfg(feature = "sse-hub")]
pub use oriole_http::RouteGuards;
/// The log.
#[cfg(feature = "logger")]
pub use oriole_http::logger;
/// Files in `multipart/form-data`.
#[cfg(feature = "upload")]
pub use oriole_http::upload;
/// Arguments that are checked by rules.
#[cfg(feature = "validation")]
pub use oriole_http::validation;
#[cfg(feature = "http")]
pub use oriole_http::{
    APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, AppService, Application, ArgMeta, ArgSource, CatchableError,
    Catches, ClientIp, ConfigureMiddleware, ContextKind, CurrentContext, CurrentRequest, DurableKey, DurableOptions,
    Error, Events, ExceptionFilter, ExecutionContext, ForwardedHeader, GlobalPrefix, Guard, HostParams,
    HttpAdapterHost, HttpAdapterModule, HttpException, Interceptor, Json, Listen, Message, MetaValue, Middleware,
    MiddlewareBinding, MiddlewareConsumer, Next, NextService, Oriole, Path, PeerAddr, Pipe, Query, RawBody, RawValue,
    Reads, RedirectTo, Reply, RouteMatch, Routes, Server, Shutdown, StatusCode, StreamableFile, TrustedProxies,
    VERSION_NEUTRAL, Versioning, axum, http, last_of,
};
#[cfg(feature = "compression")]
pub use oriole_http::{CompressionOptions, Encoding};
#[cfg(feature = "helmet")]
pub use oriole_http::{ContentSecurityPolicy, HelmetLayer, HelmetOptions};
#[cfg(feature = "cookies")]
pub use oriole_http::{Cookies, PrivateCookies, SignedCookies, cookies};
#[cfg(feature = "cors")]
pub use oriole_http::{CorsOptions, CorsOrigin};
#[cfg(feature = "csrf")]
pub use oriole_http::{CsrfOptions, CsrfToken, CsrfTokens};
#[cfg(feature = "http")]
pub use oriole_http::{
    Exposed, FieldRule, Fields, ParseArray, ParseBool, ParseDate, ParseEnum, ParseFloat, ParseInt, ParseItem,
    ParseOptions, ParseUuid, Parsed, ParsedBy, Serialized, SerializerInterceptor,
};
#[cfg(feature = "health")]
pub use oriole_http::{Health, HealthIndicator, HealthOptions, HealthReport, HealthStatus};
#[cfg(feature = "https")]
pub use oriole_http::{HttpsError, HttpsOptions};
#[cfg(feature = "local-storage")]
pub use oriole_http::{LocalStorage, LocalStorageLayer, LocalStorageOptions, LocalStore};
/// Events, their encoder and decoder, streams as responses: the whole of `oriole-sse`.
#[cfg(feature = "sse")]
pub use oriole_sse as sse;

#[cfg(feature = "health")]
pub use health_module::HealthModule;
#[cfg(feature = "sse-console")]
pub use sse_modules::{SseConsoleModule, SseConsoleOptions};
#[cfg(feature = "sse-doctor")]
pub use sse_modules::{SseDoctorModule, SseDoctorOptions};
#[cfg(feature = "sse-hub")]
pub use sse_modules::{SseModule, SseModuleOptions};

/// What `main` and set-up code return.
#[cfg(feature = "http")]
pub type Result<T = (), E = Error> = core::result::Result<T, E>;

#[cfg(feature = "config")]
#[doc = include_str!("macros/config.md")]
pub use oriole_macros::config;
#[doc = include_str!("macros/injectable.md")]
pub use oriole_macros::injectable;
#[cfg(feature = "events")]
#[doc = include_str!("macros/listeners.md")]
pub use oriole_macros::listeners;
#[doc = include_str!("macros/module.md")]
pub use oriole_macros::module;
#[cfg(feature = "events")]
#[doc = include_str!("macros/on_event.md")]
pub use oriole_macros::on_event;
#[doc = include_str!("macros/provider.md")]
pub use oriole_macros::provider;
#[doc = include_str!("macros/token.md")]
pub use oriole_macros::token;

#[cfg(feature = "http")]
#[doc = include_str!("macros/apply.md")]
pub use oriole_macros::apply;
#[cfg(feature = "http")]
#[doc = include_str!("macros/bundle.md")]
pub use oriole_macros::bundle;
#[cfg(feature = "http")]
#[doc = include_str!("macros/controller.md")]
pub use oriole_macros::controller;
#[cfg(feature = "http")]
#[doc = include_str!("macros/header.md")]
pub use oriole_macros::header;
#[cfg(feature = "http")]
#[doc = include_str!("macros/http_code.md")]
pub use oriole_macros::http_code;
#[cfg(feature = "http")]
#[doc = include_str!("macros/main.md")]
pub use oriole_macros::main;
#[cfg(feature = "http")]
#[doc = include_str!("macros/meta.md")]
pub use oriole_macros::meta;
#[cfg(feature = "http")]
#[doc = include_str!("macros/redirect.md")]
pub use oriole_macros::redirect;
#[cfg(feature = "http")]
#[doc = include_str!("macros/run_to_end.md")]
pub use oriole_macros::run_to_end;
#[cfg(feature = "sse")]
#[doc = include_str!("macros/sse.md")]
pub use oriole_macros::sse;
#[cfg(feature = "http")]
#[doc = include_str!("macros/use_filters.md")]
pub use oriole_macros::use_filters;
#[cfg(feature = "http")]
#[doc = include_str!("macros/use_guards.md")]
pub use oriole_macros::use_guards;
#[cfg(feature = "http")]
#[doc = include_str!("macros/use_interceptors.md")]
pub use oriole_macros::use_interceptors;
#[cfg(feature = "http")]
#[doc = include_str!("macros/use_pipes.md")]
pub use oriole_macros::use_pipes;
#[cfg(feature = "http")]
#[doc = include_str!("macros/version.md")]
pub use oriole_macros::version;

macro_rules! routes {
    ($($name:ident = $what:literal;)*) => {
        $(
            #[cfg(feature = "http")]
            #[doc = concat!("Marks a handler of ", $what, ".")]
            #[doc = include_str!("macros/route.md")]
            pub use oriole_macros::$name;
        )*
    };
}
routes! {
    all = "every method";
    delete = "DELETE";
    get = "GET; it answers HEAD as well, without the body";
    head = "HEAD";
    options = "OPTIONS";
    patch = "PATCH";
    post = "POST; the status is 201 unless something says another";
    put = "PUT";
}
