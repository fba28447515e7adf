//! Routes: what a controller's macro describes, what a constant checks, and what the router makes of it.

mod boot;
mod check;
mod descriptor;
mod endpoint;
mod pattern;
mod plan;
mod prefix;
mod table;
#[cfg(test)]
mod tests;
mod unattended;
mod verify;

pub use descriptor::{Arg, Handled, HandlerFn, HttpController, Redirect, RouteDescriptor, RouteKind};
pub use plan::RouteRef;
pub use prefix::{Exclusion, GlobalPrefix};
pub use verify::verify;

pub(crate) use endpoint::panicked;
pub(crate) use plan::RoutePlan;
pub(crate) use table::{Routed, Table, TableOptions};
pub(crate) use unattended::Unattended;
pub(crate) use verify::problems;
