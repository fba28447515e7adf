//! The container as its providers see it.

use super::ResolveError;
use super::context::ContextId;
use super::layer::{Layer, Shared};
use crate::descriptor::NeedKind;
use crate::graph::{Identity, Served, identity};
use crate::inject::{BoxError, Inject, Injectable, Instance, Module};
use crate::token::{Token, TokenDescriptor};
use std::any::type_name;
use std::fmt;
use std::sync::{Arc, Weak};

/// The module that a provider belongs to, for look-ups while the application runs.
///
/// A field of this type is a need that the container meets. Use it for what is known only then: a plugin that is chosen by
/// name, a request-scoped provider in a job. What is known before belongs into a field of its own, which the compiler checks.
/// In the constructor of a provider nothing can be found yet.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::{ModuleRef, ResolveError};
/// use std::sync::Arc;
///
/// #[injectable]
/// pub struct Cats;
///
/// #[injectable(transient)]
/// pub struct Job;
///
/// #[injectable]
/// pub struct Unlisted {
///     cats: Arc<Cats>,
/// }
///
/// #[injectable]
/// pub struct Jobs {
///     module: ModuleRef,
/// }
///
/// #[module(root, providers = [Cats, Job, Jobs])]
/// pub struct JobsModule;
///
/// # #[oriole::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = Oriole::create::<JobsModule>().await?;
/// let module = &app.get::<Jobs>().expect("provided").module;
///
/// let cats = module.get::<Cats>()?;
/// assert!(matches!(module.get::<Job>(), Err(ResolveError::NotSingleton { .. })));
/// assert!(!Arc::ptr_eq(&module.resolve::<Job>().await?, &module.resolve::<Job>().await?));
/// assert!(Arc::ptr_eq(&module.create::<Unlisted>().await?.cats, &cats));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ModuleRef {
    shared: Weak<Shared>,
    module: usize,
    everywhere: bool,
}

impl ModuleRef {
    pub(super) fn new(shared: Weak<Shared>, module: usize) -> Self {
        Self { shared, module, everywhere: false }
    }

    /// The same, looking in every module: the root's first (`strict: false`).
    #[must_use]
    pub fn everywhere(&self) -> Self {
        Self { everywhere: true, ..self.clone() }
    }

