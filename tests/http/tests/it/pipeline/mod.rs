//! What stands around a handler.

mod bundles;
mod context;
mod extractors;
mod filters;
mod guards;
mod interceptors;
mod order;
mod stages;
