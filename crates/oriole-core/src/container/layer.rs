//! What a container holds.

use super::build::Builder;
use super::context::ContextId;
use super::discovery::Discovered;
use super::make::{Chain, Maker};
use super::{BootError, ResolveError};
use crate::descriptor::{Build, ModuleDescriptor, NeedKind, ProviderDescriptor};
use crate::graph::{Life, Plan, PlannedSlot, Served, identity};
use crate::inject::{BoxError, Instance};
use futures_util::lock::Mutex as Gate;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, Weak};

/// The instances of an application, and the plan that they were built by.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) plan: Plan,
    /// One for each slot that lives as long as the application.
    pub(super) instances: Vec<Option<Instance>>,
    /// Transient ones that were made for those, with their slots: they have hooks as well.
    pub(super) transients: Vec<(usize, Instance)>,
    pub(super) shared: Weak<Shared>,
    /// For each slot that was resolved, what must be built for it.
    chains: Vec<OnceLock<Chain>>,
}

/// What providers hold on to, weakly: the layer, once it is built.
#[derive(Default)]
pub(crate) struct Shared {
    layer: RwLock<Option<Arc<Layer>>>,
    /// Modules are loaded one after the other.
    loading: Gate<()>,
    /// Who is shown what a load adds.
    followers: Mutex<Vec<Follower>>,
}

/// Acts on what a module adds that is loaded late.
pub(super) type Follower = Arc<dyn Fn(&[Discovered]) -> Result<(), BoxError> + Send + Sync>;

/// An instance, or how to get one for a request.
#[derive(Clone, Debug)]
pub enum Held {
    /// It lives as long as the application.
    Built(Instance),
    /// One is made for each request.
    PerRequest(Scoped),
}

/// A provider that lives no longer than a request; a transport resolves it for each.
#[derive(Clone)]
pub struct Scoped {
    layer: Arc<Layer>,
    slot: usize,
    convert: Option<fn(Instance) -> Instance>,
}

impl Layer {
    pub(super) fn new(
        plan: Plan,
        instances: Vec<Option<Instance>>,
        transients: Vec<(usize, Instance)>,
        shared: Weak<Shared>,
    ) -> Self {
        let chains = instances.iter().map(|_| OnceLock::new()).collect();
        Self { plan, instances, transients, shared, chains }
    }

    /// The instance of a slot that lives as long as the application.
    pub(crate) fn instance(&self, slot: usize) -> Option<&Instance> {
        self.instances.get(slot)?.as_ref()
    }

    /// What a token stands for, out of a slot that lives as long as the application.
    pub(crate) fn served(&self, (slot, convert): Served) -> Option<Instance> {
        let instance = self.instance(slot)?.clone();
        Some(match convert {
            Some(convert) => convert(instance),
            None => instance,
        })
    }

    /// The instance of a slot, whatever its life.
    pub(crate) async fn resolve(&self, slot: usize, ctx: &ContextId) -> Result<Instance, ResolveError> {
        self.maker().resolve(slot, self.chain(slot), ctx).await
    }

