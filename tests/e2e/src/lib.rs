//! Drives the samples as a visitor would: their binaries on real sockets, their pages in a real Chromium.
//!
//! - `driver` runs a sample on a free port, and asks it from outside of any browser.
//! - [`Browser`] and [`Page`] open its page. The browser is spoken to in its debugging protocol over a pipe, as Puppeteer does:
//!   the client libraries that exist for Rust bring a hundred crates each, and most want a driver program between.
//! - [`Png`] tells a picture of something from a picture of nothing.
//!
//! This is a harness for tests: what goes wrong panics at the line of the test, with the output of the server and the
//! console of the page beside it. Nothing sleeps for a fixed time; what takes time is waited for with a limit.

mod browser;
mod picture;
mod protocol;
mod temporary;

pub use browser::{Browser, Page, VIEWPORT};
pub use picture::{Png, picture_path};
pub use temporary::TemporaryFolder;
