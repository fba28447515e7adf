//! An application that answers the requests of a test.

mod application;
mod running;
mod transport;

pub use application::TestApplication;
pub use running::TestApp;

pub(crate) use application::Talk;
pub(crate) use running::paused_for;
pub(crate) use transport::{Body, Transport};
