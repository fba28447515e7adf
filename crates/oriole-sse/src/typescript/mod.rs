//! The events of an enum as types for a page that is written in TypeScript.
//!
//! | file | what |
//! |---|---|
//! | `types` | the map of events, and the declaration file |
//! | `schema` | which events an enum has, by its JSON schema |
//! | `names` | what its types are called |
//! | `notation` | a JSON schema in TypeScript's notation |

mod names;
mod notation;
mod schema;
#[cfg(test)]
mod tests;
mod types;

pub use types::EventTypes;
