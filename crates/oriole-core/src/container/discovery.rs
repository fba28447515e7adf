//! What an application consists of.

use super::layer::{Layer, Shared};
use crate::descriptor::{Location, MethodDescriptor, NeedKind, Scope};
use crate::inject::{BoxError, Inject, Instance};
use std::fmt;
use std::sync::{Arc, Weak};

/// Lists the providers and controllers of the application (`DSC.1`).
///
/// A field of this type is a need that the container meets; there is no module to import. Use it in plugins that act on whatever
/// is marked for them: `#[meta(Job(..))]` on an `#[injectable]` struct is found by its type. Look in a lifecycle hook; in a
/// constructor nothing is there yet.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::Discovery;
/// use std::sync::Arc;
///
/// pub trait Task: Send + Sync {
///     fn run(&self) -> &'static str;
/// }
///
/// /// The mark of a task, and how to see an instance as one.
/// pub struct Job {
///     name: &'static str,
///     task: fn(&oriole::Discovered) -> Option<Arc<dyn Task>>,
/// }
///
/// #[injectable]
/// #[meta(Job { name: "daily", task: |found| Some(found.get::<Self>()?) })]
/// pub struct Report;
///
/// impl Task for Report {
///     fn run(&self) -> &'static str { "reported" }
/// }
///
/// #[injectable]
/// pub struct Jobs {
///     discovery: Discovery,
/// }
///
/// impl Jobs {
///     fn run(&self, name: &str) -> Vec<&'static str> {
///         let marked = self.discovery.with_meta::<Job>();
///         let wanted = marked.iter().filter(|(_, job)| job.name == name);
///         wanted.filter_map(|(found, job)| Some((job.task)(found)?.run())).collect()
///     }
/// }
///
/// #[module(root, providers = [Report, Jobs])]
/// pub struct JobsModule;
///
/// # #[oriole::main]
/// # async fn main() -> oriole::Result<()> {
/// let app = Oriole::create::<JobsModule>().await?;
/// assert_eq!(app.get::<Jobs>().expect("provided").run("daily"), ["reported"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Discovery {
    shared: Weak<Shared>,
}

/// A provider or a controller of the application.
///
/// It keeps the application's instances: look, and let go of it. A provider that kept one would never be freed.
#[derive(Clone)]
pub struct Discovered {
    layer: Arc<Layer>,
    slot: usize,
    is_controller: bool,
}

impl Discovery {
    /// Every provider, module after module in the order of their initialisation; empty while the application is built.
    #[must_use]
    pub fn providers(&self) -> Vec<Discovered> {
        self.all().into_iter().filter(|found| !found.is_controller).collect()
    }

    /// Every controller, in the same order.
    #[must_use]
    pub fn controllers(&self) -> Vec<Discovered> {
        self.all().into_iter().filter(|found| found.is_controller).collect()
    }

    /// Everything that is marked with a value of the type `T`, and that value.
    #[must_use]
    pub fn with_meta<T: Send + Sync + 'static>(&self) -> Vec<(Discovered, Arc<T>)> {
        let all = self.all().into_iter();
        all.filter_map(|found| found.meta::<T>().map(|meta| (found, meta))).collect()
    }

    /// Calls a function for each module that is loaded later, with what it adds: providers and controllers, as they are listed.
    /// They are built by then, and nobody has them yet.
    ///
    /// A plugin that acts on what is marked for it calls this beside its first look, so that it finds all. The function lives as
    /// long as the application. What it fails with, the load fails with; the module is not there then, and the next call loads
    /// it anew.
    pub fn follow(&self, follower: impl Fn(&[Discovered]) -> Result<(), BoxError> + Send + Sync + 'static) {
        if let Some(shared) = self.shared.upgrade() {
            shared.follow(Arc::new(follower));
        }
    }

    fn all(&self) -> Vec<Discovered> {
        let layer = self.shared.upgrade().and_then(|shared| shared.layer());
        layer.map_or_else(Vec::new, |layer| Discovered::from_module(0, &layer))
    }
}

impl Discovered {
    /// Everything of the modules from this one on.
    pub(super) fn from_module(first: usize, layer: &Arc<Layer>) -> Vec<Self> {
        let slots = layer.plan.modules().filter(|module| module.index >= first).flat_map(|module| {
            let controllers = module.controllers.iter().map(|(_, slot)| (*slot, true));
            module.providers.iter().map(|slot| (*slot, false)).chain(controllers)
        });
        slots.map(|(slot, is_controller)| Self { layer: Arc::clone(layer), slot, is_controller }).collect()
    }

    /// What it is known by, as its author wrote it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.layer.plan.slots()[self.slot].provider.token.name
    }

    /// The name of its module.
    #[must_use]
    pub fn module(&self) -> &'static str {
        self.layer.plan.slots()[self.slot].module.name
    }

    /// Whether it is a controller.
    #[must_use]
    pub fn is_controller(&self) -> bool {
        self.is_controller
    }

    /// How long it says that an instance lives.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.layer.plan.slots()[self.slot].provider.scope
    }

    /// Where it was written.
    #[must_use]
    pub fn at(&self) -> Location {
        self.layer.plan.slots()[self.slot].provider.at
    }

    /// Its instance, if it is a `T` that lives as long as the application.
    #[must_use]
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.layer.instance(self.slot)?.get::<T>().map(Arc::clone)
    }

    /// Its instance, if it lives as long as the application.
    #[must_use]
    pub fn instance(&self) -> Option<&Instance> {
        self.layer.instance(self.slot)
    }

    /// Its methods that are called for what a `T` says, in the order in which they were written.
    pub fn methods<T: Send + Sync + 'static>(&self) -> impl Iterator<Item = (&'static MethodDescriptor, &'static T)> {
        let methods = self.layer.plan.slots()[self.slot].provider.hooks.methods;
        methods.iter().filter_map(|method| method.says.downcast_ref::<T>().map(|says| (method, says)))
    }

    /// The first value of the type `T` that `#[meta(..)]` says of it.
    #[must_use]
    pub fn meta<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let mut all = self.layer.plan.slots()[self.slot].provider.meta.iter();
        all.find_map(|make| make().downcast::<T>().ok())
    }
}

impl Inject for Discovery {
    type Target = Self;
    const OPTIONAL: bool = false;
    const KIND: NeedKind =
        NeedKind::Container(|asking| Instance::new(Arc::new(Discovery { shared: Weak::clone(asking.shared) })));

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        match found.as_ref().and_then(Instance::get::<Self>) {
            Some(discovery) => Ok((**discovery).clone()),
            None => Err("the container did not let itself be seen".into()),
        }
    }
}

impl fmt::Debug for Discovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Discovery")
    }
}

impl fmt::Debug for Discovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discovered").field("name", &self.name()).field("module", &self.module()).finish()
    }
}
