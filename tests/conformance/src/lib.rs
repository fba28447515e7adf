//! The test service of the SSE contract tests, over our client. See `README.md`.

mod callback;
mod protocol;
mod service;

pub use service::serve;