    pub(super) fn maker(&self) -> Maker<'_> {
        Maker { plan: &self.plan, shared: &self.shared, instances: &self.instances, transients: None }
    }

    pub(super) fn held(self: &Arc<Self>, (slot, convert): Served) -> Option<Held> {
        if self.plan.slots()[slot].life.is_bound() {
            return Some(Held::PerRequest(Scoped { layer: Arc::clone(self), slot, convert }));
        }
        self.served((slot, convert)).map(Held::Built)
    }

    /// Makes an instance of what no module lists; what it needs it sees as a provider of `module` would.
    pub(super) async fn create(
        &self,
        provider: &'static ProviderDescriptor,
        module: usize,
        ctx: &ContextId,
    ) -> Result<Instance, ResolveError> {
        let mut served = Vec::with_capacity(provider.needs.len());
        for need in provider.needs {
            let found = match need.kind {
                NeedKind::Provider | NeedKind::Late => self.plan.visible(module, identity(&need.token)),
                NeedKind::Container(_) | NeedKind::Request | NeedKind::Payload => None,
            };
            if let (NeedKind::Provider | NeedKind::Late, None, false) = (need.kind, found, need.optional) {
                return Err(ResolveError::NotFound { token: need.token.name });
            }
            if let (NeedKind::Late, Some((slot, _))) = (need.kind, found)
                && !self.plan.slots()[slot].life.is_singleton()
            {
                // Of what a module lists, the check says so.
                return Err(ResolveError::NotSingleton { token: need.token.name });
            }
            if let (NeedKind::Provider, Some((slot, _))) = (need.kind, found) {
                for &bound in &self.chain(slot).bound {
                    self.maker().build_in(bound, ctx).await?;
                }
            }
            served.push(found);
        }
        let descriptor = self.plan.module(module).descriptor;
        let slot = PlannedSlot {
            provider,
            module: descriptor,
            module_index: module,
            needs: served,
            given: None,
            life: Life::MIN,
        };
        let mut needs = self.maker().needs(&slot, None, Some(ctx)).await?;
        let made = match provider.build {
            Build::Sync(build) => build(&mut needs),
            Build::Async(build) => build(needs).await,
            Build::Given => Err("no value was supplied".into()),
        };
        let (name, at) = (provider.token.name, provider.at);
        made.map_err(|source| ResolveError::Factory { provider: name, module: descriptor.name, at, source })
    }

    /// What must be built for a slot within a context, those that are needed first.
    fn chain(&self, slot: usize) -> &Chain {
        self.chains[slot].get_or_init(|| {
            let mut wanted = vec![false; self.plan.slots().len()];
            let mut stack = vec![slot];
            while let Some(at) = stack.pop() {
                let slot = &self.plan.slots()[at];
                if slot.life.is_singleton() || std::mem::replace(&mut wanted[at], true) {
                    continue;
                }
                let needs = slot.provider.needs.iter().zip(&slot.needs);
                stack.extend(needs.filter_map(|(need, served)| match need.kind {
                    NeedKind::Provider => served.map(|(to, _)| to),
                    _ => None,
                }));
            }
            let in_cells = |&at: &usize| {
                let life = self.plan.slots()[at].life;
                wanted[at] && life.is_bound() && !life.is_transient()
            };
            let bound: Box<[_]> = self.plan.order().iter().copied().filter(in_cells).collect();
            let slots = self.plan.slots();
            let is_plain = wanted.iter().zip(slots).filter(|(wanted, _)| **wanted).all(|(_, slot)| {
                let life = slot.life;
                life.is_bound()
                    && !life.is_transient()
                    && !life.is_durable()
                    && matches!(slot.provider.build, Build::Sync(_))
            });
            Chain { bound, is_plain: is_plain && slots[slot].life.is_bound() }
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

    /// Loads a module with what it imports, unless it is there; gives its number.
    pub(super) async fn load(self: &Arc<Self>, module: &'static ModuleDescriptor) -> Result<usize, BootError> {
        let _one_at_a_time = self.loading.lock().await;
        let not_ready = || BootError::Import {
            import: module.name,
            module: module.name,
            at: module.at,
            source: ResolveError::NotReady.into(),
        };
        let layer = self.layer().ok_or_else(not_ready)?;
        if let Some(known) = layer.plan.named(module.key) {
            return Ok(known);
        }
        let plan = layer.plan.with(module).await?;
        if plan.problem_count() > 0 {
            return Err(BootError::Graph { problems: plan.problems().to_owned() });
        }
        let loaded = Builder::beside(plan, &layer, self).run().await?;
        let index = loaded.plan.named(module.key).ok_or_else(not_ready)?;
        let loaded = Arc::new(loaded);
        let added = Discovered::from_module(layer.plan.modules().len(), &loaded);
        let followers = self.followers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for follower in followers {
            let failed = |source| BootError::Import { import: module.name, module: module.name, at: module.at, source };
            follower(&added).map_err(failed)?;
        }
        self.set(loaded);
        Ok(index)
    }

    pub(super) fn follow(&self, follower: Follower) {
        self.followers.lock().unwrap_or_else(PoisonError::into_inner).push(follower);
    }

    /// The instance of a slot, if the application is built.
    pub(crate) fn instance(&self, slot: usize) -> Option<Instance> {
        self.layer()?.instance(slot).cloned()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("layer", &self.layer).finish_non_exhaustive()
    }
}

impl Scoped {
    /// The instance for a context: the same for the same, with all that it needs.
    ///
    /// # Errors
    ///
    /// - [`ResolveError::Factory`] if a factory fails.
    /// - [`ResolveError::NoRequest`] if something needs what the context does not have.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves what is built in the context; what was being built is begun anew by whoever asks next.
    pub async fn resolve(&self, ctx: &ContextId) -> Result<Instance, ResolveError> {
        let instance = self.layer.resolve(self.slot, ctx).await?;
        Ok(match self.convert {
            Some(convert) => convert(instance),
            None => instance,
        })
    }

    /// How it is made.
    #[must_use]
    pub fn provider(&self) -> &'static ProviderDescriptor {
        self.layer.plan.slots()[self.slot].provider
    }
}

impl fmt::Debug for Scoped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").field("slot", &self.slot).finish_non_exhaustive()
    }
}
