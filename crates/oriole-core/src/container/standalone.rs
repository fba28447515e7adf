//! An application without a server.

use super::{BootError, Container, HookLimit, LazyModules, ModuleRef};
use crate::descriptor::ModuleDescriptor;
use crate::graph::Plan;
use crate::inject::Module;
use crate::token::Token;
use futures_util::future::BoxFuture;
use std::fmt;
use std::sync::Arc;

/// An application without a server: for jobs, command lines and scripts (`PLT.4`, `STA.1`).
///
/// Its providers are built and its hooks run as in an application that serves; controllers are built, and no route is made of
/// them. What stands around handlers does not run when their methods are called (`STA.4`).
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::ApplicationContext;
///
/// #[injectable]
/// pub struct Import;
///
/// impl Import {
///     async fn run(&self) -> u32 {
///         42
///     }
/// }
///
/// #[module(providers = [Import])]
/// pub struct JobsModule;
///
/// #[oriole::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///     let app = ApplicationContext::create::<JobsModule>().await?;
///     assert_eq!(app.module_ref().get::<Import>()?.run().await, 42);
///     app.close().await?;
///     Ok(())
/// }
/// ```
#[must_use = "close it, so that the hooks of the end run"]
pub struct ApplicationContext {
    container: Container,
}

impl ApplicationContext {
    /// Builds every provider below the root module `M`, and runs the hooks of the start.
    ///
    /// # Errors
    ///
    /// [`BootError`]: the graph cannot be wired, or a call in `imports`, a factory or a hook fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was built so far; hooks that ran are not undone.
    #[must_use = "an application is made when this is awaited"]
    pub fn create<M: Module>() -> BoxFuture<'static, Result<Self, BootError>> {
        const { M::CHECKED };
        Box::pin(create(M::module()))
    }

    /// The instance of a type, whichever module provides it; `None` if none does, or if it is no singleton.
    #[must_use]
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.container.get()
    }

    /// The value of a named token, whichever module provides it.
    #[must_use]
    pub fn get_token<T: ?Sized + Send + Sync + 'static>(&self, token: Token<T>) -> Option<Arc<T>> {
        self.container.get_token(token)
    }

    /// The root module: `select` goes from there to those that it imports, step by step (`STA.2`).
    #[must_use]
    pub fn module_ref(&self) -> ModuleRef {
        self.container.module_ref()
    }

    /// Loads modules while the application runs.
    #[must_use]
    pub fn lazy_modules(&self) -> LazyModules {
        self.container.lazy_modules()
    }

    /// Limits how long each hook of the end may take: one that takes longer is logged with its name, and left behind.
    pub fn limit_hooks(&self, limit: HookLimit) {
        self.container.limit_hooks(limit);
    }

    /// Ends the application: its hooks run, in the order of an application that serves (`STA.5`).
    ///
    /// # Errors
    ///
    /// [`BootError::Hook`] with the hook that failed, or [`BootError::Hooks`] with all that did; every hook has run then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves out the hooks that have not run.
    pub async fn close(self) -> Result<(), BootError> {
        let destroyed = self.container.module_destroy().await;
        let begun = BootError::join(destroyed, self.container.before_shutdown(None).await);
        BootError::join(begun, self.container.shutdown(None).await)
    }
}

async fn create(root: &'static ModuleDescriptor) -> Result<ApplicationContext, BootError> {
    let container = Container::build(Plan::of(root).await?).await?;
    container.init().await?;
    container.bootstrap().await?;
    Ok(ApplicationContext { container })
}

impl fmt::Debug for ApplicationContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApplicationContext").field("root", &self.module_ref().name()).finish_non_exhaustive()
    }
}
