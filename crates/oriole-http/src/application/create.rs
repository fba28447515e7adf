//! From a root module to an application.

use super::Shutdown;
use super::place::Placed;
use crate::pipeline::Given;
use crate::raw_body::BodyLimits;
use crate::route::{GlobalPrefix, Mount, Versioning};
use crate::server::ServerOptions;
use crate::{Error, route};
use futures_util::future::BoxFuture;
use http::Extensions;
use oriole_core::graph::Plan;
use oriole_core::{BootError, Container, LazyModules, Location, Module, ModuleDescriptor, ModuleRef, Token};
use oriole_sse::{Clock, SseOptions, SystemClock};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Makes applications.
#[derive(Debug)]
#[non_exhaustive]
pub struct Oriole;

impl Oriole {
    /// Builds every provider of the application below the root module `M`.
    ///
    /// The graph was checked by the compiler; what only run time can see is checked here, before the first factory runs.
    /// Nothing listens yet and no lifecycle hook has run.
    ///
    /// # Errors
    ///
    /// [`Error::Boot`] if the graph cannot be wired or a factory fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was built so far.
    // No `async fn`: its future would know `M`, and rustc would say of a type that is no module so in three places.
    #[must_use = "an application is made when this is awaited"]
    pub fn create<M: Module>() -> BoxFuture<'static, Result<Application, Error>> {
        const { M::CHECKED };
        boxed(M::module())
    }
}

/// Apart, so that the future's code is made in this crate and not in every application's.
fn boxed(root: &'static ModuleDescriptor) -> BoxFuture<'static, Result<Application, Error>> {
    Box::pin(create(root))
}

async fn create(root: &'static ModuleDescriptor) -> Result<Application, Error> {
    let container = boot(Plan::of(root).await?).await?;
    Ok(Application::of(Arc::new(container), root.at))
}

/// Checks what only a boot can check, and builds every provider. Test kits boot by it as `create` does.
///
/// # Errors
///
/// As [`Oriole::create`].
pub async fn boot(plan: Plan) -> Result<Container, Error> {
    let mut problems = String::new();
    if plan.problem_count() > 0 {
        problems.push_str(plan.problems());
    }
    if let Some(of_routes) = route::problems(plan.root(), plan.controllers()) {
        problems.push_str(&of_routes);
    }
    if !problems.is_empty() {
        return Err(BootError::Graph { problems }.into());
    }
    tracing::info!(target: "oriole::OrioleFactory", "Starting Oriole application...");
    let container = Container::build(plan).await?;
    for module in container.modules() {
        tracing::info!(target: "oriole::InstanceLoader", "{} dependencies initialized", module.name);
    }
    Ok(container)
}

/// The default of [`Application::body_limit`]: 1 MiB.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// The default of [`Application::body_read_timeout`].
const BODY_READ_TIMEOUT: Duration = Duration::from_secs(30);
/// The default of [`Application::unattended_max`].
const UNATTENDED_MAX: usize = 10_000;

/// An application whose providers are built, before it serves.
///
/// Set it up with the methods that give it back, then [`listen`](Self::listen) on an address, [`bind`](Self::bind) to
/// learn the port first, or take it [`into_service`](Self::into_service) for another server.
///
/// Each application has its own container: two of them in one process share nothing.
///
/// # Examples
///
/// ```
/// use oriole::axum::body::{Body, to_bytes};
/// use oriole::prelude::*;
/// use tower::ServiceExt;
///
/// #[injectable]
/// struct Cats;
///
/// #[controller("cats")]
/// impl Cats {
///     #[get("{id}")]
///     async fn one(&self, Path(id): Path<u32>) -> String {
///         format!("cat {id}")
///     }
/// }
///
/// #[module(controllers = [Cats])]
/// struct App;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = Oriole::create::<App>().await?.global_prefix("api");
/// // A server would `listen("127.0.0.1:3000")`; a test needs no socket.
/// let service = app.into_service().await?;
/// let request = oriole::http::Request::get("/api/cats/7").body(Body::empty())?;
/// let response = service.oneshot(request).await?;
/// assert_eq!(to_bytes(response.into_body(), 1024).await?, "cat 7");
/// # Ok(())
/// # }
/// ```
#[must_use = "an application does nothing until it listens"]
pub struct Application {
    pub(super) container: Arc<Container>,
    pub(crate) options: ServerOptions,
    pub(super) sse: SseOptions,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) body_limits: BodyLimits,
    pub(super) body_read_timeout: Option<Duration>,
    pub(super) global_prefix: GlobalPrefix,
    pub(super) given: Given,
    pub(super) global_prefix_at: Location,
    pub(super) versioning: Option<Versioning>,
    pub(super) mounts: Vec<Mount>,
    pub(crate) checking: Option<Extensions>,
    pub(super) layers: Vec<Placed>,
    pub(super) raw_body: bool,
    pub(super) unattended_max: usize,
    #[cfg(feature = "cookies")]
    pub(crate) cookie_secrets: Vec<crate::cookies::CookieSecret>,
    #[cfg(feature = "csrf")]
    pub(crate) needs_cookie_secret: bool,
    /// Whether a layer judges where requests come from, streams included.
    #[cfg(feature = "csrf")]
    pub(crate) judges_origins: bool,
    /// What was set that cannot be; told when the application starts.
    pub(crate) mistakes: Vec<String>,
    pub(super) shutdown: Shutdown,
}

