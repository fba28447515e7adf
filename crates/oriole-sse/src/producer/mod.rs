//! Streams that run on without their readers, into the log of a topic.

#[cfg(feature = "axum")]
mod axum;
mod end;
mod error;
mod join;
mod joined;
mod log;
mod memory;
mod options;
mod producers;
mod progress;
mod run;
mod stop;

pub use end::ProducerEnd;
pub use error::ProducerError;
pub use join::Join;
pub use joined::Joined;
pub use options::ProducerOptions;
pub use producers::Producers;
pub use progress::Progress;
