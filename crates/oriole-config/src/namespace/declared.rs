//! What a namespace says of itself to the service, before it is built.

use super::{Namespace, read};
use crate::{ConfigService, Problem};
use oriole_core::Instance;
use std::any::TypeId;
use std::sync::Arc;

/// A namespace with its type taken off.
#[derive(Clone, Copy)]
pub(crate) struct Declared {
    pub(crate) type_id: TypeId,
    pub(crate) read: fn(&ConfigService) -> Result<Instance, Vec<Problem>>,
}

impl Declared {
    pub(crate) fn of<N: Namespace>() -> Self {
        Self {
            type_id: TypeId::of::<N>(),
            read: |service| read::<N>(service).map(|value| Instance::new(Arc::new(value))),
        }
    }
}
