//! The application: what `create` gives, how it is set up, and what it becomes.

mod around;
mod bounds;
mod configure;
mod create;
mod place;
mod running;
mod service;
mod start;
mod stop;

pub use create::{Application, Oriole, boot};
pub use service::{AppService, BoxService, ResponseFuture};
pub use stop::Shutdown;

pub(crate) use around::Around;
pub(crate) use place::Place;
pub(crate) use running::{Deadline, SHUTDOWN, joined};
pub(crate) use service::{BoxLayer, layer};
pub(crate) use start::Ready;
pub(crate) use stop::Reason;
