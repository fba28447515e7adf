//! Routes: what a controller's macro describes, and what the router makes of it.

mod descriptor;

pub use descriptor::{Arg, HandlerFn, HttpController, Redirect, RouteDescriptor, RouteKind};
