//! One instance out of its needs.

use super::ResolveError;
use super::context::{Begun, ContextId};
use super::layer::Shared;
use crate::descriptor::{Build, NeedDescriptor, NeedKind};
use crate::graph::{Plan, PlannedSlot, Served};
use crate::inject::{Asking, Instance, LateSource, Needs};
use futures_util::future::BoxFuture;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Where the log says which need was met by what, at the level `DEBUG` (`CPR.11`).
const INJECTOR: &str = "oriole::Injector";

/// Transient instances with their slots.
pub(super) type Transients = Mutex<Vec<(usize, Instance)>>;

/// For how many needs there is room at first.
const NEEDS_USUAL: usize = 8;

/// What must be built for a slot within a context.
#[derive(Debug)]
pub(super) struct Chain {
    /// The slots that live no longer than the context, those that are needed first.
    pub(super) bound: Box<[usize]>,
    /// Whether nothing of it has to wait, is transient or durable.
    pub(super) is_plain: bool,
}

/// What instances are made of.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) plan: &'a Plan,
    pub(super) shared: &'a Weak<Shared>,
    /// Those that live as long as the application.
    pub(super) instances: &'a [Option<Instance>],
    /// Where transient ones are kept that are made at the start, for their hooks.
    pub(super) transients: Option<&'a Transients>,
}

