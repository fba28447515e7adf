//! The tests of the crate, in one binary.

mod bounds;
mod delivery;
mod ends;
mod listeners;
mod streams;
mod support;
