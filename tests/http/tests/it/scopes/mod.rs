//! Transient, request-scoped and durable providers in applications that serve.

mod durable;
mod request;
mod transient;
