//! What can be asked of a plan when the application runs.

use super::expand::Expanded;
use super::plan::{Identity, Plan, PlannedModule, Served};
use crate::container::BootError;
use crate::descriptor::{ExportTarget, ModuleDescriptor};
use crate::inject::Instance;
use crate::token::Key;
use std::collections::HashSet;

/// Slots of enhancers are numbered apart in contexts: they shift when a module is loaded.
const ENHANCERS: usize = 1 << 31;

impl Plan {
    pub(crate) fn module(&self, index: usize) -> &PlannedModule {
        &self.modules[index]
    }

    /// The module of this key that is imported by its name.
    pub(crate) fn named(&self, key: Key) -> Option<usize> {
        self.modules.iter().position(|module| module.key == key && self.is_named(module.index))
    }

    fn is_named(&self, module: usize) -> bool {
        self.expanded.nodes[module].parts.is_none()
    }

    /// What a module has under a token: a provider, a controller or an enhancer (`MRF.1`).
    pub(crate) fn own(&self, module: usize, token: Identity) -> Option<Served> {
        let module = &self.modules[module];
        if let Some((_, served)) = module.tokens.iter().find(|(own, _)| *own == token) {
            return Some(*served);
        }
        let controllers = module.controllers.iter().map(|(_, slot)| *slot);
        let mut slots = controllers.chain(module.providers.iter().copied().filter(|slot| *slot >= self.first_enhancer));
        slots.find(|slot| super::identity(&self.slots[*slot].provider.token) == token).map(|slot| (slot, None))
    }

    /// What every module has under a token, the root's first.
    pub(crate) fn everywhere(&self, token: Identity) -> impl Iterator<Item = Served> {
        (0..self.modules.len()).filter_map(move |module| self.own(module, token))
    }

    /// What a module sees under a token, as the check resolves needs.
    pub(crate) fn visible(&self, module: usize, token: Identity) -> Option<Served> {
        let provided =
            |module: usize| self.modules[module].tokens.iter().find(|(own, _)| *own == token).map(|own| own.1);
        let exported = |module: &usize| self.exported(*module, token, &mut HashSet::new());
        provided(module)
            .or_else(|| self.modules[module].imports.iter().find_map(exported))
            .or_else(|| self.modules.iter().filter(|other| other.global).find_map(|other| exported(&other.index)))
    }

    fn exported(&self, module: usize, token: Identity, seen: &mut HashSet<usize>) -> Option<Served> {
        if !seen.insert(module) {
            return None;
        }
        let planned = &self.modules[module];
        planned.exports.iter().find_map(|export| match export {
            ExportTarget::Provider(own) if super::identity(own) == token => {
                planned.tokens.iter().find(|(own, _)| *own == token).map(|own| own.1)
            }
            ExportTarget::Provider(_) => None,
            ExportTarget::Module { key, .. } => {
                let passed_on = planned.imports.iter().filter(|to| self.modules[**to].key == *key);
                let passed_on: Vec<_> = passed_on.copied().collect();
                passed_on.into_iter().find_map(|to| self.exported(to, token, seen))
            }
        })
    }

    /// The number of a slot within contexts, which stays when a module is loaded.
    pub(crate) fn cell(&self, slot: usize) -> usize {
        if slot < self.first_enhancer { slot } else { ENHANCERS + slot - self.first_enhancer }
    }

    /// This plan, and another module with what it imports.
    pub(crate) async fn with(&self, module: &'static ModuleDescriptor) -> Result<Self, BootError> {
        let mut expanded: Expanded = self.expanded.clone();
        expanded.add(module).await?;
        // What is loaded late cannot be global (`LZY.6`), nor make global what is there.
        let before = self.expanded.nodes.iter().map(|node| node.global).chain(std::iter::repeat(false));
        for (node, global) in expanded.nodes.iter_mut().zip(before) {
            node.global = global;
        }
        Ok(Self::with_mocks(expanded, module))
    }

    /// The instances of a smaller plan at their places in this one, which extends it.
    pub(crate) fn carry(&self, smaller: &Self, instances: &[Option<Instance>]) -> Vec<Option<Instance>> {
        let mut carried = vec![None; self.slots.len()];
        for (slot, instance) in instances.iter().enumerate() {
            let shifted = match slot.checked_sub(smaller.first_enhancer) {
                Some(enhancer) => self.first_enhancer + enhancer,
                None => slot,
            };
            carried[shifted].clone_from(instance);
        }
        carried
    }
}
