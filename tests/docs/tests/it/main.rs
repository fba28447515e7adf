//! What the documentation shows, done.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod error_pages;
mod newcomer;
mod two_versions;
