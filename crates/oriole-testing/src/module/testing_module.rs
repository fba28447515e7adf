//! An application that is built, before it serves.

use crate::log::Log;
use crate::{Result, TestApplication};
use oriole_core::{BootError, Container, ContextId, HookLimit, Injectable, Location, Module, ModuleRef, Token};
use oriole_http::Application;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// An application that is built, with what the test has replaced.
///
/// Look into it with [`get`](Self::get) and [`resolve`](Self::resolve); [`create_application`](Self::create_application) makes it
/// answer requests. For an application without a server, [`init`](Self::init) and [`close`](Self::close) run its hooks.
#[must_use = "it is built and not used"]
pub struct TestingModule {
    container: Arc<Container>,
    root: Location,
    log: Log,
    patience: Duration,
}

impl TestingModule {
    pub(crate) fn new((container, root): (Container, Location), log: Log, patience: Duration) -> Self {
        Self { container: Arc::new(container), root, log, patience }
    }

    /// The instance of a type, whichever module provides it; the root's, where several do (`TST.2`).
    ///
    /// # Errors
    ///
    /// [`Error::Resolve`](crate::Error::Resolve), as [`ModuleRef::get`].
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>> {
        Ok(self.everywhere().get()?)
    }

    /// The value of a named token.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_token<T: ?Sized + Send + Sync + 'static>(&self, token: Token<T>) -> Result<Arc<T>> {
        Ok(self.everywhere().get_token(token)?)
    }

    /// The instances that all modules have of a type, the root's first (`TST.14`).
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_each<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Vec<Arc<T>>> {
        Ok(self.everywhere().get_each()?)
    }

    /// A new instance of what is request-scoped or transient, out of a sub-tree of its own (`TST.3`).
    ///
    /// # Errors
    ///
    /// [`Error::Resolve`](crate::Error::Resolve), as [`ModuleRef::resolve`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was made.
    pub async fn resolve<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>> {
        self.resolve_in(&ContextId::new()).await
    }

    /// The instance that all who use this id share, requests among them: see [`TestRequest::context`](crate::TestRequest::context).
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves what is built in the sub-tree.
    pub async fn resolve_in<T: ?Sized + Send + Sync + 'static>(&self, context: &ContextId) -> Result<Arc<T>> {
        Ok(self.log.of(self.everywhere().resolve_in(context)).await?)
    }

    /// A new instance of what no module lists, with what it needs out of the root module.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve).
    ///
    /// # Cancel safety
    ///
    /// As [`resolve`](Self::resolve).
    pub async fn create<P: Injectable>(&self) -> Result<Arc<P::Output>> {
        Ok(self.log.of(self.module_ref().create::<P>()).await?)
    }

    /// A module that the root imports, for look-ups in it alone (`TST.11`).
    ///
    /// # Errors
    ///
    /// [`Error::Resolve`](crate::Error::Resolve) if the root does not import it.
    pub fn select<M: Module>(&self) -> Result<ModuleRef> {
        Ok(self.module_ref().select::<M>()?)
    }

    /// The root module.
    #[must_use]
    pub fn module_ref(&self) -> ModuleRef {
        self.container.module_ref()
    }

    /// An application of it, as `Oriole::create` gives: nothing is set, and no hook has run (`TST.7`).
    pub fn create_application(&self) -> TestApplication {
        let app = Application::of(Arc::clone(&self.container), self.root);
        TestApplication::new(app, self.log.clone(), self.patience)
    }

    /// Runs the hooks of the start, for an application without a server. An application that serves runs them itself.
    ///
    /// # Errors
    ///
    /// [`Error::Boot`](crate::Error::Boot) with the first hook that fails, or is not done in time.
    pub async fn init(&self) -> Result {
        self.limit_hooks();
        let hooks = async {
            self.container.init().await?;
            self.container.bootstrap().await
        };
        Ok(self.log.of(hooks).await?)
    }

    /// Runs the hooks of the end, for an application without a server (`TST.16`). One that is not done in time has failed.
    ///
    /// # Errors
    ///
    /// [`Error::Boot`](crate::Error::Boot) with every hook that failed, when all have run.
    pub async fn close(self) -> Result {
        self.limit_hooks();
        let hooks = async {
            let destroyed = self.container.module_destroy().await;
            let begun = BootError::join(destroyed, self.container.before_shutdown(None).await);
            BootError::join(begun, self.container.shutdown(None).await)
        };
        Ok(self.log.of(hooks).await?)
    }

    fn limit_hooks(&self) {
        let patience = self.patience;
        self.container.limit_hooks(HookLimit::new(move || Box::pin(tokio::time::sleep(patience))));
    }

    fn everywhere(&self) -> ModuleRef {
        self.module_ref().everywhere()
    }
}

impl fmt::Debug for TestingModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestingModule").field("root", &self.module_ref().name()).finish_non_exhaustive()
    }
}
