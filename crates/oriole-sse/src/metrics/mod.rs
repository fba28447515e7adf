//! What an operator sees, through the crate `metrics`; without the feature of that name it costs nothing.

mod handle;
#[cfg(feature = "hub")]
mod hub;
#[cfg(not(feature = "metrics"))]
mod silent;
#[cfg(all(feature = "hub", feature = "metrics"))]
mod store;
mod streams;
mod words;

#[cfg(feature = "hub")]
pub(crate) use hub::HubMeter;
#[cfg(all(feature = "hub", feature = "metrics"))]
pub(crate) use store::MeteredStore;
pub(crate) use streams::{StreamEnd, StreamMeter};
