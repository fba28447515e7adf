//! What clients send, and what it must be.

use garde::Validate;
use serde::Deserialize;

#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewUser {
    #[garde(length(chars, min = 1, max = 50))]
    pub(crate) first_name: String,
    #[garde(length(chars, min = 1, max = 50))]
    pub(crate) last_name: String,
    #[garde(email)]
    pub(crate) email: String,
    #[garde(length(chars, min = 8))]
    pub(crate) password: String,
    #[garde(dive)]
    pub(crate) role: NewRole,
}

#[derive(Deserialize, Validate)]
pub(crate) struct NewRole {
    #[garde(length(chars, min = 2))]
    pub(crate) name: String,
}

#[derive(Deserialize, Validate)]
pub(crate) struct Page {
    #[garde(range(min = 1))]
    #[serde(default = "first")]
    pub(crate) page: usize,
    #[garde(range(min = 1, max = 100))]
    #[serde(default = "ten")]
    pub(crate) size: usize,
}

fn first() -> usize {
    1
}

fn ten() -> usize {
    10
}
