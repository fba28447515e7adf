//! From plan to instances.

use super::BootError;
use crate::descriptor::{Build, ModuleDescriptor, ProviderDescriptor};
use crate::graph::{Located, Plan, Served};
use crate::inject::{BoxError, Instance, Needs};
use crate::token::{Token, TokenDescriptor};
use std::collections::HashMap;
use std::sync::Arc;

/// Every instance of an application.
///
/// Nothing in it is shared with another container: two applications in one process share nothing.
#[derive(Debug)]
pub struct Container {
    pub(super) plan: Plan,
    pub(super) instances: Vec<Instance>,
}

impl Container {
    /// Builds every provider of `plan` once, those that are needed first; asynchronous factories are awaited in turn.
    ///
    /// # Errors
    ///
    /// - [`BootError::Graph`] if the plan has problems; no factory has run then.
    /// - [`BootError::Factory`] if a factory fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was built so far; no hook has run.
    pub async fn build(plan: Plan) -> Result<Self, BootError> {
        if plan.problem_count() > 0 {
            return Err(BootError::Graph { problems: plan.problems().to_owned() });
        }
        let mut built: Vec<Option<Instance>> = vec![None; plan.slots().len()];
        for &index in plan.order() {
            let slot = &plan.slots()[index];
            let needs = slot.needs.iter().map(|served| {
                let (from, convert) = (*served)?;
                let instance = built[from].clone()?;
                Some(match convert {
                    Some(convert) => convert(instance),
                    None => instance,
                })
            });
            let mut needs = Needs::new(needs.collect());
            let made = match slot.provider.build {
                Build::Sync(build) => build(&mut needs),
                Build::Async(build) => build(needs).await,
            };
            match made {
                Ok(instance) => built[index] = Some(instance),
                Err(source) => {
                    return Err(BootError::Factory {
                        provider: slot.provider.token.name,
                        module: slot.module.name,
                        at: slot.provider.at,
                        source,
                    });
                }
            }
        }
        // Every slot is in the order, so every place is filled.
        Ok(Self { instances: built.into_iter().flatten().collect(), plan })
    }

    /// The instance of a type, whichever module provides it (`app.get` in Nest, which is not strict either).
    ///
    /// `None` if nothing provides it. Use it at the edge of an application, in `main` or in a test; inside, state the need
    /// as a field, which the compiler checks.
    #[must_use]
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.find(&TokenDescriptor::of::<T>(None, ""))
    }

    /// The value of a named token, whichever module provides it.
    #[must_use]
    pub fn get_token<T: ?Sized + Send + Sync + 'static>(&self, token: Token<T>) -> Option<Arc<T>> {
        self.find(&token.descriptor())
    }

    fn find<T: ?Sized + Send + Sync + 'static>(&self, token: &TokenDescriptor) -> Option<Arc<T>> {
        let (slot, convert) = self.plan.find(token)?;
        let instance = &self.instances[slot];
        match convert {
            Some(convert) => convert(instance.clone()).get::<T>().map(Arc::clone),
            None => instance.get::<T>().map(Arc::clone),
        }
    }

    /// Everything that a token leads to which may be provided many times; the root module's first, then depth first.
    #[must_use]
    pub fn all(&self, token: &TokenDescriptor) -> Vec<Instance> {
        let served = self.plan.find_all(token).iter();
        let instance = |&(slot, convert): &Served| {
            let instance = self.instances[slot].clone();
            match convert {
                Some(convert) => convert(instance),
                None => instance,
            }
        };
        served.map(instance).collect()
    }

    /// The instance of an enhancer of one of a module's controllers.
    #[must_use]
    pub fn enhancer(&self, module: &ModuleDescriptor, enhancer: &ProviderDescriptor) -> Option<&Instance> {
        self.plan.enhancer(module, enhancer).map(|slot| &self.instances[slot])
    }

    /// Every controller with its path, its instance and its module, modules in the order of their initialisation.
    pub fn controllers(&self) -> impl Iterator<Item = (Located, &Instance, &'static ModuleDescriptor)> {
        self.plan.modules().iter().flat_map(|module| {
            let controllers = module.descriptor.controllers.iter().zip(&module.controllers);
            controllers.map(|(&controller, &slot)| {
                (Located { controller, path: module.path }, &self.instances[slot], module.descriptor)
            })
        })
    }

    /// Every module with its own instance: those that are global first, then importers before what they import, in depth
    /// from the root.
    #[must_use]
    pub fn scanned(&self) -> Vec<(&'static ModuleDescriptor, &Instance)> {
        let mut scanned = self.plan.scanned();
        scanned.sort_by_key(|module| !module.global);
        let own: HashMap<_, _> = self.plan.modules().iter().map(|module| (module.descriptor.key, module.own)).collect();
        let instance = |module: &ModuleDescriptor| own.get(&module.key).map(|&slot| &self.instances[slot]);
        scanned.into_iter().filter_map(|module| Some((module, instance(module)?))).collect()
    }

    /// The modules in the order of their initialisation.
    pub fn modules(&self) -> impl Iterator<Item = &'static ModuleDescriptor> {
        self.plan.modules().iter().map(|module| module.descriptor)
    }

    pub(super) fn hook_error(&self, hook: &'static str, slot: usize, source: BoxError) -> BootError {
        let slot = &self.plan.slots()[slot];
        BootError::Hook {
            hook,
            provider: slot.provider.token.name,
            module: slot.module.name,
            at: slot.provider.at,
            source,
        }
    }
}
