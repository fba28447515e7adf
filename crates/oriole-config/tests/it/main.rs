//! The tests of the crate, in one binary.

mod environment;
mod layout;
mod lookups;
mod modules;
mod namespaces;
mod support;
