//! A backend framework with the architecture of NestJS, whose event streams survive.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private;
#[cfg(all(feature = "http", feature = "sse"))]
pub mod errors;
#[cfg(all(feature = "http", feature = "sse"))]
pub mod guide;
pub mod prelude;

pub use oriole_core::{
    BeforeApplicationShutdown, BootError, BoxError, Controller, Inject, Injectable, InjectionToken, Module, NamedToken,
    OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy, OnModuleInit, Signal, Token,
};
pub use oriole_macros::{injectable, module, provider, token};

#[cfg(feature = "http")]
pub use axum;
#[cfg(feature = "http")]
pub use http;
#[cfg(feature = "http")]
pub use oriole_http::{
    AppService, Application, ArgMeta, ArgSource, Error, HttpException, Json, Message, Oriole, Path, Pipe, Query,
    RedirectTo, Server, Shutdown, StatusCode,
};
#[cfg(feature = "http")]
pub use oriole_macros::{
    all, controller, delete, get, head, header, http_code, main, options, patch, post, put, redirect,
};

#[cfg(feature = "sse")]
pub use oriole_macros::sse;
/// Events, their encoder and decoder, streams as responses: the whole of `oriole-sse`.
#[cfg(feature = "sse")]
pub use oriole_sse as sse;

/// What `main` and set-up code return.
#[cfg(feature = "http")]
pub type Result<T = (), E = Error> = core::result::Result<T, E>;