    /// The module's name; empty when the application is gone.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.layer().map_or("", |layer| layer.plan.module(self.module).descriptor.name)
    }

    /// A module that this one imports, by its type (`select`); itself, if that is asked for.
    ///
    /// # Errors
    ///
    /// [`ResolveError::NotFound`] if it does not import it, [`ResolveError::NotReady`] as for [`get`](Self::get). Of several
    /// imports by calls it is the first.
    pub fn select<M: Module>(&self) -> Result<Self, ResolveError> {
        let (layer, wanted) = (self.layer()?, M::module().key);
        let is_wanted = |module: &usize| layer.plan.module(*module).key == wanted;
        let imports = &layer.plan.module(self.module).imports;
        let found = std::iter::once(&self.module).chain(imports).find(|module| is_wanted(module));
        match found {
            Some(&module) => Ok(Self { shared: Weak::clone(&self.shared), module, everywhere: false }),
            None => Err(ResolveError::NotFound { token: M::module().name }),
        }
    }

    /// The instance of a type that this module provides, of its controller, or of its enhancer.
    ///
    /// # Errors
    ///
    /// - [`ResolveError::NotFound`] if this module has none.
    /// - [`ResolveError::NotSingleton`] if it is request-scoped or transient: see [`resolve`](Self::resolve).
    /// - [`ResolveError::NotReady`] while the application is built, and when it is gone.
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, ResolveError> {
        self.get_as(&TokenDescriptor::of::<T>(None, type_name::<T>()))
    }

    /// The value of a named token.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_token<T: ?Sized + Send + Sync + 'static>(&self, token: Token<T>) -> Result<Arc<T>, ResolveError> {
        self.get_as(&token.descriptor())
    }

    /// The instances that all modules have of a type, the root's first (`each`).
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_each<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Vec<Arc<T>>, ResolveError> {
        let (layer, token) = (self.layer()?, TokenDescriptor::of::<T>(None, type_name::<T>()));
        layer.plan.everywhere(identity(&token)).map(|served| singleton(&layer, served, &token)).collect()
    }

    /// An instance of a type out of a sub-tree of its own: two calls give two, if it is request-scoped or transient.
    ///
    /// # Errors
    ///
    /// - [`ResolveError::NotFound`] and [`ResolveError::NotReady`] as for [`get`](Self::get).
    /// - [`ResolveError::Factory`] if a factory fails.
    /// - [`ResolveError::NoRequest`] if something needs the request: see [`resolve_in`](Self::resolve_in).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was made.
    pub async fn resolve<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, ResolveError> {
        self.resolve_in(&ContextId::new()).await
    }

    /// An instance of a type out of a sub-tree that others share: two calls with the same id give the same.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves what is built in the sub-tree.
    pub async fn resolve_in<T: ?Sized + Send + Sync + 'static>(&self, ctx: &ContextId) -> Result<Arc<T>, ResolveError> {
        self.resolve_as(&TokenDescriptor::of::<T>(None, type_name::<T>()), ctx).await
    }

    /// As [`resolve_in`](Self::resolve_in), for a named token.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve).
    ///
    /// # Cancel safety
    ///
    /// As [`resolve_in`](Self::resolve_in).
    pub async fn resolve_token_in<T: ?Sized + Send + Sync + 'static>(
        &self,
        token: Token<T>,
        ctx: &ContextId,
    ) -> Result<Arc<T>, ResolveError> {
        self.resolve_as(&token.descriptor(), ctx).await
    }

    /// A new instance of what no module lists, with what it needs: it sees what a provider of this module would (`MRF.8`).
    ///
    /// # Errors
    ///
    /// [`ResolveError::NotFound`] with the need that this module does not see, [`ResolveError::NotSingleton`] with a `Lazy` to what
    /// does not live as long as the application; otherwise as [`resolve`](Self::resolve).
    ///
    /// # Cancel safety
    ///
    /// As [`resolve`](Self::resolve).
    pub async fn create<P: Injectable>(&self) -> Result<Arc<P::Output>, ResolveError> {
        self.create_in::<P>(&ContextId::new()).await
    }

    /// As [`create`](Self::create), with request-scoped needs out of a sub-tree that others share.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    ///
    /// # Cancel safety
    ///
    /// As [`resolve_in`](Self::resolve_in).
    pub async fn create_in<P: Injectable>(&self, ctx: &ContextId) -> Result<Arc<P::Output>, ResolveError> {
        let layer = self.layer()?;
        let instance = layer.create(P::PROVIDER, self.module, ctx).await?;
        typed(&instance, P::PROVIDER.token.name)
    }

    fn get_as<T: ?Sized + Send + Sync + 'static>(&self, token: &TokenDescriptor) -> Result<Arc<T>, ResolveError> {
        let layer = self.layer()?;
        let served = self.find(&layer, identity(token)).ok_or(ResolveError::NotFound { token: token.name })?;
        singleton(&layer, served, token)
    }

    async fn resolve_as<T: ?Sized + Send + Sync + 'static>(
        &self,
        token: &TokenDescriptor,
        ctx: &ContextId,
    ) -> Result<Arc<T>, ResolveError> {
        let layer = self.layer()?;
        let (slot, convert) = self.find(&layer, identity(token)).ok_or(ResolveError::NotFound { token: token.name })?;
        let mut instance = layer.resolve(slot, ctx).await?;
        if let Some(convert) = convert {
            instance = convert(instance);
        }
        typed(&instance, token.name)
    }

    fn find(&self, layer: &Layer, token: Identity) -> Option<Served> {
        if self.everywhere { layer.plan.everywhere(token).next() } else { layer.plan.own(self.module, token) }
    }

    fn layer(&self) -> Result<Arc<Layer>, ResolveError> {
        self.shared.upgrade().and_then(|shared| shared.layer()).ok_or(ResolveError::NotReady)
    }
}

fn singleton<T: ?Sized + Send + Sync + 'static>(
    layer: &Layer,
    served: Served,
    token: &TokenDescriptor,
) -> Result<Arc<T>, ResolveError> {
    if !layer.plan.slots()[served.0].life.is_singleton() {
        return Err(ResolveError::NotSingleton { token: token.name });
    }
    let instance = layer.served(served).ok_or(ResolveError::NotBuilt { provider: token.name })?;
    typed(&instance, token.name)
}

fn typed<T: ?Sized + Send + Sync + 'static>(instance: &Instance, name: &'static str) -> Result<Arc<T>, ResolveError> {
    instance.get::<T>().map(Arc::clone).ok_or(ResolveError::NotFound { token: name })
}

impl Inject for ModuleRef {
    type Target = Self;
    const OPTIONAL: bool = false;
    const KIND: NeedKind = NeedKind::Container(|asking| {
        Instance::new(Arc::new(ModuleRef::new(Weak::clone(asking.shared), asking.module)))
    });

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        match found.as_ref().and_then(Instance::get::<Self>) {
            Some(module) => Ok((**module).clone()),
            None => Err("the container did not say which module it is".into()),
        }
    }
}

impl fmt::Debug for ModuleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleRef").field("module", &self.name()).field("everywhere", &self.everywhere).finish()
    }
}