impl Application {
    /// An application of what was built; nothing is set, and no hook has run.
    #[doc(hidden)]
    pub fn of(container: Arc<Container>, root: Location) -> Self {
        Self {
            container,
            options: ServerOptions::default(),
            sse: SseOptions::default(),
            clock: Arc::new(SystemClock),
            body_limits: BodyLimits::new(BODY_BYTES_MAX),
            body_read_timeout: Some(BODY_READ_TIMEOUT),
            global_prefix: GlobalPrefix::default(),
            given: Given::default(),
            global_prefix_at: root,
            versioning: None,
            checking: None,
            mounts: Vec::new(),
            layers: Vec::new(),
            raw_body: false,
            unattended_max: UNATTENDED_MAX,
            #[cfg(feature = "cookies")]
            cookie_secrets: Vec::new(),
            #[cfg(feature = "csrf")]
            needs_cookie_secret: false,
            #[cfg(feature = "csrf")]
            judges_origins: false,
            mistakes: Vec::new(),
            shutdown: Shutdown::new(),
        }
    }

    /// The instance of a type, whichever module provides it; `None` if none does.
    ///
    /// Use it in `main` and in tests. A provider states its needs as fields, which the compiler checks.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole::prelude::*;
    /// use std::sync::Arc;
    ///
    /// #[injectable]
    /// struct Cats;
    ///
    /// #[module(providers = [Cats])]
    /// struct App;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> oriole::Result<()> {
    /// let app = Oriole::create::<App>().await?;
    /// let cats: Option<Arc<Cats>> = app.get();
    /// assert!(cats.is_some());
    /// assert!(app.get::<String>().is_none());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.container.get::<T>()
    }

    /// The root module, for look-ups: see [`ModuleRef`].
    #[must_use]
    pub fn module_ref(&self) -> ModuleRef {
        self.container.module_ref()
    }

    /// Loads modules while the application runs: see [`LazyModules`].
    #[must_use]
    pub fn lazy_modules(&self) -> LazyModules {
        self.container.lazy_modules()
    }

    /// The value of a named token, whichever module provides it; `None` if none does.
    #[must_use]
    pub fn get_token<T: ?Sized + Send + Sync + 'static>(&self, token: Token<T>) -> Option<Arc<T>> {
        self.container.get_token(token)
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("options", &self.options)
            .field("sse", &self.sse)
            .field("body_limits", &self.body_limits)
            .field("body_read_timeout", &self.body_read_timeout)
            .field("global_prefix", &self.global_prefix)
            .field("versioning", &self.versioning)
            .finish_non_exhaustive()
    }
}
