//! The tests of the crate, in one binary.

mod environment;
mod lookups;
mod modules;
mod namespaces;
mod support;
