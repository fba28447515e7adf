//! The five lifecycle hooks over all instances of a container.

use super::{BootError, Container, panic_text};
use crate::graph::PlannedModule;
use crate::inject::{BoxError, Instance};
use crate::lifecycle::{HookFn, Hooks, Signal};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, join_all, pending, select};
use std::any::Any;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, PoisonError};

/// How long a hook may take: a future for each hook, which is ready when it has taken long enough.
///
/// This crate knows no clock; a transport makes one of its timers.
#[derive(Clone)]
pub struct HookLimit(Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>);

impl HookLimit {
    /// Asks this function when a hook begins.
    pub fn new(limit: impl Fn() -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(limit))
    }

    /// As long as they like.
    #[must_use]
    pub fn none() -> Self {
        Self::new(|| Box::pin(pending()))
    }

    fn wait(&self) -> BoxFuture<'static, ()> {
        (self.0)()
    }
}

impl Default for HookLimit {
    fn default() -> Self {
        Self::none()
    }
}

impl fmt::Debug for HookLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HookLimit")
    }
}

/// What a hook is told to have failed with that takes longer.
#[derive(Debug)]
struct NotInTime;

impl fmt::Display for NotInTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it was not done in time")
    }
}

impl std::error::Error for NotInTime {}

impl Container {
    /// Limits how long each hook may take that begins from now on; nothing does unless this is called.
    pub fn limit_hooks(&self, limit: HookLimit) {
        *self.hook_limit.lock().unwrap_or_else(PoisonError::into_inner) = limit;
    }

    /// Runs `on_module_init`: modules that are imported first; within one module controllers and providers concurrently,
    /// the module itself last (`LCE.6`, `LCE.15`).
    ///
    /// # Errors
    ///
    /// [`BootError::Hook`] with the first hook that fails, or is not done in time; hooks of later modules do not run.
    pub async fn init(&self) -> Result<(), BootError> {
        self.start("on_module_init", |hooks| hooks.on_module_init).await
    }

    /// Runs `on_application_bootstrap`, in the order of [`init`](Self::init).
    ///
    /// # Errors
    ///
    /// As [`init`](Self::init).
    pub async fn bootstrap(&self) -> Result<(), BootError> {
        self.start("on_application_bootstrap", |hooks| hooks.on_application_bootstrap).await
    }

    /// Runs `on_module_destroy`, modules in reverse (`LCE.7`). A hook that fails, or is not done in time, is logged; the others
    /// run.
    ///
    /// # Errors
    ///
    /// [`BootError::Hook`] with the hook that failed, or [`BootError::Hooks`] with all that did, when every hook has run.
    pub async fn module_destroy(&self) -> Result<(), BootError> {
        self.end("on_module_destroy", None, |hooks| hooks.on_module_destroy).await
    }

    /// Runs `before_application_shutdown`, modules in reverse. A hook that fails is logged; the others run.
    ///
    /// # Errors
    ///
    /// As [`module_destroy`](Self::module_destroy).
    pub async fn before_shutdown(&self, signal: Option<Signal>) -> Result<(), BootError> {
        self.end("before_application_shutdown", signal, |hooks| hooks.before_application_shutdown).await
    }

    /// Runs `on_application_shutdown`, modules in reverse. A hook that fails is logged; the others run.
    ///
    /// # Errors
    ///
    /// As [`module_destroy`](Self::module_destroy).
    pub async fn shutdown(&self, signal: Option<Signal>) -> Result<(), BootError> {
        self.end("on_application_shutdown", signal, |hooks| hooks.on_application_shutdown).await
    }

    async fn start(&self, name: &'static str, pick: fn(&Hooks) -> Option<HookFn>) -> Result<(), BootError> {
        for module in self.layer.plan.modules() {
            for (slot, outcome) in self.run(module, None, pick, false).await {
                outcome.map_err(|source| self.hook_error(name, slot, source))?;
            }
        }
        Ok(())
    }

    async fn end(
        &self,
        name: &'static str,
        signal: Option<Signal>,
        pick: fn(&Hooks) -> Option<HookFn>,
    ) -> Result<(), BootError> {
        let mut all = Ok(());
        for module in self.layer.plan.modules().rev() {
            for (slot, outcome) in self.run(module, signal, pick, true).await {
                if let Err(source) = outcome {
                    let is_late = source.is::<NotInTime>();
                    let error = self.hook_error(name, slot, source);
                    tracing::error!("{error}");
                    // One that is left behind has not failed: what it does goes on somewhere, or never was.
                    if !is_late {
                        all = BootError::join(all, Err(error));
                    }
                }
            }
        }
        all
    }

    /// One hook over one module: controllers and providers at once, then the module's own. At the start a module whose
    /// providers failed is not told that it is ready; at the end every hook runs.
    async fn run<'a>(
        &'a self,
        module: &PlannedModule,
        signal: Option<Signal>,
        pick: fn(&Hooks) -> Option<HookFn>,
        own_in_any_case: bool,
    ) -> Vec<(usize, Result<(), BoxError>)> {
        let layer = &self.layer;
        let limit = self.hook_limit.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let call = |slot: usize, instance: Option<&'a Instance>| {
            let hook = pick(&layer.plan.slots()[slot].provider.hooks)?;
            let instance = instance?;
            // A panic is this hook's own failure: the others run.
            let guarded = AssertUnwindSafe(async move {
                match hook(instance, signal) {
                    Some(future) => future.await,
                    None => Ok(()),
                }
            })
            .catch_unwind();
            let limit = limit.wait();
            Some(async move {
                let outcome = match select(pin!(guarded), limit).await {
                    Either::Left((outcome, _)) => outcome.unwrap_or_else(|panic| Err(panicked(panic.as_ref()))),
                    Either::Right(((), _)) => Err(NotInTime.into()),
                };
                (slot, outcome)
            })
        };
        let together = module.controllers.iter().map(|&(_, slot)| slot).chain(module.providers.iter().copied());
        let together = together.map(|slot| (slot, layer.instance(slot)));
        let is_here = |slot: usize| layer.plan.slots()[slot].module_index == module.index;
        let transients = layer.transients.iter().filter(|(slot, _)| is_here(*slot));
        let together = together.chain(transients.map(|(slot, instance)| (*slot, Some(instance))));
        let mut outcomes = join_all(together.filter_map(|(slot, instance)| call(slot, instance))).await;
        if (own_in_any_case || outcomes.iter().all(|(_, outcome)| outcome.is_ok()))
            && let Some(own) = call(module.own, layer.instance(module.own))
        {
            outcomes.push(own.await);
        }
        outcomes
    }
}

fn panicked(panic: &(dyn Any + Send)) -> BoxError {
    format!("it panicked: {}", panic_text(panic)).into()
}
