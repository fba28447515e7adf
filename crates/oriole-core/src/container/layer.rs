//! What a container holds.

use crate::graph::{Plan, Served};
use crate::inject::Instance;
use std::sync::{Arc, PoisonError, RwLock};

/// The instances of an application, and the plan that they were built by.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) plan: Plan,
    /// One for each slot.
    pub(super) instances: Vec<Option<Instance>>,
}

/// What providers hold on to, weakly: the layer, once it is built.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    layer: RwLock<Option<Arc<Layer>>>,
}

impl Layer {
    /// The instance of a slot that lives as long as the application.
    pub(crate) fn instance(&self, slot: usize) -> Option<&Instance> {
        self.instances.get(slot)?.as_ref()
    }

    /// What a token stands for, out of its slot.
    pub(crate) fn served(&self, (slot, convert): Served) -> Option<Instance> {
        let instance = self.instance(slot)?.clone();
        Some(match convert {
            Some(convert) => convert(instance),
            None => instance,
        })
    }
}

impl Shared {
    pub(super) fn set(&self, layer: Arc<Layer>) {
        *self.layer.write().unwrap_or_else(PoisonError::into_inner) = Some(layer);
    }

    /// The layer, if the application is built.
    pub(crate) fn layer(&self) -> Option<Arc<Layer>> {
        self.layer.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The instance of a slot, if the application is built.
    pub(crate) fn instance(&self, slot: usize) -> Option<Instance> {
        self.layer()?.instance(slot).cloned()
    }
}
