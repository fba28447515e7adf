//! What stands around a handler.

mod context;
mod extractors;
mod filters;
mod guards;
mod interceptors;
mod order;
mod stages;
