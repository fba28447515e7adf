//! Requests that other sites make browsers send are refused.

mod enable;
mod layer;
mod options;
mod provenance;
mod token;

pub use options::{CsrfOptions, CsrfTokens};
pub use token::CsrfToken;
