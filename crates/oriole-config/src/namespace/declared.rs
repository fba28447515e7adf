//! What a namespace says of itself to the service, before it is built.

use super::Namespace;
use super::read::{Variables, read_all, shown};
use crate::{ConfigService, Problem};
use oriole_core::Instance;
use serde_json::Value;
use std::any::TypeId;
use std::sync::Arc;

/// A namespace with its type taken off.
#[derive(Clone, Copy)]
pub(crate) struct Declared {
    pub(crate) type_id: TypeId,
    pub(crate) name: &'static str,
    pub(crate) prefix: &'static str,
    pub(crate) read: fn(&ConfigService) -> Result<Known, Vec<Problem>>,
}

/// A namespace that was read.
pub(crate) struct Known {
    pub(crate) instance: Instance,
    /// Its part of files and factories, with variables over it; nothing of one that is made by hand.
    pub(crate) tree: Value,
    /// Which variables those are.
    pub(crate) variables: Variables,
    /// All of it, as look-ups see it; nothing of a type that cannot be written.
    pub(crate) shown: Value,
    pub(crate) is_made: bool,
}

impl Declared {
    pub(crate) fn of<N: Namespace>() -> Self {
        Self {
            type_id: TypeId::of::<N>(),
            name: N::NAME,
            prefix: N::PREFIX,
            read: |service| {
                let (value, tree, variables) = read_all::<N>(service)?;
                let (shown, is_made) = (shown(&value), N::LOAD.is_some());
                Ok(Known { instance: Instance::new(Arc::new(value)), tree, variables, shown, is_made })
            },
        }
    }
}
