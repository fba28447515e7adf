//! Who asks the container for a part of itself.

use super::{BoxError, Inject, Instance};
use crate::container::Shared;
use crate::descriptor::{NeedKind, ProviderDescriptor};
use crate::graph::{Plan, PlannedSlot};
use std::fmt;
use std::sync::{Arc, Weak};

/// A need that the container meets itself, on its way to the provider that has it.
pub struct Asking<'a> {
    pub(crate) shared: &'a Weak<Shared>,
    /// The module of the provider that asks.
    pub(crate) module: usize,
    /// For whom that provider is made, if it is transient.
    pub(crate) inquirer: Option<&'static str>,
    pub(crate) plan: &'a Plan,
    /// The provider itself.
    pub(crate) slot: &'a PlannedSlot,
}

/// The providers that need the one that asks, as they were declared.
///
/// A field of this type is a need that the container meets. Use it in a provider that must know its consumers before they are
/// built: one that checks what all of them want, and names every fault at once. Whoever needs it through a third is not among
/// them, and neither is what `ModuleRef` makes.
#[derive(Clone, Debug, Default)]
pub struct Dependents(Vec<&'static ProviderDescriptor>);

impl Dependents {
    /// What they say of themselves by `#[meta(..)]` that is a `T`, in the order in which they are declared.
    #[must_use]
    pub fn meta<T: Send + Sync + 'static>(&self) -> Vec<Arc<T>> {
        let all = self.0.iter().flat_map(|provider| provider.meta);
        all.filter_map(|make| make().downcast::<T>().ok()).collect()
    }
}

impl Inject for Dependents {
    type Target = Self;
    const OPTIONAL: bool = false;
    const KIND: NeedKind = NeedKind::Container(|asking| {
        let slots = asking.plan.slots();
        let own = slots.iter().position(|slot| std::ptr::eq(slot, asking.slot));
        let needs_it = |slot: &&PlannedSlot| slot.needs.iter().flatten().any(|&(to, _)| Some(to) == own);
        Instance::new(Arc::new(Dependents(slots.iter().filter(needs_it).map(|slot| slot.provider).collect())))
    });

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        match found.as_ref().and_then(Instance::get::<Self>) {
            Some(dependents) => Ok((**dependents).clone()),
            None => Err("the container did not say who needs it".into()),
        }
    }
}

/// For whom a transient provider was made (`SCO.8`).
///
/// A field of this type is a need that the container meets. Use it in a transient provider, to name a logger for example.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::Inquirer;
/// use std::sync::Arc;
///
/// #[injectable(transient)]
/// pub struct Log {
///     of: Inquirer,
/// }
///
/// #[injectable]
/// pub struct Cats {
///     log: Arc<Log>,
/// }
///
/// #[module(root, providers = [Log, Cats])]
/// pub struct CatsModule;
///
/// # #[oriole::main]
/// # async fn main() -> oriole::Result<()> {
/// let cats = Oriole::create::<CatsModule>().await?.get::<Cats>().expect("provided");
/// assert_eq!(cats.log.of.name(), Some("Cats"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Inquirer {
    name: Option<&'static str>,
}

impl Inquirer {
    /// The consumer's name, as its author wrote it; `None` where the provider is not transient, or resolved by hand.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.name
    }
}

impl Inject for Inquirer {
    type Target = Self;
    const OPTIONAL: bool = false;
    const KIND: NeedKind = NeedKind::Container(|asking| Instance::new(Arc::new(Inquirer { name: asking.inquirer })));

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        match found.as_ref().and_then(Instance::get::<Self>) {
            Some(inquirer) => Ok(**inquirer),
            None => Err("the container did not say who asks".into()),
        }
    }
}

impl fmt::Debug for Asking<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asking").field("module", &self.module).finish_non_exhaustive()
    }
}
