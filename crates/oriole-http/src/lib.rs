//! Controllers on axum: routing table, arguments, replies, exceptions, server.

pub mod route;
