//! The applications that are compared, apart from how they are reached.

pub mod axum;
pub mod oriole;
