//! HTTP over real sockets, in one binary.
#![allow(missing_docs, missing_debug_implementations, unreachable_pub, reason = "the applications of tests")]

mod adapter;
mod application;
mod compression;
mod container;
mod controllers;
mod cookies;
mod cors;
mod csrf;
mod dynamic;
mod event_streams;
mod exceptions;
mod extractors;
mod files;
mod helmet;
mod hooks;
mod hosts;
#[cfg(feature = "http2")]
mod http2;
mod hub;
mod instances;
mod layout;
mod leaving;
mod lifecycle;
mod limits;
mod listeners;
mod logging;
mod middleware;
mod module_paths;
mod parse;
mod pipeline;
mod pipes;
mod prefix;
mod process;
mod protocol;
mod raw_body;
mod readers;
mod replies;
mod routing;
mod scopes;
mod serialized;
mod sse;
mod tracing_spans;
mod uploads;
mod validation;
mod versions;
