//! HTTP over real sockets, in one binary.
#![allow(missing_docs, missing_debug_implementations, reason = "the applications of tests")]

mod exceptions;
mod layout;
mod replies;
mod routing;
mod sse;
