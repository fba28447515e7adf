//! Every instance of an application.

use super::build::Builder;
use super::layer::{Held, Layer, Shared};
use super::{BootError, HookLimit, LazyModules, ModuleRef};
use crate::descriptor::{ControllerDescriptor, ModuleDescriptor, NeedKind, ProviderDescriptor};
use crate::graph::{Plan, PlannedModule, Served};
use crate::inject::{BoxError, Instance};
use crate::token::{Token, TokenDescriptor};
use std::sync::{Arc, Mutex};

/// Every instance of an application.
///
/// Nothing in it is shared with another container: two applications in one process share nothing.
#[derive(Debug)]
pub struct Container {
    pub(super) layer: Arc<Layer>,
    /// Providers hold it weakly: they must not outlive their application.
    shared: Arc<Shared>,
    pub(super) hook_limit: Mutex<HookLimit>,
}

impl Container {
    /// Builds every provider of `plan` once, those that are needed first. Asynchronous factories that do not need each other
    /// run concurrently.
    ///
    /// # Errors
    ///
    /// - [`BootError::Graph`] if the plan has problems; no factory has run then.
    /// - [`BootError::Factory`] if a factory fails; those that are under way are dropped.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was built so far; no hook has run.
    pub async fn build(plan: Plan) -> Result<Self, BootError> {
        if plan.problem_count() > 0 {
            return Err(BootError::Graph { problems: plan.problems().to_owned() });
        }
        let shared = Arc::new(Shared::default());
        let layer = Arc::new(Builder::new(plan, &shared).run().await?);
        shared.set(Arc::clone(&layer));
        Ok(Self { layer, shared, hook_limit: Mutex::default() })
    }

    /// The instance of a type, whichever module provides it (`app.get` in Nest, which is not strict either).
    ///
    /// `None` if nothing provides it, and for what is request-scoped or transient. Use it at the edge of an application, in `main` or in a test; inside, state the need
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
        // With what was loaded since.
        let layer = self.shared.layer()?;
        let served = layer.plan.find(token)?;
        if !layer.plan.slots()[served.0].life.is_singleton() {
            return None;
        }
        layer.served(served)?.get::<T>().map(Arc::clone)
    }

    /// Everything that a token leads to which may be provided many times; the root module's first, then depth first.
    #[must_use]
    pub fn all(&self, token: &TokenDescriptor) -> Vec<Held> {
        let served = self.layer.plan.find_all(token).iter();
        served.filter_map(|&served: &Served| self.layer.held(served)).collect()
    }

    /// Whether anything needs the request.
    #[must_use]
    pub fn wants_request(&self) -> bool {
        let slots = self.layer.plan.slots().iter();
        let mut needs = slots.flat_map(|slot| slot.provider.needs);
        needs.any(|need| matches!(need.kind, NeedKind::Request))
    }

    /// The instance of an enhancer of one of a module's controllers.
    #[must_use]
    pub fn enhancer(&self, module: &PlannedModule, enhancer: &ProviderDescriptor) -> Option<Held> {
        self.layer.plan.enhancer(module, enhancer).and_then(|served| self.layer.held(served))
    }

    /// Every controller with its instance and its module, modules in the order of their initialisation.
    pub fn controllers(&self) -> impl Iterator<Item = (&'static ControllerDescriptor, Held, &PlannedModule)> {
        self.layer.plan.modules().flat_map(move |module| {
            let controllers = module.controllers.iter();
            controllers
                .filter_map(move |&(controller, slot)| Some((controller, self.layer.held((slot, None))?, module)))
        })
    }

    /// Every module with its own instance: those that are global first, then importers before what they import, in depth
    /// from the root.
    pub fn scanned(&self) -> impl Iterator<Item = (&'static ModuleDescriptor, &Instance)> {
        let scanned = self.layer.plan.scanned();
        scanned.filter_map(|module| Some((module.descriptor, self.layer.instance(module.own)?)))
    }

    /// The modules in the order of their initialisation.
    pub fn modules(&self) -> impl Iterator<Item = &'static ModuleDescriptor> {
        self.layer.plan.modules().map(|module| module.descriptor)
    }

    /// The root module, for look-ups.
    #[must_use]
    pub fn module_ref(&self) -> ModuleRef {
        ModuleRef::new(Arc::downgrade(&self.shared), 0)
    }

    /// Loads modules while the application runs.
    #[must_use]
    pub fn lazy_modules(&self) -> LazyModules {
        LazyModules::new(Arc::downgrade(&self.shared))
    }

    pub(super) fn hook_error(&self, hook: &'static str, slot: usize, source: BoxError) -> BootError {
        let slot = &self.layer.plan.slots()[slot];
        BootError::Hook {
            hook,
            provider: slot.provider.token.name,
            module: slot.module.name,
            at: slot.provider.at,
            source,
        }
    }
}
