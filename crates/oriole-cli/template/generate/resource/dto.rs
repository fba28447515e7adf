//! What clients send.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub struct Create__One__ {
    pub name: String,
}

/// What is absent stays as it is.
#[derive(Debug, Deserialize)]
pub struct Update__One__ {
    pub name: Option<String>,
}
