//! The check of the graph, the same in a constant and at boot.
//!
//! [`check`] runs while the application is compiled and knows every type that a macro of ours has seen; [`Plan::of`] runs
//! the same code at boot, before any factory, and knows all types. Both are linear in the size of the graph: a module is
//! visited once and every look-up is hashed. [`Report`] collects every problem, so that one `cargo check` tells them all.

mod check;
mod collect;
mod expand;
mod life;
mod lookup;
mod node;
mod order;
mod paths;
mod plan;
mod planned;
mod report;
mod resolve;
mod say;
mod storage;

pub use check::check;
pub(crate) use life::Life;
pub(crate) use node::Node;
pub use paths::Located;
pub(crate) use plan::{Identity, identity};
pub use plan::{Plan, PlannedModule, PlannedSlot, Served};
pub use report::{Mark, Report};
