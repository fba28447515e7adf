//! Time that a test steers.

mod clock;

pub use clock::TestClock;
