//! Who asks the container for a part of itself.

use crate::container::Shared;
use std::fmt;
use std::sync::Weak;

/// A need that the container meets itself, on its way to the provider that has it.
pub struct Asking<'a> {
    pub(crate) shared: &'a Weak<Shared>,
    /// The module of the provider that asks.
    pub(crate) module: usize,
}

impl fmt::Debug for Asking<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asking").field("module", &self.module).finish_non_exhaustive()
    }
}
