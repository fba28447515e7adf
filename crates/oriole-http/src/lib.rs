//! Controllers on axum: routing table, arguments, replies, exceptions, event streams, server.
//!
//! Applications use this crate through `oriole`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod application;
mod collect;
mod error;
pub mod exception;
mod file;
mod handler;
#[cfg(feature = "logger")]
pub mod logger;
mod parse;
mod pipe;
pub mod route;
mod run;
mod server;
mod sse;
#[cfg(feature = "upload")]
pub mod upload;
#[cfg(feature = "validation")]
pub mod validation;

pub use application::{AppService, Application, Oriole, Shutdown};
pub use error::Error;
pub use exception::{HttpException, Message};
pub use file::StreamableFile;
pub use handler::RedirectTo;
pub use parse::{
    ParseArray, ParseBool, ParseDate, ParseEnum, ParseFloat, ParseInt, ParseItem, ParseOptions, ParseUuid, Parsed,
    ParsedBy,
};
pub use pipe::{ArgMeta, ArgSource, Pipe};
pub use server::Server;
#[cfg(feature = "validation")]
pub use validation::{Valid, ValidBy, Validate, ValidationOptions, ValidationProfile, Violation, Violations};

pub use axum;
pub use axum::Json;
pub use axum::extract::{Form, Path, Query};
pub use axum::response::{Html, IntoResponse};
pub use http;
pub use http::{HeaderMap, StatusCode};

pub(crate) use handler::{Call, Reply};
