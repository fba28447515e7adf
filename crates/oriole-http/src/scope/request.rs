//! The request as a need.

use http::request::Parts;
use oriole_core::{BoxError, Inject, Instance, NeedKind};
use std::ops::Deref;
use std::sync::Arc;

/// The head of the request that an instance is made for (`SCO.7`).
///
/// A field of this type is a need that comes with the request; it makes its provider request-scoped, and what needs that one.
/// It is the head as it was when the first thing was built for the request: for a controller after guards, so that what they
/// insert into its extensions is there. The body is not here: the handler's last argument takes it.
///
/// # Examples
///
/// ```
/// use oriole::CurrentRequest;
/// use oriole::prelude::*;
/// use std::sync::Arc;
///
/// #[injectable]
/// pub struct Tenant {
///     request: CurrentRequest,
/// }
///
/// impl Tenant {
///     fn name(&self) -> &str {
///         self.request.headers.get("x-tenant").and_then(|name| name.to_str().ok()).unwrap_or("nobody")
///     }
/// }
///
/// #[injectable]
/// pub struct Cats {
///     tenant: Arc<Tenant>,
/// }
///
/// #[controller("cats")]
/// impl Cats {
///     #[get]
///     async fn of(&self) -> String {
///         self.tenant.name().to_owned()
///     }
/// }
///
/// #[module(root, providers = [Tenant], controllers = [Cats])]
/// pub struct CatsModule;
/// # fn main() {}
/// ```
#[derive(Clone, Debug)]
pub struct CurrentRequest(Arc<Parts>);

impl Deref for CurrentRequest {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Inject for CurrentRequest {
    type Target = Parts;
    const OPTIONAL: bool = false;
    const KIND: NeedKind = NeedKind::Request;

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        match found.as_ref().and_then(Instance::get::<Parts>) {
            Some(parts) => Ok(Self(Arc::clone(parts))),
            None => Err("there is no request".into()),
        }
    }
}
