//! The kernel by hand: graphs are made at run time and leaked, so that any shape can be tried.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod build;
mod graph;
mod life;
mod random;
mod world;
