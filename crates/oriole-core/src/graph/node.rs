//! One module of the graph: what its macro said, and what a dynamic import adds.

use crate::descriptor::{Binding, ControllerDescriptor, Export, Location, ModuleDescriptor, ProviderDescriptor};
use crate::dynamic::Parts;
use crate::overrides::Replaced;
use crate::token::Key;

/// A module. One that is imported by a call is a node for each call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'g> {
    pub(crate) module: &'static ModuleDescriptor,
    /// What it is imported as: itself, or the module that a test replaced by it.
    pub(crate) key: Key,
    /// Whether every module sees its exports: the module says so, or one of its imports does.
    pub(crate) global: bool,
    pub(crate) supplied: Supplied<'g>,
    /// The importer and the place among its imports, if it is imported by a call.
    pub(crate) origin: Option<(u32, u32)>,
    /// Its lists, where a test replaced something in them.
    pub(crate) replaced: Option<&'g Replaced>,
}

/// What a module has beside what its macro said.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Supplied<'g> {
    /// Nothing: it is imported by its name.
    Nothing,
    /// In a constant: all that it declares.
    Declared,
    /// At boot: what the call gave.
    Parts(&'g Parts),
}

impl<'g> Node<'g> {
    pub(crate) const fn new(module: &'static ModuleDescriptor) -> Self {
        let supplied = Supplied::Nothing;
        Self { module, key: module.key, global: module.global, supplied, origin: None, replaced: None }
    }

    pub(crate) const fn bindings(&self) -> usize {
        self.module.providers.len() + self.supplied_bindings().len()
    }

    pub(crate) const fn binding(&self, index: usize) -> &'g Binding {
        match self.replaced {
            Some(replaced) => &replaced.bindings.as_slice()[index],
            None => self.listed(index),
        }
    }

    /// As the module lists it, whatever a test replaced.
    pub(crate) const fn listed(&self, index: usize) -> &'g Binding {
        let own = self.module.providers;
        if index < own.len() { &own[index] } else { &self.supplied_bindings()[index - own.len()] }
    }

    const fn supplied_bindings(&self) -> &'g [Binding] {
        match self.supplied {
            Supplied::Nothing => &[],
            Supplied::Declared => self.module.dynamic,
            Supplied::Parts(parts) => parts.bindings.as_slice(),
        }
    }

    pub(crate) const fn exports(&self) -> usize {
        self.module.exports.len() + self.supplied_exports().len()
    }

    pub(crate) const fn export(&self, index: usize) -> &'g Export {
        let own = self.module.exports;
        if index < own.len() { &own[index] } else { &self.supplied_exports()[index - own.len()] }
    }

    const fn supplied_exports(&self) -> &'g [Export] {
        match self.supplied {
            Supplied::Parts(parts) => parts.exports.as_slice(),
            Supplied::Nothing | Supplied::Declared => &[],
        }
    }

    pub(crate) const fn controllers(&self) -> usize {
        self.module.controllers.len() + self.supplied_controllers().len()
    }

    pub(crate) const fn controller(&self, index: usize) -> &'static ControllerDescriptor {
        let own = self.module.controllers;
        if index < own.len() { own[index] } else { self.supplied_controllers()[index - own.len()] }
    }

    /// What stands around the handlers of a controller.
    pub(crate) const fn enhancers(&self, controller: usize) -> &'g [&'static ProviderDescriptor] {
        match self.replaced {
            Some(replaced) => replaced.enhancers.as_slice()[controller].as_slice(),
            None => self.controller(controller).enhancers,
        }
    }

    const fn supplied_controllers(&self) -> &'g [&'static ControllerDescriptor] {
        match self.supplied {
            Supplied::Parts(parts) => parts.controllers.as_slice(),
            Supplied::Nothing | Supplied::Declared => &[],
        }
    }

    /// Where an import of this module was written.
    pub(crate) const fn import_at(&self, index: usize) -> Location {
        let own = self.module.imports;
        if index < own.len() {
            return own[index].at;
        }
        match self.supplied {
            Supplied::Parts(parts) => parts.imports.as_slice()[index - own.len()].at,
            Supplied::Nothing | Supplied::Declared => self.module.at,
        }
    }
}
