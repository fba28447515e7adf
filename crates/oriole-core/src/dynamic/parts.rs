//! What a call supplies, with the module's type taken off.

use crate::descriptor::{Binding, ControllerDescriptor, Export, ExportTarget, Location, ModuleDescriptor};
use crate::inject::Instance;
use std::fmt;
use std::sync::Arc;

/// What a call supplies. A clone is the same: it makes one module, wherever it is imported.
#[derive(Clone)]
pub struct ModuleParts(pub(super) Arc<Parts>);

/// The lists beside those that the macro of the module wrote down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) imports: Vec<PartImport>,
    pub(crate) bindings: Vec<Binding>,
    /// The values of bindings, at the same places.
    pub(crate) values: Vec<Option<Instance>>,
    pub(crate) controllers: Vec<&'static ControllerDescriptor>,
    pub(crate) exports: Vec<Export>,
}

/// One more import.
#[derive(Clone, Debug)]
pub(crate) struct PartImport {
    pub(crate) module: &'static ModuleDescriptor,
    pub(crate) parts: Option<ModuleParts>,
    pub(crate) at: Location,
}

impl ModuleParts {
    /// Values that a module provides and exports; `None` if there are none.
    pub(crate) fn of_mocks(mocks: Vec<(Binding, Instance)>) -> Option<Self> {
        let export = |binding: &Binding| Export { target: ExportTarget::Provider(binding.token), at: binding.at };
        let exports = mocks.iter().map(|(binding, _)| export(binding)).collect();
        let (bindings, values): (Vec<_>, Vec<_>) =
            mocks.into_iter().map(|(binding, value)| (binding, Some(value))).unzip();
        (!bindings.is_empty()).then(|| Self(Arc::new(Parts { bindings, values, exports, ..Parts::default() })))
    }

    pub(crate) fn parts(&self) -> &Arc<Parts> {
        &self.0
    }

    /// What tells two calls apart.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl fmt::Debug for ModuleParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ModuleParts")
    }
}
