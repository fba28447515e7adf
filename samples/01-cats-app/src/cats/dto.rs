//! What clients send and receive.

use garde::Validate;
use serde::{Deserialize, Serialize};

/// A new cat.
#[derive(Debug, Deserialize, Validate)]
pub(crate) struct CreateCat {
    #[garde(length(min = 1, max = 40))]
    pub(crate) name: String,
    #[garde(range(max = 40))]
    pub(crate) age: u8,
    #[garde(length(min = 1))]
    pub(crate) breed: String,
}

/// A cat.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cat {
    pub(crate) name: String,
    pub(crate) age: u8,
    pub(crate) breed: String,
}
