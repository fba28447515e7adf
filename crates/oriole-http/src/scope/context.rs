//! The sub-tree of the current request.

use super::DurableOptions;
use super::durable::Durable;
use axum::extract::FromRequestParts;
use http::request::Parts;
use oriole_core::ContextId;
use std::convert::Infallible;
use std::ops::Deref;
use std::sync::Arc;

/// How the contexts of an application's requests are made.
#[derive(Clone)]
pub(crate) struct Scopes {
    durable: Option<Arc<Durable>>,
    /// Whether anything needs the request.
    with_request: bool,
}

impl Scopes {
    pub(crate) fn new(durable: Option<DurableOptions>, with_request: bool) -> Self {
        Self { durable: durable.map(|options| Arc::new(Durable::new(options))), with_request }
    }

    /// Whether the arguments of handlers must be told of keys.
    pub(crate) fn has_keys(&self) -> bool {
        self.durable.is_some()
    }

    /// The context of a request: made when it is asked for, and the same from then on.
    pub(crate) fn context(&self, request: &mut Parts) -> ContextId {
        if let Some(known) = request.extensions.get::<ContextId>() {
            return known.clone();
        }
        let mut context = ContextId::new();
        if self.with_request {
            context = context.with(Arc::new(request.clone()));
        }
        if let Some(durable) = self.durable.as_ref().and_then(|durable| durable.context(request)) {
            context = context.within(durable);
        }
        request.extensions.insert(context.clone());
        context
    }
}

/// The id of the current request, as an argument of a handler: what is resolved with it is what the request's own providers
/// see (`MRF.7`).
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::{CurrentContext, ModuleRef};
/// use std::sync::Arc;
///
/// #[injectable(request)]
/// pub struct Basket;
///
/// #[injectable]
/// pub struct Shop {
///     module: ModuleRef,
/// }
///
/// #[controller("shop")]
/// impl Shop {
///     #[get]
///     async fn same(&self, context: CurrentContext) -> Result<Json<bool>, HttpException> {
///         let resolve = || self.module.resolve_in::<Basket>(&context);
///         let one = resolve().await.map_err(HttpException::internal)?;
///         let other = resolve().await.map_err(HttpException::internal)?;
///         Ok(Json(Arc::ptr_eq(&one, &other)))
///     }
/// }
///
/// #[module(root, providers = [Basket], controllers = [Shop])]
/// pub struct ShopModule;
/// # fn main() {}
/// ```
#[derive(Clone, Debug)]
pub struct CurrentContext(ContextId);

impl Deref for CurrentContext {
    type Target = ContextId;

    fn deref(&self) -> &ContextId {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for CurrentContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        // An application with durable providers leaves these to whoever needs them first.
        let scopes = parts.extensions.get::<Scopes>().cloned().unwrap_or_else(|| Scopes::new(None, true));
        Ok(Self(scopes.context(parts)))
    }
}
