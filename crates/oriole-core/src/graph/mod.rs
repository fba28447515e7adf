//! The check of the graph, the same in a constant and at boot.
//!
//! [`Report`] collects every problem, so that one `cargo check` tells them all.

mod report;

pub use report::Report;
