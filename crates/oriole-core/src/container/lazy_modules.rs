//! Modules that are loaded when they are asked for.

use super::layer::Shared;
use super::{BootError, ModuleRef, ResolveError};
use crate::descriptor::NeedKind;
use crate::inject::{BoxError, Inject, Instance, Module};
use std::fmt;
use std::sync::{Arc, Weak};

/// Loads modules while the application runs (`LZY.2`).
///
/// A field of this type is a need that the container meets. Use it for what is dear to build and seldom used: a module that
/// is loaded lazily, and what it alone imports, is built when it is asked for, and checked then; mark it `root` to have the
/// compiler check it, where it needs nothing of global modules. It has no lifecycle hooks, its controllers are not mounted, and it
/// is never global. Its listeners of events listen from then on; other plugins find what it adds by
/// [`Discovery::follow`](crate::Discovery::follow).
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::LazyModules;
/// use std::sync::Arc;
///
/// #[injectable]
/// pub struct Reports;
///
/// #[module(root, providers = [Reports])]
/// pub struct ReportsModule;
///
/// #[injectable]
/// pub struct Admin {
///     modules: LazyModules,
/// }
///
/// #[module(root, providers = [Admin])]
/// pub struct AdminModule;
///
/// # #[oriole::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = Oriole::create::<AdminModule>().await?;
/// let modules = &app.get::<Admin>().expect("provided").modules;
/// let reports = modules.load::<ReportsModule>().await?.get::<Reports>()?;
/// let again = modules.load::<ReportsModule>().await?.get::<Reports>()?;
/// assert!(Arc::ptr_eq(&reports, &again));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct LazyModules {
    shared: Weak<Shared>,
}

impl LazyModules {
    pub(super) fn new(shared: Weak<Shared>) -> Self {
        Self { shared }
    }

    /// Loads a module, once however often and from wherever it is asked for; one that is part of the application already is
    /// given as it is.
    ///
    /// Modules are loaded one after the other. A factory of a module that is being loaded must not load another: it would wait
    /// for itself.
    ///
    /// # Errors
    ///
    /// - [`BootError::Graph`] if the module needs what neither it nor the application has; no factory has run then.
    /// - [`BootError::Factory`] and [`BootError::Import`] if a factory or a call in `imports` fails, or a plugin that
    ///   [follows](crate::Discovery::follow) what is loaded. The next call tries anew.
    /// - [`BootError::Import`] while the application is built, and when it is gone.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was built; the next call begins anew.
    pub async fn load<M: Module>(&self) -> Result<ModuleRef, BootError> {
        let module = M::module();
        let Some(shared) = self.shared.upgrade() else {
            let (import, at) = (module.name, module.at);
            return Err(BootError::Import { import, module: import, at, source: ResolveError::NotReady.into() });
        };
        let index = shared.load(module).await?;
        Ok(ModuleRef::new(Weak::clone(&self.shared), index))
    }
}

impl Inject for LazyModules {
    type Target = Self;
    const OPTIONAL: bool = false;
    const KIND: NeedKind =
        NeedKind::Container(|asking| Instance::new(Arc::new(LazyModules::new(Weak::clone(asking.shared)))));

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        match found.as_ref().and_then(Instance::get::<Self>) {
            Some(modules) => Ok((**modules).clone()),
            None => Err("the container gave no way to load modules".into()),
        }
    }
}

impl fmt::Debug for LazyModules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LazyModules")
    }
}
