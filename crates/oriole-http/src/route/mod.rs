//! Routes: what a controller's macro describes, what a constant checks, and what the router makes of it.

mod boot;
mod check;
mod descriptor;
mod endpoint;
mod host;
mod pattern;
mod place;
mod plan;
mod prefix;
mod realm;
mod table;
#[cfg(test)]
mod tests;
mod unattended;
mod unread;
mod verify;
mod versioning;

pub use descriptor::{Arg, Handled, HandlerFn, HttpController, Redirect, RouteDescriptor, RouteKind};
pub use host::HostParams;
pub use plan::RouteRef;
pub use prefix::{Exclusion, GlobalPrefix};
pub use verify::verify;
pub use versioning::{VERSION_NEUTRAL, Versioning};

pub(crate) use boot::fault_of_path;
pub(crate) use endpoint::panicked;
pub(crate) use host::{HostPattern, host_of};
pub(crate) use place::{Placed, place};
pub(crate) use plan::RoutePlan;
pub(crate) use table::{Answering, Mount, Table, TableOptions};
pub(crate) use unattended::Unattended;
pub(crate) use verify::problems;
