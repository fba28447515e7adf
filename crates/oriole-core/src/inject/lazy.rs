//! Needs that are looked up when they are used.

use super::{BoxError, HoldsToken, Inject, Instance};
use crate::container::Shared;
use crate::descriptor::NeedKind;
use std::any::type_name;
use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

/// A need that is looked up when it is used for the first time, so that two providers may need each other (`CIR.1`).
///
/// Write it on one side of a circle; the other side keeps its `Arc<T>`. Prefer a third provider that both need, where there
/// is one. The lazy side does not keep the other alive, so that the circle is freed with its application.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::Lazy;
/// use std::sync::Arc;
///
/// #[injectable]
/// pub struct Orders {
///     invoices: Arc<Invoices>,
/// }
///
/// #[injectable]
/// pub struct Invoices {
///     orders: Lazy<Orders>,
/// }
///
/// #[module(root, providers = [Orders, Invoices])]
/// pub struct ShopModule;
///
/// # #[oriole::main]
/// # async fn main() -> oriole::Result<()> {
/// let app = Oriole::create::<ShopModule>().await?;
/// let orders = app.get::<Orders>().expect("provided");
/// assert!(Arc::ptr_eq(&orders, &orders.invoices.orders.get()));
/// # Ok(())
/// # }
/// ```
pub struct Lazy<T: ?Sized> {
    source: Arc<LateSource>,
    found: OnceLock<Weak<T>>,
}

/// Where a late need leads.
pub(crate) struct LateSource {
    pub(crate) shared: Weak<Shared>,
    pub(crate) slot: usize,
    pub(crate) convert: Option<fn(Instance) -> Instance>,
}

impl<T: ?Sized + Send + Sync + 'static> Lazy<T> {
    /// The provider.
    ///
    /// # Panics
    ///
    /// While the application is being built, that is in the constructor or factory of the provider that has this need; and
    /// when the application is gone. See [`try_get`](Self::try_get).
    #[must_use]
    pub fn get(&self) -> Arc<T> {
        let Some(found) = self.try_get() else {
            panic!("`{}` was asked for while its application was being built, or when it was gone", type_name::<T>())
        };
        found
    }

    /// The provider, if the application is built and still there.
    #[must_use]
    pub fn try_get(&self) -> Option<Arc<T>> {
        if let Some(found) = self.found.get() {
            return found.upgrade();
        }
        let instance = self.source.shared.upgrade()?.instance(self.source.slot)?;
        let instance = match self.source.convert {
            Some(convert) => convert(instance),
            None => instance,
        };
        let found = instance.get::<T>()?;
        let _ = self.found.set(Arc::downgrade(found));
        Some(Arc::clone(found))
    }
}

impl<T: ?Sized + Send + Sync + 'static> Inject for Lazy<T> {
    type Target = T;
    const OPTIONAL: bool = false;
    const KIND: NeedKind = NeedKind::Late;

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        Option::<Self>::from_instance(found)?.ok_or_else(|| format!("nothing stands for `{}`", type_name::<T>()).into())
    }
}

impl<T: ?Sized + Send + Sync + 'static> Inject for Option<Lazy<T>> {
    type Target = T;
    const OPTIONAL: bool = true;
    const KIND: NeedKind = NeedKind::Late;

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        let Some(found) = found else { return Ok(None) };
        match found.get::<LateSource>() {
            Some(source) => Ok(Some(Lazy { source: Arc::clone(source), found: OnceLock::new() })),
            None => Err(format!("the container holds something else than a way to `{}`", type_name::<T>()).into()),
        }
    }
}

impl<T: ?Sized + Send + Sync + 'static> HoldsToken<T> for Lazy<T> {}
impl<T: ?Sized + Send + Sync + 'static> HoldsToken<T> for Option<Lazy<T>> {}

impl<T: ?Sized> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lazy").field("of", &type_name::<T>()).finish_non_exhaustive()
    }
}
