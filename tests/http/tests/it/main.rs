//! HTTP over real sockets, in one binary.
#![allow(missing_docs, missing_debug_implementations, unreachable_pub, reason = "the applications of tests")]

mod compression;
mod cookies;
mod cors;
mod csrf;
mod exceptions;
mod helmet;
#[cfg(feature = "http2")]
mod http2;
mod layout;
mod lifecycle;
mod limits;
mod listeners;
mod pipes;
mod prefix;
mod process;
mod raw_body;
mod readers;
mod replies;
mod routing;
mod sse;
