//! A module's own word on middleware, and how the boot asks for it.

use super::consumer::{Bound, MiddlewareConsumer};
use super::selection::Known;
use crate::Error;
use futures_util::future::BoxFuture;
use oriole_core::{BootError, BoxError, Container, Instance};
use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;

/// Chooses middleware for routes: a module implements it (`MDW.4`).
///
/// Write it with a plain `async fn`. A middleware with needs is a provider that the module has as a field, so that it is
/// built by the container with what the module sees.
///
/// It is asked once, when the application starts, before the first lifecycle hook. Global modules come first, then the root
/// module, then those that it imports, in their order and in depth (`MDW.13`).
///
/// # Examples
///
/// ```
/// use oriole::axum::body::Body;
/// use oriole::axum::{extract::Request, response::Response};
/// use oriole::http::Method;
/// use oriole::prelude::*;
/// use oriole::{ConfigureMiddleware, Middleware, MiddlewareConsumer, NextService};
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use tower::ServiceExt;
///
/// #[injectable]
/// struct Counter {
///     #[inject(default)]
///     seen: AtomicU32,
/// }
///
/// impl Middleware for Counter {
///     async fn handle(&self, request: Request, next: NextService) -> Result<Response, HttpException> {
///         self.seen.fetch_add(1, Ordering::Relaxed);
///         Ok(next.run(request).await)
///     }
/// }
///
/// #[module(providers = [Counter])]
/// struct App {
///     counter: Arc<Counter>,
/// }
///
/// impl ConfigureMiddleware for App {
///     async fn configure(&self, consumer: &mut MiddlewareConsumer) -> Result<(), BoxError> {
///         consumer.apply(self.counter.clone()).exclude((Method::GET, "cats/health")).for_routes("cats");
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = Oriole::create::<App>().await?;
/// let counter = app.get::<Counter>();
/// let service = app.into_service().await?;
/// for path in ["/cats/7", "/cats/health", "/dogs"] {
///     service.clone().oneshot(oriole::http::Request::get(path).body(Body::empty())?).await?;
/// }
/// assert_eq!(counter.map(|counter| counter.seen.load(Ordering::Relaxed)), Some(1));
/// # Ok(())
/// # }
/// ```
pub trait ConfigureMiddleware: Send + Sync {
    /// Applies middleware to routes.
    ///
    /// # Errors
    ///
    /// Any error ends the start; it is reported as `ORI011` with the module's name.
    fn configure(&self, consumer: &mut MiddlewareConsumer) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// [`ConfigureMiddleware::configure`] with its type taken off; `None` if the instance is not what the descriptor said.
pub type ConfigureFn =
    for<'a> fn(&'a Instance, &'a mut MiddlewareConsumer) -> Option<BoxFuture<'a, Result<(), BoxError>>>;

/// What a module tells HTTP; `ModuleDescriptor::transport` holds a reference to it.
#[derive(Debug)]
pub struct HttpModule {
    /// Its word on middleware.
    pub configure: ConfigureFn,
}

/// `ModuleProbe::<M>::TRANSPORT` is an [`HttpModule`] where `M` implements [`ConfigureMiddleware`], else nothing.
#[derive(Debug)]
pub struct ModuleProbe<M: ?Sized>(PhantomData<fn() -> Box<M>>);

/// The fall-back of [`ModuleProbe`].
pub trait Unserved {
    /// Nothing.
    const TRANSPORT: &'static (dyn Any + Send + Sync) = &();
}
impl<M: ?Sized> Unserved for ModuleProbe<M> {}

impl<M: ConfigureMiddleware + 'static> ModuleProbe<M> {
    /// What it has to say.
    pub const TRANSPORT: &'static (dyn Any + Send + Sync) = &HttpModule {
        configure: |instance, consumer| {
            instance.get::<M>().map(|module| Box::pin(module.configure(consumer)) as BoxFuture<'_, _>)
        },
    };
}

/// Asks every module, and resolves what they say.
pub(crate) async fn configure(container: &Container, known: &Known<'_>) -> Result<Vec<Bound>, Error> {
    let mut consumer = MiddlewareConsumer::default();
    for (module, instance) in container.scanned() {
        let Some(http) = module.transport.downcast_ref::<HttpModule>() else { continue };
        let Some(configured) = (http.configure)(instance, &mut consumer) else { continue };
        configured.await.map_err(|source| BootError::Hook {
            hook: "configure",
            provider: module.name,
            module: module.name,
            at: module.at,
            source,
        })?;
    }
    consumer.resolve(known)
}
