//! What is kept, and what clients receive.

use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct __One__ {
    pub id: u32,
    pub name: String,
}
