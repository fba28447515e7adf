//! Who asks the container for a part of itself.

use super::{BoxError, Inject, Instance};
use crate::container::Shared;
use crate::descriptor::NeedKind;
use std::fmt;
use std::sync::{Arc, Weak};

/// A need that the container meets itself, on its way to the provider that has it.
pub struct Asking<'a> {
    pub(crate) shared: &'a Weak<Shared>,
    /// The module of the provider that asks.
    pub(crate) module: usize,
    /// For whom that provider is made, if it is transient.
    pub(crate) inquirer: Option<&'static str>,
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
