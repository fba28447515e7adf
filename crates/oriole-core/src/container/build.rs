//! From plan to instances.

use super::BootError;
use super::layer::{Layer, Shared};
use crate::descriptor::{Build, NeedKind};
use crate::graph::{Plan, PlannedSlot};
use crate::inject::{Asking, BoxError, Instance, LateSource, Needs};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use std::sync::{Arc, Weak};

/// Where the log says which need was met by what, at the level `DEBUG` (`CPR.11`).
const INJECTOR: &str = "oriole::Injector";

/// The instances of a plan while they are built.
pub(super) struct Builder {
    plan: Plan,
    shared: Weak<Shared>,
    instances: Vec<Option<Instance>>,
    /// Asynchronous factories under way.
    running: FuturesUnordered<BoxFuture<'static, (usize, Result<Instance, BoxError>)>>,
}

impl Builder {
    pub(super) fn new(plan: Plan, shared: &Arc<Shared>) -> Self {
        let instances = plan.slots().iter().map(|slot| slot.given.clone()).collect();
        Self { plan, shared: Arc::downgrade(shared), instances, running: FuturesUnordered::new() }
    }

    /// Builds every slot, those that are needed first. A slot that waits for an asynchronous factory does not keep others
    /// waiting that can do without it.
    pub(super) async fn run(mut self) -> Result<Layer, BootError> {
        let mut waiting = self.plan.order().to_vec();
        loop {
            let mut still = Vec::new();
            for slot in waiting {
                if self.instances[slot].is_none() && !self.start(slot)? {
                    still.push(slot);
                }
            }
            waiting = still;
            let Some((slot, made)) = self.running.next().await else { break };
            self.finish(slot, made)?;
        }
        Ok(Layer { plan: self.plan, instances: self.instances })
    }

    /// Starts what can be; `false` if a need is not built yet.
    fn start(&mut self, index: usize) -> Result<bool, BootError> {
        let slot = &self.plan.slots()[index];
        if slot.given.is_some() {
            return Ok(true);
        }
        let needs = slot.provider.needs.iter().zip(&slot.needs);
        let unmet = |kind: NeedKind, from: usize| matches!(kind, NeedKind::Provider) && self.instances[from].is_none();
        if needs.clone().any(|(need, served)| served.is_some_and(|(from, _)| unmet(need.kind, from))) {
            return Ok(false);
        }
        let mut needs = Needs::new(self.needs(slot));
        match slot.provider.build {
            Build::Sync(build) => {
                let made = build(&mut needs);
                self.finish(index, made)?;
            }
            Build::Async(build) => {
                let made = build(needs);
                self.running.push(Box::pin(async move { (index, made.await) }));
            }
            Build::Given => self.finish(index, Err("no value was supplied".into()))?,
        }
        Ok(true)
    }

    fn needs(&self, slot: &PlannedSlot) -> Vec<Option<Instance>> {
        let each = slot.provider.needs.iter().zip(&slot.needs);
        let each = each.map(|(need, served)| match (need.kind, *served) {
            (NeedKind::Container(give), _) => Some(give(&Asking { shared: &self.shared, module: slot.module_index })),
            (_, None) => None,
            (NeedKind::Late, Some((slot, convert))) => {
                let shared = Weak::clone(&self.shared);
                Some(Instance::new(Arc::new(LateSource { shared, slot, convert })))
            }
            (NeedKind::Provider, Some((from, convert))) => {
                tracing::debug!(
                    target: INJECTOR,
                    "`{}` in `{}` gets `{}` from `{}`",
                    slot.provider.token.name,
                    slot.module.name,
                    need.token.name,
                    self.plan.slots()[from].module.name,
                );
                let instance = self.instances[from].clone()?;
                Some(match convert {
                    Some(convert) => convert(instance),
                    None => instance,
                })
            }
        });
        each.collect()
    }

    fn finish(&mut self, index: usize, made: Result<Instance, BoxError>) -> Result<(), BootError> {
        match made {
            Ok(instance) => {
                self.instances[index] = Some(instance);
                Ok(())
            }
            Err(source) => {
                let slot = &self.plan.slots()[index];
                Err(BootError::Factory {
                    provider: slot.provider.token.name,
                    module: slot.module.name,
                    at: slot.provider.at,
                    source,
                })
            }
        }
    }
}
