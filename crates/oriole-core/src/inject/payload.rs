//! What a durable provider knows of those whom it is kept for.

use super::{BoxError, Inject, Instance};
use crate::descriptor::NeedKind;
use std::any::type_name;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// What comes with the key that durable providers are kept for: the tenant, for example (`SCO.13`).
///
/// A field of this type is a need that comes with the request; it makes its provider request-scoped. What it is, says whoever
/// assigns requests to keys.
#[derive(Debug)]
pub struct Payload<T: ?Sized>(Arc<T>);

impl<T: ?Sized> Clone for Payload<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: ?Sized> Deref for Payload<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for Payload<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: ?Sized + Send + Sync + 'static> Inject for Payload<T> {
    type Target = T;
    const OPTIONAL: bool = false;
    const KIND: NeedKind = NeedKind::Payload;

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        Option::<Self>::from_instance(found)?.ok_or_else(|| format!("no `{}` came with it", type_name::<T>()).into())
    }
}

impl<T: ?Sized + Send + Sync + 'static> Inject for Option<Payload<T>> {
    type Target = T;
    const OPTIONAL: bool = true;
    const KIND: NeedKind = NeedKind::Payload;

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        Ok(found.as_ref().and_then(Instance::get::<T>).map(|found| Payload(Arc::clone(found))))
    }
}
