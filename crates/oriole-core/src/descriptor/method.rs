//! Methods that something else than a route calls.

use super::Location;
use std::any::Any;

/// A method of a provider that something else than a route calls: a listener of events. A plugin finds it by
/// [`Discovery`](crate::Discovery).
#[derive(Debug)]
pub struct MethodDescriptor {
    /// As the user wrote it.
    pub name: &'static str,
    /// What it is called for, and how; the plugin downcasts it.
    pub says: &'static (dyn Any + Send + Sync),
    /// Where it was written.
    pub at: Location,
}

/// A type that has such methods. Nobody implements it by hand.
pub trait Methods: 'static {
    /// Its methods, in the order in which they were written.
    const METHODS: &'static [MethodDescriptor];
}