impl<'a> Maker<'a> {
    pub(super) fn slot(&self, slot: usize) -> &'a PlannedSlot {
        &self.plan.slots()[slot]
    }

    /// The instance of a slot, whatever its life.
    pub(super) async fn resolve(&self, slot: usize, chain: &Chain, ctx: &ContextId) -> Result<Instance, ResolveError> {
        if chain.is_plain {
            return self.resolve_at_once(slot, chain, ctx);
        }
        for &each in &chain.bound {
            self.build_in(each, ctx).await?;
        }
        self.supply(slot, None, Some(ctx)).await
    }

    /// The same for a plain chain: nothing of it has to wait, so that the context is held once and not for each of its links.
    fn resolve_at_once(&self, slot: usize, chain: &Chain, ctx: &ContextId) -> Result<Instance, ResolveError> {
        let mut built = ctx.all_built();
        built.reserve(chain.bound.len());
        let mut needs = Needs::with_capacity(NEEDS_USUAL);
        for &index in &chain.bound {
            let (planned, cell) = (self.slot(index), self.plan.cell(index));
            if built.get(cell).is_some() {
                continue;
            }
            let Build::Sync(build) = planned.provider.build else { return Err(self.not_built(index)) };
            needs.clear();
            for (need, served) in planned.provider.needs.iter().zip(&planned.needs) {
                needs.push(match (need.kind, *served) {
                    (NeedKind::Provider, Some((from, convert))) => {
                        self.tell(planned, need, from);
                        let found = match self.slot(from).life.is_bound() {
                            true => built.get(self.plan.cell(from)),
                            false => self.instances[from].as_ref(),
                        };
                        let found = found.ok_or_else(|| self.not_built(from))?.clone();
                        Some(converted(found, convert))
                    }
                    _ => self.without_waiting(planned, need, *served, None, Some(ctx))?,
                });
            }
            let made = build(&mut needs).map_err(|source| self.failed(index, source))?;
            built.push(cell, made);
        }
        built.get(self.plan.cell(slot)).cloned().ok_or_else(|| self.not_built(slot))
    }

    /// Everything that a slot needs, in order.
    pub(super) async fn needs(
        &self,
        slot: &PlannedSlot,
        inquirer: Option<&'static str>,
        ctx: Option<&ContextId>,
    ) -> Result<Needs, ResolveError> {
        let mut needs = Needs::with_capacity(slot.provider.needs.len());
        for (need, served) in slot.provider.needs.iter().zip(&slot.needs) {
            needs.push(match (need.kind, *served) {
                (NeedKind::Provider, Some(served)) => {
                    self.tell(slot, need, served.0);
                    Some(self.served(served, Some(slot.provider.token.name), ctx).await?)
                }
                _ => self.without_waiting(slot, need, *served, inquirer, ctx)?,
            });
        }
        Ok(needs)
    }

    /// What meets a need that is no provider's.
    fn without_waiting(
        &self,
        slot: &PlannedSlot,
        need: &NeedDescriptor,
        served: Option<Served>,
        inquirer: Option<&'static str>,
        ctx: Option<&ContextId>,
    ) -> Result<Option<Instance>, ResolveError> {
        Ok(match (need.kind, served) {
            (NeedKind::Container(give), _) => {
                let (shared, module, plan) = (self.shared, slot.module_index, self.plan);
                Some(give(&Asking { shared, module, inquirer, plan, slot }))
            }
            (NeedKind::Request | NeedKind::Payload, _) => {
                let given = ctx.and_then(|ctx| ctx.given(need.token.type_id));
                if given.is_none() && !need.optional {
                    let provider = slot.provider.token.name;
                    return Err(ResolveError::NoRequest { provider, need: need.token.name });
                }
                given.cloned()
            }
            (NeedKind::Late, Some((slot, convert))) => {
                let shared = Weak::clone(self.shared);
                Some(Instance::new(Arc::new(LateSource { shared, slot, convert })))
            }
            (NeedKind::Provider | NeedKind::Late, _) => None,
        })
    }

    fn tell(&self, slot: &PlannedSlot, need: &NeedDescriptor, from: usize) {
        tracing::debug!(
            target: INJECTOR,
            "`{}` in `{}` gets `{}` from `{}`",
            slot.provider.token.name,
            slot.module.name,
            need.token.name,
            self.slot(from).module.name,
        );
    }

    pub(super) async fn served(
        &self,
        (slot, convert): Served,
        inquirer: Option<&'static str>,
        ctx: Option<&ContextId>,
    ) -> Result<Instance, ResolveError> {
        Ok(converted(self.supply(slot, inquirer, ctx).await?, convert))
    }

    /// What a slot has, or a new one where each consumer gets its own.
    async fn supply(
        &self,
        slot: usize,
        inquirer: Option<&'static str>,
        ctx: Option<&ContextId>,
    ) -> Result<Instance, ResolveError> {
        let planned = self.slot(slot);
        if planned.life.is_transient() {
            return self.fresh(slot, inquirer, ctx).await;
        }
        let found = match ctx {
            Some(ctx) if planned.life.is_durable() => ctx.durable().built(self.plan.cell(slot)),
            Some(ctx) if planned.life.is_bound() => ctx.built(self.plan.cell(slot)),
            _ => self.instances[slot].clone(),
        };
        found.ok_or_else(|| self.not_built(slot))
    }

    /// A new instance. Boxed, because what it needs may be new as well.
    pub(super) fn fresh<'b>(
        &'b self,
        slot: usize,
        inquirer: Option<&'static str>,
        ctx: Option<&'b ContextId>,
    ) -> BoxFuture<'b, Result<Instance, ResolveError>> {
        Box::pin(async move {
            let mut needs = self.needs(self.slot(slot), inquirer, ctx).await?;
            let made = match self.slot(slot).provider.build {
                Build::Sync(build) => build(&mut needs),
                Build::Async(build) => build(needs).await,
                Build::Given => Err("no value was supplied".into()),
            };
            let made = made.map_err(|source| self.failed(slot, source))?;
            if let Some(transients) = self.transients {
                let mut transients = transients.lock().unwrap_or_else(PoisonError::into_inner);
                transients.push((slot, made.clone()));
            }
            Ok(made)
        })
    }

    /// Builds a slot that lives no longer than `ctx`, unless it is there.
    pub(super) async fn build_in(&self, index: usize, ctx: &ContextId) -> Result<(), ResolveError> {
        let slot = self.slot(index);
        let (ctx, cell) = (if slot.life.is_durable() { ctx.durable() } else { ctx }, self.plan.cell(index));
        if ctx.built(cell).is_some() {
            return Ok(());
        }
        match slot.provider.build {
            Build::Sync(build) => {
                let mut needs = self.needs(slot, None, Some(ctx)).await?;
                ctx.build(cell, || build(&mut needs)).map_err(|source| self.failed(index, source))?;
            }
            Build::Async(build) => match ctx.begin(cell).await {
                Begun::Built => {}
                Begun::Mine(_guard) => {
                    let needs = self.needs(slot, None, Some(ctx)).await?;
                    let made = build(needs).await.map_err(|source| {
                        ctx.fail(cell, &source);
                        self.failed(index, source)
                    })?;
                    ctx.finish(cell, &made);
                }
                Begun::Failed(text) => return Err(self.failed(index, text.as_ref().into())),
            },
            Build::Given => return Err(self.failed(index, "no value was supplied".into())),
        }
        Ok(())
    }

    fn not_built(&self, slot: usize) -> ResolveError {
        ResolveError::NotBuilt { provider: self.slot(slot).provider.token.name }
    }

    fn failed(&self, slot: usize, source: crate::BoxError) -> ResolveError {
        let slot = self.slot(slot);
        ResolveError::Factory {
            provider: slot.provider.token.name,
            module: slot.module.name,
            at: slot.provider.at,
            source,
        }
    }
}

/// What a token stands for.
fn converted(instance: Instance, convert: Option<fn(Instance) -> Instance>) -> Instance {
    match convert {
        Some(convert) => convert(instance),
        None => instance,
    }
}
