//! Guards and the like that live for one request.

use super::Scopes;
use crate::pipeline::{DynGuard, DynInterceptor, ExecutionContext, Next};
use crate::{Error, HttpException, Reply};
use futures_util::future::BoxFuture;
use oriole_core::{Held, Instance, Scoped};
use std::sync::Arc;

/// Resolves an enhancer for each request, and lets it do its work.
pub(crate) struct PerRequest<T: ?Sized> {
    scoped: Scoped,
    pick: fn(&Instance) -> Option<Arc<T>>,
    scopes: Scopes,
}

impl<T: ?Sized> PerRequest<T> {
    async fn of(&self, ctx: &mut ExecutionContext) -> Result<Arc<T>, HttpException> {
        let context = self.scopes.context(ctx.http_mut());
        let instance = self.scoped.resolve(&context).await.map_err(HttpException::internal)?;
        (self.pick)(&instance).ok_or_else(|| {
            let name = self.scoped.provider().token.name;
            HttpException::internal(format!("`{name}` is not what was built"))
        })
    }
}

/// An enhancer out of what the container has; `None` if that is something else.
pub(crate) fn found<T: ?Sized>(
    held: Held,
    pick: fn(&Instance) -> Option<Arc<T>>,
    per_request: fn(PerRequest<T>) -> Option<Arc<T>>,
    scopes: &Scopes,
) -> Result<Option<Arc<T>>, Error> {
    let scoped = match held {
        Held::Built(instance) => return Ok(pick(&instance)),
        Held::PerRequest(scoped) => scoped,
    };
    let provider = scoped.provider();
    match per_request(PerRequest { scoped, pick, scopes: scopes.clone() }) {
        Some(enhancer) => Ok(Some(enhancer)),
        None => Err(Error::Route {
            reason: format!(
                "`{}` lives for one request: pipes and filters live as long as the application",
                provider.token.name
            ),
            at: provider.at,
        }),
    }
}

impl DynGuard for PerRequest<dyn DynGuard> {
    fn can_activate<'a>(&'a self, ctx: &'a mut ExecutionContext) -> BoxFuture<'a, Result<bool, HttpException>> {
        Box::pin(async move { self.of(ctx).await?.can_activate(ctx).await })
    }
}

impl DynInterceptor for PerRequest<dyn DynInterceptor> {
    fn intercept<'a>(
        &'a self,
        ctx: &'a mut ExecutionContext,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Reply, HttpException>> {
        Box::pin(async move { self.of(ctx).await?.intercept(ctx, next).await })
    }
}
