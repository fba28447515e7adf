//! From plan to instances.

use super::layer::{Layer, Shared};
use super::make::{Maker, Transients};
use super::{BootError, ResolveError};
use crate::descriptor::{Build, NeedKind};
use crate::graph::Plan;
use crate::inject::{BoxError, Instance};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use std::sync::{Arc, PoisonError, Weak};

/// The instances of a plan while they are built.
pub(super) struct Builder {
    plan: Plan,
    shared: Weak<Shared>,
    instances: Vec<Option<Instance>>,
    transients: Transients,
    /// Asynchronous factories under way.
    running: FuturesUnordered<BoxFuture<'static, (usize, Result<Instance, BoxError>)>>,
}

impl Builder {
    pub(super) fn new(plan: Plan, shared: &Arc<Shared>) -> Self {
        let instances = plan.slots().iter().map(|slot| slot.given.clone()).collect();
        Self::with(plan, shared, instances)
    }

    /// Builds what a larger plan adds to a smaller one.
    pub(super) fn beside(plan: Plan, smaller: &Layer, shared: &Arc<Shared>) -> Self {
        let mut instances = plan.carry(&smaller.plan, &smaller.instances);
        for (instance, slot) in instances.iter_mut().zip(plan.slots()) {
            if instance.is_none() {
                instance.clone_from(&slot.given);
            }
        }
        Self::with(plan, shared, instances)
    }

    fn with(plan: Plan, shared: &Arc<Shared>, instances: Vec<Option<Instance>>) -> Self {
        let shared = Arc::downgrade(shared);
        Self { plan, shared, instances, transients: Transients::default(), running: FuturesUnordered::new() }
    }

    /// Builds every slot that lives as long as the application, those that are needed first. A slot that waits for an
    /// asynchronous factory does not keep others waiting that can do without it.
    pub(super) async fn run(mut self) -> Result<Layer, BootError> {
        let kept = self.plan.kept();
        let is_kept = |slot: &usize| kept[*slot] && self.instances[*slot].is_none();
        let mut waiting: Vec<_> = self.plan.order().iter().copied().filter(is_kept).collect();
        loop {
            let mut still = Vec::new();
            for slot in waiting {
                if !self.start(slot).await? {
                    still.push(slot);
                }
            }
            waiting = still;
            let Some((slot, made)) = self.running.next().await else {
                debug_assert!(waiting.is_empty(), "a graph without problems has an order");
                break;
            };
            self.finish(slot, made)?;
        }
        let transients = self.transients.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Layer::new(self.plan, self.instances, transients, self.shared))
    }

    /// Starts what can be; `false` if a need is not built yet.
    async fn start(&mut self, slot: usize) -> Result<bool, BootError> {
        if !self.is_ready(slot) {
            return Ok(false);
        }
        let maker = Maker {
            plan: &self.plan,
            shared: &self.shared,
            instances: &self.instances,
            transients: Some(&self.transients),
        };
        let planned = &self.plan.slots()[slot];
        let mut needs = maker.needs(planned, None, None).await.map_err(|error| self.boot_error(error))?;
        match self.plan.slots()[slot].provider.build {
            Build::Sync(build) => {
                let made = build(&mut needs);
                self.finish(slot, made)?;
            }
            Build::Async(build) => {
                let made = build(needs);
                self.running.push(Box::pin(async move { (slot, made.await) }));
            }
            Build::Given => self.finish(slot, Err("no value was supplied".into()))?,
        }
        Ok(true)
    }

    /// Whether everything is there that the needs of a slot are made of.
    fn is_ready(&self, slot: usize) -> bool {
        let slot = &self.plan.slots()[slot];
        let mut needs = slot.provider.needs.iter().zip(&slot.needs);
        needs.all(|(need, served)| match (need.kind, *served) {
            (NeedKind::Provider, Some((from, _))) if self.plan.slots()[from].life.is_transient() => self.is_ready(from),
            (NeedKind::Provider, Some((from, _))) => self.instances[from].is_some(),
            _ => true,
        })
    }

    fn finish(&mut self, slot: usize, made: Result<Instance, BoxError>) -> Result<(), BootError> {
        match made {
            Ok(instance) => {
                self.instances[slot] = Some(instance);
                Ok(())
            }
            Err(source) => {
                let slot = &self.plan.slots()[slot];
                let (provider, module, at) = (slot.provider.token.name, slot.module.name, slot.provider.at);
                Err(BootError::Factory { provider, module, at, source })
            }
        }
    }

    /// What a transient provider failed with.
    fn boot_error(&self, error: ResolveError) -> BootError {
        let root = self.plan.root();
        match error {
            ResolveError::Factory { provider, module, at, source } => {
                BootError::Factory { provider, module, at, source }
            }
            other => BootError::Factory { provider: root.name, module: root.name, at: root.at, source: other.into() },
        }
    }
}
