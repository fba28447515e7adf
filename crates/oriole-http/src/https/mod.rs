//! TLS, by rustls.

mod acceptor;
mod error;
mod options;

pub use error::HttpsError;
pub use options::HttpsOptions;

pub(crate) use acceptor::acceptor;
